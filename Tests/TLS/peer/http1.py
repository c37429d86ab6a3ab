"""The faults over HTTP/1.1."""

from collections.abc import Callable

from answers import body
from channel import Channel


class Session:
    """HTTP/1.1 on one connection."""

    def __init__(self, channel: Channel, index: int) -> None:
        self.channel, self.index, self.unread, self.method = channel, index, b"", ""
        self.closes = False

    def request(self) -> bool:
        """Read a request; false where the client closed the connection instead."""
        while b"\r\n\r\n" not in self.unread:
            if not self._more():
                return False
        head, _, self.unread = self.unread.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        self.method = lines[0].split(" ")[0]
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines[1:])}
        self.closes = headers.get("connection") == "close"
        self.channel.journal.note("request", protocol="http/1.1", method=self.method, headers=headers)
        length = int(headers.get("content-length", 0))
        while len(self.unread) < length:
            if not self._more():
                return False
        self.unread = self.unread[length:]
        self.channel.journal.note("whole request")
        return True

    def _more(self) -> bool:
        data = self.channel.read()
        self.unread += data
        return bool(data)

    def answer(self, *, cut: int = 0, length: bool = True) -> None:
        """Send a success, without the last bytes of its body."""
        content = body(self.method)
        field = f"Content-Length: {len(content)}\r\n" if length else ""
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n{field}\r\n".encode()
        self.channel.send(head + content[: len(content) - cut])


def serve(session: Session) -> None:
    while session.request():
        session.answer()
        if session.closes:
            return


def silence(session: Session) -> None:
    session.request()
    session.channel.hold()


def unanswered(session: Session) -> None:
    session.request()


def headers_cut(session: Session) -> None:
    """Traps the client's process in Swift toolchains before 6.4."""
    session.request()
    session.channel.send(b"HTTP/1.1 200 OK\r\nContent-Ty")


def headers_reset(session: Session) -> None:
    headers_cut(session)
    session.channel.reset()


def body_cut(session: Session) -> None:
    session.request()
    session.answer(cut=10)


def body_cut_without_notify(session: Session) -> None:
    body_cut(session)
    session.channel.close(notify=False)


def body_reset(session: Session) -> None:
    body_cut(session)
    session.channel.reset()


def body_to_the_end(session: Session) -> None:
    session.request()
    session.answer(length=False)


def body_to_the_end_without_notify(session: Session) -> None:
    body_to_the_end(session)
    session.channel.close(notify=False)


def dropped_on_reuse(session: Session) -> None:
    if session.index > 0:
        return serve(session)
    session.request()
    session.answer()
    if not session.closes:
        session.request()
        session.channel.close(notify=False)


def closed_while_idle(session: Session) -> None:
    if session.index > 0:
        return serve(session)
    session.request()
    session.answer()


def closed_while_idle_without_notify(session: Session) -> None:
    closed_while_idle(session)
    session.channel.close(notify=False)


PLAYS: dict[str, Callable[[Session], None]] = {
    "versions": serve,
    "trusted": serve,
    "untrusted": serve,
    "expired": serve,
    "wrong name": serve,
    "two addresses, trusted": serve,
    "two addresses, untrusted": serve,
    "two addresses, unanswered": unanswered,
    "silence": silence,
    "unanswered": unanswered,
    "headers whole": serve,
    "headers cut with close_notify": headers_cut,
    "headers reset": headers_reset,
    "body cut with close_notify": body_cut,
    "body cut without close_notify": body_cut_without_notify,
    "body reset": body_reset,
    "body ended by close_notify": body_to_the_end,
    "body ended without close_notify": body_to_the_end_without_notify,
    "dropped on reuse": dropped_on_reuse,
    "closed while idle with close_notify": closed_while_idle,
    "closed while idle without close_notify": closed_while_idle_without_notify,
}
