"""Drives a sandbox from another language, from its start to its end, with Python's own library alone.

    python drive.py SANDBOX_SERVER

Starts the program, seeds a team, lets the answer to a create be lost, creates a key of that team, finds it in the state
and in the journal, and resets. Prints what it did. Exits with 1 if it found anything else.
"""

import http.client
import json
import shlex
import subprocess
import sys
import urllib.request

TEAM = "99999999-9999-4999-8999-999999999999"


def main(program: str) -> None:
    """All of it."""
    server = subprocess.Popen([program, "--port", "0", "--quiet"], stdout=subprocess.PIPE, text=True)
    try:
        exports = {}
        while "NEKUDA_TOKEN" not in exports:
            name, _, value = shlex.split(server.stdout.readline())[1].partition("=")
            exports[name] = value
        drive(exports["JUNCTION_BASE_URL"], exports["JUNCTION_ORG_ID"], exports["JUNCTION_MANAGEMENT_KEY"])
    finally:
        server.terminate()
        assert server.wait(10) == 0


def drive(url: str, organization: str, key: str) -> None:
    """What a test in any language does."""

    def call(method: str, path: str, body: object = None, **headers: str) -> dict:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", **headers}
        request = urllib.request.Request(url + path, data, headers, method=method)
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=20) as answer:
            return json.load(answer)

    before = call("GET", "/_sandbox/state")
    added = call("POST", "/_sandbox/seed", {"junction": {"teams": [{"name": "Seeded", "id": TEAM}]}})
    assert [team["id"] for team in added["junction"]["teams"]] == [TEAM], added

    call("POST", "/_sandbox/faults", {"faults": ["createTeamAPIKey:lostAnswer"]})
    keys = f"/v1/org/{organization}/team_api_keys/production/eu"
    try:
        call("POST", keys, {"label": "lost", "team_id": TEAM}, **{"X-Management-Key": key})
        raise AssertionError("the answer was not lost")
    except http.client.RemoteDisconnected:
        pass

    (held,) = call("GET", "/_sandbox/state")["junction"]["team_api_keys"]
    assert (held["label"], held["team_id"], held["region"]) == ("lost", TEAM, "eu"), held
    (listed,) = call("GET", f"{keys}?team_id={TEAM}", **{"X-Management-Key": key})["api_keys"]
    assert listed["value"] == held["value"].strip() and held["value"].startswith("sk_eu_"), listed
    journal = call("GET", "/_sandbox/requests")["requests"]
    assert [(one["operation"], one["fault"]) for one in journal] == [
        ("createTeamAPIKey", "lostAnswer"), ("teamAPIKeys", None),
    ], journal
    assert key not in json.dumps(journal)

    call("POST", "/_sandbox/reset")
    after = call("GET", "/_sandbox/state")
    assert after["junction"]["teams"] == before["junction"]["teams"]
    assert after["junction"]["team_api_keys"] == [] and call("GET", "/_sandbox/requests") == {"requests": []}
    print("drive.py: seeded, lost an answer, found the key in the state and in the journal, reset")


if __name__ == "__main__":
    main(sys.argv[1])
