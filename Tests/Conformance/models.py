"""Changes of the documents' examples, and whether the schemas take them."""

import copy
from collections.abc import Iterator
from typing import Any

from conftest import DOCUMENTS
from jsonschema import Draft202012Validator

REPLACEMENTS = (None, "x", "", 1, 1.5, True, [], {})


def validator(provider: str, schema: str) -> Draft202012Validator:
    """A validator of one schema of a document."""
    reference = {"$ref": f"#/components/schemas/{schema}", "components": DOCUMENTS[provider]["components"]}
    return Draft202012Validator(reference, format_checker=Draft202012Validator.FORMAT_CHECKER)


def schemas(provider: str) -> list[str]:
    """The schemas with examples that answers are made of: those that a model of the clients reads."""
    document = DOCUMENTS[provider]
    found: dict[str, None] = {}

    def visit(node: Any) -> None:
        if isinstance(node, list):
            for part in node:
                visit(part)
        elif isinstance(node, dict):
            target = node.get("$ref", "")
            if target.startswith("#/components/schemas/"):
                name = target.rsplit("/", 1)[1]
                if name not in found:
                    found[name] = None
                    visit(document["components"]["schemas"][name])
            elif target:
                visit(document["components"]["responses"][target.rsplit("/", 1)[1]])
            visit([value for key, value in node.items() if key != "examples"])

    for path in document["paths"].values():
        visit([operation["responses"] for method, operation in path.items() if method != "parameters"])
    return [name for name in found if "examples" in document["components"]["schemas"][name]]


def enumerations(provider: str) -> dict[str, list[str]]:
    """The values of each enumeration."""
    named = DOCUMENTS[provider]["components"]["schemas"]
    return {name: schema["enum"] for name, schema in named.items() if "enum" in schema}


def changes(provider: str, schema: str, example: Any) -> Iterator[tuple[str, Any, bool]]:
    """Each example with one member or element removed or replaced, and whether a model has to take that.

    A model is as strict as the schema but for two things: it takes a value that an enumeration does not know yet, and
    null for a member that may be left out.
    """
    check = validator(provider, schema)

    def is_accepted(value: Any) -> bool:
        return all(error.validator == "enum" and isinstance(error.instance, str) for error in check.iter_errors(value))

    for path in _places(example, ()):
        name = ".".join(map(str, path))
        changed = copy.deepcopy(example)
        parent = changed
        for key in path[:-1]:
            parent = parent[key]
        is_optional = False
        if isinstance(parent, dict):
            value = parent.pop(path[-1])
            is_optional = is_accepted(changed)
            yield f"{name} removed", changed, is_optional
            parent[path[-1]] = value
        for replacement in REPLACEMENTS:
            parent[path[-1]] = replacement
            yield f"{name} = {replacement!r}", changed, is_accepted(changed) or (replacement is None and is_optional)


def _places(node: Any, path: tuple) -> Iterator[tuple]:
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in items:
        yield (*path, key)
        yield from _places(value, (*path, key))
