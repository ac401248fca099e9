"""Communities: make, read, change, rename, delete, list; and their records."""

from __future__ import annotations

from collections.abc import Iterable

from .answers import RDM_JSON, Answer, ApiError, Json, denied, field_error, invalid
from .bodies import load
from .community_schema import CommunitySchema, RenameSchema
from .context import FORMS, Context, Route
from .identity import is_uuid, new_uuid
from .permissions import CURATORS, require_user, role_in
from .search import Kind, envelope, parse_args, plain_labels, search
from .state import Community, Member, Request

_DEFAULT_ACCESS: Json = {
    "visibility": "public",
    "members_visibility": "public",
    "member_policy": "closed",
    "record_submission_policy": "open",
    "review_policy": "closed",
}


def create(ctx: Context) -> Answer:
    """POST /api/communities."""
    require_user(ctx)
    body = ctx.json()
    data = load(CommunitySchema, body or {})
    slug = data.pop("slug").lower()
    kind = data["metadata"].get("type")
    if kind and ctx.world.vocabularies.get("communitytypes", kind["id"]) is None:
        raise ApiError(400, "Not a valid value.")
    if _by_slug(ctx, slug):
        raise _taken()
    return _answer(ctx, make_community(ctx, slug, _settings(ctx, data, None)), 201)


def read(ctx: Context) -> Answer:
    """GET /api/communities/{id}."""
    return _answer(ctx, find_community(ctx, ctx.params["id"]))


def update(ctx: Context) -> Answer:
    """PUT /api/communities/{id}: replaces it."""
    body = ctx.json()
    community = _owned(ctx)
    expected = ctx.headers.get("if-match")
    if expected is not None and expected != str(community.revision):
        raise ApiError(
            412,
            f"Revision id provided({expected}) doesn't match record's one({community.revision})",
        )
    data = load(CommunitySchema, body)
    if data.pop("slug").lower() != community.parent:
        text = "The ID should be modified through the renaming URL instead."
        raise invalid([field_error("slug", text)])
    community.data = _settings(ctx, data, community.data["access"])
    _touch(ctx, community, 1)
    return _answer(ctx, community)


def rename(ctx: Context) -> Answer:
    """POST /api/communities/{id}/rename."""
    community = _owned(ctx)
    slug = load(RenameSchema, ctx.json())["slug"].lower()
    if slug != community.parent and _by_slug(ctx, slug):
        raise _taken()
    community.parent = slug
    _touch(ctx, community, 2)
    return _answer(ctx, community)


def delete(ctx: Context) -> Answer:
    """DELETE /api/communities/{id}."""
    community = _owned(ctx)
    asked = ctx.store.where(Request, "$.receiver.community", community.id)
    count = sum(request.status == "submitted" for request in asked)
    if count:
        them, resolve = ("request", "it") if count == 1 else ("requests", "all of them")
        verb = "is" if count == 1 else "are"
        raise ApiError(
            400,
            f"There {verb} {count} {them} open for this community. Please, resolve {resolve}"
            " before deleting this community.",
        )
    community.deleted = True
    _touch(ctx, community, 1)
    return Answer(204)


def search_all(ctx: Context) -> Answer:
    """GET /api/communities."""
    return search_answer(ctx, "communities", _seen(ctx), "/api/communities")


def search_own(ctx: Context) -> Answer:
    """GET /api/user/communities."""
    return search_answer(ctx, "user_communities", memberships(ctx), "/api/user/communities")


def no_featured(ctx: Context) -> Answer:
    """GET /api/communities/featured: which ones are is for administrators to say."""
    answer = search_answer(ctx, "communities", [], ctx.path)
    body = answer.body
    assert isinstance(body, dict)
    body["sortBy"] = "featured"
    body["links"] = {"self": f"{ctx.base}{ctx.path}?page=1&size=25&sort=featured"}
    return answer


def subcommunities(ctx: Context) -> Answer:
    """GET /api/communities/{id}/subcommunities: there are none."""
    community = find_community(ctx, ctx.params["id"])
    answer = search_answer(ctx, "communities", [], ctx.path)
    body = answer.body
    assert isinstance(body, dict)
    own = f"{ctx.base}/api/communities/{community.id}/subcommunities"
    body["links"] = {"self": f"{own}?expand=False&page=1&size=25&sort=newest"}
    return answer


def not_yours(ctx: Context) -> Answer:
    """GET /api/communities/{id}/featured: for administrators."""
    raise denied()


