"""References to vocabularies, and entries that are either a reference or free text."""

from __future__ import annotations

from typing import Any, cast

from marshmallow import EXCLUDE, Schema, ValidationError, fields, pre_load, validates_schema

from ..answers import Json
from .fields import Text
from .identifiers import AWARDS, SUBJECTS, one_per_scheme


class TermSchema(Schema):
    """A term of a vocabulary, by its id; the title that the server shows is ignored."""

    id = Text(required=True)

    @pre_load
    def drop_title(self, data: Any, **_: Any) -> Any:
        """What was read may be sent back."""
        if isinstance(data, dict):
            cast("Json", data).pop("title", None)
        return cast("Json", data)


def term(**options: Any) -> fields.Nested:
    """A field for one term."""
    return fields.Nested(TermSchema, **options)


class KnownOrFreeSchema(Schema):
    """A base for entries that name something known, or describe it in words."""

    id = Text()
    words = "name"
    parent = ""

    @validates_schema
    def check(self, data: Json, **_: Any) -> None:
        """One of the two is there."""
        if not (data.get("id") or data.get(self.words)):
            raise ValidationError(
                f"An existing id or a free text {self.words} must be present.", self.parent
            )


class AffiliationSchema(KnownOrFreeSchema):
    """An organisation that a person belongs to."""

    parent = "affiliations"
    name = Text()


class FunderSchema(KnownOrFreeSchema):
    """An organisation that gives money."""

    parent = "funder"
    name = Text(validate=lambda name: _not_blank(name, "Name cannot be blank."))


class SubjectSchema(KnownOrFreeSchema):
    """A subject of a controlled list, or a keyword; anything else in it is ignored."""

    class Meta:
        """Settings."""

        unknown = EXCLUDE

    words = "subject"
    parent = "subjects"
    subject = Text()
    identifiers = one_per_scheme(SUBJECTS, needed=False)


class AwardSchema(Schema):
    """A grant, known or described."""

    id = Text()
    number = Text()
    title = fields.Dict(
        keys=fields.String(validate=lambda key: _is_language(key)), values=Text(), allow_none=False
    )
    identifiers = one_per_scheme(AWARDS, needed=False)
    acronym = Text()
    program = Text()

    @validates_schema
    def check(self, data: Json, **_: Any) -> None:
        """Something tells which grant it is."""
        if not (data.get("id") or data.get("number") or data.get("title")):
            raise ValidationError(
                "An existing id or either number or title must be present.", "award"
            )


def _not_blank(text: str, error: str) -> None:
    if not text:
        raise ValidationError(error)


def _is_language(key: str) -> None:
    if not (len(key) == len("en") and key.isascii() and key.isalpha() and key.islower()):
        raise ValidationError("String does not match expected pattern.")
