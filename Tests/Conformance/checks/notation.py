"""The notation of facts.toml, explained at its top."""

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

LITERALS = {"true": True, "false": False}
PLAIN = {"string", "uuid", "date-time", "integer", "boolean", "object", "any"}


@dataclass(frozen=True)
class Type:
    """One alternative of a value."""

    kind: str  # one of PLAIN, or const, list, name
    name: str = ""  # of a const or a name
    item: "Value | None" = None
    low: int | None = None
    high: int | None = None
    pattern: str | None = None


@dataclass(frozen=True)
class Value:
    """What a field, a parameter or a body may hold."""

    types: tuple[Type, ...]
    optional: bool = False
    nullable: bool = False
    default: Any = None


def _alternatives(text: str) -> list[str]:
    """Split at `` or `` outside of brackets."""
    parts = [""]
    for word in re.split(r"( or )", text):
        if word == " or " and parts[-1].count("[") == parts[-1].count("]"):
            parts.append("")
        else:
            parts[-1] += word
    return parts


def _type(text: str) -> Type:
    if text.startswith("[") and text.endswith("]"):
        return Type("list", item=parse(text[1:-1]))
    kind, _, rest = text.partition(" ")
    if kind == "const":
        return Type("const", name=rest)
    if kind not in PLAIN:
        if rest or not re.fullmatch(r"[A-Z]\w*", kind):
            raise ValueError(f"not a type: {text!r}")
        return Type("name", name=kind)
    if rest.startswith("~"):
        return Type(kind, pattern=rest[1:])
    limits = re.fullmatch(r"(\d*)\.\.(\d*)", rest)
    if rest and not limits:
        raise ValueError(f"not a limit: {text!r}")
    low, high = (int(end) if end else None for end in (limits.groups() if limits else ("", "")))
    return Type(kind, low=low, high=high)


@cache
def parse(text: str) -> Value:
    """Read one field."""
    optional = text.startswith("optional ")
    text, _, default = text.removeprefix("optional ").partition(" = ")
    parts = _alternatives(text)
    types = tuple(_type(part) for part in parts if part != "null")
    return Value(types, optional, "null" in parts, LITERALS.get(default, default) if default else None)


@dataclass
class Endpoint:
    """One call."""

    method: str
    path: str
    statuses: list[int]
    parameters: dict[tuple[str, str], Value]  # by place (path, query, header) and name
    request: Value | None
    response: Value | None

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"


@dataclass
class Provider:
    """What facts.toml says of one provider; the common schemas are among its own."""

    name: str
    auth: dict[str, str] | None
    endpoints: list[Endpoint]
    schemas: dict[str, dict[str, Value]]
    enums: dict[str, list[str]]
    unions: dict[str, dict[str, str]]
    closed: set[str]
    newer: set[str]
    used: set[str] = field(default_factory=set)  # the names that a comparison has reached


def _endpoint(table: dict[str, Any]) -> Endpoint:
    method, _, path = table["call"].partition(" ")
    bodies = {kind: parse(table[kind]) if kind in table else None for kind in ("request", "response")}
    places = ("path", "query", "header")
    parameters = {(place, name): parse(text) for place in places for name, text in table.get(place, {}).items()}
    unknown = set(table) - {"call", "path", "query", "header", "statuses", "request", "response"}
    if unknown:
        raise ValueError(f"{table['call']}: unknown members {sorted(unknown)}")
    return Endpoint(method, path, table["statuses"], parameters, **bodies)


def load(path: Path) -> list[Provider]:
    """Read the file."""
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    common = tables.pop("common")
    providers = []
    for name, table in tables.items():
        schemas = {**common["schemas"], **table["schemas"]}
        providers.append(
            Provider(
                name,
                table.get("auth"),
                [_endpoint(endpoint) for endpoint in table["endpoints"]],
                {key: {member: parse(text) for member, text in fields.items()} for key, fields in schemas.items()},
                table.get("enums", {}),
                table.get("unions", {}),
                set(table.get("closed", [])),
                {*common["newer"], *table.get("newer", [])},
            )
        )
    return providers
