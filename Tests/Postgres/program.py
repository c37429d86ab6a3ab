"""The part program of Tests/Postgres/run: Provision with a ledger in PostgreSQL, as a user runs it."""

import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "Lifecycle"))

import users
from users import check, items

TABLE = "swift_api_keys_ledger"


def run(server):
    """Runs every part against a server, and returns how many checks have passed."""
    sandbox, environment = users.server()
    environment |= server.environment
    for part in (first_runs, passwords, time_limit, heirs):
        with tempfile.TemporaryDirectory() as folder:
            part(pathlib.Path(folder), server, environment)
    users.end(sandbox)
    return users.checks


def provision(folder, environment, *arguments, **more):
    return users.run(folder, "items.csv", "--ledger", "postgres://", *arguments, environment=environment, **more)


def first_runs(folder, server, environment):
    items(folder, 6)
    store = ["--store", 'echo "$ITEM_ID $KEY_SEQUENCE" >> stored; cat > "secret-$ITEM_ID"']
    for arguments in (["--dry-run"], ["--dry-run", "--retire"]):
        result = provision(folder, environment, *arguments)
        check(result.returncode == 0, result)
    check(server.sql(f"SELECT to_regclass('{TABLE}') IS NULL") == "t", "a dry run created the table")
    result = provision(folder, environment, *store)
    check(result.returncode == 0 and "6 stored, 0 skipped" in result.stdout, result)
    result = provision(folder, environment, *store)
    check(result.returncode == 0 and "0 stored, 6 skipped" in result.stdout, result)
    check(sorted((folder / "stored").read_text().splitlines()) == [f"item-{i} 1" for i in range(6)], "the numbers are wrong")
    # A job is named after the file of its items, and another one knows nothing of it.
    check(server.sql(f"SELECT DISTINCT job FROM {TABLE}") == "items", "the job has another name")
    result = provision(folder, environment, "--job", "other", "--dry-run")
    check(result.returncode == 0 and "6 to create" in result.stdout, result)
    secrets = [path.read_text() for path in folder.glob("secret-*")]
    rows = server.sql(f"SELECT * FROM {TABLE}")
    check(len(secrets) == 6 and not any(secret in rows for secret in secrets), "a secret is in the ledger")
    time.sleep(1.1)
    result = provision(folder, environment, *store, "--max-age", "0.00001")
    check(result.returncode == 0 and "6 replaced" in result.stdout, result)
    check(sorted((folder / "stored").read_text().splitlines())[1::2] == [f"item-{i} 2" for i in range(6)], "no number rose")
    result = provision(folder, environment, "--retire")
    check(result.returncode == 0 and "6 retired, 0 failed" in result.stdout, result)
    check(sorted(path.name for path in folder.iterdir())[0] == "items.csv", "a ledger was made beside the items")


def passwords(folder, server, environment):
    items(folder, 1)
    for url in ("postgres://user:hunter2@localhost/ledger", "postgresql://localhost/ledger?password=hunter2",
                "postgres://user:hun@ter2@localhost/ledger", "postgres://localhost/ledger?pass%77ord=hunter2",
                "postgres://user:hun/ter2@localhost/ledger"):
        result = users.run(folder, "items.csv", "--ledger", url, environment=environment)
        check(result.returncode == 2 and "PGPASSWORD" in result.stderr and "hun" not in result.stderr, result)
    # It counts from the environment, and is not repeated if it is wrong.
    url = f"postgres://127.0.0.1:{server.port}/ledger"
    for password, status in ((server.password, 0), ("hunter2", 1)):
        result = users.run(folder, "items.csv", "--ledger", url, "--dry-run", environment=environment | {"PGPASSWORD": password})
        check(result.returncode == status and "hunter2" not in result.stderr, result)
    check("password authentication failed" in result.stderr, result)
    # A store command gets the lock, and not the password.
    result = users.run(folder, "items.csv", "--ledger", url, "--job", "passwords", "--store", "env > inner; cat > /dev/null",
                       environment=environment | {"PGPASSWORD": server.password, "COPY": f"x{server.password}"})
    inner = (folder / "inner").read_text()
    check(result.returncode == 0 and "PGPASSWORD" not in inner and server.password not in inner, result)
    result = users.run(folder, "items.csv", "--job", "name", environment=environment)
    check(result.returncode == 2 and "--job needs --ledger postgres" in result.stderr, result)


def time_limit(folder, server, environment):
    """A store command ends below the session's life, also while the program is stopped."""
    items(folder, 1)
    environment = environment | {"PGOPTIONS": "-c idle_session_timeout=6s"}
    process = subprocess.Popen(
        [users.PROVISION, "items.csv", "--ledger", "postgres://", "--job", "limit", "--store", "echo > begun; sleep 60; echo > done"],
        cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    wait(folder / "begun")
    begun = time.monotonic()
    process.send_signal(signal.SIGSTOP)
    while children(process.pid, "sleep 60") and time.monotonic() - begun < 20:
        time.sleep(0.05)
    took = time.monotonic() - begun
    process.send_signal(signal.SIGCONT)
    output, _ = process.communicate(timeout=30)
    check(took < 6, f"the command lived for {took} s")
    check(process.returncode == 1 and "it may take 3 seconds at most" in output, f"{process.returncode} {output}")
    check(not (folder / "done").exists(), "the command went on")


def heirs(folder, server, environment):
    """While the command of a worker that was killed still runs, nobody else gets its item."""
    items(folder, 1)
    process = subprocess.Popen(
        [users.PROVISION, "items.csv", "--ledger", "postgres://", "--job", "heirs", "--store",
         "echo > begun; sleep 2; cat > secret; echo first >> order"],
        cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait(folder / "begun")
    process.kill()
    process.wait()
    result = provision(folder, environment, "--job", "heirs", "--settling", "0.1", "--store", "cat > secret; echo heir >> order")
    check(result.returncode == 0 and "1 stored" in result.stdout, result)
    check((folder / "order").read_text().split() == ["first", "heir"], "an old secret was put over a new one")


def wait(path):
    end = time.monotonic() + 30
    while not path.exists():
        check(time.monotonic() < end, f"{path.name} did not come")
        time.sleep(0.02)


def children(parent, words):
    """Whether a process below another one has these arguments."""
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if (folder / "cmdline").read_bytes().replace(b"\0", b" ").strip() == words.encode():
                ancestor = int(folder.name)
                while ancestor > 1 and ancestor != parent:
                    ancestor = int((pathlib.Path("/proc") / str(ancestor) / "stat").read_text().rpartition(")")[2].split()[1])
                if ancestor == parent:
                    return True
        except OSError:
            continue
    return False
