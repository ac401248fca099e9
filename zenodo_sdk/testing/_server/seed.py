"""Putting things on the server without asking it over HTTP."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from .answers import ApiError, Json
from .communities import make_community
from .context import Context, World
from .drafts import complete_data, fresh_draft
from .identity import new_id, new_uuid
from .publication import publish_draft
from .schema import load_draft
from .schema_lookup import SchemaLookup
from .state import Community, Draft, File, Lineage, Record, Term, User


def inside(world: World, user: User, base: str) -> Context:
    """A request that nobody sent."""
    return Context(world, user, base, path="", asked="", params={}, query=[], headers={})


def seed_record(ctx: Context, body: Json, contents: Mapping[str, bytes]) -> Record:
    """Publish a record in the InvenioRDM form, under its own id if it has one.

    Raises:
        ApiError: The server would refuse it.
    """
    assert ctx.user is not None
    record_id = str(body.get("id") or new_id(ctx))
    if ctx.store.find(Record, record_id) or ctx.store.find(Draft, record_id):
        raise ApiError(400, f"There is a record {record_id} already.")
    now = ctx.world.timestamp()
    concept = str(body.get("parent", {}).get("id") or new_id(ctx))
    lineage = ctx.store.find(Lineage, concept)
    if lineage is None:
        lineage = Lineage(id=concept, owner=ctx.user.id, created=now)
        ctx.store.put(lineage)
    index = len(ctx.store.children(Record, concept)) + 1
    wanted = {**body, "files": {"enabled": bool(contents)}}
    wanted.pop("pids", None)
    loaded = load_draft(
        wanted, profile=ctx.world.profile, lookup=SchemaLookup(ctx), record_id=record_id
    )
    data = complete_data(loaded.data, None)
    data["files"]["enabled"] = bool(contents)
    draft = fresh_draft(ctx, record_id, concept, index, data)
    for key, content in contents.items():
        ctx.store.put(_file(ctx, draft, key, content, now))
    return publish_draft(ctx, draft, lineage)


def seed_community(ctx: Context, slug: str, title: str, *, review: bool) -> Community:
    """Make a community of the account."""
    assert ctx.user is not None
    access: Json = {
        "visibility": "public",
        "members_visibility": "public",
        "member_policy": "open",
        "record_submission_policy": "open",
        "review_policy": "closed" if review else "open",
    }
    return make_community(ctx, slug, {"metadata": {"title": title}, "access": access})


def seed_term(ctx: Context, vocabulary: str, item: Json) -> None:
    """Add an entry to a vocabulary."""
    ctx.store.put(Term(id=f"{vocabulary}/{item['id']}", parent=vocabulary, item=dict(item)))


def _file(ctx: Context, draft: Draft, key: str, content: bytes, now: str) -> File:
    name = ctx.store.new_content()
    ctx.store.release(name)  # unless the record comes to be
    path = ctx.store.content_path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return File(
        id=f"{draft.bucket}/{key}",
        parent=draft.bucket,
        key=key,
        created=now,
        updated=now,
        transfer={"type": "L"},
        content=name,
        size=len(content),
        md5=hashlib.md5(content, usedforsecurity=False).hexdigest(),
        completed=True,
        version_id=new_uuid(),
        file_id=new_uuid(),
    )
