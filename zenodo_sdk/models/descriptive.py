"""What a record says about itself beside title and description."""

import datetime as dt
from typing import Self

from pydantic import JsonValue

from ..types import JsonObject
from ..vocabularies import DateType, DescriptionType, Term, TitleType
from ._part import Part
from ._strict import signed
from ._values import DateText, Word, as_date, as_language, as_text, as_word
from ._wire import Unreadable, Wire, beside, term, written


class AdditionalTitle(Part):
    """A subtitle, a translated or an alternative title.

    Args:
        title: The title, at least 3 characters.
        type: ``"subtitle"``, ``"translated-title"``, ``"alternative-title"`` or ``"other"``.
        language: Its language (``"eng"``, or ``"en"``).

    Example:
        >>> AdditionalTitle("Böden", "translated-title", language="de").language
        'deu'
    """

    _place = ("metadata", "additional_titles", 0)
    _spellings = {"type": as_word, "language": as_language}

    title: str
    """The title, at least 3 characters."""
    type: Word | None
    """What kind of title; None only where a server's draft does not say."""
    language: Word | None = None
    """ISO 639-3 code."""

    @signed
    def __init__(
        self,
        title: str,
        type: TitleType | str | Term,
        *,
        language: str | None = None,
        extra: dict[str, JsonValue] = ...,
    ) -> None: ...

    @classmethod
    def from_rdm(cls, value: JsonValue) -> Self:
        """Read the server's form."""
        wire = Wire(value)
        title = wire.text("title")
        if title is None:
            raise Unreadable
        return cls.model_construct(
            title=title, type=wire.term("type"), language=wire.term("lang"), extra=wire.rest
        )

    def to_rdm(self) -> JsonObject:
        """Write the server's form."""
        return written(self.extra, title=self.title, type=term(self.type), lang=term(self.language))


class AdditionalDescription(Part):
    """Notes, methods, a table of contents and the like, as HTML.

    Args:
        description: The text, HTML: at least 3 characters.
        type: ``"notes"``, ``"methods"``, ``"abstract"``, ``"technical-info"``,
            ``"table-of-contents"``, ``"series-information"`` or ``"other"``.
        language: Its language (``"eng"``, or ``"en"``).

    Example:
        >>> AdditionalDescription("<p>By hand.</p>", "methods").type
        'methods'
    """

    _place = ("metadata", "additional_descriptions", 0)
    _spellings = {"type": as_word, "language": as_language}

    description: str
    """The text, HTML: at least 3 characters, of which the server keeps a safe part."""
    type: Word | None
    """What kind of description; None only where a server's draft does not say."""
    language: Word | None = None
    """ISO 639-3 code."""

    @signed
    def __init__(
        self,
        description: str,
        type: DescriptionType | str | Term,
        *,
        language: str | None = None,
        extra: dict[str, JsonValue] = ...,
    ) -> None: ...

    @classmethod
    def from_rdm(cls, value: JsonValue) -> Self:
        """Read the server's form."""
        wire = Wire(value)
        description = wire.text("description")
        if description is None:
            raise Unreadable
        return cls.model_construct(
            description=description,
            type=wire.term("type"),
            language=wire.term("lang"),
            extra=wire.rest,
        )

    def to_rdm(self) -> JsonObject:
        """Write the server's form."""
        return written(
            self.extra,
            description=self.description,
            type=term(self.type),
            lang=term(self.language),
        )


class Subject(Part):
    """A subject from a controlled vocabulary (free words are ``Metadata.keywords``).

    Args:
        id: Its id in the vocabulary, usually a URL; the server refuses one that it does not have.
        subject: Label, filled in by the server where ``id`` is given.
        scheme: Vocabulary, filled in by the server.

    Example:
        >>> Subject("http://id.nlm.nih.gov/mesh/D012987").to_rdm()
        {'id': 'http://id.nlm.nih.gov/mesh/D012987'}
    """

    _place = ("metadata", "subjects", 0)
    _spellings = {"id": as_text}

    id: str | None = None
    """Id in the vocabulary."""
    subject: str | None = None
    """Label; filled in by the server."""
    scheme: str | None = None
    """Vocabulary; filled in by the server."""

    @signed
    def __init__(
        self,
        id: str | None = None,
        *,
        subject: str | None = None,
        scheme: str | None = None,
        extra: dict[str, JsonValue] = ...,
    ) -> None: ...

    @classmethod
    def from_rdm(cls, value: JsonValue) -> Self:
        """Read the server's form."""
        wire = Wire(value)
        identifier = wire.text("id")
        subject, scheme = wire.text("subject"), wire.text("scheme")
        return cls.model_construct(
            id=identifier, subject=subject, scheme=scheme, extra=beside(identifier, wire)
        )

    def to_rdm(self) -> JsonObject:
        """Write the server's form: with an id the label is the server's business."""
        if self.id is not None:
            return {"id": self.id}
        return written(self.extra, subject=self.subject, scheme=self.scheme)


class Date(Part):
    """A date beside the publication date, such as when something was collected.

    Args:
        date: EDTF level 0 text (a day, a month, a year or an interval ``a/b``), a day with its
            time to the second, or a date.
        type: ``"collected"``, ``"valid"``, …
        description: What happened then.

    Example:
        >>> Date("2019-05/2019-08", "collected").date
        '2019-05/2019-08'
    """

    _place = ("metadata", "dates", 0)
    _spellings = {"date": as_date, "type": as_word}

    date: DateText
    """EDTF text, or a day with its time. Seasons and open ends (``2020/..``) are refused: the
    server fails over them."""
    type: Word | None
    """What the date says; None only where a server's draft does not say."""
    description: str | None = None
    """What happened then."""

    @signed
    def __init__(
        self,
        date: str | dt.date,
        type: DateType | str | Term,
        *,
        description: str | None = None,
        extra: dict[str, JsonValue] = ...,
    ) -> None: ...

    @classmethod
    def from_rdm(cls, value: JsonValue) -> Self:
        """Read the server's form."""
        wire = Wire(value)
        date = wire.text("date")
        if date is None:
            raise Unreadable
        return cls.model_construct(
            date=date,
            type=wire.term("type"),
            description=wire.text("description"),
            extra=wire.rest,
        )

    def to_rdm(self) -> JsonObject:
        """Write the server's form."""
        return written(
            self.extra, date=self.date, type=term(self.type), description=self.description
        )
