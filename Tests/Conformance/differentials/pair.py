"""Two servers that have to answer alike."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx

from .comparison import Comparison, Difference


@dataclass(frozen=True)
class Both:
    """A value that each side has in a form of its own, such as the id of a key that a request has made."""

    application: Any
    sandbox: Any

    def __getitem__(self, name: Any) -> "Both":
        return Both(self.application[name], self.sandbox[name])

    def map(self, change: Callable[[Any], Any]) -> "Both":
        """The same change made to both."""
        return Both(change(self.application), change(self.sandbox))


@dataclass
class Known:
    """A difference that stays, and why."""

    case: str
    reason: str
    is_seen: bool = False


def known_differences() -> list[Known]:
    """All of them. Each is sent, and has to differ."""
    return [
        Known("no URL", "the server refuses a target that is no URL, such as a lone %, before the sandbox sees it"),
        Known("deep JSON", "the sandbox reads 200 levels; how far Python gets depends on the stack below it"),
    ]


def _own(value: Any, side: str) -> Any:
    """The value with what belongs to one side filled in."""
    if isinstance(value, Both):
        return getattr(value, side)
    if isinstance(value, dict):
        return {_own(name, side): _own(member, side) for name, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [_own(element, side) for element in value]
    return value


class Pair:
    """The application and the sandbox."""

    def __init__(self, application: str, sandbox: str) -> None:
        # A connection for each request: uvicorn closes one after a 500, and would delay answers on one that is kept.
        limits = httpx.Limits(max_keepalive_connections=0)
        self.clients = {
            side: httpx.Client(base_url=url, trust_env=False, timeout=30, limits=limits)
            for side, url in (("application", application), ("sandbox", sandbox))
        }
        self.comparison = Comparison()
        self.count = 0
        self.unexpected: list[str] = []
        self.known = known_differences()

    def __enter__(self) -> "Pair":
        return self

    def __exit__(self, *_: object) -> None:
        for client in self.clients.values():
            client.close()

    def are_fresh(self) -> bool:
        """Whether neither side has made a key yet."""
        lengths = {len(client.get("/v1/api-keys").json()) for client in self.clients.values()}
        return len(lengths) == 1

    def send(
        self,
        method: str,
        target: str | tuple[Any, ...],
        headers: dict[str, Any] | None = None,
        json_body: Any = ...,
        content: bytes | None = None,
        known: str | None = None,
    ) -> Both:
        """Sends one request to both sides and compares the answers.

        ``target`` goes on the wire byte by byte; a tuple is put together from parts, each side's own where they are
        ``Both``. The result holds both bodies, read as JSON, or None.
        """
        answers = {}
        for side, client in self.clients.items():
            parts = target if isinstance(target, tuple) else (target,)
            raw = "".join(_own(part, side) for part in parts)
            fields = dict(_own(headers or {}, side))
            body = content
            if json_body is not ...:
                body = json.dumps(_own(json_body, side)).encode()
                fields.setdefault("Content-Type", "application/json")
            # By this extension, httpx sends the target as it stands.
            target_bytes = {"target": raw.encode("ascii")}
            answers[side] = client.request(method, "/", headers=fields, content=body, extensions=target_bytes)
        self.count += 1
        case = f"{method} {target} {headers} {content if json_body is ... else json.dumps(json_body, default=str)}"
        self._compare(case[:600], answers["application"], answers["sandbox"], known)
        return Both(*(_json(answer) for answer in answers.values()))

    def _compare(self, case: str, left: httpx.Response, right: httpx.Response, known: str | None) -> None:
        expected = next((entry for entry in self.known if entry.case == known), None)
        try:
            self.comparison.compare(left, right)
        except Difference as difference:
            if expected:
                expected.is_seen = True
            else:
                self.unexpected.append(f"{case}\n    {difference}")


def _json(response: httpx.Response) -> Any:
    try:
        return response.json()
    except ValueError:
        return None
