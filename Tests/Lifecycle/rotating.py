"""Parts of the script provision: keys that are replaced, verified and retired."""

import datetime
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import time
import unicodedata
import urllib.error
import urllib.request

from users import PROVISION, ROOT, TEAM, check, end, items, name, on_terminal, run, server

CHECK = 'curl --fail --silent --output /dev/null --data-binary @- "$JUNCTION_BASE_URL/_sandbox/check"'


def stored(folder, environment, secrets=None):
    lines = (folder / (secrets or name(environment, "secrets"))).read_text().splitlines()
    return {json.loads(line)["id"]: json.loads(line)["secret"] for line in lines}


def sandbox(environment, path, body=None):
    url = f"{environment['JUNCTION_BASE_URL']}/_sandbox/{path}"
    with urllib.request.urlopen(url, data=body, timeout=30) as answer:
        return json.load(answer)


def live(environment):
    return {key["value"]: key for key in sandbox(environment, "state")["junction"]["team_api_keys"]}


def asked(environment):
    return len(sandbox(environment, "requests")["requests"])


def revoke(environment, secret):
    """As somebody does who does not ask the job."""
    url = (f"{environment['JUNCTION_BASE_URL']}/v1/org/{environment['JUNCTION_ORG_ID']}/team_api_keys/sandbox/us"
           f"?api_key_id={live(environment)[secret]['id']}")
    headers = {"X-Management-Key": environment["JUNCTION_MANAGEMENT_KEY"]}
    urllib.request.urlopen(urllib.request.Request(url, method="DELETE", headers=headers), timeout=30).close()


def now():
    return datetime.datetime.now(datetime.timezone.utc)


def age(path, days, which=lambda item: True):
    """Makes the entries of some items older."""
    lines = path.read_text().splitlines()
    for index, line in enumerate(lines[1:], 1):
        entry = json.loads(line)
        if which(entry["item"]):
            at = datetime.datetime.fromisoformat(entry["at"]) - datetime.timedelta(days=days)
            lines[index] = json.dumps(entry | {"at": at.isoformat().replace("+00:00", "Z")})
    path.write_text("\n".join(lines) + "\n")


def usage(folder):
    """Options that make no sense, alone or together."""
    items(folder, 2)
    process, environment = server()
    tomorrow = (now() + datetime.timedelta(days=1)).isoformat()
    for arguments, *words in (
        (["--rotate-before", "yesterday"], "--rotate-before"), (["--rotate-before", "2026-02-30"], "--rotate-before"),
        (["--rotate-before", "2026-1-1"],), (["--rotate-before", "2026-01-01T25:00:00Z"],), (["--rotate-before", ""],),
        (["--rotate-before", "2026-01-01T00:00:00+25:00"],), (["--rotate-before", "١٢٣٤-٠١-٠١"],),
        (["--rotate-before", tomorrow], "future"), (["--rotate-before"], "needs a value"),
        (["--rotate-before", "2026-01-01", "--max-age", "9"], "exclude"), (["--max-age", "0"],), (["--max-age", "-1"],),
        (["--max-age", "nan"],), (["--max-age", "inf"],), (["--max-age", "1e9"],), (["--overlap", "60"], "needs"),
        (["--max-age", "9", "--overlap", "-1"],), (["--max-age", "9", "--overlap", "1e99"],),
        (["--max-age", "9", "--max-age", "9"], "twice"), (["--verify-timeout", "9"], "needs --verify"),
        (["--verify", ""],), (["--verify", "true", "--verify-timeout", "x"],), (["-v"], "needs --dry-run"),
        (["--retire", "--max-age", "9"], "only revokes"), (["--retire", "--rotate-before", "2026-01-01"], "only revokes"),
        (["--retire", "--replace-missing"], "only revokes"), (["--retire", "--store", "true"], "only revokes"),
        (["--retire", "--verify", "true"], "only revokes"), (["--dry-run", "-w"], "2 are given"),
    ):
        before = asked(environment)
        result = run(folder, "items.csv", *arguments, environment=environment)
        check(result.returncode == 2 and result.stderr.startswith("Provision: "), f"{arguments}: {result}")
        check(all(word in result.stderr.splitlines()[0] for word in words), f"{arguments}: {result}")
        check("usage: Provision" in result.stderr and not result.stdout, f"{arguments}: {result}")
        check(os.listdir(folder) == ["items.csv"] and asked(environment) == before, f"{arguments} did something")
    result = run(folder, "items.csv", "--retire", environment=environment)
    check(result.returncode == 1 and "there is no ledger" in result.stderr and "--ledger" in result.stderr, result)
    check(os.listdir(folder) == ["items.csv"], "a retirement made a ledger")
    # Without credentials nothing is there to revoke; a dry run says what its own sandbox would get.
    result = run(folder, "items.csv", "--retire")
    check(result.returncode == 2 and "credentials" in result.stderr, result)
    for more in ([], ["--max-age", "9"], ["--rotate-before", "2026-01-01", "--replace-missing"]):
        result = run(folder, "items.csv", "--dry-run", *more)
        check(result.returncode == 0 and result.stdout == "2 items: 0 stored, 0 begun, 2 to create\n", result)
        check(os.listdir(folder) == ["items.csv"], "a dry run made a file")
    result = run(folder, "items.csv", "--dry-run", "--retire")
    check(result.returncode == 0 and "0 to retire, 2 unknown" in result.stdout, result)
    end(process)


