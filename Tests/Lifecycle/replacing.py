"""Stages of the script kill in which keys are replaced, watched by readers of the stored secrets."""

import datetime
import json
import os
import random
import re
import signal
import subprocess
import time

from lives import LEDGER, SECRETS, TEAM, Disk, Failed, Server, Watcher, stored_secrets

OVERLAP = 1


def now():
    return datetime.datetime.now(datetime.timezone.utc)


class Side:
    """A place that the items have keys at, and where their secrets are stored."""

    def __init__(self, provider, secrets=SECRETS):
        self.provider, self.secrets = provider, secrets
        #: Keys from before this have to be replaced.
        self.date = None
        self.watcher = None


class Stage:
    """Keys that are replaced by jobs that are killed, some of which know nothing of replacing."""

    items = 200
    settling = 0.3
    concurrency = 8
    #: Whether commands store the secrets, each in a file of its own.
    has_vault = False

    def __init__(self, arguments, name, providers, kills, items=None):
        self.arguments, self.name, self.kills = arguments, name, max(kills, 1)
        self.items = [f"item-{index}" for index in range(items or min(self.items, arguments.items))]
        names = [SECRETS] if len(providers) == 1 else [f"{provider}.secrets" for provider in providers]
        self.sides = [Side(provider, secrets) for provider, secrets in zip(providers, names)]
        self.random = random.Random(f"{arguments.seed} {name}")
        self.output = b""
        self.statuses = []

    # What a stage is about.

    def faults(self):
        return [
            f"{operation}:{fault}" for operation in ("createTeamAPIKey", "nekuda.createAPIKey")
            for fault in ("rateLimited:0.05", "lostAnswer:0.1")
        ]

    def options(self, life):
        """Further options of the command line."""
        return []

    def begin(self, life):
        """Something that happens before the job is started again."""

    def calm(self):
        """Ends what makes jobs fail."""

    # The same for all.

    def run(self, folder):
        self.folder = folder
        self.disk = Disk(folder, self.random, (LEDGER, *(side.secrets for side in self.sides)))
        (folder / "vault").mkdir()
        with open(self.disk.root / "items.csv", "w") as file:
            file.write("id,label,team_id\n")
            file.writelines(f"{item},{self.name} {item},{TEAM}\n" for item in self.items)
        self.server = Server(self.arguments.server, [], self.arguments.seed)
        try:
            for side in self.sides:
                self.expect(self.job(side, self.settings(0)), 0)
                side.date = now()
                side.watcher = self.watch(side)
            self.server.inject(self.faults())
            self.replace()
            self.server.clear_faults()
            self.finish()
            for side in self.sides:
                side.watcher.end()
            self.check()
        finally:
            for side in self.sides:
                if side.watcher:
                    side.watcher.ended.set()
            self.server.stop()

    def watch(self, side):
        def live():
            return {secret for _, secret in self.server.keys(side.provider)}

        watcher = Watcher(f"{self.name}, {side.provider}", lambda: self.stored(side), live, OVERLAP, self.check_of_keys())
        watcher.start()
        return watcher

    def check_of_keys(self):
        return None

    def stored(self, side):
        if self.has_vault:
            return {item: (self.folder / "vault" / item).read_text() for item in os.listdir(self.folder / "vault")
                    if not item.startswith(".")}
        return stored_secrets(self.disk.root / side.secrets)

    def settings(self, life):
        return self.options(life)

    def replacing(self, side):
        return ["--rotate-before", side.date.isoformat(), "--overlap", str(OVERLAP)]

    def start(self, side, options):
        environment = dict(os.environ, **self.server.environment)
        environment |= {
            "LD_PRELOAD": str(self.arguments.shim), "POWERCUT_ROOT": str(self.disk.root),
            "POWERCUT_COPIES": str(self.disk.copies), "FOLDER": str(self.folder),
        }
        command = [
            self.arguments.provision, "items.csv", "--provider", side.provider, "--settling", str(self.settling),
            "--concurrency", str(self.concurrency), "--ledger", LEDGER,
            *([] if "--store" in options else ["--secrets", side.secrets]), *options,
        ]
        return subprocess.Popen(
            command, cwd=self.disk.root, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def job(self, side, options):
        process = self.start(side, options)
        output = process.communicate(timeout=300)[0]
        self.output += output
        return process.returncode, output.decode()

    def expect(self, result, *statuses):
        if result[0] not in statuses:
            raise Failed(f"{self.name}: ended with {result[0]}, not {statuses}: {result[1][-2000:]}")
        return result[1]

    def cut(self):
        """The power goes, and comes back: what is at rest now has to work."""
        self.disk.wait_for_commands()
        self.disk.cut_power()
        for side in self.sides:
            side.watcher.look("after a power cut")

    def replace(self):
        """Lives that end by SIGKILL. Where one ends by itself, the next round of replacing begins."""
        self.killed = self.rounds = self.plain = life = 0
        line_length = self.disk.size() / max(self.disk.lines(), 1)
        while self.killed < self.kills:
            life += 1
            if life > 20 * self.kills + 20:
                raise Failed(f"{self.name}: {self.killed} kills in {life} lives: {self.output[-2000:].decode()}")
            side = self.sides[life % len(self.sides)]
            is_plain = self.random.random() < 0.3
            self.begin(life)
            # About four lines for each item are a round.
            growth = self.random.uniform(0, 1.6 * len(self.items)) * line_length
            begun = self.disk.size()
            process = self.start(side, self.settings(life) + ([] if is_plain else self.replacing(side)))
            while process.poll() is None and self.disk.size() - begun <= growth:
                time.sleep(0.0005)
            was_running = process.poll() is None
            if was_running:
                process.send_signal(signal.SIGKILL)
            text = process.communicate()[0]
            self.output += text
            self.statuses.append(process.returncode)
            self.plain += is_plain
            if process.returncode == -signal.SIGKILL:
                self.killed += 1
                self.cut()
            elif process.returncode not in (0, 1, 3):
                raise Failed(f"{self.name}: ended with {process.returncode}: {self.output[-2000:].decode()}")
            elif not is_plain and (process.returncode != 1 or b" 0 failed, 0 not tried" in text):
                self.rounds += 1
                side.date = now()

    def finish(self):
        """Runs until each item has one key from after the date, and no predecessor works."""
        self.calm()
        for side in self.sides:
            side.date = now()
        pending, attempts = list(self.sides), 0
        while pending:
            attempts += 1
            if attempts > 12:
                raise Failed(f"{self.name}: is never done: {self.output[-2000:].decode()}")
            for side in list(pending):
                status, text = self.job(side, self.options(-1) + self.replacing(side))
                self.statuses.append(status)
                # What was begun at another place and never arrived stays open for a day, and cannot be looked for here.
                is_done = len(self.sides) > 1 and status == 1 and "0 failed, 0 not tried" in text and "still work" not in text
                if status == 0 or is_done:
                    pending.remove(side)
            time.sleep(OVERLAP / 2 if pending else 0)

    def check(self):
        ledger = (self.disk.root / LEDGER).read_bytes()
        entries = [json.loads(piece) for line in ledger.splitlines()[1:] for piece in line.split(b"\0") if piece]
        begun = {}
        for entry in entries:
            begun.setdefault(entry["marker"], datetime.datetime.fromisoformat(entry["at"]))
        for side in self.sides:
            rows = self.server.rows(side.provider)
            stored, live = self.stored(side), [row[1] for row in rows]
            owners = {}
            for label, secret, _ in rows:
                owners.setdefault(re.sub(r" #[a-z0-9]+$", "", label), []).append(secret)
            old = [label for label, _, _ in rows if begun[label.rsplit(" #", 1)[1]] < side.date]
            ever = set(live) | self.ever(side)
            problems = {
                "items without a stored secret": [item for item in self.items if item not in stored],
                "items with several keys": [label for label, keys in owners.items() if len(keys) > 1],
                "keys that nobody holds": [label for label, secret, _ in rows if secret not in stored.values()],
                "stored keys that do not work": [item for item, secret in stored.items() if secret not in live],
                "stored secrets of another key":
                    [item for item, secret in stored.items() if owners.get(f"{self.name} {item}") != [secret]],
                "keys from before the date": old,
                "secrets in the ledger or the output":
                    [secret[:6] for secret in ever if secret.encode() in ledger or secret.encode() in self.output],
            }
            found = {name: values[:5] for name, values in problems.items() if values}
            watcher = side.watcher
            print(
                f"{self.name}, {side.provider}: {self.killed} kills with the power, {self.rounds} rounds, "
                f"{self.plain} runs without replacing; {len(self.items)} items, {len(live)} live keys, "
                f"{sum(e['state'] == 'revoked' for e in entries)} revoked; looked {watcher.looks} times at "
                f"{watcher.seen} secrets, and at {watcher.kept_checks} that were kept; "
                f"{len(found)} problems", flush=True)
            if found or len(live) != len(self.items):
                raise Failed(f"{self.name}, {side.provider}: {found or len(live)}")
            if not watcher.kept_checks or watcher.looks < self.kills:
                raise Failed(f"{self.name}: the reader has not looked: {watcher.looks}, {watcher.kept_checks}")

    def ever(self, side):
        if self.has_vault:
            return set(self.stored(side).values())
        lines = (self.disk.root / side.secrets).read_bytes().split(b"\n")
        return {json.loads(line)["secret"] for line in lines if line.startswith(b"{") and line.endswith(b"}")}


class VerifyStage(Stage):
    """New keys work after a while, and in some lives none does."""

    settling = 0.2

    def faults(self):
        return super().faults() + ["createTeamAPIKey:activatesAfter=600:0.3"]

    def options(self, life):
        timeout = "0.2" if (self.folder / "failing").exists() else "10"
        check = 'exec curl -sf --data-binary @- -o "$FOLDER/null" "$JUNCTION_BASE_URL/_sandbox/check"'
        return ["--verify", f'unset LD_PRELOAD; [ ! -e "$FOLDER/failing" ] || exit 1; {check}', "--verify-timeout", timeout]

    def begin(self, life):
        if life % 3 == 1:
            (self.folder / "failing").touch()
        else:
            self.calm()

    def calm(self):
        (self.folder / "failing").unlink(missing_ok=True)

    def check_of_keys(self):
        return self.server.works


class StoreStage(Stage):
    """The command that stores a secret takes effect, and then kills the job now and then."""

    settling = 0.2
    has_vault = True

    def options(self, life):
        kill = "" if life <= 0 else (
            f'n=$(od -An -N1 -tu1 /dev/urandom); [ "$n" -ge {256 * 5 // len(self.items)} ] || kill -9 $PPID; ')
        return ["--store", 'unset LD_PRELOAD; cd "$FOLDER/vault"; cat > ".$ITEM_ID" && mv ".$ITEM_ID" "$ITEM_ID" || exit 1; '
                + kill + "true"]


class MissingStage(Stage):
    """Somebody revokes keys that are in use, and the job replaces them."""

    def begin(self, life):
        side = self.sides[0]
        stored = list(self.stored(side).items())
        live = {secret for _, secret in self.server.keys(side.provider)}
        for item, secret in self.random.sample(stored, 3):
            if secret in live:
                side.watcher.exempt.add(secret)
                self.server.revoke(side.provider, secret)

    def replacing(self, side):
        return super().replacing(side) + ["--replace-missing"]


class Scene(Stage):
    """A single item, or a few, and a course of events that chance plays too seldom."""

    items = 1
    settling = 0.1

    def check(self):
        rows = self.server.rows(self.sides[0].provider)
        stored, live = self.stored(self.sides[0]), [row[1] for row in rows]
        if sorted(stored.values()) != sorted(live) or len(live) != len(self.items):
            raise Failed(f"{self.name}: {len(live)} keys for {len(stored)} secrets")
        print(f"{self.name}, {self.sides[0].provider}: as it should be", flush=True)

    def lives(self, secret):
        return secret in [row[1] for row in self.server.rows(self.sides[0].provider)]

    def require(self, condition, text):
        if not condition:
            raise Failed(f"{self.name}, {self.sides[0].provider}: {text}: {self.output[-1000:].decode()}")

    def faults(self):
        return []

    def finish(self):
        pass


class FoundScene(Scene):
    """A store takes effect, and the power fails before the ledger says so: readers have the key."""

    has_vault = True
    store = 'unset LD_PRELOAD; cd "$FOLDER/vault"; cat > ".$ITEM_ID" && mv ".$ITEM_ID" "$ITEM_ID"'

    def options(self, life):
        return ["--store", self.store]

    def replace(self):
        side = self.sides[0]
        first = self.stored(side)["item-0"]
        options = ["--rotate-before", side.date.isoformat(), "--overlap", "2"]
        status, _ = self.job(side, ["--store", self.store + "; kill -9 $PPID"] + options)
        self.require(status == -signal.SIGKILL, f"ended with {status}")
        self.cut()
        found = self.stored(side)["item-0"]
        self.require(found != first and self.lives(found) and self.lives(first), "a key is gone")
        # A run that replaces nothing, and for which no key works.
        output = self.expect(
            self.job(side, self.options(0) + ["--verify", "false", "--verify-timeout", "0"]), 1)
        self.require("1 failed" in output, "the item is not in doubt")
        self.require(self.lives(found) and self.lives(first), "a key that readers may have was revoked")
        output = self.expect(self.job(side, self.options(0)), 3)
        stored = self.stored(side)["item-0"]
        replaced = time.monotonic()
        is_adopted = side.provider == "junction"
        self.require((stored == found) == is_adopted, "the key was not adopted, or not replaced")
        self.require(self.lives(first) and self.lives(found), "a plain run forgot the overlap")
        self.expect(self.job(side, self.options(0)), 3)
        self.require(self.lives(first) and self.lives(found), "a second plain run forgot the overlap")
        time.sleep(max(replaced + 2.05 - time.monotonic(), 0))
        self.expect(self.job(side, self.options(0)), 0)


class RevokedScene(Scene):
    """Somebody revokes the new key during the overlap: the old one may be what still works."""

    items = 2

    def replace(self):
        side = self.sides[0]
        first = self.stored(side)
        self.expect(self.job(side, self.replacing(side)), 3)
        second = self.stored(side)
        side.watcher.exempt.add(second["item-0"])
        self.server.revoke(side.provider, second["item-0"])
        time.sleep(OVERLAP + 0.05)
        output = self.expect(self.job(side, []), 1)
        self.require("not listed" in output and "1 failed" in output, "it is not said that a key is not listed")
        self.require(self.lives(first["item-0"]), "the only key that works was revoked")
        self.require(not self.lives(first["item-1"]), "a predecessor still works")
        output = self.expect(self.job(side, ["--dry-run", "--replace-missing", "-v"]), 0)
        self.require("1 to replace" in output and "1 missing" in output, "the plan does not name the missing key")
        self.expect(self.job(side, ["--replace-missing", "--overlap", "0"]), 0)
        self.require(not self.lives(first["item-0"]), "a predecessor still works")


def stages(arguments):
    """The stages, with so many kills that the first one has a sixth of those that were asked for."""
    most = max(arguments.kills // 6, 1)
    some = max(arguments.kills // 10, 1)
    few = arguments.items // 5
    return [
        Stage(arguments, "replace", ["junction"], most),
        Stage(arguments, "replace", ["nekuda"], most),
        Stage(arguments, "replace", ["baseten"], some),
        Stage(arguments, "two places", ["junction", "nekuda"], some, few),
        VerifyStage(arguments, "verify", ["junction"], some, few),
        StoreStage(arguments, "store", ["nekuda"], some, few),
        MissingStage(arguments, "missing", ["junction"], some, few),
        FoundScene(arguments, "found", ["junction"], 1, 1),
        FoundScene(arguments, "found", ["nekuda"], 1, 1),
        RevokedScene(arguments, "revoked", ["baseten"], 1, 2),
    ]
