"""Junction: what changes its state."""

from urllib.parse import quote

from .pair import Both, Pair

ORG = "/v1/org/3c90c3cc-0d44-4b50-8888-8dd25736052a"
US, EU = "a1b9e2d4-5c3f-4e60-9a71-0f2d8c4b6e11", "b2c8f3e5-6d40-4f71-8b82-1e3c9d5a7f22"
MISSING = "00000000-0000-4000-8000-000000000000"
KEYS, MANAGEMENT, TEAMS = f"{ORG}/team_api_keys/production/us", f"{ORG}/management_key", f"{ORG}/team"


def run(pair: Pair, key: dict[str, str]) -> None:
    """All of it."""
    team_keys(pair, key)
    management_keys(pair, key)
    teams(pair, key)


def pages(pair: Pair, key: dict[str, str], target: str, query: str = "") -> None:
    """Every page of a list, each cursor used by the side that gave it."""
    cursor: Both | None = None
    for _ in range(12):
        more: tuple = ("&next_cursor=", cursor.map(lambda text: quote(text, safe=""))) if cursor else ()
        page = pair.send("GET", (f"{target}?{query}", *more), key)
        cursor = Both(*((side or {}).get("next_cursor") for side in (page.application, page.sandbox)))
        if not cursor.application or not cursor.sandbox:
            return


def team_keys(pair: Pair, key: dict[str, str]) -> None:
    """Team keys are made, listed in pages and deleted in bulk."""
    made = []
    for label in ("a", "", "protected-1", "protected-\u0301", "Protected-2", "e\u0301", "g", "h"):
        made.append(pair.send("POST", KEYS, key, json_body={"label": label, "team_id": US})["id"])
    other = pair.send("POST", f"{ORG}/team_api_keys/sandbox/eu", key, json_body={"label": "x", "team_id": EU})["id"]
    pair.send("POST", KEYS, key, json_body={"label": "x", "team_id": MISSING})
    for query in ("", f"team_id={US}", f"team_id={EU}", f"team_id={MISSING}"):
        pages(pair, key, KEYS, query)
        pages(pair, key, f"{ORG}/team_api_keys/sandbox/eu", query)
    first = made[0].map(lambda text: text.upper())
    ids = [made[0], first, made[2], made[3], made[4], MISSING, other, MISSING, made[0]]
    for _ in range(2):
        parts = [part for key_id in ids for part in ("api_key_id=", key_id, "&")]
        pair.send("DELETE", (f"{KEYS}?", *parts), key)
        pages(pair, key, KEYS)
    for env in ("production", "sandbox"):
        pair.send("POST", f"{TEAMS}/{US}/create_api_access_token", key, json_body={"env": env})
    pair.send("POST", f"{TEAMS}/{MISSING}/create_api_access_token", key, json_body={"env": "sandbox"})


def management_keys(pair: Pair, key: dict[str, str]) -> None:
    """Management keys are made, authenticate, change and are deleted."""
    pair.send("GET", MANAGEMENT, key)
    bindings = (..., None, [], [{"team_id": US}], [{"team_id": US}, {"team_id": EU.upper()}], [{"team_id": MISSING}])
    made = []
    for label, wanted in zip(("a", "null-b", "", "d", "null-\u0301", "f"), bindings, strict=True):
        more = {} if wanted is ... else {"team_role_bindings": wanted}
        body = {"label": label, "role": "team_admin" if wanted else "org_admin", **more}
        made.append(pair.send("POST", MANAGEMENT, key, json_body=body))
    for query in ("", f"team_id={US}", f"team_id={EU}&role=team_admin", f"team_id={MISSING}", "role=org_admin"):
        pair.send("GET", f"{MANAGEMENT}?{query}", key)
    changes = ({}, {"label": "new"}, {"label": None}, {"label": "null-x"}, {"team_role_bindings": [{"team_id": EU}]})
    changes += ({"label": "not taken", "team_role_bindings": [{"team_id": MISSING}]}, {"team_role_bindings": None})
    changes += ({"label": "", "team_role_bindings": []}, {"role": "org_admin", "x": 1})
    for new in made[:5]:
        one = (MANAGEMENT, "/", new["id"])
        for change in changes:
            pair.send("PATCH", one, key, json_body=change)
        pair.send("GET", TEAMS, {"X-Management-Key": new["key"]})
    for new in made[:5]:
        one = (MANAGEMENT, "/", new["id"])
        pair.send("PATCH", one, key, json_body={"label": "null-" if new is made[1] else "kept"})
        for _ in range(2):
            pair.send("DELETE", one, key)
            pair.send("GET", TEAMS, {"X-Management-Key": new["key"]})
    for number in range(1, 5):
        seeded = f"{MANAGEMENT}/d0000000-0000-4000-8000-00000000000{number}"
        pair.send("PATCH", seeded, key, json_body={"label": "changed"})
        pair.send("DELETE", seeded, key)
        pair.send("PATCH", seeded, key, json_body={})
    pair.send("GET", MANAGEMENT, key)


def teams(pair: Pair, key: dict[str, str]) -> None:
    """Teams are made, found and listed in pages; ids and integration ids are taken once."""
    own = "11111111-2222-4333-8444-555555555555"
    bodies = [{"name": "Third", "region": "us"}, {"name": "", "region": "eu"}, {"name": "x", "region": "us", "id": own}]
    bodies += [{"name": "x", "region": "us", "id": own.upper()}, {"name": "x", "region": "us", "id": US}]
    bodies += [{"name": "x", "region": "us", "integration_team_id": text} for text in ("acme-us", "new", "new", "", "")]
    bodies += [
        {"name": "x", "region": "us", "integration_team_id": text} for text in ("caf\u00e9", "cafe\u0301", "NEW")
    ]
    bodies += [{"name": "x", "region": "us", "id": own, "integration_team_id": "acme-us"}]
    for body in bodies:
        team = pair.send("POST", TEAMS, key, json_body=body)
        if team.application and "id" in team.application and team.sandbox and "id" in team.sandbox:
            pair.send("GET", (TEAMS, "/", team["id"]), key)
            pair.send("GET", (TEAMS, "/", team["id"], "?include_environment=sandbox"), key)
            pair.send("POST", KEYS, key, json_body={"label": "of a new team", "team_id": team["id"]})
    for query in ("", "region=us", "region=eu", "search_query=THI", "search_query=x&region=us&region=eu"):
        pages(pair, key, TEAMS, query)
    pair.send("GET", f"{TEAMS}/{MISSING}", key)
    pair.send("GET", f"/v1/org/{MISSING}/team/{US}", key)
