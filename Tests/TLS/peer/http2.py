"""HTTP/2 on one connection, played by hand so that it can go wrong at any frame."""

from answers import body
from channel import Channel
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import DataReceived, PingAckReceived, RequestReceived, StreamEnded
from h2.exceptions import ProtocolError


class Session:
    """The server's side of one connection."""

    def __init__(self, channel: Channel, index: int) -> None:
        self.channel, self.index = channel, index
        self.connection = H2Connection(H2Configuration(client_side=False, header_encoding="utf-8"))
        self.connection.initiate_connection()
        self.flush()
        self.method, self.stream = "", 0
        self.ended: list[int] = []
        self.is_settled = True

    def flush(self) -> None:
        self.channel.send(self.connection.data_to_send())

    def request(self) -> bool:
        """Read a request; false where the client closed the connection instead."""
        while not self.ended:
            if not self._more():
                return False
        self.stream = self.ended.pop(0)
        return True

    def settle(self) -> None:
        """Wait until the client has read what was sent: a reset may overtake it."""
        self.is_settled = False
        self.connection.ping(b"settled?")
        self.flush()
        while not self.is_settled and self._more():
            pass

    def _more(self) -> bool:
        data = self.channel.read()
        if not data:
            return False
        try:
            events = self.connection.receive_data(data)
        except ProtocolError as error:
            self.channel.journal.note("protocol error", text=str(error))
            return False
        for event in events:
            self._take(event)
        self.flush()
        return True

    def _take(self, event: object) -> None:
        if isinstance(event, RequestReceived):
            headers = dict(event.headers)
            self.method = headers[":method"]
            self.channel.journal.note("request", protocol="h2", method=self.method, headers=headers)
        elif isinstance(event, DataReceived):
            self.connection.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
        elif isinstance(event, StreamEnded):
            self.channel.journal.note("whole request")
            self.ended.append(event.stream_id)
        elif isinstance(event, PingAckReceived):
            self.is_settled = True

    def headers(self) -> None:
        """Queue the headers of a success."""
        fields = [
            (":status", "200"),
            ("content-type", "application/json"),
            ("content-length", str(len(body(self.method)))),
        ]
        self.connection.send_headers(self.stream, fields)

    def answer(self, *, cut: int = 0) -> None:
        """Send a success, or all of it but the last bytes of its body."""
        self.headers()
        content = body(self.method)
        self.connection.send_data(self.stream, content[: len(content) - cut], end_stream=not cut)
        self.flush()

    def cut_headers(self) -> None:
        """Send the first half of the frame that holds a success's headers."""
        self.flush()
        self.headers()
        frame = self.connection.data_to_send()
        self.channel.send(frame[: len(frame) // 2])

    def reset_stream(self, code: ErrorCodes) -> None:
        self.connection.reset_stream(self.stream, code)
        self.flush()

    def go_away(self, *, last: int, code: ErrorCodes = ErrorCodes.NO_ERROR) -> None:
        """Retire the connection. By hand, since h2 would refuse to answer on it afterwards."""
        self.flush()
        payload = last.to_bytes(4, "big") + int(code).to_bytes(4, "big")
        self.channel.send(len(payload).to_bytes(3, "big") + b"\x07\x00" + bytes(4) + payload)
