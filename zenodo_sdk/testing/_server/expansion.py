"""What ``expand=1`` adds: in more words, whom and which communities a draft or record names."""

from __future__ import annotations

from .answers import RDM_JSON, Json
from .communities import may_include
from .context import Context
from .people import account_links, account_profile, username
from .state import Community, User

_UNTOLD = ("blocked_at", "verified_at", "confirmed_at", "active", "is_current_user")


def expanded(ctx: Context, parent: Json) -> Json:
    """The ``expanded`` of a draft or record.

    Args:
        ctx: The request.
        parent: Its ``parent``, as the person behind the request sees it.
    """
    found: Json = {}
    receiver = _named(ctx, parent.get("review", {}).get("receiver", {}).get("community"))
    if receiver is not None:
        found["review"] = {"receiver": _receiver(ctx, receiver)}
    default = _named(ctx, parent["communities"].get("default"))
    if default is not None:
        found["communities"] = {"default": _community(ctx, default)}
    found["access"] = {"owned_by": _owner(ctx, parent["access"]["owned_by"]["user"])}
    return {"parent": found}


def _named(ctx: Context, community_id: str | None) -> Community | None:
    return ctx.store.find(Community, community_id) if community_id else None


def _community(ctx: Context, community: Community) -> Json:
    metadata, access = community.data["metadata"], community.data["access"]
    return {
        "id": community.id,
        "slug": community.parent,
        "links": {"logo": f"{ctx.base}/api/communities/{community.id}/logo"},
        "metadata": {name: metadata.get(name) for name in ("title", "description", "type")},
        "access": {name: access[name] for name in ("visibility", "review_policy")},
    }


def _receiver(ctx: Context, community: Community) -> Json:
    shown = _community(ctx, community)
    if ctx.accepted == RDM_JSON:
        directly = may_include(ctx, community)
        shown["ui"] = {"permissions": {"can_include_directly": directly}}
    return shown


def _owner(ctx: Context, user_id: str) -> Json:
    user = ctx.store.find(User, user_id)
    if user is None or not ctx.world.profile.public_people:
        avatar = f"{ctx.base}/api/users/{user_id}/avatar.svg"
        shown: Json = {
            "username": "Deleted user",
            "profile": {"full_name": "Deleted user", "affiliations": ""},
            "links": {"avatar": avatar},
        }
        return {"id": user_id, "email": "", **shown, **dict.fromkeys(_UNTOLD)}
    own = ctx.user is not None and ctx.user.id == user.id
    return {
        "id": user.id,
        "username": username(user),
        "email": user.email if own else "",
        "profile": account_profile(user),
        "links": account_links(ctx, user),
        **dict.fromkeys(_UNTOLD),
        "active": True if own else None,
        "is_current_user": own,
    }
