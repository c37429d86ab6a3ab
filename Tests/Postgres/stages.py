"""Courses of events that chance plays too seldom, for the script workers: a few items, and workers that are stopped at a line."""

import os
import signal
import subprocess
import time

from fleet import READ, STORE, until
from stage import Stage

LATER = """
    export secret
    setsid sh -c '
        touch "$FOLDER/taken"
        while [ ! -e "$FOLDER/gate" ]; do sleep 0.05; done
        . "$FOLDER/put"' </dev/null 3>&- &
    wait
"""


class Meeting(Stage):
    """Two workers meet on an item, whose create takes longer than `settling`."""

    name = "meeting"
    providers = ("junction", "baseten")
    settling = 0.1

    def play(self):
        self.sandbox.inject(["createTeamAPIKey:slow=1000:1"])
        first = self.start("first")
        self.faults_are_over("a create")
        second = self.start("second")
        self.require("1 stored" in self.fleet.wait(first, 0), "the first worker has not stored the key")
        self.require("1 skipped" in self.fleet.wait(second, 0), "the second worker has not skipped the item")
        self.require_creates(1)


class Crowd(Stage):
    """Workers that begin at the same time meet on most items."""

    name = "crowd"
    items = 30
    settling = 0.1

    def play(self):
        workers = [self.start(f"worker-{number}") for number in range(3)]
        for worker in workers:
            self.fleet.wait(worker, 0)
        self.require_creates(self.items)


class LateWaking(Stage):
    """A worker is stopped between its claim and its create, and wakes when the item is another one's."""

    name = "late-waking"
    providers = ("junction", "baseten")

    def play(self):
        sleeper = self.stop_at("sleeper", "begun")
        self.fleet.wait_for_end_of_session("sleeper")
        self.fleet.wait(self.start("heir"), 0)
        self.require_creates(1)
        text = self.wake(sleeper, "sleeper", 1)
        self.require("0 stored" in text or "ledger" in text, f"the sleeper does not say why: {text}")
        self.require_creates(1)


class DeathBeforeAppend(Stage):
    """A worker dies when its key is created, and the ledger does not know."""

    name = "death-before-the-entry"
    providers = ("junction", "baseten")

    def play(self):
        proxy = self.fleet.proxy("first")
        proxy.hold("created", "requests")
        first = self.start("first")
        self.require(proxy.caught.wait(30), "no key was created")
        first.kill()
        self.fleet.wait(first, -signal.SIGKILL)
        proxy.links[-1].close()
        self.fleet.wait(self.start("heir"), 0)
        # Junction's list holds the secret: the key is adopted.
        self.require_creates(1 if self.provider == "junction" else 2)


class DeathAfterStore(Stage):
    """A worker dies when a reader has its key, and before the ledger says so."""

    name = "death-after-the-store"
    providers = ("junction", "baseten")

    def play(self):
        (self.fleet.folder / "kill").write_text(STORE + "\nkill -9 $PPID\n")
        self.fleet.wait(self.start("first", store="kill"), -signal.SIGKILL)
        found = self.fleet.vault.read()["item-0"]
        self.require(found in self.fleet.secrets(), "the stored key does not work")
        # The heir's create is slow: a reader sees what works until then.
        self.sandbox.inject(["createTeamAPIKey:slow=700:1"])
        self.fleet.wait(self.start("heir"), 0)
        is_adopted = self.fleet.vault.read()["item-0"] == found
        self.require(is_adopted == (self.provider == "junction"), "the key was not adopted, or not replaced")


class DeathInStore(Stage):
    """A worker dies while its store command runs: the command holds the claim until it has ended."""

    name = "death-in-the-store"
    life = 8

    def play(self):
        (self.fleet.folder / "slow").write_text(READ + 'touch "$FOLDER/taken"; sleep 2\n. "$FOLDER/put"\n')
        first = self.start("first", store="slow")
        until(lambda: (self.fleet.folder / "taken").exists(), "a store")
        first.kill()
        self.fleet.wait(self.start("heir"), 0)
        self.require(not self.fleet.vault.lines("refused"), "the heir has not waited for the store")
        stores = [line[2] for line in self.fleet.vault.lines("attempts")]
        self.require(stores == ["first", "heir"], f"stored by {stores}")


