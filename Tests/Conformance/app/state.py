"""What the provider modules share: random texts, and dates.

Each module begins with what a check may rely on: credentials, organisations, teams, seeded ids, page sizes and label
prefixes, the same in every run. What the application makes itself (ids, dates, secrets) is random. State lives in the
provider modules, in memory, and ends with the process.

Credentials. Each provider knows one that may do everything and one that is genuine but answers 403 to every call.
Any other credential answers 401. The check runs before the fields of a request are validated, so 401 and 403 win over
422 (Baseten: 400), and so does Junction's 404 for another organisation; only a body that is not JSON at all is
reported first, because FastAPI parses it first. Every other 404 and 409 comes after validation.
A created Junction management key, Baseten key or Imtegrate token is itself a credential until it is deleted.

Label prefixes. Some answers cannot be told apart by the request alone, so a prefix of the label or name asks for them:

* Junction team key ``protected-``: a bulk delete reports it in ``failure`` and keeps it.
* Junction management key ``null-``: deleting it answers JSON ``null`` instead of the key.
* Baseten key ``slash-``: the prefix of the new key holds a slash, so its path segment must be percent-encoded.
"""

import secrets
from datetime import UTC, datetime
from itertools import cycle


def token(length: int = 24) -> str:
    """A random string of lower-case hexadecimal digits."""
    return secrets.token_hex((length + 1) // 2)[:length]


def now() -> datetime:
    """The time, with its zone; pydantic writes it with microseconds and a ``Z``."""
    return datetime.now(UTC)


_forms = cycle(
    (
        lambda at: at.isoformat(timespec="seconds"),
        lambda at: at.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z",
        lambda at: at.replace(tzinfo=None).isoformat(timespec="microseconds"),
    )
)


def junction_stamp() -> str:
    """The time as Junction writes it: with an offset, with a ``Z`` and with no zone at all, in turn."""
    return next(_forms)(now())
