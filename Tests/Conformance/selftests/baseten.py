"""Baseten."""

from app import state
from app.baseten_models import APIKeyCategory

from .caller import ABSENT, Caller

KEYS, TEAMS = "/v1/api_keys", "/v1/teams"
TEAM_KEYS, SLASH = f"{TEAMS}/{state.BASETEN_TEAM}/api_keys", f"{TEAMS}/abc%2Fdef"
INVALID, NO_KEY = {"code": "VALIDATION_ERROR"}, {"code": "NOT_FOUND", "message": "API key not found"}
NO_TEAM = {"code": "NOT_FOUND", "message": "team not found"}
TAKEN = {"code": "CONFLICT", "message": "an API key with this name exists already"}


async def check(plain: Caller) -> None:
    """All of it."""
    call = plain.with_headers({"Authorization": f"Api-Key {state.BASETEN_KEY}"})
    await credentials(plain, call)
    await creating(call)
    await listing(call)


async def credentials(plain: Caller, call: Caller) -> None:
    """Every call wants a key that may manage keys, under either scheme."""
    calls = [f"POST {TEAM_KEYS}", f"POST {KEYS}", f"GET {KEYS}", f"DELETE {KEYS}/x", f"GET {TEAMS}", f"GET {TEAMS}/x"]
    invalid = {"code": "UNAUTHORIZED", "message": "the API key is missing or not valid"}
    for headers in ({}, {"Authorization": "Api-Key x"}, {"Authorization": f"Basic {state.BASETEN_KEY}"}):
        await plain.refused(calls, headers, 401, invalid)
    forbidden = {"code": "FORBIDDEN", "message": "the API key does not have the required scope"}
    await plain.refused(calls, {"Authorization": f"Bearer {state.BASETEN_FORBIDDEN_KEY}"}, 403, forbidden)
    await call.with_headers({"Authorization": f"Bearer {state.BASETEN_KEY}"})(f"GET {TEAMS}", 200)
    for kind in APIKeyCategory:
        key = (await call(f"POST {KEYS}", 200, json={"type": kind}))["api_key"]
        fresh = call.with_headers({"Authorization": f"Api-Key {key}"})
        may = kind in ("PERSONAL", "WORKSPACE_MANAGE_ALL", "WORKSPACE_MANAGE_API_KEYS")
        await fresh(f"GET {KEYS}", 200 if may else 403)
        prefix = key.partition(".")[0]
        await call(f"DELETE {KEYS}/{prefix}", 200, {"prefix": prefix})
        await fresh(f"GET {KEYS}", 401)


async def creating(call: Caller) -> None:
    """Both ways to make a key."""
    body = await call(f"POST {TEAM_KEYS}", 200, json={"type": "PERSONAL", "name": "first"})
    call.expect("the secret and nothing else", list(body) == ["api_key"], body)
    for path in (TEAM_KEYS, KEYS, f"{SLASH}/api_keys"):
        await call(f"POST {path}", 409, TAKEN, {"type": "ROUTES", "name": "first"})
        await call(f"POST {path}", 200, json={"type": "ROUTES", "name": None, "model_ids": None, "team_id": None})
        await call(f"POST {path}", 400, INVALID, {"name": "no type"})
        await call(f"POST {path}", 400, INVALID, {"type": "OWNER"})
        await call(f"POST {path}", 400, INVALID, {"type": "ROUTES", "name": 1})
        await call(f"POST {path}", 400, INVALID, {"type": "ROUTES", "team_id": ""})
        await call(f"POST {path}", 400, INVALID, {"type": "ROUTES", "model_ids": []})
        for broken in (b"{", b'"\xff"'):
            await call(f"POST {path}", 400, INVALID, content=broken, headers={"Content-Type": "application/json"})
        for kind in APIKeyCategory:
            may = kind in ("WORKSPACE_EXPORT_METRICS", "WORKSPACE_INVOKE")
            await call(f"POST {path}", 200 if may else 400, json={"type": kind, "model_ids": ["m"]})
    await call(f"POST {TEAM_KEYS}", 400, INVALID, {"type": "ROUTES", "team_id": state.BASETEN_SLASH_TEAM})
    await call(f"POST {TEAM_KEYS}", 200, json={"type": "ROUTES", "team_id": state.BASETEN_TEAM})
    await call(f"POST {KEYS}", 200, json={"type": "ROUTES", "team_id": state.BASETEN_SLASH_TEAM})
    await call(f"POST {KEYS}", 404, NO_TEAM, {"type": "ROUTES", "team_id": "x"})
    await call(f"POST {TEAMS}/x/api_keys", 404, NO_TEAM, {"type": "ROUTES"})
    await call(f"POST {TEAMS}/abc/def/api_keys", 404, {"detail": "Not Found"}, {"type": "ROUTES"})


async def listing(call: Caller) -> None:
    """Lists, deletion and teams."""
    rows = {row["prefix"]: row for row in (await call(f"GET {KEYS}", 200))["keys"]}
    full, nulls, bare = (rows[prefix] for prefix in state.BASETEN_SEEDED_PREFIXES)
    call.expect("seeded rows", len(full) == len(nulls) == 6 and list(bare) == ["prefix", "type"], rows)
    mine = (await call(f"GET {KEYS}?created_by_me=true", 200))["keys"]
    call.expect("mine", {row["prefix"] for row in mine} == rows.keys() - {*state.BASETEN_SEEDED_PREFIXES}, mine)
    one = (await call(f"GET {KEYS}?type=PERSONAL&created_by_me=false", 200))["keys"]
    call.expect("by type", [row["name"] for row in one] == [None, "first"] and one[1]["team_name"] == "Default", one)
    await call(f"GET {KEYS}?type=OWNER", 400, INVALID)
    await call(f"GET {KEYS}?created_by_me=perhaps", 400, INVALID)
    await call(f"DELETE {KEYS}/nothing", 404, NO_KEY)
    await call(f"DELETE {KEYS}/{one[1]['prefix']}", 200, {"prefix": one[1]["prefix"]})
    await call(f"DELETE {KEYS}/{one[1]['prefix']}", 404, NO_KEY)
    await call(f"POST {KEYS}", 200, json={"type": "PERSONAL", "name": "first"})
    slash = (await call(f"POST {KEYS}", 200, json={"type": "ROUTES", "name": "slash-1"}))["api_key"].partition(".")[0]
    await call(f"DELETE {KEYS}/{slash}", 404, {"detail": "Not Found"})
    await call(f"DELETE {KEYS}/{slash.replace('/', '%2f')}", 200, {"prefix": slash})
    await call(f"GET {KEYS}/{full['prefix']}", 405, {"detail": "Method Not Allowed"})
    await call(f"GET {KEYS}/", 404, {"detail": "Not Found"})
    teams = (await call(f"GET {TEAMS}", 200))["teams"]
    call.expect("teams", [team["id"] for team in teams] == [state.BASETEN_TEAM, state.BASETEN_SLASH_TEAM], teams)
    await call(f"GET {TEAMS}", 200, {"teams": teams[1:]}, params={"name": teams[1]["name"]})
    await call(f"GET {TEAMS}?name=Def", 200, {"teams": []})
    await call(f"GET {SLASH}", 200, teams[1])
    await call(f"GET {TEAMS}/abc%252Fdef", 404, NO_TEAM)
    await call(f"GET {TEAMS}/abc/def", 404, {"detail": "Not Found", "code": ABSENT})
