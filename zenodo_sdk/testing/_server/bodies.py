"""Bodies that are not drafts: reading them, and listing what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any, cast

from marshmallow import Schema, ValidationError, fields, validate

from .answers import Answer, FrameworkError, Json, field_error, invalid
from .schema.fields import Html


class CommentPayload(Schema):
    """What a comment says."""

    content = Html(required=True, validate=validate.Length(min=1))
    format = fields.String(validate=validate.OneOf(["html"]), load_default="html")


class CommentSchema(Schema):
    """A comment."""

    payload = fields.Nested(CommentPayload, required=True)


def load(schema: type[Schema], body: object) -> Json:
    """A body in the form that a schema gives it.

    Raises:
        ApiError: 400 with all that is wrong.
    """
    try:
        return cast("Json", schema().load(cast("Json", body)))
    except ValidationError as error:
        messages: Any = error.messages
        found: Json = messages if isinstance(messages, dict) else {"_schema": messages}
        raise invalid(_listed(found, "")) from None


def no_route() -> FrameworkError:
    """404, where a part of the path is not what the route wants."""
    return FrameworkError(
        404,
        "The requested URL was not found on the server. If you entered the URL manually please"
        " check your spelling and try again.",
    )


def no_method() -> FrameworkError:
    """405, where the path is right and the method is not."""
    return FrameworkError(405, "The method is not allowed for the requested URL.")


def redirect(location: str, status: int) -> Answer:
    """The redirect that the real server's framework makes."""
    shown = escape(location)
    page = (
        "<!doctype html>\n<html lang=en>\n<title>Redirecting...</title>\n"
        "<h1>Redirecting...</h1>\n"
        "<p>You should be redirected automatically to the target URL: "
        f'<a href="{shown}">{shown}</a>. If not, click the link.\n'
    )
    return Answer(status, page, {"Location": location}, "text/html; charset=utf-8")


def _listed(messages: Any, path: str) -> Iterator[Json]:
    if isinstance(messages, dict):
        for key, inner in cast("Json", messages).items():
            yield from _listed(inner, f"{path}.{key}" if path else str(key))
    else:
        yield field_error(path, *messages)
