"""Values that callers spell in several ways, and how the server spells them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Annotated, Any, TypeAlias

from pydantic import BeforeValidator, ValidatorFunctionWrapHandler, WrapValidator

from ..vocabularies import Term

# ------------------------------------------------------------------------------------------------
# types of fields: what Python values they take


def _date_text(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, dt.date) else value


def _term(value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
    # it says that the repository has this word, so it has to stay what it is
    return value if isinstance(value, Term) else handler(value)


def _in_english(value: Any) -> Any:
    return {"en": value} if isinstance(value, str) else value


Word: TypeAlias = Annotated[str, WrapValidator(_term)]
"""A word of a vocabulary."""

DateText: TypeAlias = Annotated[str, BeforeValidator(_date_text)]
"""A date as text; a date of Python is taken as well."""

Localized: TypeAlias = Annotated[dict[str, str], BeforeValidator(_in_english)]
"""A text by language code; a plain text counts as English."""

# ------------------------------------------------------------------------------------------------
# spellings: any in, the server's out; what cannot be read stays, and the rules tell of it

_SLASH = re.compile(r"\s*/\s*")
_ROR = re.compile(r"(?:https?://)?(?:www\.)?ror\.org/", re.IGNORECASE)


def as_text(text: str) -> str:
    """Without spaces around it."""
    return text.strip()


def as_word(text: str) -> str:
    """Spell a word of a vocabulary as the servers do, in lower case."""
    return text.strip().lower()


def as_date(text: str) -> str:
    """Without spaces around it and around the slash of an interval."""
    return _SLASH.sub("/", text.strip())


def as_language(text: str) -> str:
    """Spell a language by its code of three letters."""
    from ..vocabularies import language_id

    word = as_word(text)
    return language_id(word) or word


def as_licence(text: str) -> str:
    """Spell a licence by its id of today; the historic ones of Zenodo are read."""
    from ..vocabularies import known, licence_id

    word = as_word(text)
    return word if word in known("licenses") else licence_id(word) or word


def as_ror(text: str) -> str:
    """Spell a ROR id without its address."""
    return _ROR.sub("", text.strip()).rstrip("/").lower()


def _as_identifier(scheme: str, text: str) -> str:
    from ..identifiers.schemes import is_valid, normalise

    text = text.strip()
    return normalise(text, scheme) if is_valid(text, scheme) else text


def as_identifier(scheme: str) -> Callable[[str], str]:
    """Spell identifiers of a scheme as the server stores them."""
    return partial(_as_identifier, scheme)


def as_detected(text: str, scheme: str | None, allowed: Sequence[str]) -> tuple[str, str | None]:
    """Spell an identifier as the server stores it, with the scheme that it would choose.

    Args:
        text: The identifier.
        scheme: Its scheme, where the caller said one.
        allowed: Schemes to choose from where not.

    Returns:
        The identifier and its scheme, None where it is of none of them.
    """
    from ..identifiers.schemes import detect

    text = text.strip()
    if scheme is None:
        scheme = detect(text, allowed)
    elif type(scheme) is str:
        scheme = as_word(scheme)
    return (text, None) if scheme is None else (_as_identifier(scheme, text), scheme)


def when(text: str | None) -> dt.datetime | None:
    """Read a server's time; a text that is none counts as no time."""
    if text is None:
        return None
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
