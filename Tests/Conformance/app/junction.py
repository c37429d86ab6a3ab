"""Junction, the part that all its calls share: schemas, credential and organisation checks, teams and pages."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Security
from fastapi.security import APIKeyHeader
from pydantic import AfterValidator, BaseModel, WithJsonSchema

KEY = "mg_conformance"
FORBIDDEN_KEY = "mg_forbidden"
ORG = UUID("3c90c3cc-0d44-4b50-8888-8dd25736052a")
TEAM_US = UUID("a1b9e2d4-5c3f-4e60-9a71-0f2d8c4b6e11")
TEAM_EU = UUID("b2c8f3e5-6d40-4f71-8b82-1e3c9d5a7f22")
TAKEN_INTEGRATION_ID = "acme-us"  # belongs to JUNCTION_TEAM_US


class Env(StrEnum):
    """The two environments of a team."""

    production = "production"
    sandbox = "sandbox"


class Role(StrEnum):
    """What a management key may act for."""

    org_admin = "org_admin"
    team_admin = "team_admin"


Region = Literal["us", "eu"]


def _check_stamp(value: str) -> str:
    datetime.fromisoformat(value)
    return value


# A date-time in the schema, but a string here, so that each of the three written forms reaches the wire as it is.
Stamp = Annotated[str, AfterValidator(_check_stamp), WithJsonSchema({"type": "string", "format": "date-time"})]

live_keys = {KEY}
"""The management keys that authenticate."""

teams: dict[UUID, dict[str, Any]] = {
    TEAM_US: {
        "id": TEAM_US,
        "name": "Acme US",
        "created_on": "2024-05-01T12:00:00+00:00",
        "region": "us",
        "integration_team_id": TAKEN_INTEGRATION_ID,
    },
    TEAM_EU: {
        "id": TEAM_EU,
        "name": "Acme EU",
        "created_on": "2024-05-02T12:00:00.123456",
        "region": "eu",
    },
}
"""The teams of the organisation, oldest first. A team that was made without an integration id has no such member."""


_header = APIKeyHeader(name="X-Management-Key", scheme_name="ManagementKey")


async def authenticate(key: Annotated[str, Security(_header)]) -> None:
    """Refuse a missing or unknown key with 401, and the forbidden one with 403."""
    if key == FORBIDDEN_KEY:
        message = "this key may not manage the organization"
        raise HTTPException(403, {"error_type": "forbidden", "error_message": message})
    if key not in live_keys:
        raise HTTPException(401, "invalid token")


async def known_organization(org_id: UUID) -> None:
    """Refuse every organisation but the seeded one."""
    if org_id != ORG:
        raise HTTPException(404, "organization not found")


def known_team(team_id: UUID) -> dict[str, Any]:
    """The team with this id, or 404."""
    if team_id not in teams:
        raise HTTPException(404, "team not found")
    return teams[team_id]


def new_router() -> APIRouter:
    """A router for calls below the organisation's path. The dependency alone declares ``org_id``."""
    dependencies = [Depends(authenticate), Depends(known_organization)]
    return APIRouter(prefix="/v1/org/{org_id}", dependencies=dependencies)


def page(rows: list[Any], position: Any, size: int, cursor: str | None) -> tuple[list[Any], str | None]:
    """The rows that follow ``cursor``, and the cursor of the next page or None.

    ``position`` gives the lasting number of a row, so that a deletion in between moves nothing. A cursor holds
    characters that a query has to escape; one that arrives changed is refused with 400.
    """
    after = 0
    if cursor is not None:
        number = cursor.removeprefix("after+").removesuffix("/=&")
        if cursor != f"after+{number}/=&" or not (number.isascii() and number.isdigit()):
            raise HTTPException(400, "invalid cursor")
        after = int(number)
    rest = [row for row in rows if position(row) > after]
    following = f"after+{position(rest[size - 1])}/=&" if len(rest) > size else None
    return rest[:size], following


class TeamRoleBinding(BaseModel):
    """A team that a management key may administer."""

    team_id: UUID
