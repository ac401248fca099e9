"""What the libraries without types do here, behind functions with types.

``idutils`` and ``pycountry`` are slow to load, and most answers need neither: they wait for the
first that does.
"""

from __future__ import annotations

import warnings
from typing import Any

import bleach
from marshmallow import ValidationError, validate
from marshmallow_utils.html import strip_html

with warnings.catch_warnings():
    # its grammar is written for an older pyparsing, which has a word to say about that
    warnings.simplefilter("ignore")
    from babel_edtf import format_edtf, parse_edtf
    from edtf.parser.edtf_exceptions import EDTFParseException
    from edtf.parser.parser_classes import Date, Interval


def plain(markup: str) -> str:
    """The text of HTML, without tags and entities."""
    return str(strip_html(markup)) if markup else markup


def escaped(markup: str) -> str:
    """HTML as text: the tags stay and are seen."""
    return str(bleach.clean(markup, tags=[], attributes=[]))


def date_words(written: str, form: str, locale: str) -> str:
    """A date or range in the words of a language; `form` is Babel's ``medium`` or ``long``."""
    return str(format_edtf(written, format=form, locale=locale))


def date_parts(written: str | None) -> list[list[str]] | None:
    """Year, month and day of a date, or of both ends of a range; None if it cannot be read."""
    read = _read(written)
    ends = [read.lower, read.upper] if isinstance(read, Interval) else [read]
    if not all(isinstance(end, Date) for end in ends):
        return None
    return [[part for part in (end.year, end.month, end.day) if part] for end in ends]


def date_start(written: str | None) -> str | None:
    """The date, or the start of a range; None if it cannot be read."""
    read = _read(written)
    start = read.lower if isinstance(read, Interval) else read
    return None if start is None else str(start)


def is_date(written: str) -> bool:
    """Whether a date or range can be read."""
    return _read(written) is not None


def first_year(written: str) -> str:
    """The year in which a date or range starts."""
    read: Any = parse_edtf(written)
    return str(read.lower_strict().tm_year)


def _read(written: str | None) -> Any:
    try:
        return parse_edtf(written) if written else None
    except EDTFParseException:
        return None


def web_address(identifier: str, scheme: str) -> str | None:
    """The https address of an identifier, if its scheme has addresses."""
    from idutils.normalizers import to_url

    return to_url(identifier, scheme, url_scheme="https") or None


def guessed_address(identifier: str) -> str | None:
    """The address of an identifier whose scheme is not known."""
    from idutils.detectors import detect_identifier_schemes
    from idutils.normalizers import to_url

    schemes = detect_identifier_schemes(identifier)
    addresses = (to_url(identifier, scheme) for scheme in schemes)
    return next((str(address) for address in addresses if address), None)


def is_ror(identifier: str) -> bool:
    """Whether it can be an identifier of an organisation in ROR."""
    from idutils.validators import is_ror as looks_like_ror

    return bool(looks_like_ror(identifier))


def is_address(text: str) -> bool:
    """Whether it is a URL."""
    try:
        validate.URL()(text)
    except ValidationError:
        return False
    return True


def language_name(code: str) -> str | None:
    """The English name of a language by its code of three letters."""
    import pycountry

    known = pycountry.languages.get(alpha_3=code)
    return None if known is None else str(known.name)
