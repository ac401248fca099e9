"""Values that several models take in more than one spelling."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Annotated, Any, TypeAlias, TypeVar

from pydantic import BeforeValidator

from ..identifiers import InvalidIdentifier, normal_orcid
from ..vocabularies import (
    DATE_TYPES,
    DESCRIPTION_TYPES,
    LANGUAGES,
    RELATIONS,
    RESOURCE_TYPES,
    ROLES,
    TITLE_TYPES,
    Term,
)
from ._base import hint, refusal

T = TypeVar("T")


def _date_text(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, dt.date) else value


_SPAN = re.compile(r"[0-9]{4}(?:-[0-9]{2}){0,2}")
_MOMENT = re.compile(r"[0-9-]{10}T[0-9:]{8}(?:Z|[+-][0-9:]{5})?")


def _is_span(text: str) -> bool:
    """Whether it is a year, a month or a day that exists."""
    if not _SPAN.fullmatch(text):
        return False
    try:
        dt.date.fromisoformat(text + "-01-01"[len(text) - 4 :])
    except ValueError:
        return False
    return True


def _is_moment(text: str) -> bool:
    try:
        return bool(_MOMENT.fullmatch(text) and dt.datetime.fromisoformat(text))
    except ValueError:
        return False


def _edtf(value: Any) -> Any:
    value = _date_text(value)
    if not isinstance(value, str):
        return value
    # stricter than the server: open ends and the like are stored and then break every page
    # on which they would appear
    spans = [part.strip() for part in value.split("/")]
    if len(spans) > 2 or not all(map(_is_span, spans)):
        raise refusal(
            "invalid_date",
            f"'{value}' is no date: write 2026, 2026-11, 2026-11-22 or an interval 2026-11/2027-02",
        )
    shared = min(map(len, spans))
    if spans[0][:shared] > spans[-1][:shared]:
        raise refusal("invalid_date", f"'{value}' ends before it begins")
    return "/".join(spans)


def _edtf_or_moment(value: Any) -> Any:
    if isinstance(value, str) and _is_moment(value.strip()):
        return value.strip()
    return _edtf(value)


def _day(value: Any) -> Any:
    value = _date_text(value)
    if isinstance(value, str) and not (len(value.strip()) == 10 and _is_span(value.strip())):
        raise refusal("invalid_date", f"'{value}' is no day: write 2026-11-22")
    return value.strip() if isinstance(value, str) else value


def _licence(value: Any) -> Any:
    if not isinstance(value, str) or isinstance(value, Term):
        return value
    return value.strip().lower()


def _needed(value: Any) -> Any:
    if value is None:
        raise refusal("missing", "the server wants one")
    return value


def _in_english(value: Any) -> Any:
    return {"en": value} if isinstance(value, str) else value


def _word_of(kind: str, known: Sequence[str]) -> BeforeValidator:
    def check(value: Any) -> Any:
        if not isinstance(value, str) or isinstance(value, Term):
            return value
        word = value.strip().lower()
        if word not in known:
            raise refusal(
                "unknown_term",
                f"'{value}' is no {kind}{hint(word, known)}"
                " (wrap a word of this repository's own in Term)",
            )
        return word

    return BeforeValidator(check)


def _language(value: Any) -> Any:
    if not isinstance(value, str) or isinstance(value, Term):
        return value
    word = value.strip().lower()
    if len(word) == 2 and word in LANGUAGES:
        return LANGUAGES[word]
    if len(word) == 3 and word.isalpha() and word.isascii():
        return word
    raise refusal(
        "unknown_term", f"'{value}' is no language code; write ISO 639-3 such as 'eng', or 'en'"
    )


def _orcid(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return normal_orcid(value)
    except InvalidIdentifier as error:
        raise refusal("invalid_orcid", str(error)) from None


def _title(value: Any) -> Any:
    if isinstance(value, str) and len(value.strip()) < 3:
        raise refusal("too_short", "the server wants at least 3 characters")
    return value


Orcid: TypeAlias = Annotated[str, BeforeValidator(_orcid)]
"""An ORCID iD, bare or as a URL, with its check digit right."""

AtLeastThree: TypeAlias = Annotated[str, BeforeValidator(_title)]
"""A text of at least three characters."""

EdtfDate: TypeAlias = Annotated[str, BeforeValidator(_edtf)]
"""A date as EDTF level 0 text: ``2026``, ``2026-11``, ``2026-11-22`` or ``2026/2027``."""

EdtfMoment: TypeAlias = Annotated[str, BeforeValidator(_edtf_or_moment)]
"""The same, or a day and time to the second."""

Day: TypeAlias = Annotated[str, BeforeValidator(_day)]
"""A day, ``2026-11-22``."""

LicenseId: TypeAlias = Annotated[str, BeforeValidator(_licence)]
"""Id of a licence; the server knows them in lower case alone."""

Needed: TypeAlias = Annotated[T | None, BeforeValidator(_needed)]
"""What a caller has to say, although a server's draft may lack it."""

Localized: TypeAlias = Annotated[dict[str, str], BeforeValidator(_in_english)]
"""A text by language code; a plain text counts as English."""

LanguageCode: TypeAlias = Annotated[str, BeforeValidator(_language)]
ResourceTypeId: TypeAlias = Annotated[str, _word_of("resource type", RESOURCE_TYPES)]
RoleId: TypeAlias = Annotated[str, _word_of("role", ROLES)]
RelationId: TypeAlias = Annotated[str, _word_of("relation", RELATIONS)]
DateTypeId: TypeAlias = Annotated[str, _word_of("date type", DATE_TYPES)]
TitleTypeId: TypeAlias = Annotated[str, _word_of("title type", TITLE_TYPES)]
DescriptionTypeId: TypeAlias = Annotated[str, _word_of("description type", DESCRIPTION_TYPES)]


def when(text: str | None) -> dt.datetime | None:
    """Read a server's time; a text that is none counts as no time."""
    if text is None:
        return None
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
