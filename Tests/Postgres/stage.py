"""What the courses of events of stages.py share."""

import signal

from fleet import Failed, Fleet, until


class Stage:
    """What a stage is about is in `play`; afterwards one more run has to end well, and every key is counted."""

    name = ""
    providers = ("baseten",)
    items = 1
    life = 4
    settling = 0.3
    #: Whether it is not played with fewer items than by default, unless it is named.
    is_long = False

    def __init__(self, provider):
        self.provider = provider
        self.title = f"{self.name} at {provider}"

    def run(self, arguments, folder, database):
        items = {self.provider: [f"item-{number}" for number in range(self.items)]}
        self.fleet = Fleet(arguments, folder, database, self.title, self.life, self.settling, items)
        self.sandbox = self.fleet.sandbox
        try:
            self.fleet.watch()
            self.play()
            self.sandbox.clear_faults()
            self.fleet.wait(self.start("last"), 0)
            self.fleet.check()
        except Failed as failure:
            raise Failed(f"{self.title}: {failure}\n{self.fleet.transcript()}") from None
        finally:
            self.fleet.end()

    def start(self, name, *options, **more):
        return self.fleet.start(name, self.provider, *options, **more)

    def require(self, condition, text):
        if not condition:
            raise Failed(text)

    def require_creates(self, count):
        creates = self.fleet.creates()
        self.require(creates == count, f"{creates} keys were created, not {count}")

    def faults_are_over(self, request):
        """The last of the faults has happened: the sandbox has got the request that it is for."""
        until(lambda: not self.sandbox.get("faults")["faults"], request)

    def stop_at(self, name, state, *options, **more):
        """Starts a worker and stops it, like a machine that pauses, when the server has got its next entry of a state, but
        before the worker knows."""
        self.fleet.proxy(name).hold(state, "replies")
        worker = self.start(name, *options, **more)
        self.require(self.fleet.proxy(name).caught.wait(30), f"there was no entry {state}")
        worker.send_signal(signal.SIGSTOP)
        until(lambda: any(entry[2] == state for entry in self.fleet.entries()), f"the entry {state}")
        self.fleet.proxy(name).pass_on()
        return worker

    def wake(self, worker, name, *statuses):
        worker.send_signal(signal.SIGCONT)
        return self.fleet.wait(worker, *statuses)
