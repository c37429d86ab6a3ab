"""Junction."""

from urllib.parse import quote

from . import families, junction_flows
from .pair import Pair

ORG = "/v1/org/3c90c3cc-0d44-4b50-8888-8dd25736052a"
US = "a1b9e2d4-5c3f-4e60-9a71-0f2d8c4b6e11"
KEYS, MANAGEMENT, TEAMS = f"{ORG}/team_api_keys/production/us", f"{ORG}/management_key", f"{ORG}/team"
TOKEN = f"{TEAMS}/{US}/create_api_access_token"
SEEDED = f"{MANAGEMENT}/d0000000-0000-4000-8000-000000000005"
CREATIONS = (
    ("POST", KEYS, {"label": "ci", "team_id": US}),
    ("POST", MANAGEMENT, {"label": "ci", "role": "team_admin", "team_role_bindings": [{"team_id": US}]}),
    ("PATCH", SEEDED, {"label": "ci", "team_role_bindings": [{"team_id": US}]}),
    ("POST", TOKEN, {"env": "sandbox"}),
    ("POST", TEAMS, {"name": "Acme", "region": "us", "id": US, "integration_team_id": "acme-1"}),
)


def run(pair: Pair) -> None:
    """All of it."""
    key = {"X-Management-Key": "mg_conformance"}
    targets = [KEYS, MANAGEMENT, SEEDED, TEAMS, f"{TEAMS}/{US}", TOKEN]
    changing = {f"{method} {target}" for method, target, _ in CREATIONS}
    changing |= {f"DELETE {KEYS}", f"DELETE {SEEDED}"}
    families.methods(pair, key, targets, changing)
    for target in targets:
        families.paths(pair, key, target)
    wrong: list[dict[str, str]] = [{}, {"X-Management-Key": ""}, {"X-Management-Key": "mg_other"}]
    wrong += [
        {"X-Management-Key": "mg_forbidden"},
        {"X-Vital-Org-Key": "mg_conformance"},
        {"X-Management-Key": "MG_CONFORMANCE"},
    ]
    wrong += [{"Authorization": "Bearer mg_conformance"}, {"x-management-key": "mg_forbidden"}]
    calls = [f"{method} {target}" for method, target in (("GET", KEYS), ("DELETE", KEYS), ("GET", MANAGEMENT))]
    calls += [
        f"GET {TEAMS}",
        f"GET {TEAMS}/x",
        f"DELETE {MANAGEMENT}/x",
        "GET /v1/org/x/team",
        f"GET /v1/org/{US}/team",
    ]
    families.credentials(pair, [*calls, *(f"{method} {target}" for method, target, _ in CREATIONS)], wrong)

    junction_flows.run(pair, key)
    uuids(pair, key)
    parameters(pair, key)
    families.bodies(pair, key, "POST", KEYS)
    for method, target, right in CREATIONS:
        families.fields(pair, key, method, target, right)
    families.lengths(pair, key, f"POST {TEAMS}", {"name": "Acme", "region": "eu"}, "name", (1, 80))
    families.lengths(pair, key, f"POST {TEAMS}", {"name": "Acme", "region": "eu"}, "integration_team_id", (1, 256))
    for extra in ({"z": 1, "b": 2, "a": None}, {"": ""}, {"Name": "x"}, {"name ": "x", "nam\u00e9": 1}):
        pair.send("POST", TEAMS, key, json_body={"name": "Acme", "region": "us", **extra})
        pair.send("POST", TEAMS, key, json_body={**extra, "name": 1})
    for bindings in ([1, "x", None, [], {}, {"team_id": 1}, {"team_id": "z"}, {"team_id": US, "x": 1}], {}, "ab", [US]):
        pair.send("POST", MANAGEMENT, key, json_body={"label": 1, "role": "x", "team_role_bindings": bindings})
        pair.send("PATCH", SEEDED, key, json_body={"team_role_bindings": bindings})
    pair.send("GET", MANAGEMENT, key)
    pair.send("GET", TEAMS, key)


