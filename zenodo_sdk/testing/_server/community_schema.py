"""What may be sent as a community."""

from __future__ import annotations

import re

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from .identity import is_uuid
from .schema.fields import Html, Text

_LONGEST_PAGE = 50_000


def _filled(longest: int) -> validate.Length:
    text = f"Field cannot be blank or longer than {longest} characters."
    return validate.Length(min=1, max=longest, error=text)


def _short_enough(longest: int) -> validate.Length:
    return validate.Length(max=longest, error=f"Field cannot be longer than {longest} characters.")


def _choice(*values: str) -> fields.String:
    return fields.String(validate=validate.OneOf(values))


def _no_uuid(value: str) -> None:
    if is_uuid(value):
        # the server tells it letter by letter
        raise ValidationError([*"The ID must not be an Universally Unique IDentifier (UUID)."])


class _Reference(Schema):
    id = fields.String(required=True)


class _Organization(Schema):
    class Meta:
        """Settings."""

        unknown = EXCLUDE

    id = fields.String()
    name = Text()


class _Metadata(Schema):
    title = Text(required=True, validate=_filled(250))
    description = Text(validate=_filled(250))
    curation_policy = Html(validate=_short_enough(_LONGEST_PAGE))
    page = Html(validate=_short_enough(_LONGEST_PAGE))
    type = fields.Nested(_Reference)
    website = Text(validate=validate.URL(error="Not a valid URL."))
    funding = fields.List(fields.Dict())
    organizations = fields.List(fields.Nested(_Organization))


class _Access(Schema):
    visibility = _choice("public", "restricted")
    members_visibility = _choice("public", "restricted")
    member_policy = _choice("open", "closed")
    record_policy = _choice("open", "closed", "restricted")
    record_submission_policy = _choice("open", "closed", "restricted")
    review_policy = _choice("open", "closed", "members")


class CommunitySchema(Schema):
    """A community, as it is sent."""

    class Meta:
        """Settings."""

        unknown = EXCLUDE

    slug = Text(
        required=True,
        validate=[
            _filled(100),
            validate.Regexp(
                r"^[-\w]+$",
                flags=re.ASCII,
                error="The identifier should contain only letters, numbers, or dashes.",
            ),
            _no_uuid,
        ],
    )
    metadata = fields.Nested(_Metadata, required=True)
    access = fields.Nested(_Access, required=True)
    custom_fields = fields.Nested(Schema)


class RenameSchema(Schema):
    """The new slug of a community."""

    slug = Text(required=True, validate=CommunitySchema().fields["slug"].validators)
