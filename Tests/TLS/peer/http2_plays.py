"""The faults over HTTP/2."""

from collections.abc import Callable

from h2.errors import ErrorCodes
from http2 import Session

Play = Callable[[Session], None]


def serve(session: Session) -> None:
    while session.request():
        session.answer()


def once(play: Play) -> Play:
    """Only the first connection goes wrong."""
    return lambda session: play(session) if session.index == 0 else serve(session)


def silence(session: Session) -> None:
    while session.request():
        pass


def unanswered(session: Session) -> None:
    session.request()


def headers_cut(session: Session) -> None:
    session.request()
    session.cut_headers()


def headers_cut_without_notify(session: Session) -> None:
    headers_cut(session)
    session.channel.close(notify=False)


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
    session.settle()
    session.channel.reset()


def dropped_on_reuse(session: Session) -> None:
    session.request()
    session.answer()
    session.request()
    session.channel.close(notify=False)


def closed_while_idle(session: Session) -> None:
    session.request()
    session.answer()


def closed_while_idle_without_notify(session: Session) -> None:
    closed_while_idle(session)
    session.channel.close(notify=False)


def retired_and_closed_while_idle(session: Session) -> None:
    """GOAWAY and the end of the connection between two requests: how servers end an idle connection."""
    closed_while_idle(session)
    session.go_away(last=session.stream)


def retired_while_idle(session: Session) -> None:
    """GOAWAY between two requests, the connection left open."""
    retired_and_closed_while_idle(session)
    session.channel.journal.note("closed")
    session.channel.hold()


def retired_before_the_request(session: Session) -> None:
    """GOAWAY that leaves out the request that was received: the client may send it again elsewhere."""
    session.request()
    session.go_away(last=0)


def retired_before_the_request_left_open(session: Session) -> None:
    retired_before_the_request(session)
    session.channel.hold()


def retired_after_the_request(session: Session) -> None:
    """GOAWAY that includes the request, whose answer follows."""
    session.request()
    session.go_away(last=session.stream)
    session.answer()


def retired_unanswered(session: Session) -> None:
    session.request()
    session.go_away(last=session.stream)


def stream_reset(code: ErrorCodes) -> Play:
    def play(session: Session) -> None:
        while session.request():
            session.reset_stream(code)

    return play


def stream_reset_in_the_body(session: Session) -> None:
    while session.request():
        session.answer(cut=10)
        session.settle()
        session.reset_stream(ErrorCodes.INTERNAL_ERROR)


PLAYS: dict[str, Play] = {
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
    "headers cut with close_notify": headers_cut,
    "headers cut without close_notify": headers_cut_without_notify,
    "headers reset": headers_reset,
    "body cut with close_notify": body_cut,
    "body cut without close_notify": body_cut_without_notify,
    "body reset": body_reset,
    "dropped on reuse": once(dropped_on_reuse),
    "closed while idle with close_notify": once(closed_while_idle),
    "closed while idle without close_notify": once(closed_while_idle_without_notify),
    "GOAWAY and close while idle": once(retired_and_closed_while_idle),
    "GOAWAY while idle": once(retired_while_idle),
    "GOAWAY without the request, once": once(retired_before_the_request),
    "GOAWAY without the request, left open, once": once(retired_before_the_request_left_open),
    "GOAWAY without the request": retired_before_the_request,
    "GOAWAY with the request, answered": retired_after_the_request,
    "GOAWAY with the request, unanswered": retired_unanswered,
    "RST_STREAM REFUSED_STREAM, once": once(stream_reset(ErrorCodes.REFUSED_STREAM)),
    "RST_STREAM REFUSED_STREAM": stream_reset(ErrorCodes.REFUSED_STREAM),
    "RST_STREAM INTERNAL_ERROR": stream_reset(ErrorCodes.INTERNAL_ERROR),
    "RST_STREAM CANCEL": stream_reset(ErrorCodes.CANCEL),
    "RST_STREAM in the body": stream_reset_in_the_body,
    "RST_STREAM HTTP_1_1_REQUIRED": stream_reset(ErrorCodes.HTTP_1_1_REQUIRED),
}