def replacing(folder):
    """Dates, ages and overlaps: what is due is replaced once, and the old key goes when its time is over."""
    items(folder, 4)
    process, environment = server()
    result = run(folder, "items.csv", environment=environment)
    check(result.returncode == 0, result)
    first = stored(folder, environment)
    ledger = folder / name(environment, "ledger")
    age(ledger, 100, lambda item: item in ("item-0", "item-1"))
    # Not due, in each spelling of a date.
    today = now().date()
    for date in (str(today - datetime.timedelta(days=101)), f"{today - datetime.timedelta(days=101)}T23:59",
                 f"{today - datetime.timedelta(days=101)} 23:59:59.5-00:00",
                 (now() - datetime.timedelta(days=100, hours=1)).isoformat()):
        result = run(folder, "items.csv", "--rotate-before", date, environment=environment)
        check(result.returncode == 0 and "0 stored, 4 skipped" in result.stdout, f"{date}: {result}")
    result = run(folder, "items.csv", "--max-age", "101", environment=environment)
    check(result.returncode == 0 and "0 stored, 4 skipped" in result.stdout, result)
    # Two hours to the east it is later.
    offset = (now() - datetime.timedelta(days=100, hours=-1)).strftime("%Y-%m-%dT%H:%M:%S+02:00")
    result = run(folder, "items.csv", "--dry-run", "--rotate-before", offset, environment=environment)
    check(result.returncode == 0 and result.stdout == "4 items: 4 stored, 0 begun, 0 to create\n", result)
    result = run(folder, "items.csv", "--dry-run", "--max-age", "99.5", environment=environment)
    check(result.returncode == 0 and result.stdout == "4 items: 2 stored, 0 begun, 0 to create, 2 to replace, 2 to revoke\n", result)
    check(stored(folder, environment) == first and set(live(environment)) == set(first.values()), "a dry run did something")
    result = run(folder, "items.csv", "--max-age", "99.5", "--overlap", "2", environment=environment)
    check(result.returncode == 3 and "0 stored, 2 replaced, 2 skipped, 0 failed" in result.stdout, result)
    last = result.stdout.splitlines()[-1]
    match = re.search(r"^2 keys that were replaced still work, until (\S+Z);", last)
    check(match is not None, last)
    until = datetime.datetime.fromisoformat(match[1])
    check(abs((until - now()).total_seconds() - 2) < 2, last)
    second = stored(folder, environment)
    changed = sorted(item for item in second if second[item] != first[item])
    check(changed == ["item-0", "item-1"], changed)
    check(set(live(environment)) == set(first.values()) | set(second.values()), "a key is gone, or there are others")
    # A run that knows nothing of the overlap keeps it; nothing is replaced twice.
    for more in ([], ["--max-age", "99.5", "--overlap", "60"]):
        result = run(folder, "items.csv", *more, environment=environment)
        check(result.returncode == 3 and "0 stored, 4 skipped" in result.stdout, result)
    # To look for what is missing does not shorten what was promised either.
    result = run(folder, "items.csv", "--replace-missing", environment=environment)
    check(result.returncode == 3 and "4 skipped" in result.stdout, result)
    time.sleep(max((until - now()).total_seconds(), 0) + 0.05)
    result = run(folder, "items.csv", "--dry-run", environment=environment)
    check(result.stdout == "4 items: 4 stored, 0 begun, 0 to create, 2 to revoke\n", result)
    result = run(folder, "items.csv", environment=environment)
    check(result.returncode == 0 and "still work" not in result.stdout, result)
    check(set(live(environment)) == set(second.values()), "the old keys still work")
    before = asked(environment)
    check(run(folder, "items.csv", "--max-age", "90", environment=environment).returncode == 0, "with nothing to do")
    check(asked(environment) == before, "a run with nothing to do has asked")
    # Without an overlap the old key goes at the end of the run; 1 beats 3.
    result = run(folder, "items.csv", "--rotate-before", now().isoformat(), environment=environment)
    check(result.returncode == 0 and "4 replaced" in result.stdout, result)
    check(set(live(environment)) == set(stored(folder, environment).values()), "an old key still works")
    result = run(
        folder, "items.csv", "--rotate-before", now().isoformat(), "--overlap", "60", "--store",
        '[ "$ITEM_ID" != item-3 ]', environment=environment)
    check(result.returncode == 1 and "3 replaced, 0 skipped, 1 failed" in result.stdout, result)
    check(result.stdout.splitlines()[-1].startswith("3 keys that were replaced still work, until "), result)
    end(process)


