"""The house: the modules, what each depends on, and the folders of those that have some, read from Package.swift and
the tree. Only the phrases are written here; a module or a folder without one is an error, and so is one without either.
"""

import json
import pathlib
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PHRASES = {
    "APIKeys": "the shared layer; knows no provider",
    "APIKeys/Configuration": "what a client and a call can be told",
    "APIKeys/Call": "one call: limits, attempts, outcome",
    "APIKeys/Retry": "what is repeated, and when",
    "APIKeys/Observing": "middleware and events",
    "APIKeys/Auth": "secrets and where credentials come from",
    "APIKeys/Errors": "errors, without secrets; lost secrets, found",
    "APIKeys/HTTP": "requests, responses, the transport's protocol",
    "APIKeys/Coding": "JSON, dates, what lets Codable be derived",
    "APIKeys/URLSession": "the default transport",
    "APIKeys/Rings": "exactly one key; rotation",
    "APIKeys/Provisioning": "a job over many items, and its ledger",
    "APIKeys/Support": "locks, clocks, races",
    "APIKeysExports": "what providers re-export",
    "APIKeysCurl": "CurlTransport, for Linux",
    "APIKeysPostgres": "a ledger for several machines",
    "APIKeysTesting": "a mock transport and a test clock",
    "APIKeysSandbox": "every provider, in memory or on a port",
    "APIKeysSandbox/Faults": "what goes wrong on purpose",
    "APIKeysSandbox/Routing": "requests to routes, routes to answers",
    "APIKeysSandbox/Schema": "what a body has to look like",
    "APIKeysSandbox/Server": "a server on loopback",
    "APIKeysSandbox/Support": "time, delays, rendering",
    "CAPIKeysCurl": "libcurl, when the program runs",
    "CAPIKeysLibrary": "loads libraries of the system",
    "Examples": "programs to run and to read",
    "Tests": "a target per module, and checks that need more",
}


def package():
    with tempfile.TemporaryDirectory() as scratch:  # A build may hold the lock of the usual one.
        described = subprocess.run(
            ["swift", "package", "--scratch-path", scratch, "dump-package"], cwd=ROOT, check=True,
            stdout=subprocess.PIPE, text=True).stdout
    package = json.loads(described)
    sources = [each for each in package["targets"] if each["type"] == "regular" and not each.get("path")]
    return {
        each["name"]: [next(iter(dependency.values()))[0] for dependency in each["dependencies"]] for each in sources
    }


def folders(path):
    names = {file.split("/")[0] for file in subprocess.run(
        ["git", "ls-files", "."], cwd=ROOT / path, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
        if "/" in file}
    return sorted(name for name in names if not name.endswith(".docc"))


def label(name, phrase, rows=()):
    rows = "".join(
        f'<tr><td align="left">{row}</td><td align="left"><font color="#57606a">{text}</font></td></tr>' if text else
        f'<tr><td colspan="2">{row}</td></tr>' for row, text in rows)
    return (
        f'<<table border="0" cellspacing="0" cellpadding="2"><tr><td colspan="2"><b>{name}</b></td></tr>'
        f'<tr><td colspan="2"><font color="#57606a">{phrase}</font></td></tr>{rows}</table>>')


def source():
    modules, phrases = package(), dict(PHRASES)

    def phrase(name):
        if name not in phrases:
            raise SystemExit(f"house: no phrase for {name} in house.py")
        return phrases.pop(name)

    providers = [name for name in modules if name.endswith("Keys") and "APIKeysExports" in modules[name]]
    short = [name.removesuffix("Keys") for name in providers]
    lines = []
    for name in modules:
        if name in providers:
            continue
        inner = [] if name.startswith("C") else [each for each in folders(f"Sources/{name}") if each not in short]
        rows = [(each, phrase(f"{name}/{each}")) for each in inner]
        color = "#ddf4ff" if name == "APIKeys" else "#f6f8fa"
        lines.append(f'"{name}" [label={label(name, phrase(name), rows)} fillcolor="{color}"]')
    # One box for all, since they depend on the same.
    lines.append(f'providers [label={label(" · ".join(providers), "a client and models each; no HTTP, no retries")}]')
    for name, dependencies in modules.items():
        # What another dependency brings along is left out.
        brought = {further for each in dependencies for further in modules[each]}
        for each in sorted(set(dependencies) - brought):
            lines.append(f'{"providers" if name in providers else json.dumps(name)} -> "{each}"')
    for name in ("Examples", "Tests"):
        inner = folders(name)
        rows = ["<br/>".join(" · ".join(inner[at:at + 3]) for at in range(0, len(inner), 3))]
        box = label(name, phrase(name), [(row, "") for row in rows])
        lines.append(f'"{name}" [label={box} style="rounded,dashed"]')
    # Below one another, for they stand apart.
    lines.append('APIKeysTesting -> Examples -> Tests [style=invis]')
    if phrases:
        raise SystemExit(f"house: not in the tree: {', '.join(phrases)}")
    body = "\n".join(sorted(set(lines)))
    return f"digraph {{\n{body}\n}}\n"
