"""The sandbox server's command line, and clients in other languages."""

import asyncio
import json
import os
import shutil
import signal
import socket
import subprocess
import sys

import httpx
import load
import pytest
from baseten.client import ManagementClient
from baseten.client.managementapi import CreateAPIKeyRequest, ResponseError
from conftest import HERE, start_sandbox


def test_a_script_without_swift_drives_it():
    run = subprocess.run([sys.executable, HERE / "drive.py", os.environ["CONFORMANCE_SANDBOX"]], text=True)
    assert run.returncode == 0


class Curl:
    """Calls with the command line's curl."""

    def __init__(self, count) -> None:
        self.count = count
        assert shutil.which("curl"), "curl is missing"

    def __call__(self, status: int, method: str, url: str, body: object = None, *arguments: str):
        command = ["curl", "-sS", "--noproxy", "*", "--max-time", "20", "-X", method]
        command += ["-w", "\n%{http_code}", *arguments, url]
        if body is not None:
            command += ["-H", "Content-Type: application/json", "-d", json.dumps(body)]
        output = subprocess.run(command, text=True, capture_output=True, check=True).stdout
        text, _, found = output.rpartition("\n")
        assert int(found) == status, output
        self.count("curl requests")
        return json.loads(text) if text else None


def test_curl_creates_lists_and_deletes_a_key_of_each_provider(sandbox, count):
    call, exports = Curl(count), sandbox.exports

    authorization = ("-H", f"X-Management-Key: {exports['JUNCTION_MANAGEMENT_KEY']}")
    keys = f"{exports['JUNCTION_BASE_URL']}/v1/org/{exports['JUNCTION_ORG_ID']}/team_api_keys/sandbox/us"
    team = exports["JUNCTION_TEAM_ID"]
    key = call(200, "POST", keys, {"label": "curl", "team_id": team}, *authorization)
    assert key["value"].startswith("sk_us_")
    assert call(200, "GET", f"{keys}?team_id={team}", None, *authorization)["api_keys"] == [key]
    assert call(200, "DELETE", f"{keys}?api_key_id={key['id']}", None, *authorization)["success"] == [key["id"]]
    call(422, "DELETE", f"{keys}?api_key_id[]={key['id']}", None, "--globoff", *authorization)

    authorization = ("-H", f"Authorization: Api-Key {exports['BASETEN_API_KEY']}")
    keys = f"{exports['BASETEN_BASE_URL']}/v1/teams/{exports['BASETEN_TEAM_ID']}/api_keys"
    body = {"type": "PERSONAL", "name": "curl"}
    prefix = call(200, "POST", keys, body, *authorization)["api_key"].split(".")[0]
    call(409, "POST", keys, body, *authorization)
    keys = f"{exports['BASETEN_BASE_URL']}/v1/api_keys"
    assert prefix in [key["prefix"] for key in call(200, "GET", keys, None, *authorization)["keys"]]
    call(200, "DELETE", f"{keys}/{prefix}", None, *authorization)
    call(404, "DELETE", f"{keys}/{prefix}", None, *authorization)

    authorization = ("-H", f"Authorization: Bearer {exports['IMTEGRATE_API_KEY']}")
    keys = f"{exports['IMTEGRATE_BASE_URL']}/v1/api-keys"
    key = call(201, "POST", keys, {"name": "curl", "env": "live"}, *authorization)
    assert key["token"].startswith("ik_live_")
    assert key["id"] in [one["id"] for one in call(200, "GET", keys, None, *authorization)]

    authorization = ("-H", f"Authorization: Bearer {exports['NEKUDA_TOKEN']}")
    keys = f"{exports['NEKUDA_BASE_URL']}/api/v2/api-keys/"
    key = call(201, "POST", keys, {"name": "curl"}, *authorization)
    assert key["id"] in [one["id"] for one in call(200, "GET", keys, None, *authorization)]
    assert call(200, "PUT", f"{keys}{key['id']}/revoke", None, *authorization)["is_revoked"]
    call(204, "DELETE", f"{keys}{key['id']}", None, *authorization)
    call(404, "GET", f"{keys}{key['id']}", None, *authorization)


def test_basetens_own_python_client(sandbox):
    with ManagementClient(api_key=sandbox.exports["BASETEN_API_KEY"], base_url_override=sandbox.url) as client:
        api = client.api
        assert [team.id for team in api.get_teams().teams] == ["team_default", "abc/def"]
        assert api.get_teams_team_id(team_id="abc/def").name == "Research & Development"
        request = CreateAPIKeyRequest(type="WORKSPACE_MANAGE_ALL", name="python")
        key = api.post_teams_api_keys(team_id="abc/def", request=request).api_key
        (prefix,) = [key.prefix for key in api.get_api_keys().keys if key.name == "python"]
        assert key.startswith(prefix + ".")
        with pytest.raises(ResponseError):
            api.post_api_keys(request=request)
        assert api.delete_api_keys(api_key_prefix=prefix).prefix == prefix


