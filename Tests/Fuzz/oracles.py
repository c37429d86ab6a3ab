"""Reads the inputs of the fuzzer's corpus, and some at random, by what Python has for them, and compares."""

import csv
import datetime
import io
import json
import random
import re
import subprocess
import sys
import urllib.parse
import uuid

try:
    import h11
except ImportError:
    h11 = None

# As many as take a moment.
RANDOM_COUNT = 4000


class Disagreement(Exception):
    pass


def read(path):
    """The answers in a file, by their inputs."""
    answers = {}
    for line in path.read_text().splitlines():
        words = json.loads(line)
        answer = words.get("answer")
        answers[bytes.fromhex(words["input"])] = None if answer is None else bytes.fromhex(answer).decode()
    return answers


def compare(fuzzer, targets, work, seed):
    """Compares what the targets answer with what Python reads; returns how many inputs were compared."""
    compared = 0
    seed = seed or random.randrange(1 << 32)
    for target in targets:
        if target not in ORACLES:
            continue
        check, pieces = ORACLES[target]
        generator = random.Random(seed)
        found = [path.read_bytes() for path in (work / target / "corpus").iterdir()]
        made = [mixed(generator, pieces) for _ in range(RANDOM_COUNT)]
        for data, answer in fuzzer.answers(target, found + made).items():
            outcome = check(data, answer)
            if outcome is False:
                raise SystemExit(f"fuzz: Python reads otherwise: {target}, {data!r}: {answer!r} (seed {seed})")
            compared += outcome is True
    return compared


def mixed(generator, pieces):
    """Pieces one behind another, some of them a byte at random."""
    count = generator.randrange(1, 14)
    return b"".join(
        bytes([generator.randrange(256)]) if generator.random() < 0.05 else generator.choice(pieces)
        for _ in range(count))


# Each returns whether Python agrees, or None where it does not know.


def check_csv(data, answer):
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Only a row that is not UTF-8 is refused as a whole; a file that is not is no text to Python.
        return None
    csv.field_size_limit(1 << 24)
    rows = [row for row in csv.reader(io.StringIO(text, newline="")) if row]
    if answer is None:
        # What stands behind a quote that nobody closes is an error here, and a field there.
        return None if is_open(text) else False
    return json.loads(answer) == rows


def is_open(text):
    """Whether a quote at the beginning of a field is not closed."""
    try:
        list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        return "unexpected end of data" in str(error) or "expected after" in str(error)
    return False


def check_dates(data, answer):
    if len(data) == 8:
        return None
    text = data.decode("utf-8", "replace")
    found = re.fullmatch(
        r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:[0-5]\d)([.,]\d{1,6})?([Zz]|[+-]\d\d:?\d\d)?", text, re.ASCII)
    if found is None or text.startswith("0000"):
        # What is longer, or in a year that Python does not have.
        return None if answer is not None or re.match(r"0000|.*[.,]\d{7}|.*:60", text) else True
    day, time, fraction, zone = found.groups()
    zone = "+00:00" if zone is None or zone in "Zz" else zone
    try:
        date = datetime.datetime.fromisoformat(f"{day}T{time}{(fraction or '').replace(',', '.')}{zone}")
        elapsed = date - datetime.datetime(2001, 1, 1, tzinfo=datetime.timezone.utc)
    except (ValueError, OverflowError):
        # A zone that leads out of Python's years is none of ours either, the first one aside.
        return answer is None or text.startswith("0001-01-01")
    if answer is None:
        return text.startswith("9999-12-31")
    exact = elapsed.days * 86400 + elapsed.seconds + elapsed.microseconds / 1e6
    return abs(float(answer) - exact) <= max(0.6e-6, abs(exact) * 2 ** -52)


def check_uuids(data, answer):
    text = data.decode("utf-8", "replace")
    if not re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", text):
        return answer is None
    return answer == str(uuid.UUID(text))


def check_paths(data, answer):
    if answer is None:
        return None
    parts = (data.split(b"\n", 3) + [b""] * 3)[:4]
    values = [part.decode("utf-8", "replace") for part in parts]
    a, b, c = (urllib.parse.quote(value, safe="") for value in values[:3])
    first = values[3][:3]
    # Swift's first three characters may be more of Python's.
    path, query = answer.split("\n")
    names = urllib.parse.parse_qsl(query[1:], keep_blank_values=True, strict_parsing=True, errors="strict")
    return (
        path == f"/v1/{a}/x/{b}/{c}" and names[0][0].startswith("q" + first) and names[0][1] == values[3]
        and names[1] == ("r", values[0]))


