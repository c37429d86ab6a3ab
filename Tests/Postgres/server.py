"""A PostgreSQL server of one's own, in a temporary folder, for the scripts of this folder.

    with Server() as server:
        environment = os.environ | server.environment       # PGHOST and its like: the server's socket
        server.kill()                                       # with -9, and every session with it
        server.start()                                      # again, on the same data and port

It listens on a socket in its folder, where everybody who gets there is trusted, and at a port of 127.0.0.1 that the kernel
has chosen, where it wants a password (server.password) and offers TLS, with a certificate for "localhost" by an authority
of its own (server.authority).
"""

import contextlib
import glob
import os
import pathlib
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time

DATABASE, USER = "ledger", "provisioner"


class Missing(Exception):
    """There is no PostgreSQL to be had."""


def programs():
    """The folder of PostgreSQL's programs, 14 or newer: of PGBIN, else the newest that is installed, else Debian's."""
    return installed() or install() or _missing("there is no PostgreSQL 14 or newer, and no package of it")


def _missing(reason):
    raise Missing(reason)


def installed():
    folders = [os.environ["PGBIN"]] if "PGBIN" in os.environ else glob.glob("/usr/lib/postgresql/*/bin")
    initdb = shutil.which("initdb")
    if initdb and "PGBIN" not in os.environ:
        folders.append(os.path.dirname(os.path.realpath(initdb)))
    found = []
    for folder in folders:
        with contextlib.suppress(OSError, subprocess.CalledProcessError):
            words = subprocess.run([f"{folder}/postgres", "--version"], capture_output=True, text=True, check=True).stdout
            found.append((int(re.search(r" (\d+)", words)[1]), folder))
    found = [entry for entry in found if entry[0] >= 14]
    return pathlib.Path(max(found)[1]) if found else None


def install():
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["install"], ["update"], ["install"]):
        arguments = command + (["-y", "--no-install-recommends", "postgresql"] if command == ["install"] else [])
        done = subprocess.run(["apt-get", *arguments], env=environment, capture_output=True, check=False)
        if command == ["install"] and done.returncode == 0:
            return installed()
    return None


class Server:
    def __init__(self, **settings):
        """Settings are those of postgresql.conf: Server(max_connections=200)."""
        self.programs = programs()
        self.settings = settings
        self.password = secrets.token_hex(16)
        self.process = None
        # The server refuses to run as root.
        self.user = None
        if os.geteuid() == 0:
            names = [user.pw_name for user in pwd.getpwall()]
            self.user = next((name for name in ("postgres", "nobody") if name in names), None) or _missing(
                "there is no user but root to run a server as")

    def __enter__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="postgres.", dir="/tmp"))
        try:
            self.data, self.authority = self.folder / "data", self.folder / "authority.pem"
            (self.folder / "password").write_text(self.password)
            self._certify()
            if self.user:
                for path in [self.folder, *self.folder.iterdir()]:
                    shutil.chown(path, self.user)
            self._program("initdb", "-D", self.data, "-U", USER, "-E", "UTF8", "--locale=C", "--auth-local=trust",
                          "--auth-host=scram-sha-256", f"--pwfile={self.folder}/password")
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                self.port = probe.getsockname()[1]
            self.start()
            self.sql(f"CREATE DATABASE {DATABASE}", database="postgres")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self.process:
            self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def environment(self):
        """What a program needs to find the server: over its socket."""
        return {"PGHOST": str(self.folder), "PGPORT": str(self.port), "PGUSER": USER, "PGDATABASE": DATABASE}

    def start(self):
        """Starts the server, also after kill(), and returns when it answers."""
        settings = {
            "listen_addresses": "127.0.0.1", "port": self.port, "unix_socket_directories": self.folder,
            "ssl": "on", "ssl_cert_file": self.folder / "certificate.pem", "ssl_key_file": self.folder / "key.pem",
            "logging_collector": "off", **self.settings,
        }
        arguments = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        end = time.monotonic() + 60
        while True:
            with open(self.folder / "log", "ab") as log:
                self.process = subprocess.Popen(
                    [self.programs / "postgres", "-D", self.data, *arguments], stdin=subprocess.DEVNULL, stdout=log,
                    stderr=log, cwd="/", **self._identity())
            while self.process.poll() is None:
                with contextlib.suppress(subprocess.CalledProcessError):
                    self.sql("SELECT 1", database="postgres")
                    return
                if time.monotonic() > end:
                    break
                time.sleep(0.05)
            # After a kill, its sessions may still hold the shared memory.
            if time.monotonic() > end:
                raise RuntimeError(f"the server does not start: {(self.folder / 'log').read_text()[-2000:]}")
            time.sleep(0.2)

    def stop(self):
        """Stops the server in an orderly way: its sessions are told."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.kill()
        self.process = None

    def kill(self):
        """Kills the server and its sessions, with -9."""
        children = []
        for stat in glob.glob("/proc/[0-9]*/stat"):
            with contextlib.suppress(OSError):
                with open(stat) as file:
                    if int(file.read().rpartition(")")[2].split()[1]) == self.process.pid:
                        children.append(int(stat.split("/")[2]))
        for pid in [self.process.pid, *children]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()

    def sql(self, text, database=DATABASE):
        """Carries out a statement, and returns what psql prints of its rows: columns with |, a line each."""
        return subprocess.run(
            [self.programs / "psql", "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-h", self.folder, "-p",
             str(self.port), "-U", USER, "-d", database, "-c", text],
            capture_output=True, text=True, check=True, cwd="/").stdout.rstrip("\n")

    def _identity(self):
        return {"user": self.user, "group": pwd.getpwnam(self.user).pw_gid, "extra_groups": []} if self.user else {}

    def _program(self, name, *arguments):
        done = subprocess.run([self.programs / name, *arguments], capture_output=True, text=True, cwd="/",
                              **self._identity())
        if done.returncode != 0:
            raise RuntimeError(f"{name}: {done.stderr}")

    def _certify(self):
        """Makes an authority, and a certificate of it for localhost. Neither outlives the folder."""
        def openssl(*arguments):
            subprocess.run(["openssl", *arguments], cwd=self.folder, capture_output=True, check=True)

        curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        openssl("req", "-x509", *curve, "-days", "2", "-subj", "/CN=authority", "-keyout", "authority.key", "-out",
                "authority.pem")
        openssl("req", *curve, "-subj", "/CN=localhost", "-keyout", "key.pem", "-out", "request.pem")
        (self.folder / "names").write_text("subjectAltName=DNS:localhost\n")
        openssl("x509", "-req", "-in", "request.pem", "-CA", "authority.pem", "-CAkey", "authority.key", "-CAcreateserial",
                "-days", "2", "-extfile", "names", "-out", "certificate.pem")
        os.chmod(self.folder / "key.pem", 0o600)
