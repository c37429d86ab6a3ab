"""Four workers that create and replace keys, and what chance does to them, for the script workers."""

import datetime
import pathlib
import random
import signal
import tempfile
import threading
import time

from fleet import PROVIDERS, Failed, Fleet

OVERLAP = 2
LIFE = 4


class Slot(threading.Thread):
    """A worker that is started again whenever it ends, on what is not done yet."""

    def __init__(self, rounds, name):
        super().__init__(daemon=True)
        self.rounds, self.title = rounds, name
        self.random = random.Random(f"{rounds.arguments.seed} {name}")
        self.process = None
        self.lock = threading.Lock()
        self.stopped_until = None
        self.statuses = []

    def run(self):
        try:
            while not self.rounds.ended.is_set():
                self.work()
        except Exception as error:  # Seen by the main thread.
            self.rounds.problem = self.rounds.problem or f"{self.title}: {error!r}"

    def work(self):
        number, options = self.rounds.round
        provider = self.random.choice([one for one in PROVIDERS if (number, one) not in self.rounds.done] or PROVIDERS)
        fleet = self.rounds.fleet
        process = fleet.start(self.title, provider, *options)
        with self.lock:
            self.process = process
        while (status := process.poll()) is None and not self.rounds.ended.is_set():
            time.sleep(0.02)
        if status is None:
            return
        self.statuses.append(status)
        text = fleet.text(process)
        if status in (0, 3) or status == 1 and " 0 failed, 0 not tried" in text:
            self.rounds.finish(number, provider)
        elif status not in (1, -signal.SIGKILL):
            raise Failed(f"ended with {status}: {text[-1000:]}")
        elif status == 1:
            # As whatever starts jobs again would: not at once.
            time.sleep(0.2)


