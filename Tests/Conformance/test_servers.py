"""The FastAPI application and the sandbox against the documents, against one another, and with the Swift clients."""

import json
import subprocess
import sys

import httpx
import pytest
from comparison import Comparison
from conftest import DOCUMENTS, HERE, swift_tests


@pytest.mark.parametrize("server", ["application", "sandbox"])
@pytest.mark.parametrize("provider", sorted(DOCUMENTS))
def test_the_server_keeps_to_the_document(provider, server, request, tmp_path, count):
    side = request.getfixturevalue(server)
    url = side if server == "application" else side.url
    credential = DOCUMENTS[provider]["x-credential"]
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", HERE / "schemathesis.toml"]
    command += ["run", HERE / "openapi" / f"{provider}.yaml", "--url", url]
    command += ["--header", f"{credential['header']}: {credential['right']}"]
    command += ["--report", "json", "--report-json-path", tmp_path / "report.json"]
    run = subprocess.run(command, cwd=tmp_path, text=True, capture_output=True)
    assert run.returncode == 0, run.stdout[-6000:] + run.stderr
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert report["operations"]["tested"] == report["operations"]["total"]
    count(f"schemathesis cases, {server}", report["test_cases"]["generated"])


def test_the_sandbox_answers_as_fastapi_does(application, sandbox, count):
    # A connection of its own for each: after an answer of 500, uvicorn closes it.
    limits = httpx.Limits(max_keepalive_connections=0)
    with httpx.Client(trust_env=False, timeout=30, limits=limits) as client:
        comparison = Comparison(client, application, sandbox.url)
        for provider in sorted(DOCUMENTS):
            comparison.run(DOCUMENTS[provider])
    assert not comparison.unexpected, f"{len(comparison.unexpected)}:\n" + "\n".join(comparison.unexpected[:40])
    unseen = [entry["reason"] for entry in comparison.known if not entry["seen"]]
    assert not unseen, f"differences.toml names what does not differ: {unseen}"
    count("compared requests", comparison.count)


@pytest.mark.parametrize("server", ["application", "sandbox"])
def test_the_swift_clients_understand_the_server(server, request, count):
    side = request.getfixturevalue(server)
    passed = swift_tests(side if server == "application" else side.url, "(?!ModelTests)")
    count(f"Swift tests, {server}", passed)
