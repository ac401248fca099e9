"""Who may do what with a lineage of records."""

from __future__ import annotations

from enum import IntEnum

from .answers import Json, denied
from .context import Context
from .state import Draft, Lineage, Member, Record, Request


class Level(IntEnum):
    """What a person may do; each level includes those before it."""

    NONE = 0
    VIEW = 1
    PREVIEW = 2
    REVIEW = 3
    EDIT = 4
    MANAGE = 5


_GRANTED = {
    "view": Level.VIEW,
    "preview": Level.PREVIEW,
    "edit": Level.EDIT,
    "manage": Level.MANAGE,
}
CURATORS = ("owner", "manager", "curator")
MANAGERS = ("owner", "manager")


def level(ctx: Context, lineage: Lineage) -> Level:
    """What the person behind a request may do with a lineage."""
    granted = [_linked(ctx, lineage)]
    if ctx.user is not None:
        granted.append(_personal(ctx, lineage, ctx.user.id))
    return max(granted)


def require(ctx: Context, lineage: Lineage, needed: Level) -> None:
    """Refuse with 403 those who may not."""
    if level(ctx, lineage) < needed:
        raise denied()


def require_user(ctx: Context) -> str:
    """The id of the account; guests are refused with 403."""
    if ctx.user is None:
        raise denied()
    return ctx.user.id


def may_read_record(ctx: Context, record: Record, lineage: Lineage) -> bool:
    """Whether the metadata of a record may be read."""
    return record.data["access"]["record"] == "public" or level(ctx, lineage) >= Level.VIEW


def may_read_files(ctx: Context, entry: Draft | Record, lineage: Lineage) -> bool:
    """Whether the files of a draft or record may be read."""
    if isinstance(entry, Draft):
        return level(ctx, lineage) >= Level.PREVIEW
    access: Json = entry.data["access"]
    public = access["record"] == "public" and access["files"] == "public"
    return public or level(ctx, lineage) >= Level.VIEW


def role_in(ctx: Context, community_id: str) -> str | None:
    """The role in a community of the person behind a request."""
    if ctx.user is None:
        return None
    for member in ctx.store.children(Member, community_id):
        if member.user == ctx.user.id and member.active:
            return member.role
    return None


def is_curator(ctx: Context, community_id: str) -> bool:
    """Whether the person behind a request may accept and remove records."""
    return role_in(ctx, community_id) in CURATORS


def _personal(ctx: Context, lineage: Lineage, user: str) -> Level:
    if lineage.owner == user:
        return Level.MANAGE
    found = [
        _GRANTED.get(grant["permission"], Level.NONE)
        for grant in lineage.grants
        if grant["subject"] == {"type": "user", "id": user}
    ]
    for community_id in lineage.communities:
        role = role_in(ctx, community_id)
        if role:
            found.append(Level.MANAGE if role in CURATORS else Level.VIEW)
    review = ctx.store.find(Request, lineage.review) if lineage.review else None
    if review is not None and review.receiver and is_curator(ctx, review.receiver["community"]):
        found.append(Level.REVIEW)
    if any(is_curator(ctx, community_id) for community_id in _asked(ctx, lineage)):
        found.append(Level.VIEW)
    return max(found, default=Level.NONE)


def _asked(ctx: Context, lineage: Lineage) -> list[str]:
    """The communities that are asked to take in a version of a lineage."""
    return [
        request.receiver["community"]
        for record in ctx.store.children(Record, lineage.id)
        for request in ctx.store.children(Request, f"record:{record.id}")
        if request.type == "community-inclusion"
        and request.status == "submitted"
        and request.receiver
    ]


def _linked(ctx: Context, lineage: Lineage) -> Level:
    token = ctx.argument("token")
    today = ctx.world.now().isoformat()
    return max(
        (
            _GRANTED[link["permission"]]
            for link in lineage.links
            if token and link["token"] == token and (link.get("expires_at") or today) >= today
        ),
        default=Level.NONE,
    )
