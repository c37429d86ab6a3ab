"""Imtegrate: API keys."""

from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Header, HTTPException
from pydantic import BaseModel, Field

from . import state

TOKEN = "ik_test_conformance"
FORBIDDEN_TOKEN = "ik_test_forbidden"
ORG = UUID("4d2f7a10-93b6-4c58-a6e1-7b0c5d9e3f33")


class ApiKey(BaseModel):
    """A key as the list shows it."""

    id: UUID
    org_id: UUID
    prefix: str
    name: str
    scopes: list[str]
    last_used_at: datetime | None
    revoked_at: datetime | None
    created_at: datetime


class ApiKeyCreated(ApiKey):
    """A new key, with its secret."""

    token: str


class ApiKeyCreate(BaseModel):
    """What a new key needs. Only the name is required; nothing may be null."""

    name: str = Field(min_length=2, max_length=120)
    scopes: list[str] = Field(default_factory=list)
    env: str = Field(default="test", pattern="^(test|live)$")


live_tokens = {TOKEN}
"""The tokens that authenticate."""


def _new(name: str, scopes: list[str], token: str) -> dict[str, Any]:
    """A key that nobody has used or revoked."""
    return {
        "id": uuid4(),
        "org_id": ORG,
        "prefix": token[:12],
        "name": name,
        "scopes": scopes,
        "last_used_at": None,
        "revoked_at": None,
        "created_at": state.now(),
    }


def _seeds() -> list[dict[str, Any]]:
    """A key that is in use and one that was revoked."""
    used = _new("seeded in use", ["profiles:read", "profiles:write"], f"ik_live_{state.token()}")
    used["last_used_at"] = state.now()
    revoked = _new("seeded revoked", [], f"ik_test_{state.token()}")
    revoked["revoked_at"] = state.now() - timedelta(days=1)
    return [used, revoked]


keys = _seeds()


async def authenticate(authorization: Annotated[str | None, Header(alias="Authorization")] = None) -> None:
    """Accept a call without the header; refuse an unknown token with 401 and the forbidden one with 403."""
    if authorization is None:
        return
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() == "bearer" and token == FORBIDDEN_TOKEN:
        raise HTTPException(403, "not allowed to manage API keys")
    if scheme.lower() != "bearer" or token not in live_tokens:
        raise HTTPException(401, "invalid API key", headers={"WWW-Authenticate": "Bearer"})


router = APIRouter(dependencies=[Depends(authenticate)])


@router.post("/v1/api-keys", response_model=ApiKeyCreated, status_code=201)
async def create_key(body: ApiKeyCreate) -> Any:
    """Make a key; its token begins with the environment and authenticates from now on."""
    token = f"ik_{body.env}_{state.token(32)}"
    key = _new(body.name, body.scopes, token)
    keys.append(key)
    live_tokens.add(token)
    return {**key, "token": token}


@router.get("/v1/api-keys", response_model=list[ApiKey])
async def list_keys() -> Any:
    """List all keys, oldest first."""
    return keys
