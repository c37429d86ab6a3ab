"""Serves the application on a loopback port that the kernel picks.

    python serve.py URL_FILE

Writes the base URL to URL_FILE once the port answers. SIGTERM and SIGINT let open requests end, then exit with 0.
"""

import os
import signal
import socket
import sys
from pathlib import Path

import uvicorn

from app.main import app


class Announcing(uvicorn.Server):
    """A server that says where it is as soon as it listens."""

    def __init__(self, config: uvicorn.Config, url: str, url_file: Path) -> None:
        super().__init__(config)
        self.url, self.url_file = url, url_file

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            # Renamed into place, so that whoever waits for the file never reads half of it.
            draft = self.url_file.with_name(f"{self.url_file.name}.{os.getpid()}")
            draft.write_text(self.url + "\n", encoding="ascii")
            draft.replace(self.url_file)


def main(url_file: Path) -> None:
    """Bind, serve, and return when a signal has ended the server."""
    # uvicorn stops on these signals and raises them again at the end; by then they shall only end the process well.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    # Of this protocol by name: asyncio leaves Nagle's algorithm on otherwise, and every answer waits for 40 ms.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        host, port = listener.getsockname()
        config = uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=5)
        Announcing(config, f"http://{host}:{port}", url_file).run(sockets=[listener])


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: serve.py URL_FILE")
    main(Path(sys.argv[1]))
