"""Workers of one job, and the vault that they store secrets in."""

import os
import pathlib
import signal
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "Lifecycle"))

from lives import TEAM, Failed, Server, Watcher
from proxy import Proxy

PROVIDERS = ("junction", "baseten")

#: A vault with compare-and-set: a secret whose sequence is smaller than the one that is there is refused, by a failure.
#: A store that said that it was done would have the ledger take an old key for the item's own.
PUT = """
    exec 9>"$FOLDER/locks/$ITEM_ID" && flock 9 || exit 1
    sequence=0
    [ ! -e "$FOLDER/vault/$ITEM_ID" ] || read -r sequence ignored <"$FOLDER/vault/$ITEM_ID"
    if [ "$KEY_SEQUENCE" -lt "$sequence" ]; then
        echo "$ITEM_ID $KEY_SEQUENCE $WORKER" >>"$FOLDER/refused"
        exit 9
    fi
    printf '%s %s\\n' "$KEY_SEQUENCE" "$secret" >"$FOLDER/locks/$ITEM_ID.new" || exit 1
    mv "$FOLDER/locks/$ITEM_ID.new" "$FOLDER/vault/$ITEM_ID" || exit 1
"""
READ = """
    IFS= read -r secret || [ -n "$secret" ] || exit 2
    echo "$ITEM_ID $KEY_SEQUENCE $WORKER" >>"$FOLDER/attempts"
"""
STORE = READ + '. "$FOLDER/put"\n'


class Vault:
    """A folder with a file for each item: its sequence and its secret."""

    def __init__(self, folder):
        self.folder = folder
        for name in ("vault", "locks"):
            (folder / name).mkdir()

    def read(self):
        """What a reader finds."""
        stored = {}
        with os.scandir(self.folder / "vault") as files:
            for file in files:
                with open(file.path) as opened:
                    stored[file.name] = opened.read().split()[1]
        return stored

    def lines(self, name):
        """What was tried, or refused: item, sequence and worker."""
        try:
            return [tuple(line.split()) for line in (self.folder / name).read_text().splitlines()]
        except FileNotFoundError:
            return []


