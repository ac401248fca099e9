"""Where else it appeared: journal, conference, book, thesis; and where its code lives.

On the wire these are custom fields (``journal:journal``, ``meeting:meeting``, …).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Self

from pydantic import JsonValue

from ..types import JsonObject
from ._base import Model, Wire, as_term, term, written
from .identifiers import Identifier


class _Texts(Model):
    """A custom field all of whose values are texts."""

    @classmethod
    def from_rdm(cls, value: JsonValue) -> Self:
        """Read the server's form."""
        wire = Wire(value)
        texts = {name: wire.text(name) for name in cls.model_fields if name != "extra"}
        return cls._read({**texts, "extra": wire.rest})

    def to_rdm(self) -> JsonObject:
        """Write the server's form."""
        return written(self.extra, **self.model_dump(exclude={"extra"}))


class Journal(_Texts):
    """The journal in which it appeared."""

    title: str | None = None
    """Name of the journal."""
    volume: str | None = None
    """Volume."""
    issue: str | None = None
    """Issue."""
    pages: str | None = None
    """Pages, ``15-23``."""
    issn: str | None = None
    """ISSN."""


class Imprint(_Texts):
    """The book or report of which it is a part."""

    title: str | None = None
    """Title of the book."""
    isbn: str | None = None
    """ISBN."""
    pages: str | None = None
    """Pages, ``15-23``."""
    place: str | None = None
    """Place of publication."""
    edition: str | None = None
    """Edition."""


class Thesis(_Texts):
    """The thesis that it is."""

    university: str | None = None
    """Awarding university."""
    department: str | None = None
    """Department."""
    type: str | None = None
    """Kind of thesis."""
    date_submitted: str | None = None
    """EDTF date of submission."""
    date_defended: str | None = None
    """EDTF date of defence."""


class Meeting(Model):
    """The conference at which it was presented."""

    title: str | None = None
    """Name of the conference."""
    acronym: str | None = None
    """Acronym."""
    dates: str | None = None
    """When, in free text."""
    place: str | None = None
    """Where."""
    url: str | None = None
    """Its web page."""
    session: str | None = None
    """Session."""
    session_part: str | None = None
    """Part of the session."""
    identifiers: list[Identifier] = []
    """Identifiers of the conference."""

    @classmethod
    def from_rdm(cls, value: JsonValue) -> Self:
        """Read the server's form."""
        wire = Wire(value)
        return cls.model_construct(
            title=wire.text("title"),
            acronym=wire.text("acronym"),
            dates=wire.text("dates"),
            place=wire.text("place"),
            url=wire.text("url"),
            session=wire.text("session"),
            session_part=wire.text("session_part"),
            identifiers=wire.each("identifiers", Identifier.from_rdm),
            extra=wire.rest,
        )

    def to_rdm(self) -> JsonObject:
        """Write the server's form."""
        return written(
            self.extra,
            title=self.title,
            acronym=self.acronym,
            dates=self.dates,
            place=self.place,
            url=self.url,
            session=self.session,
            session_part=self.session_part,
            identifiers=[identifier.to_rdm() for identifier in self.identifiers],
        )


class Software(Model):
    """What there is to know of a program.

    Args:
        repository: Address of the source code.
        languages: Ids of the programming languages (``"python"``).
        status: ``concept``, ``wip``, ``suspended``, ``abandoned``, ``active``, ``inactive``,
            ``unsupported`` or ``moved``.
    """

    repository: str | None = None
    """Address of the source code."""
    languages: list[str] = []
    """Programming languages."""
    status: str | None = None
    """State of development."""

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            repository: str | None = None,
            languages: Sequence[str] = (),
            status: str | None = None,
            extra: dict[str, JsonValue] = ...,
        ) -> None: ...

    @classmethod
    def take_from(cls, custom_fields: Wire) -> Self | None:
        """Take the ``code:*`` fields out of a record's custom fields."""
        software = cls.model_construct(
            repository=custom_fields.text("code:codeRepository"),
            languages=custom_fields.each("code:programmingLanguage", as_term),
            status=custom_fields.term("code:developmentStatus"),
            extra={},
        )
        told = (software.repository, software.status, *software.languages)
        return software if any(value is not None for value in told) else None

    def to_rdm(self) -> JsonObject:
        """Write the ``code:*`` fields."""
        return written(
            {},
            **{
                "code:codeRepository": self.repository,
                "code:programmingLanguage": [{"id": language} for language in self.languages],
                "code:developmentStatus": term(self.status),
            },
        )