def check_bases(data, answer):
    if answer is None:
        return None
    try:
        parts = urllib.parse.urlsplit(answer)
        given = urllib.parse.urlsplit(data.decode("utf-8", "replace"))
    except ValueError:
        # An address in brackets that is none, which libcurl refuses too.
        return None
    is_here = parts.hostname == "localhost" or parts.hostname == "::1" or (parts.hostname or "").startswith("127.")
    # A zone is percent-encoded, and a name that is not ASCII has another form.
    hosts = [host and host.partition("%")[0] for host in (parts.hostname, given.hostname)]
    is_same = hosts[1] is None or not hosts[1].isascii() or hosts[0] == hosts[1]
    return (
        parts.scheme in ("https", "http") and parts.username is None and parts.password is None
        and parts.query == "a=b" and not parts.fragment and parts.path.endswith("/v1/key")
        and bool(parts.hostname) and is_same and (parts.scheme == "https" or is_here))


def check_requests(data, answer):
    """Where both take a request, it is the same; and what is taken here, h11 takes."""
    if h11 is None:
        return None
    ours = json.loads(answer)
    connection = h11.Connection(h11.SERVER, max_incomplete_event_size=1 << 20)
    connection.receive_data(data)
    connection.receive_data(b"")
    theirs, body = [], b""
    try:
        while True:
            event = connection.next_event()
            if isinstance(event, h11.Request):
                theirs.append([event.method.decode(), event.target.decode("latin-1"), list(event.headers.raw_items()), None])
                body = b""
            elif isinstance(event, h11.Data):
                body += event.data
            elif isinstance(event, h11.EndOfMessage):
                theirs[-1][3] = body
                if connection.their_state is not h11.DONE:
                    break
                connection.send(h11.Response(status_code=200, headers=[("Content-Length", "0")]))
                connection.send(h11.EndOfMessage())
                if connection.our_state is not h11.DONE:
                    break
                connection.start_next_cycle()
            else:
                break
    except (h11.ProtocolError, IndexError):
        pass
    whole = [request for request in theirs if request[3] is not None]
    for our, their in zip([request for request in ours if len(request) > 1], whole):
        fields = [(name.decode(), value.decode("latin-1")) for name, value in their[2]]
        pairs = list(zip(our[3::2], our[4::2]))
        # Of equal lengths, h11 keeps the first.
        names = [name.lower() for name, _ in pairs]
        pairs = [pair for index, pair in enumerate(pairs)
                 if names[index] != "content-length" or names.index("content-length") == index]
        if our[0] != their[0] or bytes.fromhex(our[2]) != their[3] or pairs != fields:
            return False
    return True


DATE = [b"2024-02-29", b"T", b" ", b"12:00:00", b"23:59:60", b".5", b",123456789", b"Z", b"+01:30", b"-2359", b"0001-01-01",
        b"9999-12-31", b"1900-02-29", b"0", b"1", b":", b"-", b"60"]
ORACLES = {
    "csv": (check_csv, [b"a", b",", b'"', b'""', b"\n", b"\r", b"\r\n", b" ", b"id", "é".encode(), b"\xef\xbb\xbf", b"\0", b"\x85",
                        "\u2028".encode(), b"\x0b", b"\x1c"]),
    "dates": (check_dates, DATE),
    "uuids": (check_uuids, [b"3c90c3cc", b"-", b"0d44", b"4b50", b"8888", b"8dd25736052a", b"-4B50", b"g", b"{", b"urn:uuid:"]),
    "paths": (check_paths, [b"a", b"/", b"%", b"%2e", b"..", b"\n", b"?", b"#", b"&", b"=", b"+", b" ", "é🔑".encode(), b"~", b"\\"]),
    "bases": (check_bases, [b"https://", b"http://", b"h", b"127.0.0.1", b"[::1]", b"localhost", b":", b"80", b"/", b"@", b"?", b"#",
                            b"\\", b"%", b".", b"a.b", b" ", "ü".encode(), b"[", b"]", b"//", b"..", b"0"]),
    "requests": (check_requests, [b"GET ", b"PUT ", b"/", b"/a?b", b" HTTP/1.1", b" HTTP/1.0", b"\r\n", b"\n", b"Host: h", b"\r\n\r\n",
                                  b"Content-Length: 3", b"abc", b"Transfer-Encoding: chunked", b"3\r\nabc\r\n", b"0\r\n\r\n", b"A: b",
                                  b" ", b"\t", b":", b"GET / HTTP/1.1\r\nHost: h\r\n",
                                  b"PUT /x HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc"]),
}
