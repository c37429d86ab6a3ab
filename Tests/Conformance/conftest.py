"""What the checks share: the documents, the two servers, and the floors under what was counted."""

import json
import os
import subprocess
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import yaml

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
FLOORS = tomllib.loads((HERE / "floors.toml").read_text(encoding="utf-8"))
DOCUMENTS = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in (HERE / "openapi").glob("*.yaml")}

_counts: Counter[str] = Counter()


class Sandbox:
    """A running ``SandboxServer`` and what it exports."""

    def __init__(self, process: subprocess.Popen[str], exports: dict[str, str]) -> None:
        self.process, self.exports = process, exports
        self.url = exports["JUNCTION_BASE_URL"]


def start_sandbox(*arguments: str) -> Sandbox:
    """Starts the sandbox server and reads its exports."""
    program = os.environ["CONFORMANCE_SANDBOX"]
    process = subprocess.Popen([program, "--quiet", *arguments], stdout=subprocess.PIPE, text=True)
    exports = {}
    while "NEKUDA_TOKEN" not in exports:
        line = process.stdout.readline()
        assert line, f"the sandbox server ended with {process.wait()}"
        name, _, value = line.removeprefix("export ").strip().partition("=")
        exports[name] = value
    return Sandbox(process, exports)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A sandbox server of the test's own."""
    running = start_sandbox()
    yield running
    running.process.terminate()
    assert running.process.wait(10) == 0


@pytest.fixture
def application(tmp_path: Path) -> Iterator[str]:
    """The URL of a FastAPI application of the test's own."""
    file = tmp_path / "url"
    process = subprocess.Popen([sys.executable, HERE / "serve.py", file], stderr=subprocess.DEVNULL)
    for _ in range(600):
        if file.exists() or process.poll() is not None:
            break
        time.sleep(0.05)
    yield file.read_text(encoding="ascii").strip()
    process.terminate()
    assert process.wait(10) == 0


@pytest.fixture
def count():
    """Adds to what was counted under a name."""

    def add(name: str, number: int = 1) -> None:
        _counts[name] += number

    return add


def swift_tests(url: str, tests: str, **environment: str) -> int:
    """Runs tests of the Swift target ConformanceTests against a server; returns how many passed."""
    command = ["swift", "test", "--skip-build", "--filter", f"ConformanceTests.{tests}"]
    variables = {**os.environ, "APIKEYS_CONFORMANCE": "1", "CONFORMANCE_URL": url, **environment}
    run = subprocess.run(command, cwd=ROOT, env=variables, text=True, capture_output=True)
    output = run.stdout + run.stderr
    passed = [line for line in output.splitlines() if "Test run with" in line and "passed" in line]
    marks = ("recorded an issue", "error:", "↳")
    problems = [line for line in output.splitlines() if any(mark in line for mark in marks)]
    assert run.returncode == 0 and passed, "\n".join(problems[:40] or output.splitlines()[-40:])
    number = int(passed[-1].split("Test run with ")[1].split()[0])
    assert number > 0, f"no test {tests} ran"
    return number


def request(client: httpx.Client, url: str, method: str, target: str, **more: object) -> httpx.Response:
    """Sends a request whose target goes out as it stands."""
    extensions = {"target": target.encode("ascii")}
    return client.request(method, url, extensions=extensions, follow_redirects=False, **more)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Prints the counts."""
    for name, number in sorted(_counts.items()):
        terminalreporter.write_line(f"{name}: {number} (at least {FLOORS.get(name, '?')})")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """A whole run that checked less than it should has failed."""
    _counts["tests"] = session.testscollected - session.testsfailed
    if exitstatus or session.config.option.keyword or session.config.args_source.name == "ARGS":
        return
    missing = {name: floor for name, floor in FLOORS.items() if _counts[name] < floor}
    unknown = _counts.keys() - FLOORS.keys()
    if missing or unknown:
        print(f"\nfewer than the floors {json.dumps(missing)}; no floors for {sorted(unknown)}")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
