"""Answers creates and lists with canned bodies: server.py FOLDER. FOLDER gets ports.json: the plain and the TLS port."""

import json
import signal
import socket
import ssl
import sys
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "Tests" / "TLS" / "peer"))

import answers  # noqa: E402
import certificates  # noqa: E402


def response(method: str, closes: bool) -> bytes:
    content = answers.body(method)
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-Request-ID: r1\r\nContent-Length: {len(content)}\r\n"
    # Unsaid, the client may take the connection for its next request, which stalls then.
    return (head + "Connection: close\r\n" * closes + "\r\n").encode() + content


RESPONSES = {(method, closes): response(method, closes) for method in ("POST", "GET") for closes in (False, True)}


def serve(raw: socket.socket, context: ssl.SSLContext | None) -> None:
    raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        stream = context.wrap_socket(raw, server_side=True) if context else raw
        unread = b""
        while True:
            while b"\r\n\r\n" not in unread:
                data = stream.recv(65536)
                if not data:
                    return
                unread += data
            head, _, unread = unread.partition(b"\r\n\r\n")
            fields = head.lower().split(b"\r\n")
            length = next((int(line[15:]) for line in fields if line.startswith(b"content-length:")), 0)
            while len(unread) < length:
                unread += stream.recv(65536)
            unread = unread[length:]
            closes = b"connection: close" in fields
            stream.sendall(RESPONSES[head.split(b" ", 1)[0].decode(), closes])
            if closes:
                return
    except OSError:
        pass
    finally:
        (stream if "stream" in locals() else raw).close()


def listen(context: ssl.SSLContext | None) -> int:
    listener = socket.create_server(("127.0.0.1", 0), backlog=256)

    def accept() -> None:
        while True:
            raw, _ = listener.accept()
            threading.Thread(target=serve, args=(raw, context), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    return listener.getsockname()[1]


def main(folder: Path) -> None:
    pems = certificates.write(folder)
    ports = {"plain": listen(None), "tls": listen(certificates.context(pems["trusted"], ["http/1.1"]))}
    draft = folder / "ports.draft"
    draft.write_text(json.dumps(ports), encoding="utf-8")
    draft.replace(folder / "ports.json")
    signal.pause()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
