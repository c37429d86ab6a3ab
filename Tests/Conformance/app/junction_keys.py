"""Junction: team API keys and team access tokens."""

from itertools import count
from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import Query
from pydantic import BaseModel

from . import junction, state
from .junction import Env, Region, Stamp

TEAM_KEYS_PER_PAGE = 3
PROTECTED_LABEL = "protected-"

router = junction.new_router()
PATH = "/team_api_keys/{env}/{region}"

keys: dict[UUID, dict[str, Any]] = {}
"""The live team keys, oldest first; besides its own members each holds its ``place`` and its ``number``."""
_numbers = count(1)


class TeamAPIKey(BaseModel):
    """A team key; the list answers with its value too."""

    id: UUID
    label: str
    value: str
    team_id: UUID
    created_at: Stamp


class TeamAPIKeyPage(BaseModel):
    """One page of team keys."""

    api_keys: list[TeamAPIKey]
    next_cursor: str | None = None


class CreateTeamAPIKeyBody(BaseModel):
    """What a new team key needs."""

    label: str
    team_id: UUID


class BulkDeletion(BaseModel):
    """What became of each id; the status is 200 whatever it was."""

    success: list[UUID]
    failure: list[UUID]
    not_found: list[UUID]


class CreateTeamAccessTokenBody(BaseModel):
    """The environment that an access token is for."""

    env: Env


class TeamAccessToken(BaseModel):
    """A short-lived token; it ends after that many seconds."""

    access_token: str
    expires_in: int


@router.get(PATH, response_model=TeamAPIKeyPage, response_model_exclude_unset=True)
async def list_team_api_keys(
    env: Env, region: Region, team_id: UUID | None = None, next_cursor: str | None = None
) -> Any:
    """List the keys of one environment and region, in pages.

    The last page of a list that is filtered by team leaves ``next_cursor`` out; any other last page says null.
    """
    rows = [
        key for key in keys.values() if key["place"] == (env, region) and team_id in (None, key["team_id"])
    ]
    rows, following = junction.page(rows, lambda key: key["number"], TEAM_KEYS_PER_PAGE, next_cursor)
    if following is None and team_id is not None:
        return {"api_keys": rows}
    return {"api_keys": rows, "next_cursor": following}


@router.post(PATH, response_model=TeamAPIKey)
async def create_team_api_key(env: Env, region: Region, body: CreateTeamAPIKeyBody) -> Any:
    """Make a secret team key. Its region is the path's, whatever the team's region is."""
    junction.known_team(body.team_id)
    key = {
        "id": uuid4(),
        "label": body.label,
        "value": f"sk_{region}_{state.token(32)}",
        "team_id": body.team_id,
        "created_at": state.junction_stamp(),
        "place": (env, region),
        "number": next(_numbers),
    }
    keys[key["id"]] = key
    return key


@router.delete(PATH, response_model=BulkDeletion)
async def delete_team_api_keys(env: Env, region: Region, api_key_id: Annotated[list[UUID], Query()]) -> Any:
    """Delete each key that lives here and is not protected. An id that is given twice counts once."""
    result: dict[str, list[UUID]] = {"success": [], "failure": [], "not_found": []}
    for key_id in dict.fromkeys(api_key_id):
        key = keys.get(key_id)
        if key is None:
            result["not_found"].append(key_id)
        elif key["place"] != (env, region) or key["label"].startswith(PROTECTED_LABEL):
            result["failure"].append(key_id)
        else:
            del keys[key_id]
            result["success"].append(key_id)
    return result


@router.post("/team/{team_id}/create_api_access_token", response_model=TeamAccessToken)
async def create_team_access_token(team_id: UUID, body: CreateTeamAccessTokenBody) -> Any:
    """Make a token for one team; nothing else here accepts it."""
    junction.known_team(team_id)
    return {"access_token": f"tat_{body.env}_{state.token(32)}", "expires_in": 3600}
