"""Requests to the application, in process, whose answers are compared and counted."""

from typing import Any

import httpx

ABSENT = object()


class Checks:
    """The number of checks made and what failed."""

    def __init__(self) -> None:
        self.count, self.failures = 0, []

    def expect(self, what: str, holds: bool, found: Any) -> None:
        """Count one check."""
        self.count += 1
        if not holds:
            self.failures.append(f"{what}: {found}")


class Caller:
    """Sends requests with one set of headers."""

    def __init__(self, client: httpx.AsyncClient, checks: Checks, headers: dict[str, str] | None = None) -> None:
        self.client, self.checks, self.headers = client, checks, headers or {}

    def with_headers(self, headers: dict[str, str]) -> "Caller":
        """The same, with other headers."""
        return Caller(self.client, self.checks, headers)

    def expect(self, what: str, holds: bool, found: Any) -> None:
        """Count one check."""
        self.checks.expect(what, holds, found)

    async def __call__(self, call: str, status: int, has: Any = ABSENT, json: Any = ABSENT, **more: Any) -> Any:
        """Send, compare the status and the body, and return the body.

        ``has`` is an object whose members the body must have (``ABSENT``: must not have), the type of an entry of a
        422, or the whole body. An answer without a body gives ``ABSENT``.
        """
        method, path = call.split(" ", 1)
        headers = {**self.headers, **more.pop("headers", {})}
        if json is not ABSENT:
            more["json"] = json
        answer = await self.client.request(method, path, headers=headers, **more)
        body = answer.json() if answer.content else ABSENT
        found = body
        if isinstance(has, dict) and isinstance(body, dict):
            found = {key: body.get(key, ABSENT) for key in has}
        elif isinstance(has, str) and status == answer.status_code == 422:
            found = has if has in [entry["type"] for entry in body["detail"]] else body
        holds = answer.status_code == status and (has is ABSENT or has == found)
        self.expect(f"{call} {'' if json is ABSENT else json}", holds, f"{answer.status_code} {answer.text}")
        challenge = "Bearer" if status == 401 and path.startswith(("/v1/api-keys", "/api/v2")) else None
        self.expect(f"{call} challenge", answer.headers.get("WWW-Authenticate") == challenge, answer.headers)
        return body

    async def refused(self, calls: list[str], headers: dict[str, str], status: int, has: Any) -> None:
        """Each call is refused for its credential, although a body that it needs has no fields."""
        for call in calls:
            needs_body = call.startswith(("POST", "PATCH"))
            await self.with_headers(headers)(call, status, has, {} if needs_body else ABSENT)
