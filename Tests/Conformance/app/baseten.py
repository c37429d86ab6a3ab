"""Baseten: API keys and teams, with the provider's own form of error. Its parameters may hold an encoded slash."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Security
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from fastapi.security import APIKeyHeader
from starlette.exceptions import HTTPException  # the one that FastAPI's derives from; FastAPI itself raises either

from . import state
from .baseten_models import (
    MANAGING,
    APIKey,
    APIKeyCategory,
    APIKeyList,
    APIKeyTombstone,
    CreateAPIKeyRequest,
    Team,
    TeamList,
)

KEY = "conform1.baseten-conformance"
FORBIDDEN_KEY = "invoke01.baseten-without-scope"
USER = "user_conformance"
TEAM = "team_default"
SLASH_TEAM = "abc/def"
SEEDED_PREFIXES = ("seedfull", "seednull", "seedbare")
SLASH_NAME = "slash-"

CODES = {400: "VALIDATION_ERROR", 401: "UNAUTHORIZED", 403: "FORBIDDEN", 404: "NOT_FOUND", 409: "CONFLICT"}


class BasetenRoute(APIRoute):
    """A route whose errors are ``{"code", "message"}``; what FastAPI would call 422 is 400 here."""

    def get_route_handler(self) -> Callable:
        handler = super().get_route_handler()

        async def answer(request: Request):
            try:
                return await handler(request)
            except RequestValidationError as error:
                message = "; ".join(f"{'.'.join(map(str, entry['loc']))}: {entry['msg']}" for entry in error.errors())
                return _refusal(400, message)
            except HTTPException as error:
                return _refusal(error.status_code, error.detail, error.headers)

        return answer


def _refusal(status: int, message: str, headers: Any = None) -> JSONResponse:
    return JSONResponse({"code": CODES[status], "message": message}, status_code=status, headers=headers)


FULL, NULLS, BARE = SEEDED_PREFIXES
teams = {
    TEAM: {"id": TEAM, "name": "Default", "default": True},
    SLASH_TEAM: {"id": SLASH_TEAM, "name": "Research & Development", "default": False},
}
for _team in teams.values():
    _team["created_at"] = state.now()
infos: dict[str, dict[str, Any]] = {
    FULL: {
        "type": "WORKSPACE_INVOKE",
        "name": "seeded with everything",
        "model_ids": ["model_1", "model_2"],
        "team_name": "Default",
        "owner": {"user_id": "user_other", "email": "grace@example.com", "name": "Grace"},
    },
    NULLS: {"type": "PERSONAL", "name": None, "model_ids": None, "team_name": None, "owner": None},
    BARE: {"type": "ROUTES"},
}
"""What the list shows, by prefix: a seeded key with all members, one with nulls and one with the required ones only."""
for _info in infos.values():
    _info["created_at"] = state.now()
secrets = {
    KEY: APIKeyCategory.WORKSPACE_MANAGE_ALL,
    FORBIDDEN_KEY: APIKeyCategory.WORKSPACE_INVOKE,
}
"""The keys that authenticate, and what each may do. The two seeded ones are in no list and cannot be deleted."""


_header = APIKeyHeader(name="Authorization", scheme_name="ApiKeyAuth", auto_error=False)


async def authenticate(header: Annotated[str | None, Security(_header)]) -> None:
    """Refuse a missing or unknown key with 401, and one whose type cannot manage keys with 403."""
    scheme, _, key = (header or "").partition(" ")
    if scheme.lower() not in ("api-key", "bearer") or key not in secrets:
        raise HTTPException(401, "the API key is missing or not valid")
    if secrets[key] not in MANAGING:
        raise HTTPException(403, "the API key does not have the required scope")


router = APIRouter(prefix="/v1", route_class=BasetenRoute, dependencies=[Depends(authenticate)])


def _known_team(team_id: str) -> dict[str, Any]:
    if team_id not in teams:
        raise HTTPException(404, "team not found")
    return teams[team_id]


def _create(wanted: CreateAPIKeyRequest, team_id: str | None) -> dict[str, str]:
    """Make the key, unless a live one has its name."""
    team = _known_team(team_id) if team_id is not None else None
    if wanted.name is not None and any(info.get("name") == wanted.name for info in infos.values()):
        raise HTTPException(409, "an API key with this name exists already")
    slash = (wanted.name or "").startswith(SLASH_NAME)
    prefix = f"{state.token(4)}/{state.token(3)}" if slash else state.token(8)
    owner = {"user_id": USER, "email": None}
    team_name = team and team["name"]
    dates = {"created_at": state.now(), "last_used_at": None}
    infos[prefix] = {**wanted.model_dump(exclude={"team_id"}), "team_name": team_name, "owner": owner, **dates}
    secret = f"{prefix}.{state.token(32)}"
    secrets[secret] = wanted.type
    return {"api_key": secret}


@router.post("/teams/{team_id:path}/api_keys", response_model=APIKey)
async def create_team_api_key(team_id: str, body: CreateAPIKeyRequest) -> Any:
    """Make a key for the team of the path; a team in the body must be the same."""
    _known_team(team_id)
    if body.team_id not in (None, team_id):
        raise HTTPException(400, "body.team_id: must equal the team of the path")
    return _create(body, team_id)


@router.post("/api_keys", response_model=APIKey)
async def create_api_key(body: CreateAPIKeyRequest) -> Any:
    """Make a key, for a team when the body names one."""
    return _create(body, body.team_id)


@router.get("/api_keys", response_model=APIKeyList, response_model_exclude_unset=True)
async def list_api_keys(type: APIKeyCategory | None = None, created_by_me: bool | None = None) -> Any:
    """List the live keys; with ``created_by_me`` true, those of the credential's user alone."""
    rows = [
        {"prefix": prefix, **info}
        for prefix, info in infos.items()
        if type in (None, info["type"])
        and (not created_by_me or (info.get("owner") or {}).get("user_id") == USER)
    ]
    return {"keys": rows}


@router.delete("/api_keys/{api_key_prefix:path}", response_model=APIKeyTombstone)
async def delete_api_key(api_key_prefix: str) -> Any:
    """Delete the key with this prefix, which then no longer authenticates."""
    if api_key_prefix not in infos:
        raise HTTPException(404, "API key not found")
    del infos[api_key_prefix]
    for secret in [secret for secret in secrets if secret.startswith(api_key_prefix + ".")]:
        del secrets[secret]
    return {"prefix": api_key_prefix}


@router.get("/teams", response_model=TeamList)
async def list_teams(name: str | None = None) -> Any:
    """List the teams, or those with exactly this name."""
    return {"teams": [team for team in teams.values() if name in (None, team["name"])]}


@router.get("/teams/{team_id:path}", response_model=Team)
async def get_team(team_id: str) -> Any:
    """One team."""
    return _known_team(team_id)
