"""The fields under ``metadata``."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates, validates_schema

from ..answers import Json
from .dates import LEVEL_0_DATE, edtf_date
from .fields import REQUIRED, Html, Text, web_address
from .identifiers import PEOPLE, WORKS, ZENODO_PEOPLE, IdentifierSchema, no_repetitions
from .people import people
from .places import LocationsSchema
from .terms import AwardSchema, FunderSchema, SubjectSchema, term

_LANGUAGES_OF_RIGHTS = {"en"}


def _at_least(length: int, error: str | None = None) -> validate.Length:
    return validate.Length(min=length, error=error)


class TitleSchema(Schema):
    """A further title."""

    title = Text(required=True, validate=_at_least(3))
    type = term(required=True)
    lang = term()


class DescriptionSchema(Schema):
    """A further description."""

    description = Html(required=True, validate=_at_least(3))
    type = term(required=True)
    lang = term()


class LinkSchema(Schema):
    """Where a licence comes from."""

    url = Text(validate=web_address())
    scheme = Text()


class RightsSchema(Schema):
    """A licence: one of the vocabulary, or one in the depositor's words."""

    id = Text()
    title = fields.Dict()
    description = fields.Dict()
    icon = fields.String(dump_only=True)
    props = fields.Nested(LinkSchema)
    link = Text(validate=web_address())

    @validates("title")
    def check_title(self, value: Json, **_: Any) -> None:
        """It is in one language."""
        _check_language(value, "title")

    @validates("description")
    def check_description(self, value: Json, **_: Any) -> None:
        """It is in one language."""
        _check_language(value, "description")

    @validates_schema
    def check(self, data: Json, **_: Any) -> None:
        """It is the one or the other, not both."""
        if not data.get("id") and not data.get("title"):
            raise ValidationError("An existing id or a free text title must be present", "rights")
        if data.get("id") and len(data) > 1:
            raise ValidationError(
                "Only an existing id or free text title/description/link is accepted, "
                "but not both cases at the same time",
                "rights",
            )


class DateSchema(Schema):
    """A date in the life of the work."""

    date = edtf_date(required=True)
    type = term(required=True)
    description = Text()


class RelatedSchema(IdentifierSchema):
    """Another work, and how the two are related."""

    relation_type = term()
    resource_type = term()

    def __init__(self, **options: Any) -> None:
        super().__init__(WORKS, **options)

    @validates_schema
    def check_relation(self, data: Json, **_: Any) -> None:
        """The relation is said."""
        if not data.get("relation_type"):
            raise ValidationError({"relation_type": REQUIRED})


class FundingSchema(Schema):
    """Who paid, and with which grant."""

    funder = fields.Nested(FunderSchema, required=True)
    award = fields.Nested(AwardSchema)


class ReferenceSchema(IdentifierSchema):
    """A reference as text, perhaps with its identifier."""

    reference = Text(required=True)

    def __init__(self, **options: Any) -> None:
        super().__init__(WORKS, needed=False, **options)


class MetadataSchema(Schema):
    """What the record is about."""

    resource_type = term(required=True)
    creators = people(PEOPLE, required=True, validate=_at_least(1, REQUIRED))
    title = Text(required=True, validate=_at_least(3))
    additional_titles = fields.List(fields.Nested(TitleSchema))
    publisher = Text()
    publication_date = edtf_date(LEVEL_0_DATE, required=True)
    subjects = fields.List(fields.Nested(SubjectSchema))
    contributors = people(PEOPLE, role_required=True)
    dates = fields.List(fields.Nested(DateSchema))
    languages = fields.List(term())
    identifiers = no_repetitions(WORKS)
    related_identifiers = fields.List(fields.Nested(RelatedSchema))
    sizes = fields.List(Text(validate=_at_least(1, "Size cannot be a blank string.")))
    formats = fields.List(Text(validate=_at_least(1, "Format cannot be a blank string.")))
    version = Text(validate=validate.Length(max=191))
    rights = fields.List(fields.Nested(RightsSchema))
    copyright = Html(validate=_at_least(1))
    description = Html(validate=_at_least(3))
    additional_descriptions = fields.List(fields.Nested(DescriptionSchema))
    locations = fields.Nested(LocationsSchema)
    funding = fields.List(fields.Nested(FundingSchema))
    references = fields.List(fields.Nested(ReferenceSchema))


class ZenodoMetadataSchema(MetadataSchema):
    """Zenodo knows one more scheme for people."""

    creators = people(ZENODO_PEOPLE, required=True, validate=_at_least(1, REQUIRED))
    contributors = people(ZENODO_PEOPLE, role_required=True)


def _check_language(texts: Json, field: str) -> None:
    if len(texts) > 1:
        raise ValidationError("Only one value is accepted.", field)
    if texts and next(iter(texts)) not in _LANGUAGES_OF_RIGHTS:
        raise ValidationError("Not a valid locale.", field)