def no_logo(ctx: Context) -> Answer:
    """GET /api/communities/{id}/logo."""
    find_community(ctx, ctx.params["id"])
    raise ApiError(404, "No logo exists for this community.")


# --- what others need, too ----------------------------------------------------


def make_community(ctx: Context, slug: str, data: Json) -> Community:
    """Make a community of the account."""
    assert ctx.user is not None
    now = ctx.world.timestamp()
    community = Community(
        id=new_uuid(), parent=slug, revision=2, created=now, updated=now, data=data
    )
    ctx.store.put(community)
    ctx.store.put(
        Member(
            id=new_uuid(),
            parent=community.id,
            user=ctx.user.id,
            role="owner",
            created=now,
            updated=now,
        )
    )
    return community


def known_community(ctx: Context, name: str) -> Community | None:
    """A community by its UUID or slug, if there is one."""
    found = ctx.store.find(Community, name) if is_uuid(name) else _by_slug(ctx, name.lower())
    return None if found is None or found.deleted else found


def find_community(ctx: Context, name: str) -> Community:
    """A community that the person may see, by its UUID or slug.

    Raises:
        ApiError: 404 if there is none, 410 if it was deleted, 403 for those who may not.
    """
    found = ctx.store.find(Community, name) if is_uuid(name) else _by_slug(ctx, name.lower())
    if found is None:
        raise ApiError(404, "The persistent identifier does not exist.")
    if found.deleted:
        raise ApiError(410, "The record has been deleted.")
    if not _visible(ctx, found):
        raise denied()
    return found


def may_submit(ctx: Context, community: Community, name: str) -> bool:
    """Whether the person may ask a community, called by its UUID or slug, to take in a record."""
    access = community.data["access"]
    if access["record_submission_policy"] == "closed" or access["visibility"] == "restricted":
        # the server knows members only by the community's UUID
        return name == community.id and role_in(ctx, community.id) is not None
    return ctx.user is not None


def may_include(ctx: Context, community: Community) -> bool:
    """Whether records of the person are taken in without a review."""
    role = role_in(ctx, community.id)
    policy = community.data["access"]["review_policy"]
    if policy == "open":
        return role in CURATORS
    return policy == "members" and role is not None


def memberships(ctx: Context) -> list[Community]:
    """The communities of the person."""
    user = require_user(ctx)
    mine = [each for each in ctx.store.where(Member, "$.user", user) if each.active]
    found = (ctx.store.find(Community, each.parent or "") for each in mine)
    return [each for each in found if each is not None and not each.deleted]


def search_answer(
    ctx: Context,
    kind: Kind,
    communities: Iterable[Community],
    path: str,
    more: Json | None = None,
) -> Answer:
    """What a search among communities finds.

    Args:
        ctx: The request, with the arguments of the search.
        kind: Which search it is.
        communities: What is searched.
        path: The path that links name.
        more: Further arguments in links.
    """
    profile = ctx.world.profile
    args = parse_args(ctx.query, profile=profile, authenticated=ctx.user is not None, kind=kind)
    documents = [document(ctx, each) for each in communities]
    result = search(documents, args, slug_to_uuid=lambda _slug: None, labels=plain_labels)
    rdm = ctx.accepted == RDM_JSON
    hits = [_with_ui(ctx, hit) for hit in result.page] if rdm else result.page
    address = ctx.base + path
    body = envelope(result, args, address, hits=hits, style="ui" if rdm else "plain")
    for name, link in body["links"].items() if more else ():
        extra = "&".join(f"{key}={value}" for key, value in (more or {}).items())
        body["links"][name] = link.replace("?", f"?{extra}&", 1)
    return Answer(200, body, media_type=ctx.accepted)


def document(ctx: Context, community: Community) -> Json:
    """A community as it is shown."""
    metadata = dict(community.data["metadata"])
    if "type" in metadata:
        term = ctx.world.vocabularies.get("communitytypes", metadata["type"]["id"])
        if term is not None:
            titles = term["title"]
            title = {key: titles[key] for key in sorted(titles)}
            metadata["type"] = {"id": term["id"], "title": title}
    # a theme and communities below it are an administrator's to give
    theme = {"theme": community.data["theme"]} if "theme" in community.data else {}
    return {
        "id": community.id,
        "created": community.created,
        "updated": community.updated,
        "links": _links(ctx, community),
        "revision_id": community.revision,
        "slug": community.parent,
        "metadata": metadata,
        "access": community.data["access"],
        "custom_fields": {},
        **theme,
        "deletion_status": {"is_deleted": False, "status": "P"},
        "children": _children(community),
    }