def uuids(pair: Pair, key: dict[str, str]) -> None:
    """Everything that is nearly a UUID, wherever one can stand."""
    for text in (*families.UUIDS, *families.UUID_FORMS):
        encoded = quote(text, safe="")
        pair.send("GET", f"{KEYS}?team_id={encoded}", key)
        pair.send("POST", KEYS, key, json_body={"label": "uuid", "team_id": text})
        if text:
            pair.send("GET", f"/v1/org/{encoded}/team", key)
            pair.send("GET", f"{TEAMS}/{encoded}", key)
    pair.send("DELETE", KEYS + "?" + "&".join(f"api_key_id={quote(text)}" for text in families.UUIDS), key)
    pair.send("DELETE", KEYS + "?" + "&".join(f"api_key_id={quote(text)}" for text in families.UUID_FORMS), key)


def parameters(pair: Pair, key: dict[str, str]) -> None:
    """Everything else in a path or a query, alone and together."""
    for place in (
        "production/us",
        "sandbox/eu",
        "staging/us",
        "production/mars",
        "a/b",
        "PRODUCTION/US",
        "%20/%0A",
        "us/production",
    ):
        target = f"{ORG}/team_api_keys/{place}"
        for method in ("GET", "DELETE"):
            pair.send(method, target, key)
        pair.send("POST", target, key, json_body={})
        pair.send("POST", f"/v1/org/x/team_api_keys/{place}", key, json_body={"team_id": 1})
        pair.send("GET", f"/v1/org/x/team_api_keys/{place}?team_id=y&next_cursor=z", key)
    for query in (
        "role=org_admin",
        "role=team_admin",
        "role=",
        "role=x",
        "team_id=y&role=x",
        f"team_id={US}",
        "role=x&role=org_admin",
    ):
        pair.send("GET", f"{MANAGEMENT}?{query}", key)
    queries = [
        "region=us",
        "region=eu",
        "region=us&region=eu",
        "region=",
        "region",
        "region=us&region=mars&region=",
        "regions=us",
    ]
    queries += [
        "search_query=ACME",
        "search_query=us",
        "search_query=",
        "search_query=%C3%28",
        "search_query=+u",
        "next_cursor=",
    ]
    queries += [
        "next_cursor=x",
        "next_cursor=after%2B1%2F%3D%26",
        "next_cursor=after+1/=&",
        "next_cursor=after%2B%2F%3D%26",
    ]
    queries += [
        "next_cursor=after%2B1x%2F%3D%26",
        "next_cursor=after%2B%C2%B2%2F%3D%26",
        "next_cursor=after%2B-1%2F%3D%26",
    ]
    queries += [
        "next_cursor=after%2B99999999999999999999%2F%3D%26",
        "next_cursor=after%2B%2B1%2F%3D%26",
        f"team_id={US}",
    ]
    queries += [
        f"team_id={US}&region=eu",
        "team_id=x&region=y&next_cursor=z",
        "=&&=x&&",
        f"%74eam_id={US}",
        f"team_id=x&team_id={US}",
    ]
    for query in queries:
        pair.send("GET", f"{TEAMS}?{query}", key)
        pair.send("GET", f"{KEYS}?{query}", key)
    for query in (
        "production",
        "sandbox",
        "sandbox&include_environment=production",
        "x",
        "",
        "sandbox&include_environment=x",
    ):
        pair.send("GET", f"{TEAMS}/{US}?include_environment={query}", key)
        pair.send("GET", f"{TEAMS}/x?include_environment={query}", key)
    for query in (
        "",
        "?api_key_id",
        "?api_key_id=",
        "?api_key_id=x&api_key_id=y",
        "?api_key_ids=x",
        f"?api_key_id={US}",
    ):
        pair.send("DELETE", f"{KEYS}{query}", key)
    for target in (TOKEN, f"{TEAMS}/x/create_api_access_token", f"{TEAMS}/{US[:-1]}2/create_api_access_token"):
        pair.send("POST", target, key, json_body={"env": "x"})
        pair.send("POST", target, key, json_body={"env": "production"})
