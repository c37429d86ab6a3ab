"""Facts against the providers' published pages: OpenAPI in YAML, JSON samples and a list of fields."""

import json
import re
from pathlib import Path

import yaml

from .description import FORMS, Description
from .notation import Provider, Value
from .report import Report

FENCE = re.compile(r"^````yaml[^\n]*\n(.*?)^````", re.MULTILINE | re.DOTALL)
ANCHOR = re.compile(r"^\[\]\(#\S+\)$")
FIELD = re.compile(r"^(string|boolean|integer)(?:<([a-z-]+)>)?( \| null)?$")


def compare(folder: Path, providers: list[Provider], report: Report) -> None:
    """Compare every page of the folder; one that says nothing comparable is a mismatch."""
    pages = sorted(folder.glob("*.txt"))
    report.true(f"{folder}", bool(pages), "no pages")
    for page in pages:
        text, before = page.read_text(encoding="utf-8"), report.checks
        documents = FENCE.findall(text)
        for document in documents:
            _openapi(page.name, yaml.safe_load(document), providers, report)
        if not documents:
            _samples(page.name, text, providers, report)
            _fields(page.name, text, providers, report)
        report.true(page.name, report.checks > before, "nothing in it could be compared")


def _openapi(label: str, document: dict, providers: list[Provider], report: Report) -> None:
    """Compare every operation of a description, which may be older than the facts."""
    description = Description(document, report, label, older=True)
    for (method, path), operation in description.operations().items():
        known = [(one, end) for one in providers for end in one.endpoints if (end.method, end.path) == (method, path)]
        if report.true(f"{label} {method} {path}", len(known) == 1, "facts.toml lacks it"):
            description.compare(*known[0], operation)


def _owner(text: str, providers: list[Provider]) -> tuple[Provider, dict[str, Value], dict[str, Value]] | None:
    """The provider, request and response fields of the POST that a page shows as a curl command."""
    url = re.search(r"--url (\S+)", text)
    for provider in providers:
        for endpoint in provider.endpoints:
            if url and endpoint.method == "POST" and url[1].endswith(endpoint.path):
                named = [body.types[0].name for body in (endpoint.request, endpoint.response)]
                return provider, *(provider.schemas[name] for name in named)
    return None


def _samples(label: str, text: str, providers: list[Provider], report: Report) -> None:
    """The sample of a response shows every field that the facts state, and no other.

    Samples of a request are left alone: one page shows fields there that its own schema does not take.
    """
    owner = _owner(text, providers)
    if not report.true(label, owner is not None, "no curl command for a POST of facts.toml"):
        return
    end = 0
    for start in re.finditer(r"^\{", text, re.MULTILINE):
        if start.start() < end:
            continue
        try:
            sample, end = json.JSONDecoder().raw_decode(text, start.start())
        except ValueError:
            continue
        if not text[: start.start()].rstrip().endswith("--data '"):
            _sample(f"{label} sample", owner[0], owner[2], sample, report)


def _sample(where: str, provider: Provider, fields: dict[str, Value], sample: dict, report: Report) -> None:
    """One object of a sample, and the objects in it."""
    report.same(where, sorted(fields), sorted(sample))
    for name in fields.keys() & sample.keys():
        kind, inner = fields[name].types[0], sample[name]
        if kind.kind == "list":
            kind, inner = kind.item.types[0], inner[0]
        if kind.name in provider.enums:
            report.true(f"{where}.{name}", inner in provider.enums[kind.name], f"facts.toml lacks the value {inner!r}")
        elif kind.kind == "name":
            schema = provider.unions.get(kind.name, {}).get(inner.get("type"), kind.name)
            if report.true(f"{where}.{name}", schema in provider.schemas, f"facts.toml lacks the variant of {inner}"):
                _sample(f"{where}.{name}", provider, provider.schemas[schema], inner, report)


def _fields(label: str, text: str, providers: list[Provider], report: Report) -> None:
    """A page that lists its fields one below the other: name, type, ``required`` or a default, limits."""
    owner = _owner(text, providers)
    for part, fields in (("Body", 1), ("Response", 2)):
        section = re.search(rf"^#### {part}\n(.*?)(?=^####|\Z)", text, re.MULTILINE | re.DOTALL)
        if owner is None or section is None:
            continue
        lines = [line.replace("\\", "") for line in section[1].splitlines() if line and not ANCHOR.match(line)]
        starts = [index for index in range(len(lines) - 1) if FIELD.match(lines[index + 1])]
        ends = [*starts[1:], len(lines)]
        found = {lines[start]: lines[start + 1 : end] for start, end in zip(starts, ends, strict=True)}
        report.same(f"{label} {part} fields", sorted(owner[fields]), sorted(found))
        for name in owner[fields].keys() & found.keys():
            value, (form, *notes) = owner[fields][name], found[name]
            where = f"{label} {part}.{name}"
            kind, style, null = FIELD.match(form).groups()
            report.same(f"{where} type", FORMS[value.types[0].kind], (kind, style))
            report.same(f"{where} nullable", value.nullable, null is not None)
            report.same(f"{where} optional", value.optional, "required" not in notes)
            said = "\n".join(notes)
            default = re.search(r"^default:(\w+)$", said, re.MULTILINE)
            report.same(f"{where} default", value.default, json.loads(default[1]) if default else None)
            limits = re.search(r"string length: `(?:(\d+) - )?(\d+)`", said)
            low, high = (int(end) if end else None for end in (limits.groups() if limits else ("", "")))
            report.same(f"{where} limits", (value.types[0].low, value.types[0].high), (low, high))
