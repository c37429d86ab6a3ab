"""What a check may rely on: credentials, organisations, teams, seeded ids, page sizes and label prefixes.

Everything named here is the same in every run. What the application makes itself (ids, dates, secrets) is random.
State lives in the provider modules, in memory, and ends with the process.

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
from uuid import UUID

# Junction: header X-Management-Key.
JUNCTION_KEY = "mg_conformance"
JUNCTION_FORBIDDEN_KEY = "mg_forbidden"
JUNCTION_ORG = UUID("3c90c3cc-0d44-4b50-8888-8dd25736052a")
JUNCTION_TEAM_US = UUID("a1b9e2d4-5c3f-4e60-9a71-0f2d8c4b6e11")
JUNCTION_TEAM_EU = UUID("b2c8f3e5-6d40-4f71-8b82-1e3c9d5a7f22")
JUNCTION_TAKEN_INTEGRATION_ID = "acme-us"  # belongs to JUNCTION_TEAM_US
JUNCTION_MANAGEMENT_KEYS = {  # one seeded key for each creator type, and one of a type that no schema names
    "org_member": UUID("d0000000-0000-4000-8000-000000000001"),
    "removed_org_member": UUID("d0000000-0000-4000-8000-000000000002"),
    "vital_staff": UUID("d0000000-0000-4000-8000-000000000003"),
    "management_key": UUID("d0000000-0000-4000-8000-000000000004"),
    "service_account": UUID("d0000000-0000-4000-8000-000000000005"),
}
TEAM_KEYS_PER_PAGE = 3
TEAMS_PER_PAGE = 2
PROTECTED_LABEL = "protected-"
NULL_LABEL = "null-"

# Baseten: header Authorization, scheme Api-Key or Bearer.
BASETEN_KEY = "conform1.baseten-conformance"
BASETEN_FORBIDDEN_KEY = "invoke01.baseten-without-scope"
BASETEN_USER = "user_conformance"
BASETEN_TEAM = "team_default"
BASETEN_SLASH_TEAM = "abc/def"
BASETEN_SEEDED_PREFIXES = ("seedfull", "seednull", "seedbare")
SLASH_NAME = "slash-"

# Imtegrate: header Authorization, scheme Bearer; a call without the header is accepted.
IMTEGRATE_TOKEN = "ik_test_conformance"
IMTEGRATE_FORBIDDEN_TOKEN = "ik_test_forbidden"
IMTEGRATE_ORG = UUID("4d2f7a10-93b6-4c58-a6e1-7b0c5d9e3f33")

# nekuda: header Authorization, scheme Bearer.
NEKUDA_TOKEN = "nekuda.conformance.jwt"
NEKUDA_FORBIDDEN_TOKEN = "nekuda.forbidden.jwt"
NEKUDA_ORG = UUID("5e308b21-a4c7-4d69-b7f2-8c1d6eaf4044")
NEKUDA_SEEDED_IDS = ("key_full", "key_nulls", "legacy/1")  # the last one needs an encoded slash


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