class Fleet:
    """A job whose workers are processes of Provision. Each has a proxy of its own."""

    def __init__(self, arguments, folder, database, job, life, settling, items, faults=()):
        """
        life: after how many seconds the server ends a session that says nothing; every other limit follows from it.
        items: by provider.
        """
        self.arguments, self.folder, self.database, self.job, self.life = arguments, folder, database, job, life
        self.settling, self.items = settling, items
        self.vault = Vault(folder)
        self.sandbox = Server(arguments.server, faults, arguments.seed)
        self.proxies, self.processes = {}, []
        self.watcher = None
        (folder / "store").write_text(STORE)
        (folder / "put").write_text(PUT)
        for provider, names in items.items():
            rows = "".join(f"{name},{job} {name},{TEAM}\n" for name in names)
            (folder / f"{provider}.csv").write_text(f"id,label,team_id\n{rows}")

    def start(self, name, provider, *options, concurrency=8, store="store", settling=None):
        """Starts a worker behind its proxy. Its output is in a file."""
        way = {"PGHOST": "127.0.0.1", "PGPORT": str(self.proxy(name).port), "PGSSLMODE": "disable"}
        settling = self.settling if settling is None else settling
        ledger = ["--ledger", "postgres://", "--job", self.job]
        command = ["--store", f'. "$FOLDER/{store}"', "--settling", str(settling)]
        return self.spawn(name, provider, concurrency, [*ledger, *command, *options], way)

    def spawn(self, name, provider, concurrency, options, way={}):
        """Starts a worker, by default without anything between it and its database."""
        environment = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
        environment |= self.sandbox.environment | self.database.environment | way | {
            "PGOPTIONS": f"-c idle_session_timeout={int(self.life * 1000)}", "PGAPPNAME": f"{self.job} {name}",
            "FOLDER": str(self.folder), "WORKER": name,
        }
        command = [
            self.arguments.provision, f"{provider}.csv", "--provider", provider, "--concurrency", str(concurrency), *options]
        output = open(self.folder / f"output-{len(self.processes)}-{name}", "w+b")
        process = subprocess.Popen(
            command, cwd=self.folder, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
        process.output = output
        self.processes.append(process)
        return process

    def proxy(self, name):
        if name not in self.proxies:
            self.proxies[name] = Proxy(self.database)
        return self.proxies[name]

    def text(self, process):
        return os.pread(process.output.fileno(), 1 << 24, 0).decode()

    def wait(self, process, *statuses, timeout=60):
        """Waits for the end of a worker. Returns what it has printed."""
        try:
            status = process.wait(timeout)
        except subprocess.TimeoutExpired:
            raise Failed(f"a worker has not ended after {timeout} s: {self.text(process)[-1000:]}") from None
        if status not in statuses:
            raise Failed(f"a worker ended with {status}, not {statuses}: {self.text(process)[-1000:]}")
        return self.text(process)

    def has_session(self, name):
        return self.database.sql(
            f"SELECT count(*) FROM pg_stat_activity WHERE application_name = '{self.job} {name}'", "postgres") != "0"

    def claims(self, name):
        """How many items a worker has claimed."""
        return int(self.database.sql(
            "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid) "
            f"WHERE locktype = 'advisory' AND application_name = '{self.job} {name}'"))

    def wait_for_end_of_session(self, name):
        """The server has ended a worker's session, and with it its claims."""
        until(lambda: not self.has_session(name), "the end of a session", 10 * self.life)

    def transcript(self):
        """The end of what each worker has printed."""
        texts = [f"{process.output.name.rsplit('/', 1)[1]}: {self.text(process)[-600:]}" for process in self.processes]
        return "\n".join(texts[-8:])

    def rows(self):
        """The keys that work, by provider: label, secret and ID."""
        state = self.sandbox.get("state")
        return {provider: self.sandbox.rows(provider, state) for provider in self.items}

    def secrets(self):
        """The secrets of the keys that work."""
        return {row[1] for rows in self.rows().values() for row in rows}

    def creates(self):
        """How many keys were ever created, as far as the sandbox remembers."""
        requests = self.sandbox.requests()
        return sum(
            request["operation"] in ("createTeamAPIKey", "createAPIKey") and
            (request["status"] in (200, 201) or request["fault"] == "lostAnswer") for request in requests)

    def watch(self, overlap=0):
        self.watcher = Watcher(self.job, self.vault.read, self.secrets, overlap)
        self.watcher.start()

    def entries(self):
        rows = self.database.sql(
            f"SELECT item, entry->>'marker', entry->>'state' FROM swift_api_keys_ledger WHERE job = '{self.job}' "
            "ORDER BY sequence")
        return [tuple(row.split("|")) for row in rows.splitlines()]

    def check(self):
        """One key per item, which is the one that is stored, and no other."""
        stored, problems = self.vault.read(), {}
        for provider, rows in self.rows().items():
            owners = {}
            for label, secret, _ in rows:
                owners.setdefault(label.rsplit(" #", 1)[0], []).append(secret)
            items = self.items[provider]
            problems |= {
                f"items without a stored secret, {provider}": [item for item in items if item not in stored],
                f"items with several keys, {provider}": [label for label, keys in owners.items() if len(keys) > 1],
                f"keys that nobody holds, {provider}": [row[0] for row in rows if row[1] not in stored.values()],
                f"stored secrets that are not the item's key, {provider}":
                    [item for item in items if item in stored and owners.get(f"{self.job} {item}") != [stored[item]]],
            }
            if len(rows) != len(items):
                problems[f"keys, {provider}"] = [len(rows)]
        text = self.everything()
        problems["secrets in the ledger or an output"] = [item for item, secret in stored.items() if secret in text]
        found = {name: values[:5] for name, values in problems.items() if values}
        if found:
            raise Failed(f"{self.job}: {found}")

    def everything(self):
        """What the ledger holds, and what workers have printed."""
        ledger = self.database.sql(f"SELECT entry FROM swift_api_keys_ledger WHERE job = '{self.job}'")
        return ledger + "".join(map(self.text, self.processes))

    def end(self):
        """Ends what was started, and looks a last time whether what is stored works."""
        try:
            if self.watcher:
                self.watcher.look("at the end")
                self.watcher.end()
        finally:
            if self.watcher:
                self.watcher.ended.set()
            (self.folder / "gate").touch()
            for process in self.processes:
                if process.poll() is None:
                    process.kill()
                    process.send_signal(signal.SIGCONT)
                    process.wait()
                process.output.close()
            for proxy in self.proxies.values():
                proxy.close()
            self.sandbox.stop()


def until(condition, text, timeout=30):
    """Waits for something that has to come."""
    end = time.monotonic() + timeout
    while not (value := condition()):
        if time.monotonic() > end:
            raise Failed(f"{text} did not come in {timeout} s")
        time.sleep(0.01)
    return value
