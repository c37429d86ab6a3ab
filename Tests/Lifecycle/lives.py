"""What the scripts of this folder share: a sandbox, the power, and a reader of the stored secrets."""

import fcntl
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TEAM = "a1b9e2d4-5c3f-4e60-9a71-0f2d8c4b6e11"
LEDGER, SECRETS = "items.ledger", "items.secrets"


class Failed(Exception):
    pass


class Server:
    """A SandboxServer with faults."""

    def __init__(self, binary, faults, seed):
        command = [binary, "--quiet", "--page-size", "500", "--seed", str(seed)]
        for fault in faults:
            command += ["--fault", fault]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.environment = {}
        while "NEKUDA_TOKEN" not in self.environment:
            line = self.process.stdout.readline()
            if not line:
                raise Failed("SandboxServer ended")
            name, value = line.removeprefix("export ").rstrip("\n").split("=", 1)
            self.environment[name] = value
        self.url = self.environment["JUNCTION_BASE_URL"]

    def get(self, path):
        with urllib.request.urlopen(f"{self.url}/_sandbox/{path}", timeout=30) as answer:
            return json.load(answer)

    def clear_faults(self):
        request = urllib.request.Request(f"{self.url}/_sandbox/faults", method="DELETE")
        urllib.request.urlopen(request, timeout=30).close()

    def inject(self, faults):
        self.post("faults", json.dumps({"faults": faults}).encode())

    def post(self, path, body):
        urllib.request.urlopen(f"{self.url}/_sandbox/{path}", data=body, timeout=30).close()

    def works(self, secret):
        """Whether the provider accepts a key by now."""
        try:
            self.post("check", secret.encode())
            return True
        except urllib.error.HTTPError as error:
            if error.code == 401:
                return False
            raise

    def rows(self, provider, state=None):
        """The keys that were created through the API and not revoked: label, secret and ID."""
        state = (state or self.get("state"))[provider]
        if provider == "junction":
            return [(k["label"], k["value"], k["id"]) for k in state["team_api_keys"]]
        if provider == "nekuda":
            keys = [k for k in state["api_keys"] if k["private_key"] and not k.get("is_revoked")]
            return [(k["name"], k["private_key"], k["id"]) for k in keys]
        return [(k.get("name"), k["api_key"], k["prefix"]) for k in state["api_keys"] if k["api_key"]]

    def keys(self, provider):
        """The secrets of the keys that work and that were created through the API, by their labels."""
        return [row[:2] for row in self.rows(provider)]

    def revoke(self, provider, secret):
        """Revokes a key as somebody would who does not ask the job."""
        id = next(row[2] for row in self.rows(provider) if row[1] == secret)
        environment = self.environment
        if provider == "junction":
            path = f"v1/org/{environment['JUNCTION_ORG_ID']}/team_api_keys/sandbox/us?api_key_id={id}"
            headers, method = {"X-Management-Key": environment["JUNCTION_MANAGEMENT_KEY"]}, "DELETE"
        elif provider == "nekuda":
            path, method = f"api/v2/api-keys/{id}/revoke", "PUT"
            headers = {"Authorization": f"Bearer {environment['NEKUDA_TOKEN']}"}
        else:
            path, method = f"v1/api_keys/{id}", "DELETE"
            headers = {"Authorization": f"Api-Key {environment['BASETEN_API_KEY']}"}
        request = urllib.request.Request(f"{self.url}/{path}", method=method, headers=headers)
        urllib.request.urlopen(request, timeout=30).close()

    def requests(self):
        """The requests so far. The sandbox keeps 10,000 of them."""
        requests = self.get("requests")["requests"]
        if len(requests) >= 10_000:
            raise Failed("the sandbox has forgotten requests")
        return requests

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)


def stored_secrets(path):
    """What a reader finds in a file of secrets: the last whole line of an item counts."""
    try:
        lines = path.read_bytes().split(b"\n")[:-1]
    except FileNotFoundError:
        return {}
    stored = {}
    for line in lines:
        entry = json.loads(line)
        stored[entry["id"]] = entry["secret"]
    return stored


