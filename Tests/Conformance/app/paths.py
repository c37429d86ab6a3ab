"""Path parameters that may hold a slash.

Starlette routes on the decoded path, where ``abc%2Fdef`` and ``abc/def`` look the same. ``EncodedSlashes`` decodes the
raw path itself, segment by segment, and marks a slash that arrived encoded with a code point that no valid UTF-8 path
can produce. The ``segment`` convertor, used for every path parameter, turns the mark back into a slash.
"""

from urllib.parse import unquote

from starlette.convertors import Convertor, register_url_convertor
from starlette.types import ASGIApp, Receive, Scope, Send

_MARK = "\udc2f"


class SegmentConvertor(Convertor[str]):
    """One path segment, with encoded slashes restored."""

    regex = "[^/]+"

    def convert(self, value: str) -> str:
        return value.replace(_MARK, "/")

    def to_string(self, value: str) -> str:
        return value


class EncodedSlashes:
    """ASGI middleware that keeps an encoded slash inside its segment."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        raw = scope.get("raw_path")
        if scope["type"] == "http" and raw is not None:
            segments = raw.decode("latin-1").split("/")
            path = "/".join(unquote(segment).replace("/", _MARK) for segment in segments)
            scope = dict(scope, path=path)
        await self.app(scope, receive, send)


register_url_convertor("segment", SegmentConvertor())