class SleepBeforeStore(Stage):
    """A worker is stopped between create and store, and wakes when the item has another key."""

    name = "sleep-before-the-store"

    def play(self):
        sleeper = self.stop_at("sleeper", "created")
        self.fleet.wait_for_end_of_session("sleeper")
        self.fleet.wait(self.start("heir"), 0)
        self.wake(sleeper, "sleeper", 1)
        stores = [line[2] for line in self.fleet.vault.lines("attempts")]
        self.require(stores == ["heir"], f"stored by {stores}")


class LateStore(Stage):
    """What a worker has stored takes effect when the item has another key: its sequence is smaller, and the vault refuses."""

    name = "late-store"

    def play(self):
        # The vault takes the secret, and carries the request out later, whatever becomes of whoever sent it.
        (self.fleet.folder / "later").write_text(READ + LATER)
        first = self.start("first", store="later")
        until(lambda: (self.fleet.folder / "taken").exists(), "a store")
        first.send_signal(signal.SIGSTOP)
        self.fleet.wait_for_end_of_session("first")
        self.fleet.wait(self.start("heir"), 0)
        current = self.fleet.vault.read()["item-0"]
        (self.fleet.folder / "gate").touch()
        until(lambda: self.fleet.vault.lines("refused"), "the late store")
        self.require(self.fleet.vault.lines("refused")[0][2] == "first", "another store was refused")
        self.require(self.fleet.vault.read()["item-0"] == current, "an old secret is in the place of a new one")
        self.wake(first, "first", 1)


class Heir(Stage):
    """A worker dies with a create on its way. Its heir, which has waited for the item, finds the key: it looks when
    `settling` has passed since its claim, not since its start."""

    name = "heir"
    providers = ("junction", "baseten")
    settling = 2.5

    def play(self):
        self.sandbox.inject(["createTeamAPIKey:rateLimited:1.0"])
        first = self.start("first")
        until(lambda: self.fleet.proxy("first").entries, "the first entry")
        heir = self.start("heir")
        time.sleep(self.settling + 0.5)
        self.require(heir.poll() is None, "the heir has not waited")
        self.sandbox.clear_faults()
        self.sandbox.inject(["createTeamAPIKey:slow=1500:1"])
        self.faults_are_over("a create")
        landed = time.monotonic() + 1.7
        first.kill()
        self.require("1 stored" in self.fleet.wait(heir, 0), "the heir has not stored a key")
        time.sleep(max(landed - time.monotonic(), 0))
        self.require_creates(1 if self.provider == "junction" else 2)


class Multitude(Stage):
    """A worker dies with more creates on their way than its heir may claim at a time."""

    name = "multitude"
    is_long = True
    providers = ("junction",)
    items = 560
    settling = 4
    life = 20

    def play(self):
        self.sandbox.inject([f"createTeamAPIKey:slow=3000:{self.items}"])
        first = self.start("first", concurrency=self.items)
        until(lambda: self.fleet.proxy("first").entries >= self.items, "an entry for each item")
        first.kill()
        heir, claims = self.start("heir", concurrency=64), [0]
        while heir.poll() is None:
            claims.append(self.fleet.claims("heir"))
            time.sleep(0.05)
        self.fleet.wait(heir, 0)
        self.require(max(claims) == 500, f"the heir had {max(claims)} claims at a time, not 500")


class Refusal(Stage):
    """The server refuses an entry, in the middle of a run."""

    name = "refusal"
    states = ("begun", "created", "stored")

    def play(self):
        # Of the table that the job has created.
        self.sandbox.inject(["createTeamAPIKey:serverError=400@before:1"])
        self.fleet.wait(self.start("zeroth"), 1)
        creates = 0
        for state in self.states:
            self.database(
                f"""CREATE FUNCTION refuse_{state}() RETURNS trigger LANGUAGE plpgsql AS $$
                    BEGIN RAISE EXCEPTION 'no room for %', NEW.entry->>'state' USING ERRCODE = '53100'; END $$""")
            self.database(
                f"""CREATE TRIGGER refuse_{state} BEFORE INSERT ON swift_api_keys_ledger FOR EACH ROW WHEN
                    (NEW.job = '{self.title}' AND NEW.entry->>'state' = '{state}') EXECUTE FUNCTION refuse_{state}()""")
            # A key that the ledger does not know is revoked for as long as nobody else can have found it.
            text = self.fleet.wait(self.start(state, settling=20 if state == "created" else None), 1)
            self.require("no room for " + state in text, f"it is not said what the server refused: {text}")
            creates += state != "begun"
            self.require_creates(creates)
            keys = self.fleet.rows()[self.provider]
            stored = self.fleet.vault.read()
            if state == "stored":
                self.require(stored["item-0"] in [row[1] for row in keys], "the stored key does not work")
            else:
                self.require(not stored, f"a key was stored that the ledger does not know, at {state}")
                self.require(not keys, f"a key is left that nobody knows, at {state}")
            self.database(f"DROP TRIGGER refuse_{state} ON swift_api_keys_ledger")

    def database(self, statement):
        self.fleet.database.sql(statement)


