"""Where else it appeared: journal, conference, book, thesis; and where its code lives.

On the wire these are custom fields (``journal:journal``, ``meeting:meeting``, …).
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any, Self

from pydantic import JsonValue

from ..types import JsonObject
from ..vocabularies import Term
from ._part import Part
from ._strict import signed
from ._values import DateText, Word, as_date, as_text, as_word
from ._wire import Wire, as_term, term, written
from .identifiers import Identifier, placed


class _Texts(Part):
    """A custom field all of whose values are texts."""

    @classmethod
    def from_rdm(cls, value: JsonValue) -> Self:
        """Read the server's form."""
        wire = Wire(value)
        texts = {name: wire.text(name) for name in cls._texts()}
        return cls._read({**texts, "extra": wire.rest})

    def to_rdm(self) -> JsonObject:
        """Write the server's form."""
        return written(self.extra, **{name: vars(self)[name] for name in self._texts()})

    @classmethod
    def _texts(cls) -> list[str]:
        return [name for name in cls.model_fields if name != "extra"]


class Journal(_Texts):
    """The journal in which it appeared.

    Args:
        title: Name of the journal.
        volume: Volume.
        issue: Issue.
        pages: Pages, ``15-23``.
        issn: ISSN; the server drops one whose check digit is wrong, and the journal with it.

    Example:
        >>> Journal("Soil Letters", volume="12", pages="15-23", issn="0317-8471").volume
        '12'
    """

    _place = ("custom_fields", "journal:journal")
    _spellings = {"issn": as_text}

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

    @signed
    def __init__(
        self,
        title: str | None = None,
        *,
        volume: str | None = None,
        issue: str | None = None,
        pages: str | None = None,
        issn: str | None = None,
        extra: dict[str, JsonValue] = ...,
    ) -> None: ...


class Imprint(_Texts):
    """The book or report of which it is a part.

    Args:
        title: Title of the book.
        isbn: ISBN; the server drops one whose check digit is wrong, and the imprint with it.
        pages: Pages, ``15-23``.
        place: Place of publication.
        edition: Edition.
    """

    _place = ("custom_fields", "imprint:imprint")
    _spellings = {"isbn": as_text}

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

    @signed
    def __init__(
        self,
        title: str | None = None,
        *,
        isbn: str | None = None,
        pages: str | None = None,
        place: str | None = None,
        edition: str | None = None,
        extra: dict[str, JsonValue] = ...,
    ) -> None: ...


class Thesis(_Texts):
    """The thesis that it is.

    Its dates are EDTF of level 2: beside what other dates take, uncertain ones (``2026-05~``).

    Args:
        university: Awarding university.
        department: Department.
        type: Kind of thesis, in free text (``"PhD"``).
        date_submitted: When it was submitted.
        date_defended: When it was defended.

    Example:
        >>> Thesis("University X", type="PhD", date_defended="2026-05").type
        'PhD'
    """

    _place = ("custom_fields", "thesis:thesis")
    _spellings = {"date_submitted": as_date, "date_defended": as_date}

    university: str | None = None
    """Awarding university."""
    department: str | None = None
    """Department."""
    type: str | None = None
    """Kind of thesis."""
    date_submitted: DateText | None = None
    """EDTF date of submission."""
    date_defended: DateText | None = None
    """EDTF date of defence."""

    @signed
    def __init__(
        self,
        university: str | None = None,
        *,
        department: str | None = None,
        type: str | None = None,
        date_submitted: str | dt.date | None = None,
        date_defended: str | dt.date | None = None,
        extra: dict[str, JsonValue] = ...,
    ) -> None: ...


class Meeting(Part):
    """The conference at which it was presented.

    Args:
        title: Name of the conference.
        acronym: Its acronym.
        dates: When, in free text (``"4-8 May 2026"``).
        place: Where.
        url: Its web page; the server drops what is no address, and the meeting with it.
        session: Session.
        session_part: Part of the session.
        identifiers: Identifiers of the conference.
    """

    _place = ("custom_fields", "meeting:meeting")
    _spellings = {"url": as_text}

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

    @signed
    def __init__(
        self,
        title: str | None = None,
        *,
        acronym: str | None = None,
        dates: str | None = None,
        place: str | None = None,
        url: str | None = None,
        session: str | None = None,
        session_part: str | None = None,
        identifiers: Sequence[Identifier] = (),
        extra: dict[str, JsonValue] = ...,
    ) -> None: ...

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

    def _settle(self, values: dict[str, Any]) -> None:
        super()._settle(values)
        if values.get("identifiers"):
            from ..identifiers.schemes import MEETINGS

            values["identifiers"] = placed(values["identifiers"], MEETINGS)


class Software(Part):
    """What there is to know of a program.

    Args:
        repository: Address of the source code; the server drops what is no address.
        languages: Ids of the programming languages (``"python"``); the server refuses one that
            it does not have.
        status: ``concept``, ``wip``, ``suspended``, ``abandoned``, ``active``, ``inactive``,
            ``unsupported`` or ``moved``.

    Example:
        >>> Software("https://example.org/code.git", languages=["Python"]).languages
        ['python']
    """

    _place = ("custom_fields",)
    _spellings = {"repository": as_text, "languages": as_word, "status": as_word}

    repository: str | None = None
    """Address of the source code."""
    languages: list[Word] = []
    """Programming languages."""
    status: Word | None = None
    """State of development."""

    @signed
    def __init__(
        self,
        repository: str | None = None,
        *,
        languages: Sequence[str | Term] = (),
        status: str | Term | None = None,
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
