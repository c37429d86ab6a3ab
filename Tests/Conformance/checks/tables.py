"""Facts against the providers' fact sheets: endpoint tables and schema blocks in Markdown.

A sheet is prose in a regular form. A name with ``*`` is always there, any other may be left out; both are compared, and
so are the types, limits and defaults next to them where they are written in words this file knows.
"""

import re
from collections.abc import Iterator

from .notation import Endpoint, Provider, Value
from .report import Report

ROW = re.compile(r"^\| .+? \| (GET|POST|PUT|PATCH|DELETE) (?:`([^`]+)`|same path) \| (.*) \| (.*?) \|$", re.MULTILINE)
MARKED = re.compile(r"\b([a-z_]+)(?:([*?])(?!\*)|(?=:))(?::\s*((?:\[[^\]]*\]|[^,}`])+))?")
REFUSAL = re.compile(r"^422: `\{detail\?: \[\{(.*)\}\]\}`", re.MULTILINE)
WORDS = {"uuid": "uuid", "string": "string", "date-time": "date-time", "int": "integer", "bool": "boolean"}
WORDS |= {"object": "object", "any": "any"}


class Sheet:
    """One provider's fact sheet."""

    def __init__(self, provider: Provider, text: str, report: Report) -> None:
        self.provider, self.text, self.report = provider, text, report
        self.label = f"sheet: {provider.name}"

    def compare(self) -> None:
        """Compare everything that parses."""
        self._endpoints()
        for name, text in self._definitions():
            self._definition(name, text)
        if "422: `" in self.text:
            refusal = REFUSAL.search(self.text)
            if self.report.true(f"{self.label} 422", refusal is not None, "another form of detail"):
                self._marked(f"{self.label} 422", self.provider.schemas["ValidationError"], refusal[1])
        if self.provider.auth:
            row = re.search(r"^\| auth \|.*$", self.text, re.MULTILINE)
            header = self.provider.auth.get("header", "Authorization")
            self.report.true(f"{self.label} auth", row is not None and f"`{header}:" in row[0], f"no header {header}")

    def _endpoints(self) -> None:
        rows, path, response = {}, "", ""
        below = re.search(r"below `([^`]+)`", self.text)
        for method, named, request, answer in ROW.findall(self.text):
            path = named or path
            if below and not path.startswith("/v1"):
                path = below[1] + path
            response = response if answer == "same" else answer
            rows[f"{method} {path}"] = (request, response)
        endpoints = {endpoint.name: endpoint for endpoint in self.provider.endpoints}
        self.report.same(f"{self.label} endpoints", sorted(endpoints), sorted(rows))
        for name in endpoints.keys() & rows.keys():
            self._endpoint(endpoints[name], *rows[name])

    def _endpoint(self, endpoint: Endpoint, request: str, response: str) -> None:
        where = f"{self.label} {endpoint.name}"
        status = re.match(r"\**(\d{3})\b", response)
        self.report.same(f"{where} status", endpoint.statuses[0], int(status[1]) if status else 200)
        sent = self._fields(endpoint.request)
        sent |= {name: value for (place, name), value in endpoint.parameters.items() if place == "query"}
        self._marked(f"{where} request", sent, request)
        if "{" in request or "query" in request:
            missing = [name for name in sent if not re.search(rf"\b{name}\b", request)]
            self.report.same(f"{where} request fields that the row lacks", missing, [])
        self._mentioned(f"{where} request", endpoint.request, request)
        response = response.partition("**409**")[0]
        self._marked(f"{where} response", self._fields(endpoint.response), response)
        self._mentioned(f"{where} response", endpoint.response, response)

    def _names(self, value: Value | None) -> set[str]:
        """The schemas and enumerations that a value names, through lists too."""
        names = set()
        for one in value.types if value else ():
            names |= {one.name} if one.kind == "name" else self._names(one.item)
        return names

    def _fields(self, value: Value | None) -> dict[str, Value]:
        """The fields of a body that is one object; a copy."""
        named = [one.name for one in value.types if one.kind == "name"] if value else []
        return dict(self.provider.schemas.get(named[0], {})) if named else {}

    def _mentioned(self, where: str, body: Value | None, text: str) -> None:
        """A schema that a cell names is the body, is extended by it, or is named by one of its fields."""
        fields = self._fields(body)
        for name in re.findall(r"\b[A-Z]\w+", text):
            if schema := self.provider.schemas.get(name):
                named = [body, *fields.values()]
                there = any(name in self._names(one) for one in named) or schema.items() <= fields.items()
                self.report.true(where, there, f"{name} is not in facts.toml's body")

    def _marked(self, where: str, fields: dict[str, Value], text: str) -> None:
        """Compare each ``name*``, ``name?`` or ``name:`` of a cell, with the type that follows the colon."""
        for name, mark, words in MARKED.findall(text):
            if self.report.true(where, name in fields, f"facts.toml lacks {name}"):
                self.report.same(f"{where}.{name} optional", fields[name].optional, mark != "*")
                if words:
                    self._words(f"{where}.{name}", fields[name], words.strip())

    def _words(self, where: str, value: Value, words: str) -> None:
        """Compare a type, its limits and its default, as far as they are written in known words."""
        self.report.same(f"{where} nullable", value.nullable, " or null" in f" {words}")
        listed = words.startswith("[")
        base = re.match(r"\[?([\w-]+)", words)
        first = value.types[0].item.types[0] if listed and value.types[0].item else value.types[0]
        named = {*self.provider.schemas, *self.provider.enums, *self.provider.unions}
        if base and (base[1] in WORDS or base[1] in named):
            self.report.same(f"{where} list", value.types[0].kind == "list", listed)
            self.report.same(f"{where} type", first.name or first.kind, WORDS.get(base[1], base[1]))
        if limits := re.search(r"(\d+)?(?:…|≤)(\d+)", words):
            low, high = (int(end) if end else None for end in limits.groups())
            self.report.same(f"{where} limits", (first.low, first.high), (low, high))
        if default := re.search(r"default (\w+)", words):
            self.report.same(f"{where} default", str(value.default).lower(), default[1])

    def _definitions(self) -> Iterator[tuple[str, str]]:
        """Each name in the fenced blocks, with its text up to the next name."""
        for block in re.findall(r"^```\n(.*?)^```", self.text, re.MULTILINE | re.DOTALL):
            starts = list(re.finditer(r"(?:^|(?<=  ))([A-Z]\w+) {2,}", block, re.MULTILINE))
            for start, following in zip(starts, [*starts[1:], None], strict=True):
                yield start[1], block[start.end() : following.start() if following else None]

    def _definition(self, name: str, text: str) -> None:
        where = f"{self.label} {name}"
        if name in self.provider.enums:
            values = re.findall(r'"(\w+)"', text) or re.findall(r"\b[A-Z][A-Z_]+\b", text)
            self.report.same(f"{where} values", self.provider.enums[name], values)
        elif name in self.provider.unions:
            variants = re.findall(r"^ +(\w+) {2,}(.*)$", text, re.MULTILINE)
            union = self.provider.unions[name]
            self.report.same(f"{where} variants", sorted(union), sorted(tag for tag, _ in variants))
            for tag, body in variants:
                fields = {key: one for key, one in self.provider.schemas[union[tag]].items() if key != "type"}
                self._object(f"{where}({tag})", fields, re.sub(r"\(.*\)", "", body))
        elif self.report.true(where, name in self.provider.schemas, "facts.toml lacks it"):
            body = " ".join(re.sub(r"\([^)]*\)", "", text).split())
            self._object(where, self.provider.schemas[name], body)

    def _object(self, where: str, fields: dict[str, Value], body: str) -> None:
        """Compare the fields that a definition lists, and what it adds them to."""
        listed = set()
        if base := re.match(r"([A-Z]\w+) \+ ", body):
            inherited = self.provider.schemas[base[1]]
            self.report.true(where, inherited.items() <= fields.items(), f"{base[1]} is not all in it")
            listed, body = set(inherited), body[base.end() :]
        for part in filter(None, (part.strip() for part in body.split(";"))):
            name, mark, words = re.match(r"(\w+)(\*?)\s*(.*)$", part).groups()
            listed.add(name)
            if self.report.true(where, name in fields, f"facts.toml lacks {name}"):
                self.report.same(f"{where}.{name} optional", fields[name].optional, not mark)
                self._words(f"{where}.{name}", fields[name], re.sub(r"\{.*\}", "", words))
                if inner := re.match(r"\{(.*)\}", words):
                    self._object(f"{where}.{name}", self._fields(fields[name]), inner[1].replace(",", ";"))
        self.report.same(f"{where} fields", sorted(fields), sorted(listed))
