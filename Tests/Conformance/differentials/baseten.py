"""Baseten."""

from urllib.parse import quote

from . import families
from .pair import Both, Pair

KEYS, TEAMS, TEAM_KEYS = "/v1/api_keys", "/v1/teams", "/v1/teams/team_default/api_keys"
SLASH_TEAM = "/v1/teams/abc%2Fdef"
RIGHT = {"type": "WORKSPACE_INVOKE", "name": "ci", "model_ids": ["m"], "team_id": "team_default"}
TYPES = ("PERSONAL", "WORKSPACE_MANAGE_ALL", "WORKSPACE_EXPORT_METRICS", "WORKSPACE_INVOKE")
TYPES += ("WORKSPACE_MANAGE_API_KEYS", "ROUTES")


def run(pair: Pair) -> None:
    """All of it."""
    key = {"Authorization": "Api-Key conform1.baseten-conformance"}
    targets = [KEYS, f"{KEYS}/seedfull", TEAMS, f"{TEAMS}/team_default", TEAM_KEYS]
    changing = {f"POST {KEYS}", f"POST {TEAM_KEYS}", f"DELETE {KEYS}/seedfull"}
    families.methods(pair, key, targets, changing)
    for target in targets:
        families.paths(pair, key, target)
    wrong = ["", "Api-Key", "Api-Key x", "Basic conform1.baseten-conformance", "conform1.baseten-conformance"]
    wrong += ["Api-Key  conform1.baseten-conformance", "Bearer x", "Api-Key invoke01.baseten-without-scope"]
    wrong += ["bearer invoke01.baseten-without-scope", "ApiKey conform1.baseten-conformance", "Api-Key conform1"]
    calls = [f"GET {KEYS}", f"POST {KEYS}", f"DELETE {KEYS}/x", f"GET {TEAMS}", f"GET {TEAMS}/x", f"POST {TEAM_KEYS}"]
    families.credentials(pair, calls, [{}, *({"Authorization": value} for value in wrong)])
    for scheme in ("api-key", "API-KEY", "Bearer", "bearer"):
        pair.send("GET", TEAMS, {"Authorization": f"{scheme} conform1.baseten-conformance"})

    families.bodies(pair, key, "POST", KEYS)
    families.fields(pair, key, "POST", KEYS, RIGHT)
    families.fields(pair, key, "POST", TEAM_KEYS, RIGHT)
    families.lengths(pair, key, f"POST {KEYS}", RIGHT, "team_id", (1,))
    queries(pair, key)
    flow(pair, key)


def queries(pair: Pair, key: dict[str, str]) -> None:
    """What the lists can be narrowed by."""
    values = ("", "true", "TRUE", "tRuE", "1", "on", "y", "yes", "t", "0", "off", "n", "no", "f", "false", "False", "2")
    for value in (
        *values,
        "%20true",
        "true%0A",
        "maybe",
        "%C4%B1",
        "+1",
        "true&created_by_me=x",
        "x&created_by_me=true",
    ):
        pair.send("GET", f"{KEYS}?created_by_me={value}", key)
    for value in (*TYPES, "", "personal", "x", "PERSONAL%20", "ROUTES&type=PERSONAL", "ROUTES&type=x", "x&type=ROUTES"):
        pair.send("GET", f"{KEYS}?type={value}&unknown=1", key)
        pair.send("GET", f"{KEYS}?created_by_me=x&type={value}", key)
    for value in ("Default", "default", "", "Research+%26+Development", "Research%20%26%20Development", "%FF"):
        pair.send("GET", f"{TEAMS}?name={value}", key)
    for team in (
        "team_default",
        "abc%2Fdef",
        "abc%2fdef",
        "abc/def",
        "abc%252Fdef",
        "x",
        "%E2%82",
        "a%00b",
        "team_default%0A",
    ):
        pair.send("GET", f"{TEAMS}/{team}", key)
        pair.send("POST", f"{TEAMS}/{team}/api_keys", key, json_body={"type": "ROUTES"})


def flow(pair: Pair, key: dict[str, str]) -> None:
    """Keys are made, authenticate and are deleted; names are unique."""
    made: list[Both] = []
    for index, kind in enumerate(TYPES):
        for models in (..., None, [], ["a", "b"]):
            more = {} if models is ... else {"model_ids": models}
            body = {"type": kind, "name": f"{kind} {index} {models}", **more}
            for target in (KEYS, f"{SLASH_TEAM}/api_keys"):
                answer = pair.send("POST", target, key, json_body=body)
                if answer.application and "api_key" in answer.application and answer.sandbox:
                    made.append(answer["api_key"])
    for name in ("caf\u00e9", "cafe\u0301", "slash-1", "slash-\u0301", "Slash-2", None):
        made.append(pair.send("POST", KEYS, key, json_body={"type": "ROUTES", "name": name})["api_key"])
        pair.send("POST", TEAM_KEYS, key, json_body={"type": "PERSONAL", "name": name})
    for team in ("team_default", "abc/def", "x", None):
        pair.send("POST", f"{SLASH_TEAM}/api_keys", key, json_body={"type": "PERSONAL", "team_id": team})
        pair.send("POST", KEYS, key, json_body={"type": "PERSONAL", "team_id": team})
    pair.send("GET", KEYS, key)
    pair.send("GET", f"{KEYS}?created_by_me=1", key)
    for secret in made:
        own = {"Authorization": secret.map(lambda text: f"Bearer {text}")}
        one = (KEYS, "/", secret.map(lambda text: quote(text.split(".")[0], safe="")))
        pair.send("GET", TEAMS, own)
        pair.send("DELETE", one, key)
        pair.send("GET", TEAMS, own)
        pair.send("DELETE", one, key)
    for prefix in ("seedfull", "seednull", "conform1", "invoke01", "seedbare"):
        pair.send("DELETE", f"{KEYS}/{prefix}", key)
        pair.send("GET", KEYS, key)
