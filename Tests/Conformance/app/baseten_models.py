"""Baseten: the schemas."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, Field, model_validator


class APIKeyCategory(StrEnum):
    """What a key may do."""

    PERSONAL = "PERSONAL"
    WORKSPACE_MANAGE_ALL = "WORKSPACE_MANAGE_ALL"
    WORKSPACE_EXPORT_METRICS = "WORKSPACE_EXPORT_METRICS"
    WORKSPACE_INVOKE = "WORKSPACE_INVOKE"
    WORKSPACE_MANAGE_API_KEYS = "WORKSPACE_MANAGE_API_KEYS"
    ROUTES = "ROUTES"


MANAGING = {APIKeyCategory.PERSONAL, APIKeyCategory.WORKSPACE_MANAGE_ALL, APIKeyCategory.WORKSPACE_MANAGE_API_KEYS}
MODEL_SCOPED = {APIKeyCategory.WORKSPACE_EXPORT_METRICS, APIKeyCategory.WORKSPACE_INVOKE}


class CreateAPIKeyRequest(BaseModel):
    """What a new key needs."""

    type: APIKeyCategory
    name: str | None = None
    model_ids: list[str] | None = None
    team_id: Annotated[str, Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def models_only_where_they_scope(self) -> "CreateAPIKeyRequest":
        """Refuse models, even an empty list of them, with a type that they cannot scope."""
        if self.model_ids is not None and self.type not in MODEL_SCOPED:
            raise ValueError("model_ids is only for WORKSPACE_EXPORT_METRICS and WORKSPACE_INVOKE")
        return self


class APIKey(BaseModel):
    """A new key: the secret and nothing else."""

    api_key: str


class Owner(BaseModel):
    """Whose key it is."""

    user_id: str
    email: str | None = None
    name: str | None = None


class APIKeyInfo(BaseModel):
    """A key as the list shows it."""

    prefix: str
    type: APIKeyCategory
    name: str | None = None
    model_ids: list[str] | None = None
    team_name: str | None = None
    owner: Owner | None = None
    created_at: datetime
    last_used_at: datetime | None = None


class APIKeyList(BaseModel):
    """All keys."""

    keys: list[APIKeyInfo]


class APIKeyTombstone(BaseModel):
    """The prefix of a key that is gone."""

    prefix: str


class Team(BaseModel):
    """A team; its id is any string."""

    id: str
    name: str
    default: bool
    created_at: datetime


class TeamList(BaseModel):
    """All teams, or those with one name."""

    teams: list[Team]