class Rounds:
    def __init__(self, arguments, folder, database):
        self.arguments, self.database = arguments, database
        self.random = random.Random(f"{arguments.seed} rounds")
        place = pathlib.Path(tempfile.mkdtemp(prefix="rounds-", dir=folder))
        counts = {"junction": arguments.items, "baseten": arguments.items * 2 // 5}
        items = {provider: [f"{provider}-{number}" for number in range(count)] for provider, count in counts.items()}
        self.count = sum(counts.values())
        self.fleet = Fleet(arguments, place, database, "rounds", LIFE, 1, items)
        #: The number of a round, and the options of its workers. In the first one, every key is new; its runs have an
        #: overlap too, for a key that readers may have can be replaced in every round.
        self.round = (0, self.replacing())
        self.done = set()
        self.last = None
        self.lock = threading.Lock()
        self.ended = threading.Event()
        self.problem = None
        self.wakings = []

    def finish(self, number, provider):
        """A worker has found nothing left to do: the next round begins when that holds for both providers."""
        with self.lock:
            self.done.add((number, provider))
            if number == self.round[0] != self.last and all((number, one) in self.done for one in PROVIDERS):
                self.round = (number + 1, self.replacing())

    def replacing(self):
        now = datetime.datetime.now(datetime.timezone.utc)
        return ["--rotate-before", now.isoformat(), "--overlap", str(OVERLAP)]

    def run(self):
        begun = time.monotonic()
        try:
            self.fleet.sandbox.inject(["createTeamAPIKey:lostAnswer:0.1", "createTeamAPIKey:rateLimited:0.05"])
            self.fleet.watch(OVERLAP)
            self.slots = [Slot(self, f"worker-{number}") for number in range(4)]
            for slot in self.slots:
                slot.start()
            counts = self.harm()
            self.fleet.sandbox.clear_faults()
            self.last_round()
            self.ended.set()
            for slot in self.slots:
                slot.join()
                self.fleet.wait(slot.process, 0, 1, 3, -signal.SIGKILL, timeout=120)
            self.retire()
            self.fleet.check()
            self.describe(counts, time.monotonic() - begun)
        finally:
            self.ended.set()
            self.fleet.end()

    def harm(self):
        """Waits for the ledger to grow by chance, and then does what chance decides."""
        kinds = [kind for kind, weight in (("kill", 14), ("stop", 10), ("cut", 10), ("crash", 6))
                 for _ in range(round(weight * self.arguments.faults / 40) or 1)]
        self.random.shuffle(kinds)
        kinds = (kinds * 2)[: self.arguments.faults]
        # About four entries per item are a round.
        growth = 12 * self.count / max(self.arguments.faults, 12)
        for kind in kinds:
            entries = self.entries() + self.random.uniform(0, growth)
            self.wait(lambda: self.entries() >= entries)
            slot = self.wait(self.choose)
            getattr(self, kind)(slot)
        self.wait(lambda: not self.wakings)
        return {kind: kinds.count(kind) for kind in ("kill", "stop", "cut", "crash")}

    def entries(self):
        return sum(proxy.entries for proxy in list(self.fleet.proxies.values()))

    def wait(self, condition, timeout=120):
        end = time.monotonic() + timeout
        while not (value := condition()):
            self.wake()
            if self.problem or self.fleet.watcher.problems:
                raise Failed(self.problem or self.fleet.watcher.problems[0])
            if time.monotonic() > end:
                raise Failed(f"no worker makes headway: {[slot.statuses[-5:] for slot in self.slots]}")
            time.sleep(0.005)
        self.wake()
        return value

    def choose(self):
        """A worker that runs and is not stopped."""
        asleep = [process for _, process in self.wakings]
        awake = [slot for slot in self.slots if slot.process and slot.process.poll() is None and slot.process not in asleep]
        return self.random.choice(awake) if awake else None

    def wake(self):
        for waking in [waking for waking in self.wakings if waking[0] <= time.monotonic()]:
            self.wakings.remove(waking)
            waking[1].send_signal(signal.SIGCONT)

    def kill(self, slot):
        slot.process.kill()

    def stop(self, slot):
        """For longer than its session, or for less."""
        slot.process.send_signal(signal.SIGSTOP)
        self.wakings.append((time.monotonic() + LIFE * self.random.uniform(0.4, 1.6), slot.process))

    def cut(self, slot):
        self.fleet.proxy(slot.title).fall_silent()

    def crash(self, slot):
        self.database.kill()
        self.database.start()

    def last_round(self):
        """One more round, in peace."""
        with self.lock:
            number = self.last = self.round[0] + 1
            self.round = (number, self.replacing())
        self.wait(lambda: all((number, provider) in self.done for provider in PROVIDERS), 300)

    def retire(self):
        """Runs until no predecessor works any longer."""
        for provider in PROVIDERS:
            for _ in range(12):
                process = self.fleet.start("last", provider, *self.round[1], concurrency=16)
                text = self.fleet.wait(process, 0, 1, 3, timeout=300)
                # What was begun and never arrived stays open for a day; a run of the other provider's items says so.
                if process.returncode == 0 or " 0 failed, 0 not tried" in text and "still work" not in text:
                    break
                time.sleep(OVERLAP / 2)
            else:
                raise Failed(f"{provider} is never done: {text[-1000:]}")

    def describe(self, counts, took):
        watcher, refused = self.fleet.watcher, len(self.fleet.vault.lines("refused"))
        faults = ", ".join(f"{count} × {kind}" for kind, count in counts.items())
        print(
            f"rounds: {self.count} items, {self.round[0]} rounds, {len(self.fleet.processes)} runs, {faults}; "
            f"{self.entries()} entries, {len(self.fleet.vault.lines('attempts'))} stores, {refused} refused; looked "
            f"{watcher.looks} times at {watcher.seen} secrets, and at {watcher.kept_checks} that were kept; {took:.0f} s",
            flush=True)
        if watcher.looks < self.arguments.faults or not watcher.kept_checks:
            raise Failed(f"the reader has not looked: {watcher.looks}, {watcher.kept_checks}")
