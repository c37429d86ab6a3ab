"""Cases that every call gets: wrong methods, paths, credentials, bodies, fields and parameters."""

import sys
from collections.abc import Iterable
from typing import Any

from .pair import Pair

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "get", "FETCH")
UUID = "a1b9e2d4-5c3f-4e60-9a71-0f2d8c4b6e11"
UUIDS = (
    "", "x", "é", "-", "----", "{}", "{x}", "urn:uuid:", "urn:uuid:x", "URN:UUID:" + UUID, UUID[:-1], UUID + "0",
    UUID + "-", "{" + UUID, "{" + UUID[:-1] + "}", "{" + UUID + "0}", "a" * 32, "g" * 32, "a" * 33, "a" * 36, "a" * 46,
    "{" + "a" * 30 + "}", "{" + "a" * 36 + "}", "urn:uuid:" + "a" * 36, "urn:uuid:" + UUID.replace("-", ""), " " + UUID,
    "a1b9e2d-45c3f-4e60-9a71-0f2d8c4b6e11", "a1b9e2d4-5c3f-4e609-a71-0f2d8c4b6e11", "a1b9e2d4-5c3f-4e60-9a71", "a\nb",
    "a1b9e2d4_5c3f-4e60-9a71-0f2d8c4b6e11", "a1b9e2d4-5c3f-4e60-9a71-0f2d8c4b6e\u00e9", "\U0001f600", "{\u0301a}",
)  # fmt: skip
"""Texts that are no UUID, or not the usual form of one."""

UUID_FORMS = (UUID, UUID.upper(), UUID.replace("-", ""), "{" + UUID + "}", "urn:uuid:" + UUID)

VALUES: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 1.0, -0.0, 1.5, 1e16, 1e-7, 123456789012345680.0, 12345678901234567890123, "", "a",
    "ab", " ", "é", "e\u0301", "\U0001f600", "\u2028\x7f\u200b\ufeff", "\"\\/\b\f\n\r\t\x00\x1f",
    "WOR\u212aSPACE_INVOKE", [], [1], ["a"], [None], {}, {"a": 1, "": [2, {"b": None}]}, [[]], [{}],
)  # fmt: skip
"""Values of all kinds for a field."""

BODIES = (
    b"{", b"[", b"]", b"}", b" ", b"\t\r\n ", b"[]", b"null", b"true", b"1", b"1.5", b'"x"', b"{}x", b"1 2", b"tru",
    b"nul", b"-", b"--1", b"+1", b".5", b"1.", b"1e", b"1e+", b"01", b"-01", b"0x1", b"1_0", b"[,1]", b"[1 2]",
    b"[1", b"[1,", b"[1}", b'{"a" 1}', b'{"a":1 "b":2}', b"{a:1}", b"{'a':1}", b'{"a"', b'{"a":', b'{"a":1',
    b'{"a":1,', b'{"a":1]', b"{,}", b"{1:2}", b'{"a"::1}', b'{"a":1,,}', b'"', b'"abc', b'"a\nb"', b'"\t"', b'"\\"',
    b'"\\', b'"\\x"', b'"\\u"', b'"\\u12"', b'"\\u12g4"', b'"\\u0041', b'"\\ud83d\\ude00"', b'"\\ud83d"',
    b'"\\ud83d\\u0041"', b'"\\ud83d\\uzzzz"', b'{"\\ud83d":1}', b"NaN", b"[NaN]", b"Infinity", b"-Infinity",
    b"-Infinit", b"1e999", b"\xff", b'"\xc3("', b"\xc0\x80", b'"\xed\xa0\x80"', b"\xf4\x90\x80\x80", b"\x00", b"\x00{",
    b"{\x00", b"{}\x00", b"\x00\x00\x00{", b"{\x00\x00\x00", b"\xef\xbb\xbf{}", b"\xef\xbb\xbf{", b"\xff\xfe{\x00}\x00",
    b"\xfe\xff\x00{\x00}", b"\xff\xfe\x00", "{}x".encode("utf-32"), '"\U0001f600" x'.encode("utf-16"),
    "{\u00e9".encode(), '"\U0001f600" x'.encode(), b"\xc2\xa0{}", b"\x0c{}", b"1" * 4300, b"1" * 4301, b"[" * 3000,
    b"//x", b"# x", b"<html>", b"a=1&b=2", b"{\"a\":1}{\"a\":1}", b"[true,false,null,1,-0,-0.0,1E5,1.5E-3]",
)  # fmt: skip
"""Bodies that are no JSON, or no object, or no text."""

