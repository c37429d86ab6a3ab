"""Junction: teams."""

from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from . import junction, state
from .junction import Env, Region, Stamp, teams

TEAMS_PER_PAGE = 2

router = junction.new_router()


class TeamSummary(BaseModel):
    """A team as the list shows it."""

    id: UUID
    name: str
    created_on: Stamp
    region: Region
    integration_team_id: str | None = None


class Team(TeamSummary):
    """A team as it is shown alone; the two environments are objects whose members nobody has written down."""

    environments: list[Env] = []
    sandbox: dict[str, Any] | None
    production: dict[str, Any] | None


class TeamPage(BaseModel):
    """One page of teams."""

    teams: list[TeamSummary]
    next_cursor: str | None


class CreateTeamBody(BaseModel):
    """What a new team needs. The optional members may be left out but are not nullable; no others are accepted."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(max_length=80)
    region: Region
    id: UUID = Field(default_factory=uuid4)
    integration_team_id: str = Field(default_factory=str, max_length=256)


def _team(team_id: UUID, included: list[Env]) -> dict[str, Any]:
    """The team, with the environments that were asked for."""
    details = {env.value: {"enabled": True, "data": {"retention_days": 90}} if env in included else None for env in Env}
    return {**teams[team_id], "environments": list(Env), **details}


@router.get("/team", response_model=TeamPage, response_model_exclude_unset=True)
async def list_teams(
    team_id: UUID | None = None,
    region: Annotated[list[Region] | None, Query()] = None,
    search_query: str | None = None,
    next_cursor: str | None = None,
) -> Any:
    """List the teams, in pages. The search looks for a part of the name, whatever its case."""
    numbered = [
        (number, team)
        for number, team in enumerate(teams.values(), start=1)
        if team_id in (None, team["id"])
        and (not region or team["region"] in region)
        and (search_query or "").lower() in team["name"].lower()
    ]
    rows, following = junction.page(numbered, lambda row: row[0], TEAMS_PER_PAGE, next_cursor)
    return {"teams": [team for _, team in rows], "next_cursor": following}


@router.post("/team", response_model=Team)
async def create_team(body: CreateTeamBody) -> Any:
    """Make a team, or answer 409 with the id of the team that has this id or this integration id already."""
    for team in teams.values():
        same_integration = "integration_team_id" in body.model_fields_set and (
            team.get("integration_team_id") == body.integration_team_id
        )
        if same_integration or team["id"] == body.id:
            return JSONResponse({"team_id": str(team["id"])}, status_code=409)
    team = {"id": body.id, "name": body.name, "created_on": state.junction_stamp(), "region": body.region}
    if "integration_team_id" in body.model_fields_set:
        team["integration_team_id"] = body.integration_team_id
    teams[body.id] = team
    return _team(body.id, [])


@router.get("/team/{team_id}", response_model=Team)
async def get_team(team_id: UUID, include_environment: Annotated[list[Env] | None, Query()] = None) -> Any:
    """One team. An environment that was not asked for is null."""
    junction.known_team(team_id)
    return _team(team_id, include_environment or [])
