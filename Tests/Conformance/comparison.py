"""Sends the same requests to the FastAPI application and to the sandbox, and compares the answers.

The requests are made of a document: each call as its examples have it, and then with every ordinary mistake. What may
differ is listed in ``differences.toml``, with the reason.
"""

import json
import re
import tomllib
from collections.abc import Iterator
from typing import Any

import httpx
from conftest import HERE, request

VALUES = (None, True, 1, 1.5, "", "x", "é\u0301\U0001f511", [], [1], [None], {}, {"a": 1})
UUIDS = ("00000000-0000-4000-8000-000000000000", "A1B9E2D4-5C3F-4E60-9A71-0F2D8C4B6E11")
TEXTS = ("x", "", "%C3%A9", "%", "a%2Fb", "true", *UUIDS)
BODIES = (b"", b"{", b"[]", b"null", b"1", b'"x"', b"[1 2]", b'{"a":1,}', b"\xff", b"NaN", b"a=1")
TYPES = (None, "text/plain", "application/json; charset=utf-8", "application/vnd.api+json", "multipart/form-data")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "FETCH")
HEADERS = ("content-type", "allow", "www-authenticate", "location")

# What each side makes up for itself: any two texts of such a form are alike.
MADE_UP = re.compile(
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d\d-\d\dT[\d:.]+(Z|\+00:00)?"
    r"|((sk|ik|pk|mg|tat|key)_)?([a-z]+_)?[0-9a-f]{4,40}(\.[0-9a-f]{32})?|sk_\.\.\.[0-9a-f]{4}"
)


class Comparison:
    """Counts the requests and collects where the two differ."""

    def __init__(self, client: httpx.Client, application: str, sandbox: str) -> None:
        self.client, self.urls = client, (application, sandbox)
        self.count, self.unexpected = 0, []
        known = tomllib.loads((HERE / "differences.toml").read_text(encoding="utf-8"))["difference"]
        self.known = [{**entry, "seen": False} for entry in known]

    def run(self, document: dict[str, Any]) -> None:
        """All requests of a document."""
        for case, method, target, headers, content in requests(document):
            answers = [request(self.client, url, method, target, headers=headers, content=content) for url in self.urls]
            self.count += 1
            left, right = (essence(answer, url) for answer, url in zip(answers, self.urls, strict=True))
            if left == right:
                continue
            line = f"{method} {target}: {case}\n    application {left}\n    sandbox     {right}"
            entry = next((entry for entry in self.known if re.search(entry["case"], line)), None)
            if entry:
                entry["seen"] = True
            else:
                self.unexpected.append(line)


def essence(answer: httpx.Response, url: str) -> Any:
    """What clients read of an answer."""
    headers = {name: answer.headers[name].replace(url, "") for name in HEADERS if name in answer.headers}
    if not answer.content:
        headers.pop("content-type", None)
    try:
        body = answer.json()
    except ValueError:
        body = answer.text
    if answer.status_code == 422 and isinstance(body, dict):
        entries = [{key: value for key, value in entry.items() if key != "ctx"} for entry in body["detail"]]
        body = sorted(entries, key=lambda entry: json.dumps(entry["loc"]))
    return answer.status_code, headers, shape(body)


def shape(value: Any) -> Any:
    """A body without what each side makes up."""
    if isinstance(value, dict):
        return {key: shape(member) for key, member in value.items()}
    if isinstance(value, list):
        return [shape(element) for element in value]
    return "made up" if isinstance(value, str) and MADE_UP.fullmatch(value) else value


