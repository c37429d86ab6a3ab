"""nekuda: API keys, version 2. The collection's path ends in a slash and the others do not."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, Field

from . import state

TOKEN = "nekuda.conformance.jwt"
FORBIDDEN_TOKEN = "nekuda.forbidden.jwt"
ORG = UUID("5e308b21-a4c7-4d69-b7f2-8c1d6eaf4044")
SEEDED_IDS = ("key_full", "key_nulls", "legacy 1")  # a path has to encode the last one


class Key(BaseModel):
    """A key without its private half."""

    id: str
    org_id: UUID
    name: str
    public_key: str
    private_key_display: str
    created_at: datetime
    description: str | None = None
    is_revoked: bool = False
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None
    environment: str | None = None


class Created(Key):
    """A new key, with its private half."""

    private_key: str


class Revoked(BaseModel):
    """A key that was revoked."""

    id: str
    org_id: UUID
    name: str
    is_revoked: bool
    created_at: datetime
    description: str | None = None
    expires_at: datetime | None = None
    last_used_at: datetime | None = None


class CreateKeyRequest(BaseModel):
    """What a new key needs."""

    name: str = Field(min_length=1, max_length=100)
    description: Annotated[str, Field(max_length=255)] | None = None


def _seed(key_id: str, **more: Any) -> dict[str, Any]:
    """A key with its required members, and more."""
    return {
        "id": key_id,
        "org_id": ORG,
        "name": f"seeded {key_id}",
        "public_key": f"pk_{state.token()}",
        "private_key_display": "sk_...c0de",
        "created_at": state.now(),
        **more,
    }


FULL, NULLS, BARE = SEEDED_IDS
keys = {
    FULL: _seed(
        FULL,
        description="everything set",
        is_revoked=True,
        revoked_at=state.now(),
        last_used_at=state.now(),
        environment="production",
    ),
    NULLS: _seed(NULLS, description=None, is_revoked=False, revoked_at=None, last_used_at=None, environment=None),
    BARE: _seed(BARE),
}
"""The keys by id, oldest first: a seeded one with all members, one with nulls and one with the required ones only."""


_bearer = HTTPBearer(scheme_name="BearerAuth")


async def authenticate(credentials: Annotated[HTTPAuthorizationCredentials, Security(_bearer)]) -> None:
    """Refuse a missing or unknown token with 401, and the forbidden one with 403."""
    token = credentials.credentials
    if token == FORBIDDEN_TOKEN:
        raise HTTPException(403, "insufficient permissions")
    if token != TOKEN:
        raise HTTPException(401, "invalid or expired token", headers={"WWW-Authenticate": "Bearer"})


router = APIRouter(prefix="/api/v2/api-keys", dependencies=[Depends(authenticate)])


def _existing(key_id: str) -> dict[str, Any]:
    if key_id not in keys:
        raise HTTPException(404, "API key not found")
    return keys[key_id]


@router.post("/", response_model=Created, status_code=201)
async def create_key(body: CreateKeyRequest) -> Any:
    """Make a key. All its members are present, null where there is nothing to say."""
    secret = f"sk_{state.token(40)}"
    key_id = f"key_{state.token(16)}"
    key = _seed(key_id, description=body.description, is_revoked=False, environment="test")
    key.update(name=body.name, private_key_display=f"sk_...{secret[-4:]}", revoked_at=None, last_used_at=None)
    keys[key_id] = key
    return {**key, "private_key": secret}


@router.get("/", response_model=list[Key], response_model_exclude_unset=True)
async def list_keys() -> Any:
    """List all keys, revoked ones too."""
    return list(keys.values())


@router.get("/{key_id}", response_model=Key, response_model_exclude_unset=True)
async def get_key(key_id: str) -> Any:
    """One key."""
    return _existing(key_id)


@router.put("/{key_id}/revoke", response_model=Revoked, response_model_exclude_unset=True)
async def revoke_key(key_id: str) -> Any:
    """Revoke a key. Doing so again changes nothing and answers the same."""
    key = _existing(key_id)
    if not key.get("is_revoked"):
        key.update(is_revoked=True, revoked_at=state.now())
    return {**key, "expires_at": None}


@router.delete("/{key_id}", status_code=204)
async def delete_key(key_id: str) -> None:
    """Delete a key, revoked or not. The answer has no body."""
    del keys[_existing(key_id)["id"]]
