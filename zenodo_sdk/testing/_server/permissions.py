"""Who may do what with a lineage of records."""

from __future__ import annotations

from enum import IntEnum

from .answers import Json, denied
from .context import Context
from .state import Community, Draft, Lineage, Record, Request


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
_CURATORS = ("owner", "manager", "curator")


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


def role_in(community: Community, user: str | None) -> str | None:
    """The role of a user in a community."""
    return None if user is None else community.members.get(user)


def is_curator(community: Community, user: str | None) -> bool:
    """Whether a user may accept and remove records."""
    return role_in(community, user) in _CURATORS


def _personal(ctx: Context, lineage: Lineage, user: str) -> Level:
    if lineage.owner == user:
        return Level.MANAGE
    found = [
        _GRANTED[grant["permission"]]
        for grant in lineage.grants
        if grant["subject"] == {"type": "user", "id": user}
    ]
    for community_id in lineage.communities:
        community = ctx.store.find(Community, community_id)
        if community is not None and is_curator(community, user):
            found.append(Level.MANAGE)
        elif community is not None and role_in(community, user):
            found.append(Level.VIEW)
    review = ctx.store.find(Request, lineage.review) if lineage.review else None
    if review is not None and review.status == "submitted" and review.receiver:
        community = ctx.store.find(Community, review.receiver["community"])
        if community is not None and is_curator(community, user):
            found.append(Level.REVIEW)
    return max(found, default=Level.NONE)


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
