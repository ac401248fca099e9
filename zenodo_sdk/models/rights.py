"""Under what terms, and who may read it."""

import datetime as dt
from typing import Literal, Self

from pydantic import JsonValue

from ..types import JsonObject
from ..vocabularies import Term
from ._part import Part
from ._strict import signed
from ._values import DateText, Localized, Word, as_licence, as_text
from ._wire import Wire, beside, written

Visibility = Literal["public", "restricted"]


class License(Part):
    """A licence: one of the vocabulary by its id, or one in your own words.

    Args:
        id: Id in the vocabulary (``"cc-by-4.0"``, ``"mit"``), in any case; the ids that Zenodo
            had before 2023 (``"gpl-3.0"``, ``"cc-zero"``) are read as well.
        title: Name of a licence that the vocabulary lacks, in English: the server drops a
            licence with a title in another language. For one of these see :meth:`custom`.
        description: Its text or summary, likewise.
        link: Where to read it.

    Example:
        >>> License("GPL-3.0").to_rdm()
        {'id': 'gpl-3.0-only'}
        >>> License.custom("Our licence", link="https://example.org/licence").title
        {'en': 'Our licence'}
    """

    _place = ("metadata", "rights", 0)
    _spellings = {"id": as_licence, "link": as_text}

    id: Word | None = None
    """Id in the vocabulary."""
    title: Localized = {}
    """Name by language; filled in by the server where ``id`` is given."""
    description: Localized = {}
    """Summary by language; filled in by the server where ``id`` is given."""
    link: str | None = None
    """Where to read a licence of your own."""

    @signed
    def __init__(
        self,
        id: str | Term | None = None,
        *,
        title: str | dict[str, str] = ...,
        description: str | dict[str, str] = ...,
        link: str | None = None,
        extra: dict[str, JsonValue] = ...,
    ) -> None: ...

    @classmethod
    def custom(cls, title: str, *, description: str | None = None, link: str | None = None) -> Self:
        """A licence that the vocabulary lacks, in English.

        Args:
            title: Its name.
            description: Its text or summary.
            link: Where to read it.
        """
        return cls(title=title, description=description or {}, link=link)

    @classmethod
    def from_rdm(cls, value: JsonValue) -> Self:
        """Read the server's form."""
        wire = Wire(value)
        identifier = wire.text("id")
        return cls.model_construct(
            id=identifier,
            title=wire.localized("title"),
            description=wire.localized("description"),
            link=wire.text("link"),
            extra=beside(identifier, wire),
        )

    def to_rdm(self) -> JsonObject:
        """Write the server's form: an id stands alone."""
        if self.id is not None:
            return {"id": self.id}
        return written(
            self.extra, title=dict(self.title), description=dict(self.description), link=self.link
        )


class Embargo(Part):
    """Until when the files stay closed.

    Args:
        active: Whether it holds now.
        until: Day on which the files open (UTC), in the future; the server lifts it by a daily
            job.
        reason: Shown to readers.
    """

    _place = ("access", "embargo")
    _spellings = {"until": as_text}

    active: bool | None = False
    """Whether it holds now; None only where a server does not say."""
    until: DateText | None = None
    """Day on which the files open, ``YYYY-MM-DD``."""
    reason: str | None = None
    """Shown to readers."""

    @signed
    def __init__(
        self,
        *,
        active: bool = False,
        until: str | dt.date | None = None,
        reason: str | None = None,
        extra: dict[str, JsonValue] = ...,
    ) -> None: ...

    @classmethod
    def from_rdm(cls, value: JsonValue) -> Self:
        """Read the server's form."""
        wire = Wire(value)
        return cls.model_construct(
            active=wire.flag("active"),
            until=wire.text("until"),
            reason=wire.text("reason"),
            extra=wire.rest,
        )

    def to_rdm(self) -> JsonObject:
        """Write the server's form."""
        return written(self.extra, active=self.active, until=self.until, reason=self.reason)


class Access(Part):
    """Who may read the record and its files.

    Zenodo keeps every record's metadata public; other InvenioRDM repositories may allow
    ``record="restricted"``.

    Args:
        record: Whether the record itself is public.
        files: Whether its files are public.
        embargo: Until when they are not.

    Example:
        >>> Access.embargoed(until="2040-01-31").files
        'restricted'
    """

    _place = ("access",)

    record: Visibility | None = "public"
    """Whether the record's page is public."""
    files: Visibility | None = "public"
    """Whether the files are public."""
    embargo: Embargo | None = None
    """Until when the files are closed."""

    @signed
    def __init__(
        self,
        *,
        record: Visibility = "public",
        files: Visibility = "public",
        embargo: Embargo | None = None,
        extra: dict[str, JsonValue] = ...,
    ) -> None: ...

    @classmethod
    def open(cls) -> Self:
        """Everyone reads everything."""
        return cls(record="public", files="public")

    @classmethod
    def restricted(cls, *, record: Visibility = "public") -> Self:
        """The files are closed.

        Args:
            record: ``"restricted"`` hides the record as well, where the repository allows it.
        """
        return cls(record=record, files="restricted")

    @classmethod
    def embargoed(
        cls, until: str | dt.date, *, reason: str | None = None, record: Visibility = "public"
    ) -> Self:
        """The files are closed until a day in the future.

        Args:
            until: The day, ``YYYY-MM-DD`` or a date (UTC).
            reason: Shown to readers.
            record: ``"restricted"`` hides the record as well, where the repository allows it.
        """
        return cls(
            record=record,
            files="restricted",
            embargo=Embargo(active=True, until=until, reason=reason),
        )

    @classmethod
    def from_rdm(cls, value: JsonValue) -> Self:
        """Read the server's form."""
        wire = Wire(value)
        wire.drop("status")
        return cls.model_construct(
            record=_visibility(wire, "record"),
            files=_visibility(wire, "files"),
            embargo=wire.one("embargo", Embargo.from_rdm),
            extra=wire.rest,
        )

    def to_rdm(self) -> JsonObject:
        """Write the server's form."""
        return written(
            self.extra,
            record=self.record,
            files=self.files,
            embargo=None if self.embargo is None else self.embargo.to_rdm(),
        )


def _visibility(wire: Wire, key: str) -> Visibility | None:
    match wire.rest.get(key):
        case ("public" | "restricted") as word:
            del wire.rest[key]
            return word
        case _:
            return None
