"""Junction."""

from uuid import uuid4

from app import state

from .caller import ABSENT, Caller

ORG, US, MISSING = f"/v1/org/{state.JUNCTION_ORG}", str(state.JUNCTION_TEAM_US), str(uuid4())
KEYS, EUROPE = f"{ORG}/team_api_keys/production/us", f"{ORG}/team_api_keys/production/eu"
MANAGEMENT = f"{ORG}/management_key"


async def check(plain: Caller) -> None:
    """All of it."""
    call = plain.with_headers({"X-Management-Key": state.JUNCTION_KEY})
    await credentials(plain, call)
    await team_keys(call)
    await management_keys(call)
    await teams(call)


async def credentials(plain: Caller, call: Caller) -> None:
    """Every call wants the right key and the right organisation."""
    calls = [f"{method} {KEYS}" for method in ("GET", "POST", "DELETE")]
    calls += [f"GET {MANAGEMENT}", f"POST {MANAGEMENT}", f"PATCH {MANAGEMENT}/x", f"DELETE {MANAGEMENT}/x"]
    calls += [f"GET {ORG}/team", f"POST {ORG}/team", f"GET {ORG}/team/x", f"POST {ORG}/team/x/create_api_access_token"]
    invalid = {"detail": "invalid token"}
    await plain.refused(calls, {}, 401, invalid)
    await plain.refused(calls, {"X-Management-Key": "mg_other"}, 401, invalid)
    await plain.refused(calls, {"X-Vital-Org-Key": state.JUNCTION_KEY}, 401, invalid)
    forbidden = {"error_type": "forbidden", "error_message": "this key may not manage the organization"}
    await plain.refused(calls, {"X-Management-Key": state.JUNCTION_FORBIDDEN_KEY}, 403, {"detail": forbidden})
    await call(f"GET /v1/org/{MISSING}/team", 404, {"detail": "organization not found"})
    await call("GET /v1/org/nobody/team", 422, "uuid_parsing")


async def team_keys(call: Caller) -> None:
    """Team API keys and access tokens."""
    made = [await call(f"POST {KEYS}", 200, new, new) for new in ({"label": f"k{n}", "team_id": US} for n in range(7))]
    call.expect("key prefix", all(key["value"].startswith("sk_us_") for key in made), made)
    forms = {key["created_at"][-6:] == "+00:00" or key["created_at"][-1:] == "Z" and "Z" for key in made}
    call.expect("three forms of a date", forms == {True, "Z", False}, made)
    europe = await call(f"POST {EUROPE}", 200, json={"label": "protected-eu", "team_id": US})
    call.expect("European prefix", europe["value"].startswith("sk_eu_"), europe)
    right = {"label": "a", "team_id": US}
    for name, wrong, kind in (("label", 1, "string_type"), ("team_id", "a/b", "uuid_parsing")):
        await call(f"POST {KEYS}", 422, kind, {**right, name: wrong})
        await call(f"POST {KEYS}", 422, "missing", {key: value for key, value in right.items() if key != name})
    await call(f"POST {KEYS}", 422, "json_invalid", content=b"{", headers={"Content-Type": "application/json"})
    await call(f"POST {KEYS}", 404, {"detail": "team not found"}, {**right, "team_id": MISSING})
    await call(f"GET {ORG}/team_api_keys/staging/us", 422, "enum")
    await call(f"GET {ORG}/team_api_keys/sandbox/mars", 422, "literal_error")
    pages, cursor = [], None
    while not pages or cursor:
        pages.append(await call(f"GET {KEYS}", 200, params={"next_cursor": cursor} if cursor else {}))
        cursor = pages[-1]["next_cursor"]
    call.expect("pages", [len(page["api_keys"]) for page in pages] == [3, 3, 1], pages)
    call.expect("order", [key for page in pages for key in page["api_keys"]] == made, pages)
    for cursor in ("after 3/=&", "after+3/=", "3/=&", "after+x/=&", "after+/=&", "after+²/=&", ""):
        await call(f"GET {KEYS}", 400, {"detail": "invalid cursor"}, params={"next_cursor": cursor})
    nothing = {"api_keys": [], "next_cursor": ABSENT}
    await call(f"GET {KEYS}", 200, nothing, params={"team_id": str(state.JUNCTION_TEAM_EU)})
    ids = [made[0]["id"], europe["id"], MISSING]
    gone = {"success": ids[:1], "failure": ids[1:2], "not_found": ids[2:]}
    await call(f"DELETE {KEYS}", 200, gone, params={"api_key_id": ids + ids})
    await call(f"DELETE {KEYS}", 200, {"not_found": ids[:1]}, params={"api_key_id": ids[0]})
    await call(f"DELETE {EUROPE}", 200, {"failure": ids[1:2]}, params={"api_key_id": ids[1]})
    await call(f"DELETE {KEYS}", 422, "missing")
    await call(f"DELETE {KEYS}", 422, "uuid_parsing", params={"api_key_id": "x"})
    access = f"POST {ORG}/team/{US}/create_api_access_token"
    await call(access, 200, {"expires_in": 3600}, {"env": "sandbox"})
    await call(access, 422, "enum", {"env": "x"})
    await call(access.replace(US, MISSING), 404, {"detail": "team not found"}, {"env": "sandbox"})


