"""What the parts of the script provision share: the program as a user runs it, and a sandbox."""

import atexit
import fcntl
import os
import pathlib
import pty
import select
import struct
import subprocess
import sys
import termios

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BIN = pathlib.Path(os.environ.get("PROVISION_BIN", ROOT / ".build" / "debug"))
PROVISION = str(BIN / "Provision")
SERVER = str(BIN / "SandboxServer")
TEAM = "a1b9e2d4-5c3f-4e60-9a71-0f2d8c4b6e11"
checks = 0


def check(condition, message):
    global checks
    checks += 1
    if not condition:
        sys.exit(f"failed: {message}")


def server(*faults):
    command = [SERVER, "--quiet", "--page-size", "500"]
    for fault in faults:
        command += ["--fault", fault]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    atexit.register(process.kill)
    environment = dict(os.environ)
    while "NEKUDA_TOKEN" not in environment:
        name, value = process.stdout.readline().removeprefix("export ").rstrip("\n").split("=", 1)
        environment[name] = value
    return process, environment


def items(folder, count, text=None):
    path = folder / "items.csv"
    rows = "".join(f'item-{i},"Acme, {i}",{TEAM}\n' for i in range(count))
    path.write_text(text if text is not None else "id,label,team_id\n" + rows)
    return path


def run(folder, *arguments, environment=None, **more):
    more = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | more
    return subprocess.run(
        [PROVISION, *arguments], cwd=folder, env=environment, text=True, timeout=120, **more)


def name(environment, kind):
    """What a file of the items is named at the server of an environment."""
    host = environment["JUNCTION_BASE_URL"].removeprefix("http://").replace(":", "-")
    return f"items.junction-sandbox-us-{host}.{kind}"


def end(process):
    process.terminate()
    process.wait()


def on_terminal(folder, *arguments, environment, columns):
    """Runs the program on a terminal of a width. Returns its status and what it printed."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    job = subprocess.Popen([PROVISION, *arguments], cwd=folder, env=environment, stdout=slave, stderr=slave)
    os.close(slave)
    output = b""
    while True:
        try:
            chunk = os.read(master, 65536) if select.select([master], [], [], 60)[0] else b""
        except OSError:
            break
        if not chunk:
            break
        output += chunk
    return job.wait(), output.decode()