def plans(folder):
    """The plan as a table: on a terminal it fits the width."""
    ids = ["short", "customer-" + "x" * 60, "顧客の長い名前" * 6, "new"]
    text = "id,label,team_id\n" + "".join(f"{id},l,{TEAM}\n" for id in ids)
    items(folder, 0, text)
    process, environment = server()
    (folder / "old.csv").write_text("".join(text.splitlines(True)[:-1]))
    ledger = ["--ledger", "ledger"]
    secrets = ["--secrets", "secrets"]
    check(run(folder, "old.csv", *ledger, *secrets, environment=environment).returncode == 0, "the items are created")
    age(folder / "ledger", 93, lambda item: item == "short")
    age(folder / "ledger", 1.5, lambda item: item == ids[1])
    plan = ["items.csv", "--dry-run", "-v", "--max-age", "90", "--overlap", "86400", *ledger]
    result = run(folder, *plan, environment=environment)
    check(result.returncode == 0, result)
    lines = result.stdout.splitlines()
    check(re.split(r"  +", lines[0]) == ["item", "its key", "what would happen", "predecessor"], lines)
    rows = [re.split(r"  +", line) for line in lines[1:5]]
    check(rows[0] == ["short", "93 days old", "is replaced", "goes in 1 day"], rows)
    check(rows[1] == [ids[1], "1 day old", "is kept", "–"], rows)
    check(rows[2][0] == ids[2] and rows[2][2:] == ["is kept", "–"] and rows[2][1].endswith("s old"), rows)
    check(rows[3] == ["new", "–", "is created", "–"], rows)
    check(lines[5:] == ["4 items: 2 stored, 0 begun, 1 to create, 1 to replace"], lines)
    for columns in (200, 72, 60, 30):
        status, output = on_terminal(folder, *plan, environment=environment, columns=columns)
        lines = output.replace("\r\n", "\n").splitlines()
        check(status == 0 and len(lines) == 6, output)
        for line in lines[:5]:
            width = sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in line)
            check(width <= columns, f"{columns}: {width}: {line}")
        check(("…" in output) == (columns < 200), output)
        if columns in (72, 60):
            check("what would happen" in lines[0] and "goes in 1 day" in lines[1], output)
    # A predecessor that works, and one whose time is over.
    run(folder, "items.csv", *ledger, *secrets, "--max-age", "90", "--overlap", "86400", environment=environment)
    lines = run(folder, "items.csv", "--dry-run", "-v", *ledger, environment=environment).stdout.splitlines()
    check(re.split(r"  +", lines[1])[2:] == ["is kept", "goes in 23 h"], lines)
    age(folder / "ledger", 1.1)
    lines = run(folder, "items.csv", "--dry-run", "-v", *ledger, environment=environment).stdout.splitlines()
    check(lines[1].endswith("goes now") and lines[-1].endswith("0 to create, 1 to revoke"), lines)
    # A key that somebody has revoked, and an item in doubt.
    revoke(environment, stored(folder, environment, "secrets")["short"])
    with open(folder / "ledger", "a") as file:
        entry = json.loads((folder / "ledger").read_text().splitlines()[-1])
        file.write(json.dumps(entry | {"item": "new", "marker": "zzzz9999", "state": "created", "keyID": None}) + "\n")
    lines = run(folder, "items.csv", "--dry-run", "-v", "--settling", "0", *ledger, environment=environment)
    check("is kept, but not listed" in lines.stdout and "1 missing" in lines.stdout, lines)
    lines = run(
        folder, "items.csv", "--dry-run", "-v", "--settling", "0", "--replace-missing", *ledger, environment=environment)
    check("is replaced: not listed" in lines.stdout and "1 to replace" in lines.stdout, lines)
    end(process)


