"""New ids, DOIs and moments."""

from __future__ import annotations

import secrets
import uuid

from .answers import Json
from .context import Context
from .state import Draft, Lineage, Record

# Crockford's digits, as InvenioRDM's ids have them: no i, l, o, u
_DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"


def new_id(ctx: Context) -> str:
    """An id that no lineage, draft or record has."""
    if ctx.world.profile.numeric_ids:
        return str(ctx.store.next("record"))
    while True:
        made = _random_id()
        if not any(ctx.store.find(kind, made) for kind in (Lineage, Draft, Record)):
            return made


def new_uuid() -> str:
    """A UUID."""
    return str(uuid.uuid4())


def is_uuid(text: str) -> bool:
    """Whether a text is a UUID."""
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def doi(ctx: Context, record_id: str) -> Json:
    """The DOI that the repository registers for an id."""
    identifier = f"{ctx.world.profile.doi_prefix}/zenodo.{record_id}"
    return {"identifier": identifier, "provider": "datacite", "client": "datacite"}


def oai(ctx: Context, record_id: str) -> Json:
    """The OAI identifier of an id."""
    return {"identifier": f"{ctx.world.profile.oai_prefix}{record_id}", "provider": "oai"}


def _random_id() -> str:
    number = secrets.randbelow(32**8)
    # ISO 7064, mod 97-10: two digits that tell a mistyped id
    check = (98 - (number * 100) % 97) % 97
    text = "".join(_DIGITS[number >> (5 * place) & 31] for place in range(7, -1, -1))
    whole = f"{text}{check:02}"
    return f"{whole[:5]}-{whole[5:]}"