class Watcher(threading.Thread):
    """A reader that reads the stored secrets all the time, and looks whether each of them works.

    What is stored before and after the look at the provider has to work in between. What was ever read has to work for
    the overlap from then on, too: not every reader reads again before each use.
    """

    def __init__(self, name, read, live, overlap, works=None):
        super().__init__(daemon=True)
        self.title, self.read, self.live, self.overlap, self.works = name, read, live, overlap, works
        self.looks = self.seen = self.kept_checks = 0
        self.problems = []
        #: The keys that somebody else has revoked.
        self.exempt = set()
        self.kept = {}
        self.known = set()
        self.lock = threading.Lock()
        self.ended = threading.Event()

    def run(self):
        while not self.ended.wait(0.01):
            try:
                self.look("while the job ran")
            except Exception as error:  # Seen at the end.
                self.problems.append(f"{self.title}: the reader failed: {error!r}")
                return

    def look(self, when):
        with self.lock:
            begun = time.monotonic()
            first = self.read()
            for item, secret in first.items():
                self.kept[secret] = (begun, item)
            live = self.live()
            asleep = {}
            if self.works:
                fresh = {item: secret for item, secret in first.items() if secret not in self.known}
                asleep = {item: secret for item, secret in fresh.items() if not self.works(secret)}
                self.known |= set(fresh.values()) - set(asleep.values())
            answered = time.monotonic()
            second = self.read()
            self.looks += 1
            self.seen += len(first)
            for item, secret in first.items():
                if second.get(item) == secret and secret not in self.exempt and (
                        secret not in live or asleep.get(item) == secret):
                    self.problem(f"the stored secret of {item} did not work {when}")
            for secret, (seen, item) in list(self.kept.items()):
                if answered - seen >= self.overlap:
                    del self.kept[secret]
                elif first.get(item) != secret and secret not in self.exempt:
                    self.kept_checks += 1
                    if secret not in live:
                        self.problem(f"a secret of {item} that was read {answered - seen:.2f} s ago did not work {when}")

    def problem(self, text):
        if len(self.problems) < 20:
            self.problems.append(f"{self.title}: {text}")

    def end(self):
        self.ended.set()
        self.join()
        if self.problems:
            raise Failed("; ".join(self.problems[:5]))


class Disk:
    """The folder that Provision writes to, and what of it would survive a power cut."""

    def __init__(self, folder, random_source, names=(LEDGER, SECRETS)):
        self.names = names
        self.root = folder / "work"
        self.copies = folder / "durable"
        self.root.mkdir()
        self.copies.mkdir()
        self.random = random_source
        self.cuts = self.lost = self.torn = 0

    def size(self):
        try:
            return (self.root / LEDGER).stat().st_size
        except FileNotFoundError:
            return 0

    def lines(self):
        try:
            return (self.root / LEDGER).read_bytes().count(b"\n")
        except FileNotFoundError:
            return 0

    def cut_power(self):
        """Takes away what no fsync has made durable; every third time, a part of a line is left."""
        self.cuts += 1
        names = self.copies / ".names"
        durable_names = names.read_text().split("\n") if names.exists() else []
        for name in self.names:
            path, copy = self.root / name, self.copies / name
            if not path.exists():
                continue
            content = path.read_bytes()
            if name not in durable_names:
                path.unlink()
                self.lost += len(content)
                continue
            durable = copy.read_bytes() if copy.exists() else b""
            if not content.startswith(durable):
                raise Failed(f"{name} was changed in its middle")
            self.lost += len(content) - len(durable)
            tail = b""
            if self.cuts % 3 == 0:
                lost = content[len(durable):] or (durable.splitlines(True) or [b"{"])[-1]
                tail = lost.split(b"\n")[0]
                tail = tail[: self.random.randrange(len(tail) + 1)]
                self.torn += bool(tail)
            # At once, for whoever reads it meanwhile.
            cut = path.with_name(f".{name}.cut")
            cut.write_bytes(durable + tail)
            cut.chmod(0o600)
            cut.rename(path)
            copy.write_bytes(durable + tail)

    def wait_for_commands(self):
        """Waits until no command of a job that was killed holds the ledger any longer."""
        with open(self.root / LEDGER, "rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)


def build_shim(folder):
    shim = folder / "powercut.so"
    if sys.platform != "linux" or not shutil.which("gcc"):
        print("not run: needs Linux and gcc")
        sys.exit(3)
    subprocess.run(
        ["gcc", "-shared", "-fPIC", "-O2", "-Wall", "-Werror", "-o", shim, HERE / "powercut.c", "-ldl"], check=True)
    return shim