# --- steps --------------------------------------------------------------------


def _answer(ctx: Context, community: Community, status: int = 200) -> Answer:
    made = document(ctx, community)
    body = _with_ui(ctx, made) if ctx.accepted == RDM_JSON else made
    return Answer(status, body, {"ETag": f'"{community.revision}"'}, ctx.accepted)


def _with_ui(ctx: Context, made: Json) -> Json:
    community = ctx.store.find(Community, made["id"])
    assert community is not None
    ui: Json = {}
    kind = made["metadata"].get("type")
    if kind:
        ui["type"] = {"id": kind["id"], "title_l10n": kind.get("title", {}).get("en", "")}
    ui |= {
        "organizations": made["metadata"].get("organizations", []),
        "custom_fields": {},
        "permissions": {
            "can_include_directly": may_include(ctx, community),
            "can_update": role_in(ctx, community.id) == "owner",
            "can_submit_record": may_submit(ctx, community, community.id),
            "can_manage_collections": False,
        },
    }
    return {**made, "ui": ui}


def _links(ctx: Context, community: Community) -> Json:
    own = f"{ctx.base}/api/communities/{community.id}"
    page = f"{ctx.base}/communities/{community.parent}"
    return {
        "self": own,
        "self_html": f"{page}/",
        "settings_html": f"{page}/settings",
        "logo": f"{own}/logo",
        "rename": f"{own}/rename",
        "members": f"{own}/members",
        "public_members": f"{own}/members/public",
        "invitations": f"{own}/invitations",
        "requests": f"{own}/requests",
        "records": f"{own}/records",
        "collection_trees": f"{own}/collection-trees",
        **({"subcommunities": f"{own}/subcommunities"} if _children(community)["allow"] else {}),
        "membership_requests": f"{own}/membership-requests",
    }


def _children(community: Community) -> Json:
    children: Json = community.data.get("children", {"allow": False})
    return children


def _settings(ctx: Context, data: Json, before: Json | None) -> Json:
    access = {key: value for key, value in data["access"].items() if key != "record_policy"}
    restricted = access.get("visibility", "public") == "restricted"
    was_restricted = before is not None and before["visibility"] == "restricted"
    if restricted != was_restricted and not ctx.world.profile.restricted_records:
        raise denied()
    kept = before or _DEFAULT_ACCESS
    metadata = {key: value for key, value in data["metadata"].items() if value != []}
    return {
        "metadata": metadata,
        "access": {key: access.get(key, kept[key]) for key in _DEFAULT_ACCESS},
    }


def _owned(ctx: Context) -> Community:
    community = find_community(ctx, ctx.params["id"])
    if role_in(ctx, community.id) != "owner":
        raise denied()
    return community


def _touch(ctx: Context, community: Community, steps: int) -> None:
    community.revision += steps
    community.updated = ctx.world.timestamp()
    ctx.store.put(community)


def _seen(ctx: Context) -> list[Community]:
    return [each for each in ctx.store.all(Community) if not each.deleted and _visible(ctx, each)]


def _visible(ctx: Context, community: Community) -> bool:
    public = community.data["access"]["visibility"] == "public"
    return public or role_in(ctx, community.id) is not None


def _by_slug(ctx: Context, slug: str) -> Community | None:
    found = ctx.store.children(Community, slug)
    return found[0] if found else None


def _taken() -> ApiError:
    return invalid([field_error("slug", "A community with this identifier already exists.")])


ROUTES = [
    Route("GET", "/api/communities", search_all, FORMS),
    Route("POST", "/api/communities", create, FORMS),
    Route("GET", "/api/user/communities", search_own, FORMS),
    Route("GET", "/api/communities/featured", no_featured, FORMS),
    Route("GET", "/api/communities/{id}", read, FORMS),
    Route("PUT", "/api/communities/{id}", update, FORMS),
    Route("DELETE", "/api/communities/{id}", delete),
    Route("POST", "/api/communities/{id}/rename", rename, FORMS),
    Route("GET", "/api/communities/{id}/featured", not_yours),
    Route("GET", "/api/communities/{id}/logo", no_logo),
    Route("GET", "/api/communities/{id}/subcommunities", subcommunities, FORMS),
]
