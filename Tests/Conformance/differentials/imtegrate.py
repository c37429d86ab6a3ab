"""Imtegrate."""

from . import families
from .pair import Pair

KEYS = "/v1/api-keys"
RIGHT = {"name": "ci", "scopes": ["profiles:read"], "env": "live"}


def run(pair: Pair) -> None:
    """All of it."""
    token = {"Authorization": "Bearer ik_test_conformance"}
    families.methods(pair, token, [KEYS], {f"POST {KEYS}"})
    families.paths(pair, token, KEYS)
    wrong = ["", "Bearer", "Bearer x", "Bearer  ik_test_conformance", "Basic ik_test_conformance"]
    wrong += ["ik_test_conformance", "Bearer ik_test_forbidden", "bearer ik_test_forbidden", "Basic ik_test_forbidden"]
    wrong += ["BEARER ik_test_conformance", "Bearer\tik_test_conformance"]
    families.credentials(pair, [f"GET {KEYS}", f"POST {KEYS}"], [{}, *({"Authorization": value} for value in wrong)])

    families.bodies(pair, {}, "POST", KEYS)
    families.fields(pair, {}, "POST", KEYS, RIGHT)
    families.lengths(pair, token, f"POST {KEYS}", RIGHT, "name", (2, 120))
    for value in ("test\n", "\ntest", "TEST", "testlive", "test|live", "^(test|live)$", "t\u0065st"):
        pair.send("POST", KEYS, token, json_body={"name": "ci", "env": value})
    for scopes in ([""], ["a", "a"], ["a", None, 1, "b", {}], ["a" * 5000], "abc", {"a": "b"}):
        pair.send("POST", KEYS, token, json_body={"name": "ci", "scopes": scopes})

    key = pair.send("POST", KEYS, token, json_body=RIGHT)
    own = {"Authorization": key["token"].map(lambda text: f"Bearer {text}")}
    pair.send("GET", KEYS, own)
    pair.send("POST", KEYS, own, json_body={"name": "made by a made key"})
    pair.send("GET", KEYS)
