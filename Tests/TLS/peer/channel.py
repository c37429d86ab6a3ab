"""A TLS connection as the server sees it, which can end in every way there is."""

import contextlib
import fcntl
import json
import socket
import ssl
import struct
import termios
import threading
import time
from pathlib import Path

# Longer than any check takes: nothing of a peer may outlive it for good.
PATIENCE = 30


class Journal:
    """What happened at one peer, a JSON line each, for the checks to read while the peer runs."""

    def __init__(self, path: Path) -> None:
        self.file = path.open("a", encoding="utf-8")
        self.lock = threading.Lock()

    def note(self, event: str, **facts: object) -> None:
        with self.lock:
            self.file.write(json.dumps({"event": event, **facts}) + "\n")
            self.file.flush()


class Channel:
    """One connection, its handshake done."""

    def __init__(self, raw: socket.socket, context: ssl.SSLContext, journal: Journal) -> None:
        self.journal = journal
        self.tls = context.wrap_socket(raw, server_side=True)
        self.protocol = self.tls.selected_alpn_protocol() or "http/1.1"
        journal.note("handshake", protocol=self.protocol, resumed=self.tls.session_reused)

    def read(self) -> bytes:
        """What has come; empty at the end of the stream, however it came."""
        try:
            return self.tls.recv(65536)
        except OSError:
            return b""

    def send(self, data: bytes) -> None:
        with contextlib.suppress(OSError):
            self.tls.sendall(data)

    def hold(self) -> None:
        """Keep silent until the client closes the connection."""
        while self.read():
            pass

    def close(self, *, notify: bool) -> None:
        """End the stream with FIN, and with TLS's own ending before it or without."""
        with contextlib.suppress(OSError, ValueError):
            if notify:
                self.tls.setblocking(False)
                # Sends close_notify, then fails for want of the client's.
                with contextlib.suppress(OSError):
                    self.tls.unwrap()
            self.tls.settimeout(PATIENCE)
            self.tls.shutdown(socket.SHUT_WR)
        # Also if the client was faster.
        self.journal.note("closed")
        with contextlib.suppress(OSError, ValueError):
            # Closing with something unread would be a reset.
            while self.tls.recv(65536):
                pass
        self.tls.close()

    def reset(self) -> None:
        """End the stream with RST, once the client's system has what was sent: a reset may overtake it."""
        with contextlib.suppress(OSError):
            while struct.unpack("i", fcntl.ioctl(self.tls, termios.TIOCOUTQ, bytes(4)))[0] > 0:
                time.sleep(0.001)
            self.tls.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.tls.close()