@pytest.mark.parametrize("host", ["sandbox:8080", "host.docker.internal", "10.0.2.2"])
def test_any_host_long_urls_and_many_headers(sandbox, host):
    headers = {"Host": host, **{f"X-{number}": "x" for number in range(100)}}
    with httpx.Client(trust_env=False) as client:
        answer = client.get(f"{sandbox.url}/v1/api-keys?{'x' * 30_000}", headers=headers)
    assert answer.status_code == 200


def test_many_connections_lose_nothing(sandbox, count):
    requests, problems = asyncio.run(load.run(sandbox.url, 3200))
    assert not problems
    count("load requests", requests)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_well(number):
    server = start_sandbox()
    server.process.send_signal(number)
    assert server.process.wait(10) == 0


def test_it_listens_where_it_is_told():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    server = start_sandbox("--port", str(port), "--host", "0.0.0.0", "--seed", "7", "--page-size", "50")
    assert server.url == f"http://127.0.0.1:{port}"
    taken = run("--port", str(port), "--host", "0.0.0.0")
    assert taken.returncode == 1 and not taken.stdout and "Address already in use" in taken.stderr
    server.process.terminate()
    assert server.process.wait(10) == 0


@pytest.mark.parametrize("host, name", [("::1", "[::1]"), ("localhost", "localhost"), ("::", "[::1]")])
def test_it_listens_on_both_families(host, name):
    if not ipv6():
        pytest.skip("this machine has no IPv6")
    server = start_sandbox("--host", host)
    port = server.url.rpartition(":")[2]
    assert server.url == f"http://{name}:{port}"
    with httpx.Client(trust_env=False) as client:
        for address in ["[::1]"] if host == "::1" else ["[::1]", "127.0.0.1", "localhost"]:
            assert client.get(f"http://{address}:{port}/_sandbox/health").status_code == 200
    server.process.terminate()
    assert server.process.wait(10) == 0


def ipv6():
    """Whether this machine has the loopback address of IPv6."""
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


def test_a_reset_goes_back_to_the_command_line():
    server = start_sandbox("--fault", "apiKeys:serverError=502")
    with httpx.Client(trust_env=False, base_url=server.url) as client:
        for _ in range(2):
            answers = [client.get("/v1/api-keys") for _ in range(2)]
            assert [answer.status_code for answer in answers] == [502, 200]
            assert len({answer.headers["x-request-id"] for answer in answers}) == 2
            assert client.post("/_sandbox/reset").status_code == 200
    server.process.terminate()
    assert server.process.wait(10) == 0


def test_a_key_works_after_a_while():
    server = start_sandbox("--fault", "imtegrate.createAPIKey:activatesAfter=3600000")
    with httpx.Client(trust_env=False, base_url=server.url) as client:
        key = client.post("/v1/api-keys", json={"name": "late"}).json()["token"]
        assert client.post("/_sandbox/check", content=key).status_code == 401
        assert client.get("/v1/api-keys", headers={"Authorization": f"Bearer {key}"}).status_code == 401
        assert client.post("/_sandbox/clock", json={"advance": 3600.5}).status_code == 200
        assert client.post("/_sandbox/check", content=key).status_code == 200
        assert client.get("/v1/api-keys", headers={"Authorization": f"Bearer {key}"}).status_code == 200
    server.process.terminate()
    assert server.process.wait(10) == 0


@pytest.mark.parametrize(
    "arguments",
    [
        "--port", "--port 65536", "--port -1", "--port x", "--port 1 --port 2", "--seed x", "--page-size 0", "--fault",
        "--fault x", "--fault apiKeys:", "--fault apiKeys:lostanswer", "--quiet --quiet", "8080", "--nothing",
    ],
)  # fmt: skip
def test_bad_arguments_get_the_usage(arguments, count):
    answer = run(*arguments.split())
    assert answer.returncode == 2 and not answer.stdout and "usage: SandboxServer" in answer.stderr
    count("bad arguments")


def run(*arguments: str):
    """Runs the program to its end."""
    return subprocess.run([os.environ["CONFORMANCE_SANDBOX"], *arguments], text=True, capture_output=True, timeout=20)