if sys.version_info < (3, 13):
    # From 3.13 on, Python has words of its own for a comma too many; the sandbox has those of 3.11 and 3.12.
    BODIES += (b"[1,]", b'{"a":1,}')

TYPES = (
    None, "text/plain", "application/json; charset=utf-8", "APPLICATION/JSON", "application/vnd.api+json", "json", "",
    "application/json/x", "application/jsonx", "application/x-www-form-urlencoded", "application/json , text/plain",
    ";", "text/json", "multipart/form-data; boundary=x",
)  # fmt: skip


def methods(pair: Pair, headers: dict[str, str], targets: Iterable[str], safe: set[str]) -> None:
    """Every target with every method, but for those that change something."""
    for target in targets:
        for method in METHODS:
            if f"{method} {target}" not in safe:
                pair.send(method, target, headers)


def paths(pair: Pair, headers: dict[str, str], target: str) -> None:
    """Paths that are nearly the right one."""
    variants = [
        target + end for end in ("/", "//", "/x/y/z", "%2F", "%0A", "%0a%0a", "%20", "?", "?=", "?x", "&", ";x")
    ]
    variants += [
        "/" + target,
        target.replace("/", "//", 2),
        target.replace("/v", "/V", 1),
        "/" + target[1:].replace("/", "%2f"),
    ]
    variants += [target[:1] + f"%{ord(target[1]):02x}" + target[2:], target[:-1]]
    for variant in variants:
        pair.send("GET", variant, headers)


def credentials(pair: Pair, calls: Iterable[str], wrong: Iterable[dict[str, str]]) -> None:
    """Every call with every wrong credential; the call is otherwise wrong as well, so that 401 has to win."""
    for call in calls:
        method, target = call.split(" ", 1)
        for headers in wrong:
            pair.send(method, target, headers)
            if method != "GET":
                pair.send(method, target, headers, json_body={"x": 1})


def bodies(pair: Pair, headers: dict[str, str], method: str, target: str) -> None:
    """Every wrong body under every content type."""
    pair.send(method, target, headers)
    pair.send(method, target, headers, content=b"")
    for content in BODIES:
        pair.send(method, target, {**headers, "Content-Type": "application/json"}, content=content)
    for kind in TYPES:
        more = {} if kind is None else {"Content-Type": kind}
        for content in (b'{"x":1}', b"\xff", b"{", b""):
            pair.send(method, target, {**headers, **more}, content=content)


def fields(pair: Pair, headers: dict[str, str], method: str, target: str, right: dict[str, Any]) -> None:
    """Every wrong value of every field, and fields that are missing or too many."""
    for content in (None, b"", b"{", b"[]", b"null", b'{"\\ud83d":1}'):
        pair.send(method, target, {**headers, "Content-Type": "application/json"}, content=content)
    pair.send(method, target, headers, json_body={})
    for name in right:
        pair.send(method, target, headers, json_body={key: value for key, value in right.items() if key != name})
        for value in VALUES:
            pair.send(method, target, headers, json_body={**right, name: value})
    for value in VALUES:
        pair.send(method, target, headers, json_body=dict.fromkeys(right, value) | {"x": value})


def lengths(pair: Pair, headers: dict[str, str], call: str, right: dict[str, Any], name: str, limits: tuple) -> None:
    """A text of each length around the limits, in one and in four bytes a character."""
    method, target = call.split(" ", 1)
    for limit in limits:
        for length in (limit - 1, limit, limit + 1):
            for character in "a\U0001f600":
                pair.send(method, target, headers, json_body={**right, name: character * max(length, 0)})