class Silence(Stage):
    """What is between a worker and its database goes silent: the worker ends before it has waited for its session's end."""

    name = "silence"

    def play(self):
        self.sandbox.inject(["createTeamAPIKey:slow=500:1"])
        first = self.start("first")
        self.faults_are_over("a create")
        self.fleet.proxy("first").fall_silent()
        begun = time.monotonic()
        text = self.fleet.wait(first, 1, timeout=6 * self.life)
        self.require("did not answer" in text, f"it is not said that the server did not answer: {text}")
        self.require(not self.fleet.vault.read(), "a key was stored that the ledger does not know")
        took = time.monotonic() - begun
        self.require(took < 3 * self.life, f"the worker has waited for {took:.1f} s")
        self.fleet.wait(self.start("heir"), 0)


class SilenceInWaiting(Stage):
    """A worker waits, since its create was refused with 429, and its database falls silent meanwhile: before it asks again,
    it has a word with its database, whatever its clock says."""

    name = "silence-in-waiting"

    def play(self):
        self.sandbox.inject(["createTeamAPIKey:rateLimited:1.0"])
        first = self.start("first")
        until(self.sandbox.requests, "a create")
        self.fleet.proxy("first").fall_silent()
        self.sandbox.clear_faults()
        self.fleet.wait(first, 1)
        self.require_creates(0)


class LostRecord(Stage):
    """A worker cannot add its new key to the ledger, since its connection has ended: it must not revoke the key, which
    another one finds and stores."""

    name = "lost-record"
    providers = ("junction",)
    settling = 2

    def play(self):
        proxy = self.fleet.proxy("first")
        proxy.hold("created", "requests")
        first = self.start("first")
        self.require(proxy.caught.wait(30), "no key was created")
        proxy.links[-1].close()
        self.fleet.wait(self.start("heir"), 0)
        self.fleet.wait(first, 1)
        self.require_creates(1)
        revokes = [request for request in self.sandbox.requests() if request["operation"] == "deleteTeamAPIKeys"]
        self.require(not revokes, "the key was revoked")


class NewTable(Stage):
    """Another worker creates the table while this one waits to do so."""

    name = "new-table"
    # A statement may wait for a quarter of it.
    life = 40

    def run(self, arguments, folder, database):
        database.sql("CREATE DATABASE fresh")
        super().run(arguments, folder, Fresh(database))

    def play(self):
        # The other worker, in slow motion.
        other = self.fleet.database.session()
        print(
            """BEGIN; SELECT pg_advisory_xact_lock(hashtextextended('swift_api_keys_ledger', 0));
            CREATE TABLE swift_api_keys_ledger (sequence bigint GENERATED ALWAYS AS IDENTITY, job text NOT NULL,
                item text NOT NULL, entry jsonb NOT NULL, PRIMARY KEY (job, item, sequence));""",
            file=other.stdin, flush=True)
        until(lambda: self.locks("granted"), "a lock")
        first = self.start("first")
        until(lambda: self.locks("NOT granted"), "a worker that waits")
        print("COMMIT;", file=other.stdin, flush=True)
        other.stdin.close()
        other.wait()
        self.fleet.wait(first, 0)

    def locks(self, condition):
        return "0" != self.fleet.database.sql(
            "SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database "
            f"WHERE locktype = 'advisory' AND datname = 'fresh' AND {condition}")


class Fresh:
    """A database without the table, at the same server."""

    def __init__(self, server):
        self.server = server
        self.environment = server.environment | {"PGDATABASE": "fresh"}

    def sql(self, text, database="fresh"):
        return self.server.sql(text, database)

    def session(self):
        return subprocess.Popen(
            [self.server.programs / "psql", "-X", "-q"], env=os.environ | self.environment, cwd="/", text=True,
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)


STAGES = (
    Meeting, Crowd, LateWaking, DeathBeforeAppend, DeathAfterStore, DeathInStore, SleepBeforeStore, LateStore, Heir, Refusal, Silence,
    SilenceInWaiting,
    LostRecord, NewTable, Multitude)
