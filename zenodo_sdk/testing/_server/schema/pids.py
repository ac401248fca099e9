"""The persistent identifiers of a draft: its DOI, and the id that the server adds for OAI."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields

from ..answers import Json, field_error
from ..profiles import Profile
from .fields import Broken, Text
from .identifiers import idutils
from .lookup import Lookup

_SITES = {"zenodo": "Zenodo", "inveniordm": "InvenioRDM"}


class PidSchema(Schema):
    """One identifier and who gives it."""

    identifier = Text(required=True)
    provider = Text(required=True)
    client = Text()


def _is_scheme(scheme: str) -> None:
    if scheme not in {"doi", "oai"}:
        # The server takes its own sentence for a list of messages.
        raise ValidationError(list("Invalid persistent identifier scheme."))


def pids_field(**options: Any) -> fields.Dict:
    """A field for identifiers by scheme."""
    return fields.Dict(keys=Text(validate=_is_scheme), values=fields.Nested(PidSchema), **options)


def check_pids(
    pids: Json, metadata: Json, *, profile: Profile, lookup: Lookup, record_id: str | None
) -> list[Json]:
    """What is wrong with the identifiers; writes a DOI the short way on the way.

    Raises:
        Broken: The server fails over them.
    """
    oai: Json = pids.get("oai") or {}
    if oai.get("provider") not in {None, "oai"}:
        raise Broken
    doi: Json = pids.get("doi") or {}
    errors: list[Json] = []
    if identifier := doi.get("identifier"):
        if idutils("is_doi")(identifier):
            doi["identifier"] = idutils("normalize_doi")(identifier)
        else:
            errors.append(field_error("pids.doi", "Invalid DOI"))
    messages = _taken(doi, lookup, record_id)
    provider = doi.get("provider")
    if provider in {None, "datacite"}:
        messages += _own_doi_faults(doi.get("identifier"), profile)
    elif provider == "external":
        messages += _external_doi_faults(doi, profile)
    else:
        raise Broken
    if messages:
        errors.append(field_error("pids.doi", *messages))
    if provider != "external" and not metadata.get("publisher"):
        errors.append(
            field_error(
                "metadata.publisher", "Missing publisher field required for DOI registration."
            )
        )
    return errors


def _taken(doi: Json, lookup: Lookup, record_id: str | None) -> list[str]:
    identifier: str | None = doi.get("identifier")
    owner = lookup.doi_owner(identifier) if identifier else None
    return [f"doi:{identifier} already exists."] if owner not in {None, record_id} else []


def _own_doi_faults(identifier: str | None, profile: Profile) -> list[str]:
    """What is wrong with a DOI that the repository is to register itself."""
    if identifier is None:
        return []
    prefix, slash, _ = identifier.partition("/")
    if slash and prefix != profile.doi_prefix:
        return [
            f"Wrong DOI {prefix} prefix provided, "
            f"it should be {profile.doi_prefix} as defined in the rest client"
        ]
    if not idutils("is_doi")(identifier if slash else f"{profile.doi_prefix}/{identifier}"):
        raise Broken
    return []


def _external_doi_faults(doi: Json, profile: Profile) -> list[str]:
    """What is wrong with a DOI from elsewhere."""
    identifier: str | None = doi.get("identifier")
    if doi.get("client") or identifier is None:
        raise Broken
    if not identifier:
        return ["Missing DOI for required field."]
    if identifier.startswith(profile.doi_prefix):
        return [
            f"The prefix '{profile.doi_prefix}' is managed by {_SITES[profile.name]}. Please "
            "supply an external DOI or select 'No' to have a DOI generated for you."
        ]
    return []