def requests(document: dict[str, Any]) -> Iterator[tuple[str, str, str, dict[str, str], bytes | None]]:
    """Each call, and each with one thing wrong: what is wrong, method, target, headers and content."""
    def resolved(node: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in node:
            _, _, kind, name = node["$ref"].split("/")
            node = document["components"][kind][name]
        return node

    credential = document["x-credential"]
    right = {credential["header"]: credential["right"]}
    scheme, _, secret = credential["right"].rpartition(" ")
    refused = [{}, {credential["header"]: credential["forbidden"]}]
    odd = ("", scheme, "x", f"{scheme} x".strip(), f"Basic {secret}", secret[:-1])
    refused += [{credential["header"]: value} for value in odd]
    json_type = {"Content-Type": "application/json"}

    for template, path in document["paths"].items():
        shared = [resolved(parameter) for parameter in path.get("parameters", [])]
        operations = {method: operation for method, operation in path.items() if method != "parameters"}
        places = {one["name"]: one["example"] for one in shared if one["in"] == "path"}
        plain = template.format(**places)
        for method in METHODS:
            if method.lower() not in operations:
                yield "another method", method, plain, right, None
        for ending in (plain[:-1] if plain.endswith("/") else plain + "/", plain + "//", plain + "/x/y", plain.upper()):
            yield "another path", "GET", ending, right, None

        for method, operation in operations.items():
            method = method.upper()
            parameters = [*shared, *(resolved(parameter) for parameter in operation.get("parameters", []))]
            queries = [one for one in parameters if one["in"] == "query"]
            query = "&".join(f"{one['name']}={one['example'][0]}" for one in queries if one.get("required"))
            target = plain + ("?" + query if query else "")
            body = operation.get("requestBody")
            examples = []
            if body:
                schema = resolved(body["content"]["application/json"]["schema"])
                examples = schema["examples"]
            content = json.dumps(examples[-1]).encode() if examples else None
            headers = {**right, **(json_type if body else {})}

            for wrong in refused:
                others = {name: value for name, value in headers.items() if name != credential["header"]}
                yield f"credential {wrong}", method, target, {**others, **wrong}, content
            for name in places:
                for text in TEXTS:
                    other = template.format(**{**places, name: text}) + target[len(plain) :]
                    yield f"{name} = {text!r}", method, other, headers, content
            for one in queries:
                for text in TEXTS:
                    yield f"{one['name']} = {text!r}", method, f"{plain}?{one['name']}={text}", headers, content
                yield "twice", method, f"{plain}?{one['name']}=x&{one['name']}=y", headers, content
                yield "brackets", method, f"{plain}?{one['name']}[]=x&{{|}}=^", headers, content
                yield "left out", method, plain, headers, content
            if not body:
                yield "as it should be", method, target, headers, None
                continue

            for example in reversed(examples):
                yield "as it should be", method, target, headers, json.dumps(example).encode()
            for text in BODIES:
                yield f"body {text!r}", method, target, headers, text
                yield f"body {text!r} of no type", method, target, right, text
            for kind in TYPES:
                typed = {**right, "Content-Type": kind} if kind else right
                yield f"content type {kind}", method, target, typed, content
            for name, member in schema["properties"].items():
                member = resolved(member)
                least = examples[-1]
                yield f"{name} left out", method, target, headers, _json(least, name, ...)
                limits = [member[limit] for limit in ("minLength", "maxLength") if limit in member]
                lengths = [limit + more for limit in limits for more in (-1, 0, 1)]
                for value in (*VALUES, *(character * length for length in lengths for character in "a\U0001f511")):
                    yield f"{name} = {value!r}"[:200], method, target, headers, _json(least, name, value)
            yield "one member too many", method, target, headers, _json(examples[-1], "zzz", 1)
            wrong = dict.fromkeys(schema["properties"], [{}])
            yield "everything wrong", method, target, headers, json.dumps(wrong).encode()
    for target in ("/", "//", "/nowhere", "/%00", "/v1", "/v1/"):
        yield "nobody's path", "GET", target, right, None


def _json(example: dict[str, Any], name: str, value: Any) -> bytes:
    """The example with one member replaced, or left out."""
    changed = {key: member for key, member in example.items() if key != name}
    return json.dumps(changed if value is ... else {**changed, name: value}).encode()
