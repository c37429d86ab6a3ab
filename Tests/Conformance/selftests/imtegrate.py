"""Imtegrate."""

from app import state

from .caller import Caller

KEYS = "/v1/api-keys"


async def check(plain: Caller) -> None:
    """All of it."""
    call = plain.with_headers({"Authorization": f"Bearer {state.IMTEGRATE_TOKEN}"})
    calls = [f"GET {KEYS}", f"POST {KEYS}"]
    for header in ("Bearer x", f"Basic {state.IMTEGRATE_TOKEN}", state.IMTEGRATE_TOKEN, ""):
        await plain.refused(calls, {"Authorization": header}, 401, {"detail": "invalid API key"})
    forbidden = {"detail": "not allowed to manage API keys"}
    await plain.refused(calls, {"Authorization": f"Bearer {state.IMTEGRATE_FORBIDDEN_TOKEN}"}, 403, forbidden)

    seeded = await plain(f"GET {KEYS}", 200)
    call.expect("seeded", [key["last_used_at"] is None for key in seeded] == [False, True], seeded)
    call.expect("seeded", [key["revoked_at"] is None for key in seeded] == [True, False], seeded)
    key = await plain(f"POST {KEYS}", 201, {"name": "ab", "scopes": [], "last_used_at": None}, {"name": "ab"})
    call.expect("default environment", key["token"].startswith("ik_test_"), key)
    wanted = {"name": "n" * 120, "scopes": ["a", "a"]}
    live = await call(f"POST {KEYS}", 201, wanted, {**wanted, "env": "live"})
    call.expect("live", live["token"].startswith("ik_live_") and live["token"].startswith(live["prefix"]), live)
    await call.with_headers({"Authorization": f"Bearer {live['token']}"})(f"GET {KEYS}", 200)
    made = [{name: value for name, value in one.items() if name != "token"} for one in (key, live)]
    await call(f"GET {KEYS}", 200, [*seeded, *made])
    wrongs = [("name", "a", "string_too_short"), ("name", "n" * 121, "string_too_long"), ("name", None, "string_type")]
    wrongs += [("scopes", None, "list_type"), ("scopes", [1], "string_type"), ("env", None, "string_type")]
    wrongs += [("env", "prod", "string_pattern_mismatch"), ("env", "test\n", "string_pattern_mismatch")]
    for name, wrong, kind in wrongs:
        await call(f"POST {KEYS}", 422, kind, {"name": "right", name: wrong})
    await call(f"POST {KEYS}", 422, "missing", {})
    await call(f"POST {KEYS}", 422, "missing")
    await call(f"POST {KEYS}", 422, "json_invalid", content=b"{", headers={"Content-Type": "application/json"})
    await call(f"DELETE {KEYS}", 405, {"detail": "Method Not Allowed"})
    for path in (f"{KEYS}/", f"{KEYS}/{key['id']}"):
        await call(f"GET {path}", 404, {"detail": "Not Found"})
