"""What belongs to no provider."""

from .pair import Pair


def run(pair: Pair) -> None:
    """Paths that nobody has."""
    for target in (
        "/",
        "//",
        "/v1",
        "/v1/",
        "/docs",
        "/openapi.json",
        "/redoc",
        "/favicon.ico",
        "/health",
        "/%00",
        "/%2F",
    ):
        for method in ("GET", "POST", "HEAD", "OPTIONS"):
            pair.send(method, target)
    for target in (
        "/management/v1/org/x/team",
        "/v1/org",
        "/v1/org/",
        "/v1/org//team",
        "/api/v2",
        "/v1/api_keys/",
        "/v1/api-keys/x",
    ):
        pair.send("GET", target)
    pair.send("GET", "/v1/teams/%zz", known="no URL")
    deep = b"[" * 201 + b"]" * 201
    pair.send("POST", "/v1/api-keys", {"Content-Type": "application/json"}, content=deep, known="deep JSON")
    pair.send("POST", "/v1/api-keys", {"Content-Type": "application/json"}, content=deep[1:-1])
