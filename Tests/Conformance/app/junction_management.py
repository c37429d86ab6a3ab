"""Junction: management keys."""

from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

from fastapi import HTTPException
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from . import junction, state
from .junction import Role, Stamp, TeamRoleBinding

MANAGEMENT_KEYS = {  # one seeded key for each creator type, and one of a type that no schema names
    "org_member": UUID("d0000000-0000-4000-8000-000000000001"),
    "removed_org_member": UUID("d0000000-0000-4000-8000-000000000002"),
    "vital_staff": UUID("d0000000-0000-4000-8000-000000000003"),
    "management_key": UUID("d0000000-0000-4000-8000-000000000004"),
    "service_account": UUID("d0000000-0000-4000-8000-000000000005"),
}
NULL_LABEL = "null-"

router = junction.new_router()


class OrgMember(BaseModel):
    """A key that a member of the organisation made."""

    type: Literal["org_member"]
    id: UUID
    name: str
    email: str
    avatar: str


class RemovedOrgMember(BaseModel):
    """A key whose maker has left."""

    type: Literal["removed_org_member"]
    id: UUID | None


class VitalStaff(BaseModel):
    """A key that the provider's staff made."""

    type: Literal["vital_staff"]


class ManagementKeyCreator(BaseModel):
    """A key that was made with another management key."""

    type: Literal["management_key"]


Creator = Annotated[OrgMember | RemovedOrgMember | VitalStaff | ManagementKeyCreator, Field(discriminator="type")]
KNOWN_CREATORS = ("org_member", "removed_org_member", "vital_staff", "management_key")


class ManagementKey(BaseModel):
    """A management key without its secret."""

    id: UUID
    label: str
    created_at: Stamp
    creator: Creator
    role: Role
    team_role_bindings: list[TeamRoleBinding] | None


class CreatedManagementKey(ManagementKey):
    """A new management key, with its secret."""

    key: str


class ManagementKeyPage(BaseModel):
    """All management keys: the cursor is always null."""

    data: list[ManagementKey]
    next_cursor: str | None


class CreateManagementKeyBody(BaseModel):
    """What a new management key needs."""

    label: str
    role: Role
    team_role_bindings: list[TeamRoleBinding] | None = None


class UpdateManagementKeyBody(BaseModel):
    """What is to change; a member that is left out stays as it is."""

    label: str | None = None
    team_role_bindings: list[TeamRoleBinding] | None = None


def _seeds() -> dict[UUID, dict[str, Any]]:
    """One key for each creator type, in the wire's form, and one whose creator no schema knows."""
    member = {"id": str(uuid4()), "name": "Ada", "email": "ada@example.com", "avatar": "https://example.com/a.png"}
    more = {
        "org_member": member,
        "removed_org_member": {"id": None},
        "service_account": {"id": "sa_1", "scopes": ["keys:write"], "owner": {"team": 7, "active": True}},
    }
    return {
        key_id: {
            "id": str(key_id),
            "label": f"seeded by {kind}",
            "created_at": state.junction_stamp(),
            "creator": {"type": kind, **more.get(kind, {})},
            "role": "team_admin" if kind == "org_member" else "org_admin",
            "team_role_bindings": [{"team_id": str(junction.TEAM_US)}] if kind == "org_member" else None,
        }
        for kind, key_id in MANAGEMENT_KEYS.items()
    }


keys = _seeds()
_secrets: dict[UUID, str] = {}


def _bindings(wanted: list[TeamRoleBinding] | None) -> list[dict[str, str]] | None:
    """The bindings in the wire's form; 404 when one names no team."""
    if wanted is None:
        return None
    for binding in wanted:
        junction.known_team(binding.team_id)
    return [{"team_id": str(binding.team_id)} for binding in wanted]


def _render(key: dict[str, Any]) -> dict[str, Any]:
    """The key checked against its schema, or as it is when its creator is of the unknown type."""
    if key["creator"]["type"] not in KNOWN_CREATORS:
        return key
    return ManagementKey.model_validate(key).model_dump(mode="json")


def _existing(key_id: UUID) -> dict[str, Any]:
    if key_id not in keys:
        raise HTTPException(404, "management key not found")
    return keys[key_id]


@router.get("/management_key", response_model=ManagementKeyPage)
async def list_management_keys(team_id: UUID | None = None, role: Role | None = None) -> Any:
    """List the keys that have this role and are bound to this team, where those are given."""
    binding = {"team_id": str(team_id)}
    rows = [
        _render(key)
        for key in keys.values()
        if role in (None, key["role"]) and (team_id is None or binding in (key["team_role_bindings"] or []))
    ]
    return JSONResponse({"data": rows, "next_cursor": None})


@router.post("/management_key", response_model=CreatedManagementKey)
async def create_management_key(body: CreateManagementKeyBody) -> Any:
    """Make a management key; from now on it authenticates like the one that made it."""
    bindings = _bindings(body.team_role_bindings)
    key_id, secret = uuid4(), f"mg_{state.token(40)}"
    keys[key_id] = {
        "id": str(key_id),
        "label": body.label,
        "created_at": state.junction_stamp(),
        "creator": {"type": "management_key"},
        "role": body.role.value,
        "team_role_bindings": bindings,
    }
    _secrets[key_id] = secret
    junction.live_keys.add(secret)
    return {**keys[key_id], "key": secret}


@router.patch("/management_key/{key_id}", response_model=ManagementKey)
async def update_management_key(key_id: UUID, body: UpdateManagementKeyBody) -> Any:
    """Change a key. A null label becomes the empty string and null bindings become null."""
    key = _existing(key_id)
    bindings = _bindings(body.team_role_bindings)
    if "label" in body.model_fields_set:
        key["label"] = body.label or ""
    if "team_role_bindings" in body.model_fields_set:
        key["team_role_bindings"] = bindings
    return JSONResponse(_render(key))


@router.delete("/management_key/{key_id}", response_model=ManagementKey | None)
async def delete_management_key(key_id: UUID) -> Any:
    """Delete a key, which then no longer authenticates. The answer is the key, or null when its label asks for that."""
    key = _existing(key_id)
    del keys[key_id]
    junction.live_keys.discard(_secrets.pop(key_id, ""))
    return JSONResponse(None if key["label"].startswith(NULL_LABEL) else _render(key))
