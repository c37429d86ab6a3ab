"""nekuda."""

from app import state

from .caller import ABSENT, Caller

KEYS = "/api/v2/api-keys/"
NO_KEY = {"detail": "API key not found"}


async def check(plain: Caller) -> None:
    """All of it."""
    call = plain.with_headers({"Authorization": f"Bearer {state.NEKUDA_TOKEN}"})
    calls = [f"GET {KEYS}", f"POST {KEYS}", f"GET {KEYS}x", f"PUT {KEYS}x/revoke", f"DELETE {KEYS}x"]
    for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": f"Basic {state.NEKUDA_TOKEN}"}):
        await plain.refused(calls, headers, 401, {"detail": "invalid or expired token"})
    forbidden = {"detail": "insufficient permissions"}
    await plain.refused(calls, {"Authorization": f"Bearer {state.NEKUDA_FORBIDDEN_TOKEN}"}, 403, forbidden)

    seeded = await call(f"GET {KEYS}", 200)
    call.expect("seeded", [key["id"] for key in seeded] == list(state.NEKUDA_SEEDED_IDS), seeded)
    call.expect("seeded", [len(key) for key in seeded] == [11, 11, 6], seeded)
    for key, path in zip(seeded, ("key_full", "key_nulls", "legacy%2F1"), strict=True):
        shown = await call(f"GET {KEYS}{path}", 200)
        call.expect("shown alone", shown == key, shown)
    bare = await call(f"PUT {KEYS}legacy%2f1/revoke", 200, {"is_revoked": True})
    call.expect("revoked without description", "description" not in bare and "last_used_at" not in bare, bare)
    await call(f"GET {KEYS}legacy/1", 404, {"detail": "Not Found"})
    new = {"name": "n" * 100, "description": "d" * 255}
    key = await call(f"POST {KEYS}", 201, {**new, "is_revoked": False, "revoked_at": None, "environment": "test"}, new)
    call.expect("all members", len(key) == 12, key)
    await call(f"POST {KEYS}", 201, {"description": None}, {"name": "n"})
    await call(f"POST {KEYS}", 201, {"description": ""}, {"name": "n", "description": ""})
    await call(f"POST {KEYS}", 201, {"description": None}, {"name": "n", "description": None})
    wrongs = [("name", "", "string_too_short"), ("name", "n" * 101, "string_too_long"), ("name", None, "string_type")]
    wrongs += [("description", "d" * 256, "string_too_long"), ("description", 1, "string_type")]
    for name, wrong, kind in wrongs:
        await call(f"POST {KEYS}", 422, kind, {**new, name: wrong})
    await call(f"POST {KEYS}", 422, "missing", {})
    await call(f"POST {KEYS}", 422, "json_invalid", content=b"{", headers={"Content-Type": "application/json"})
    one = KEYS + key["id"]
    shown = await call(f"GET {one}", 200, {"is_revoked": False, "private_key": ABSENT})
    call.expect("shown", shown == {name: value for name, value in key.items() if name != "private_key"}, shown)
    for _ in range(2):
        revoked = await call(f"PUT {one}/revoke", 200, {"is_revoked": True, "expires_at": None, "public_key": ABSENT})
    call.expect("revoked", len(revoked) == 8, revoked)
    shown = [await call(f"GET {one}", 200, {"is_revoked": True}) for _ in range(2)]
    call.expect("revoked once", shown[0]["revoked_at"] is not None and shown[0] == shown[1], shown)
    body = await call(f"DELETE {one}", 204)
    call.expect("no body", body is ABSENT, body)
    for method, path in (("GET", one), ("DELETE", one), ("PUT", f"{one}/revoke")):
        await call(f"{method} {path}", 404, NO_KEY)
    for wrong in (f"GET {KEYS[:-1]}", f"POST {KEYS[:-1]}", f"GET {one}/", f"PUT {one}/revoke/", f"DELETE {one}/"):
        await call(wrong, 404, {"detail": "Not Found"})
    await call(f"PATCH {one}", 405, {"detail": "Method Not Allowed"})
