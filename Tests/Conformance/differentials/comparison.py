"""When two answers are alike."""

import json
import re
from typing import Any

import httpx

HEADERS = ("content-type", "allow", "www-authenticate", "location")

# What each side makes up for itself. Two such texts are alike where the same form fits both of them.
FORMS = [
    re.compile(form)
    for form in (
        r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
        r"sk_us_[0-9a-f]{32}",
        r"sk_eu_[0-9a-f]{32}",
        r"tat_production_[0-9a-f]{32}",
        r"tat_sandbox_[0-9a-f]{32}",
        r"mg_[0-9a-f]{40}",
        r"[0-9a-f]{8}\.[0-9a-f]{32}",
        r"[0-9a-f]{4}/[0-9a-f]{3}\.[0-9a-f]{32}",
        r"ik_test_[0-9a-f]{32}",
        r"ik_live_[0-9a-f]{32}",
        r"key_[0-9a-f]{16}",
        r"pk_[0-9a-f]{24}",
        r"sk_[0-9a-f]{40}",
    )
]
# The same for dates, and for what is so short that chance may make it twice.
_SECOND = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"
LOOSE_FORMS = [re.compile(_SECOND + rest) for rest in (r"\+00:00", r"(\.\d{6})?Z", r"\.\d{6}")] + [
    re.compile(form)
    for form in (
        r"[0-9a-f]{8}",
        r"[0-9a-f]{4}/[0-9a-f]{3}",
        r"ik_test_[0-9a-f]{4}",
        r"ik_live_[0-9a-f]{4}",
        r"sk_\.\.\.[0-9a-f]{4}",
    )
]


class Difference(Exception):
    """Where two answers differ."""


class Number(str):
    """A number as it stands in the text: 1 is not 1.0."""


class Comparison:
    """Compares answers and remembers which made-up text of one side stands for which one of the other."""

    def __init__(self) -> None:
        self.partners: dict[str, str] = {}

    def compare(self, left: httpx.Response, right: httpx.Response) -> None:
        """Raises ``Difference`` unless the answers are alike."""
        self._equal("status", left.status_code, right.status_code, f"{left.text!r} and {right.text!r}")
        for name in HEADERS:
            self._equal(name, left.headers.get(name), right.headers.get(name))
        if left.headers.get("content-type") == "application/json" and left.content and right.content:
            self._same("body", _read(left), _read(right))
        else:
            self._equal("body", left.content, right.content)

    def _same(self, path: str, left: Any, right: Any) -> None:
        self._equal(f"{path}: kind", type(left).__name__, type(right).__name__, f"{left!r} and {right!r}")
        if isinstance(left, dict):
            self._equal(f"{path}: members", list(left), list(right))
            for name in left:
                self._same(f"{path}.{name}", left[name], right[name])
        elif isinstance(left, list):
            self._equal(f"{path}: length", len(left), len(right), f"{left!r} and {right!r}")
            for index, (one, other) in enumerate(zip(left, right, strict=True)):
                self._same(f"{path}[{index}]", one, other)
        elif type(left) is str and left != right:
            self._made_up(path, left, right)
        else:
            self._equal(path, left, right)

    def _made_up(self, path: str, left: str, right: str) -> None:
        if any(form.fullmatch(left) and form.fullmatch(right) for form in LOOSE_FORMS):
            return
        if not any(form.fullmatch(left) and form.fullmatch(right) for form in FORMS):
            raise Difference(f"{path}: {left!r} and {right!r}")
        for one, other in ((left, right), (right, left)):
            self._equal(f"{path}: partner of {one!r}", self.partners.setdefault(one, other), other)

    @staticmethod
    def _equal(what: str, left: Any, right: Any, more: str = "") -> None:
        if left != right:
            raise Difference(f"{what}: {left!r} and {right!r}" + (f"; {more}" if more else ""))


def _read(response: httpx.Response) -> Any:
    return json.loads(response.content, parse_int=Number, parse_float=Number)