def verifying(folder):
    """A new key is stored when it works, and revoked if it does not in time."""
    items(folder, 3)
    process, environment = server("createTeamAPIKey:activatesAfter=1200:1.0")
    store = f'cat > "$ITEM_ID.key"; {CHECK} < "$ITEM_ID.key" || echo asleep >> asleep'
    began = time.monotonic()
    result = run(folder, "items.csv", "--verify", CHECK, "--store", store, environment=environment)
    check(result.returncode == 0 and "3 stored" in result.stdout, result)
    check(time.monotonic() - began > 1.2 and not (folder / "asleep").exists(), "a key was stored before it worked")
    # Not in time: the old keys go on, and nothing was stored.
    old = {path.name: path.read_text() for path in folder.glob("*.key")}
    result = run(
        folder, "items.csv", "--rotate-before", now().isoformat(), "--verify", CHECK, "--verify-timeout", "0.3", "--store",
        store, environment=environment)
    check(result.returncode == 1 and "3 failed" in result.stdout, result)
    check("the verify command failed with the status 22" in result.stdout, result)
    check({path.name: path.read_text() for path in folder.glob("*.key")} == old, "a key that does not work was stored")
    check(set(live(environment)) == set(old.values()), "a new key was left, or an old one revoked")
    # What it gets, and what it prints.
    result = run(
        folder, "items.csv", "--rotate-before", now().isoformat(), "--store", store, "--verify",
        f'cat > "verified.$ITEM_ID"; env > "env.$ITEM_ID"; echo noise; {CHECK} < "verified.$ITEM_ID"',
        environment=environment)
    check(result.returncode == 0 and "noise" not in result.stdout, result)
    for index in range(3):
        new = (folder / f"item-{index}.key").read_text()
        check((folder / f"verified.item-{index}").read_text() == new, "another secret was verified")
        inner = (folder / f"env.item-{index}").read_text()
        check(f"ITEM_ID=item-{index}\n" in inner and "KEY_ID=" in inner and "JUNCTION_MANAGEMENT_KEY" not in inner, inner)
        check(new not in inner and new not in result.stdout + result.stderr, "a secret was shown")
    end(process)


def missing(folder):
    """A key that was revoked behind the job's back gets a successor on request."""
    items(folder, 4)
    process, environment = server()
    run(folder, "items.csv", environment=environment)
    first = stored(folder, environment)
    revoke(environment, first["item-2"])
    result = run(folder, "items.csv", environment=environment)
    check(result.returncode == 0 and "4 skipped" in result.stdout, result)
    result = run(folder, "items.csv", "--replace-missing", "--settling", "0.1", environment=environment)
    check(result.returncode == 0 and "1 replaced, 3 skipped" in result.stdout, result)
    second = stored(folder, environment)
    check([item for item in second if second[item] != first[item]] == ["item-2"], second)
    check(set(live(environment)) == set(second.values()), "a key is gone, or there are others")
    # Another account's list shows none of them: nothing is created.
    for secret in second.values():
        revoke(environment, secret)
    result = run(folder, "items.csv", "--replace-missing", "--settling", "0.1", environment=environment)
    check(result.returncode == 1 and "4 failed" in result.stdout and "another account" in result.stdout, result)
    check(not live(environment) and stored(folder, environment) == second, "a key was created")
    result = run(folder, "items.csv", "--dry-run", "--settling", "0.1", environment=environment)
    check(result.returncode == 1 and "another account" in result.stderr, result)
    end(process)


