"""Serves every fault on a loopback port of its own, until SIGTERM or SIGINT.

    python main.py FOLDER

FOLDER gets ca.pem, which a client has to trust; a journal for each peer; and last, peers.json: where each peer is, by
HTTP version, fault and call.
"""

import json
import signal
import socket
import sys
import threading
from itertools import count
from pathlib import Path

import certificates
import http1
import http2
import http2_plays
from channel import PATIENCE, Channel, Journal

# A peer for each call over each transport.
CALLS = [f"{call} over {transport}" for call in ("create", "read") for transport in ("URLSession", "libcurl")]
# Faults that happen before there is any HTTP.
TWO_ADDRESSES = "two addresses, "
EARLY = ["handshake silence", "handshake closed", "handshake reset"]
# Not in the table of faults: peers for what only one of the transports can do.
OPTIONS = ["options", "client certificate"]


class Peer:
    """One fault on one port."""

    def __init__(self, fault: str, version: str, pems: dict[str, Path], journal: Path) -> None:
        self.fault = fault
        self.journal = Journal(journal)
        certificate = pems.get(fault.removeprefix(TWO_ADDRESSES), pems["trusted"])
        protocols = ["h2", "http/1.1"] if version == "h2" else ["http/1.1"]
        clients = journal.parent / "ca.pem" if fault == "client certificate" else None
        self.context = certificates.context(certificate, protocols, clients)
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        host = "two-addresses.test" if fault.startswith(TWO_ADDRESSES) else "127.0.0.1"
        self.facts = {"url": f"https://{host}:{self.listener.getsockname()[1]}", "journal": str(journal)}
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self) -> None:
        for index in count():
            raw, _ = self.listener.accept()
            self.journal.note("connection")
            threading.Thread(target=self.play, args=(raw, index), daemon=True).start()

    def play(self, raw: socket.socket, index: int) -> None:
        raw.settimeout(PATIENCE)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.fault in EARLY:
            return self.end_early(raw)
        try:
            channel = Channel(raw, self.context, self.journal)
        except OSError as error:
            self.journal.note("no handshake", text=str(error))
            return raw.close()
        if channel.protocol == "h2":
            http2_plays.PLAYS.get(self.fault, http2_plays.serve)(http2.Session(channel, index))
        else:
            http1.PLAYS.get(self.fault, http1.serve)(http1.Session(channel, index))
        channel.close(notify=True)

    def end_early(self, raw: socket.socket) -> None:
        raw.recv(65536)
        if self.fault == "handshake silence":
            raw.recv(65536)
        if self.fault == "handshake reset":
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        raw.close()


def main(folder: Path) -> None:
    """Open every peer, say where, and wait for the signal."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    pems = certificates.write(folder)
    # A name server that never answers. Two runs at once can share its port.
    silent = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    silent.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    silent.bind(("127.0.0.153", 53))
    where: dict[str, dict[str, dict[str, object]]] = {}
    numbers = count()
    for version, plays in (("http/1.1", http1.PLAYS), ("h2", http2_plays.PLAYS)):
        faults = [*plays, *OPTIONS, *(EARLY if version == "h2" else [])]
        where[version] = {
            fault: {
                call: Peer(fault, version, pems, folder / f"journal-{next(numbers)}").facts for call in CALLS
            }
            for fault in faults
        }
    # Renamed into place, so that whoever waits for the file never reads half of it.
    draft = folder / "peers.draft"
    draft.write_text(json.dumps(where), encoding="utf-8")
    draft.replace(folder / "peers.json")
    signal.pause()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: main.py FOLDER")
    main(Path(sys.argv[1]))
