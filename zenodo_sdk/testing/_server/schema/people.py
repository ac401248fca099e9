"""Creators and contributors."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from ..answers import Json
from .fields import Text
from .identifiers import Schemes, one_per_scheme
from .terms import AffiliationSchema, term

_KINDS = ["organizational", "personal"]
_NO_KIND = f"Invalid value. Choose one of {_KINDS}."


class PersonSchema(Schema):
    """Who it is: a person or an organisation."""

    type = Text(
        required=True,
        validate=validate.OneOf(_KINDS, error=_NO_KIND),
        error_messages={"required": _NO_KIND},
    )
    name = Text()
    given_name = Text()
    family_name = Text()

    @validates_schema
    def check(self, data: Json, **_: Any) -> None:
        """There is a name."""
        if data["type"] == "personal" and not data.get("family_name"):
            raise ValidationError({"family_name": ["Family name cannot be blank."]})
        if data["type"] == "organizational" and not data.get("name"):
            raise ValidationError({"name": ["Name cannot be blank."]})

    @post_load
    def spell(self, data: Json, **_: Any) -> Json:
        """A person's name is "family, given"; an organisation has no such parts."""
        if data["type"] == "personal":
            parts = (data.get("family_name"), data.get("given_name"))
            name = ", ".join(part for part in parts if part)
            data.pop("name", None)
            return {"type": data.pop("type"), "name": name, **data}
        data.pop("family_name", None)
        data.pop("given_name", None)
        return data


class _EntrySchema(Schema):
    @validates_schema
    def check(self, data: Json, **_: Any) -> None:
        """Every affiliation stands once."""
        affiliations: list[Json] = data.get("affiliations", [])
        names = {entry.get("name", entry.get("id")) for entry in affiliations}
        if len(names) < len(affiliations):
            listed = ", ".join(sorted(name for name in names if name))
            raise ValidationError({"affiliations": [f"Duplicated affiliations: {listed}"]})


def people(schemes: Schemes, *, role_required: bool = False, **options: Any) -> fields.List:
    """A field for a list of people, whose identifiers have these schemes."""
    person = PersonSchema.from_dict({"identifiers": one_per_scheme(schemes)}, name="Person")
    entry = _EntrySchema.from_dict(
        {
            "person_or_org": fields.Nested(person, required=True),
            "role": term(required=role_required),
            "affiliations": fields.List(fields.Nested(AffiliationSchema)),
        },
        name="Entry",
    )
    return fields.List(fields.Nested(entry), **options)