def retiring(folder):
    """Items that leave: each of their keys is revoked, and no other."""
    items(folder, 6)
    process, environment = server()
    run(folder, "items.csv", environment=environment)
    run(folder, "items.csv", "--rotate-before", now().isoformat(), "--overlap", "3600", environment=environment)
    check(len(live(environment)) == 12, "each item has two keys")
    kept = {secret for secret, key in live(environment).items() if re.match(r"Acme, [3-5] ", key["label"])}
    ledger = ["--ledger", name(environment, "ledger")]
    lines = (folder / "items.csv").read_text().splitlines(True)
    (folder / "leaving.csv").write_text("".join(lines[:4]) + f"item-9,Acme,{TEAM}\n")
    before = asked(environment)
    result = run(folder, "leaving.csv", "--retire", "--dry-run", "-v", *ledger, environment=environment)
    check(result.returncode == 0 and "4 items: 3 to retire, 1 unknown to the ledger" in result.stdout, result)
    check("unknown to the ledger: item-9" in result.stdout and asked(environment) == before, result)
    secrets = (folder / name(environment, "secrets")).read_text()
    result = run(folder, "leaving.csv", "--retire", *ledger, environment=environment)
    check(result.returncode == 1 and "3 retired, 1 failed, 0 unresolved" in result.stdout, result)
    check("failed item-9: " in result.stdout and "knows no key of item-9" in result.stdout, result)
    check(set(live(environment)) == kept and len(kept) == 6, "a key of theirs lives, or another one does not")
    check((folder / name(environment, "secrets")).read_text() == secrets, "the secrets were changed")
    (folder / "leaving.csv").write_text("".join(lines[:4]))
    result = run(folder, "leaving.csv", "--retire", *ledger, environment=environment)
    check(result.returncode == 0 and result.stdout.endswith("3 retired, 0 failed, 0 unresolved\n"), result)
    # One that comes back gets a new key.
    result = run(folder, "leaving.csv", *ledger, "--secrets", "new", environment=environment)
    check(result.returncode == 0 and "3 stored" in result.stdout, result)
    end(process)


def throttling(folder):
    """The server's words are shown when it asks to slow down."""
    items(folder, 8)
    process, environment = server("createTeamAPIKey:rateLimited:3")
    result = run(folder, "items.csv", environment=environment)
    check(result.returncode == 0, result)
    check(len(re.findall(r"^slowed down: \S.*$", result.stdout, re.M)) == 1, result)
    end(process)


def article(folder):
    """Runs the commands of the article about a company's keys, one after the other."""
    text = (ROOT / "Sources/APIKeys/APIKeys.docc/A-companys-keys.md").read_text()
    process, environment = server()
    binaries = folder / "bin"
    binaries.mkdir()
    (binaries / "Provision").symlink_to(PROVISION)
    work = folder / "work"
    work.mkdir()
    environment["PATH"] = f"{binaries}:{environment['PATH']}"
    blocks = re.findall(r"^```(\w+)\n(.*?)^```$", text, re.M | re.S)
    check(len([kind for kind, _ in blocks if kind == "sh"]) >= 7, blocks)
    for file, body in zip(("customers.csv", "leaving.csv"), [body for kind, body in blocks if kind == "csv"]):
        (work / file).write_text(body)
    outputs = []
    for index, (kind, body) in enumerate(blocks):
        if kind != "sh":
            continue
        # Three months pass before a rotation.
        if "--max-age" in body and "--store" in body:
            for ledger in work.glob("*.ledger"):
                age(ledger, 91)
        # A date in seconds is not later than what was stored in the same second.
        if "date -u" in body:
            time.sleep(1.1)
        result = subprocess.run(
            ["sh", "-c", body], cwd=work, env=environment, capture_output=True, text=True, timeout=120)
        expected = blocks[index + 1][1] if blocks[index + 1:] and blocks[index + 1][0] == "text" else ""
        check(expected, f"the article does not say what this prints: {body}")
        outputs.append(result)
        for line in expected.splitlines():
            pattern = re.sub(" +", " +", re.escape(line).replace(r"\ ", " "))
            pattern = pattern.replace("<date>", r"\S+").replace("<time>", r"\d+ \w+")
            check(re.search(f"^{pattern}$", result.stdout, re.M), f"{body}: {line!r} is not in {result}")
        check(result.returncode == (3 if "still work" in expected else 0), f"{body}: {result}")
        keys = live(environment)
        vault = {path.name: path.read_text() for path in (work / "vault").glob("[!.]*")}
        check(all(secret in keys for secret in vault.values()), f"{body}: a stored secret does not work")
    check(len(outputs) == len([kind for kind, _ in blocks if kind == "sh"]), "not every command ran")
    check(len(live(environment)) == 2, "the customers who stay have a key each, and the one who left has none")
    end(process)


parts = (usage, replacing, plans, verifying, missing, retiring, throttling, article)
