"""What a Junction server answers when all is well."""

import json

KEY = {
    "id": "0b8f3c5e-7a1d-4e92-8c46-5d2f9e1a7b30",
    "label": "tls",
    "value": "sk_us_tls",
    "team_id": "a1b9e2d4-5c3f-4e60-9a71-0f2d8c4b6e11",
    "created_at": "2026-01-02T03:04:05Z",
}


def body(method: str) -> bytes:
    """The body for a create or a list of team API keys."""
    return json.dumps(KEY if method == "POST" else {"api_keys": [KEY], "next_cursor": None}).encode()