async def management_keys(call: Caller) -> None:
    """Management keys."""
    listed = await call(f"GET {MANAGEMENT}", 200, {"next_cursor": None})
    kinds = [key["creator"]["type"] for key in listed["data"]]
    call.expect("creators", kinds == list(state.JUNCTION_MANAGEMENT_KEYS), kinds)
    queries = {"role=org_admin": kinds[1:], "role=team_admin": kinds[:1], f"team_id={US}": kinds[:1]}
    for query, expected in queries.items():
        filtered = await call(f"GET {MANAGEMENT}?{query}", 200)
        call.expect("filters", [key["creator"]["type"] for key in filtered["data"]] == expected, filtered)
    await call(f"GET {MANAGEMENT}?role=org_admin&team_id={US}", 200, {"data": []})
    await call(f"GET {MANAGEMENT}?role=owner", 422, "enum")
    binding = [{"team_id": US}]
    new = {"label": "null-one", "role": "team_admin", "team_role_bindings": binding}
    key = await call(f"POST {MANAGEMENT}", 200, {**new, "creator": {"type": "management_key"}}, new)
    fresh = call.with_headers({"X-Management-Key": key["key"]})
    await fresh(f"GET {MANAGEMENT}", 200)
    await call(f"POST {MANAGEMENT}", 200, {"team_role_bindings": None}, {"label": "", "role": "org_admin"})
    await call(f"POST {MANAGEMENT}", 422, "missing", {"label": "a", "team_id": US})
    await call(f"POST {MANAGEMENT}", 422, "missing", {"role": "org_admin"})
    await call(f"POST {MANAGEMENT}", 422, "enum", {**new, "role": "owner"})
    await call(f"POST {MANAGEMENT}", 422, "missing", {**new, "team_role_bindings": [{}]})
    unknown = {"team_role_bindings": [{"team_id": MISSING}]}
    await call(f"POST {MANAGEMENT}", 404, {"detail": "team not found"}, {**new, **unknown})
    one, gone = f"{MANAGEMENT}/{key['id']}", {"detail": "management key not found"}
    await call(f"PATCH {one}", 200, new, {})
    await call(f"PATCH {one}", 200, {**new, "team_role_bindings": None}, {"team_role_bindings": None})
    await call(f"PATCH {one}", 200, {"label": "", "team_role_bindings": []}, {"label": None, "team_role_bindings": []})
    await call(f"PATCH {one}", 422, "string_type", {"label": 1})
    await call(f"PATCH {one}", 404, {"detail": "team not found"}, {"label": "lost", **unknown})
    await call(f"PATCH {one}", 200, {"label": "null-again", "team_role_bindings": []}, {"label": "null-again"})
    await call(f"PATCH {MANAGEMENT}/{MISSING}", 404, gone, {})
    await call(f"DELETE {one}", 200, None)
    await call(f"DELETE {one}", 404, gone)
    await fresh(f"GET {MANAGEMENT}", 401)
    odd = listed["data"][4]
    await call(f"DELETE {MANAGEMENT}/{odd['id']}", 200, odd)


async def teams(call: Caller) -> None:
    """Teams."""
    path = f"{ORG}/team"
    new = {"name": "n" * 80, "region": "eu", "id": str(uuid4()), "integration_team_id": "i" * 256}
    await call(f"POST {path}", 200, {**new, "sandbox": None, "environments": ["production", "sandbox"]}, new)
    await call(f"POST {path}", 409, {"team_id": new["id"], "detail": ABSENT}, {**new, "id": str(uuid4())})
    await call(f"POST {path}", 409, {"team_id": new["id"]}, {**new, "integration_team_id": "other"})
    taken = {"name": "a", "region": "us", "integration_team_id": state.JUNCTION_TAKEN_INTEGRATION_ID}
    await call(f"POST {path}", 409, {"team_id": US}, taken)
    least = await call(f"POST {path}", 200, {"integration_team_id": None}, {"name": "", "region": "us"})
    await call(f"POST {path}", 422, "string_too_long", {**new, "name": "n" * 81})
    await call(f"POST {path}", 422, "literal_error", {**new, "region": "mars"})
    await call(f"POST {path}", 422, "extra_forbidden", {**new, "colour": "red"})
    await call(f"POST {path}", 422, "uuid_type", {**new, "id": None})
    await call(f"POST {path}", 422, "string_too_long", {**new, "integration_team_id": "i" * 257})
    await call(f"POST {path}", 422, "missing", {"name": "a"})
    first = await call(f"GET {path}", 200)
    second = await call(f"GET {path}", 200, {"next_cursor": None}, params={"next_cursor": first["next_cursor"]})
    call.expect("pages", [len(page["teams"]) for page in (first, second)] == [2, 2], [first, second])
    call.expect("absent integration id", "integration_team_id" not in first["teams"][1], first)
    both = [US, str(state.JUNCTION_TEAM_EU)]
    queries = {"region=us": [US, least["id"]], "region=eu&region=us&search_query=acme": both, f"team_id={US}": both[:1]}
    for query, expected in (queries | {"search_query=ME%20e": both[1:], f"region=eu&team_id={US}": []}).items():
        found = await call(f"GET {path}?{query}", 200, {"next_cursor": None})
        call.expect("filters", [team["id"] for team in found["teams"]] == expected, found)
    await call(f"GET {path}?region=mars", 422, "literal_error")
    shown = await call(f"GET {path}/{least['id']}?include_environment=sandbox", 200, {"production": None})
    call.expect("environment", isinstance(shown["sandbox"], dict), shown)
    await call(f"GET {path}/{MISSING}", 404, {"detail": "team not found"})
    await call(f"GET {path}/{US}?include_environment=x", 422, "enum")
    await call(f"GET {path}/a%2Fb", 422, "uuid_parsing")
    await call(f"PUT {path}", 405, {"detail": "Method Not Allowed"})
    await call(f"GET {path}/", 404, {"detail": "Not Found"})
