"""nekuda."""

from urllib.parse import quote

from . import families
from .pair import Pair

KEYS = "/api/v2/api-keys/"
RIGHT = {"name": "ci", "description": "made by a test"}


def run(pair: Pair) -> None:
    """All of it."""
    token = {"Authorization": "Bearer nekuda.conformance.jwt"}
    changing = {f"POST {KEYS}", f"DELETE {KEYS}key_full", f"PUT {KEYS}key_full/revoke"}
    families.methods(pair, token, [KEYS, KEYS[:-1], f"{KEYS}key_full", f"{KEYS}key_full/revoke"], changing)
    families.paths(pair, token, KEYS)
    families.paths(pair, token, f"{KEYS}key_full")
    families.paths(pair, token, f"{KEYS}key_full/revoke")
    wrong = ["", "Bearer", "Bearer x", "Basic nekuda.conformance.jwt", "nekuda.conformance.jwt"]
    wrong += ["Bearer nekuda.forbidden.jwt", "Bearer nekuda.conformance.jwt x", "Bearer\tnekuda.conformance.jwt"]
    wrong += ["Bearer  nekuda.forbidden.jwt", "bearer nekuda.forbidden.jwt", "Api-Key nekuda.forbidden.jwt"]
    calls = [f"GET {KEYS}", f"POST {KEYS}", f"GET {KEYS}x", f"DELETE {KEYS}x", f"PUT {KEYS}x/revoke"]
    families.credentials(pair, calls, [{}, *({"Authorization": value} for value in wrong)])
    for value in ("bearer nekuda.conformance.jwt", "Bearer  nekuda.conformance.jwt", "BEARER nekuda.conformance.jwt"):
        pair.send("GET", KEYS, {"Authorization": value})

    families.bodies(pair, token, "POST", KEYS)
    families.fields(pair, token, "POST", KEYS, RIGHT)
    families.lengths(pair, token, f"POST {KEYS}", RIGHT, "name", (1, 100))
    families.lengths(pair, token, f"POST {KEYS}", RIGHT, "description", (0, 255))
    flow(pair, token)


def flow(pair: Pair, token: dict[str, str]) -> None:
    """Keys are shown, revoked and deleted."""
    pair.send("GET", KEYS, token)
    for seeded in ("key_full", "key_nulls", "legacy%2F1", "legacy%2f1", "legacy/1", "%6bey_full", "key_full%00", "%FF"):
        for method, end in (("GET", ""), ("PUT", "/revoke"), ("PUT", "/revoke"), ("GET", "")):
            pair.send(method, f"{KEYS}{seeded}{end}", token)
    key = pair.send("POST", KEYS, token, json_body=RIGHT)
    one = (KEYS, key["id"].map(quote))
    for _ in range(2):
        pair.send("GET", one, token)
        pair.send("PUT", (*one, "/revoke"), token)
    pair.send("PUT", (*one, "/revoke"), token, content=b"no JSON at all")
    pair.send("GET", KEYS, token)
    for _ in range(2):
        pair.send("DELETE", one, token, json_body={"ignored": True})
        pair.send("GET", one, token)
        pair.send("PUT", (*one, "/revoke"), token)
    pair.send("DELETE", f"{KEYS}legacy%2F1", token)
    pair.send("GET", KEYS, token)
