"""Check digits: what the end of an identifier has to be, computed from what precedes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

_BASE_32 = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's alphabet: no i, l, o, u


def mod_11_2(digits: Iterable[int]) -> int:
    """The check digit of ISO 7064 (ORCID, ISNI); 10 is written ``X``."""
    total = 0
    for digit in digits:
        total = (total + digit) * 2 % 11
    return (12 - total) % 11


def gtin(digits: Iterable[int]) -> int:
    """The check digit of product numbers (EAN-8, EAN-13, UPC, ISBN-13)."""
    weighted = zip((3, 1) * 9, reversed(tuple(digits)), strict=False)
    return -sum(weight * digit for weight, digit in weighted) % 10


def weighted_11(digits: Iterable[int]) -> int:
    """The check digit of ISBN-10, ISSN and undivided GND ids; 10 is written ``X``."""
    return -_weighted_sum(digits) % 11


def istc(digits: Iterable[int]) -> int:
    """The hexadecimal check digit of an ISTC."""
    return (
        sum(weight * digit for weight, digit in zip((11, 9, 3, 1) * 4, digits, strict=False)) % 16
    )


def right_end(text: str, scheme: str) -> str | None:
    """How an identifier would have to end, whatever its present check digit is.

    Args:
        text: An identifier, with or without hyphens and spaces.
        scheme: The scheme that it is meant for.

    Returns:
        The right check digit, or for ROR the last two; None if the scheme has none, or if the
        text has not the shape of such an identifier.

    Example:
        >>> right_end("0000-0002-1825-0098", "orcid")
        '7'
        >>> right_end("978-3-16-148410-1", "isbn")
        '0'
    """
    compact = text.replace("-", "").replace(" ", "").upper()
    if not (compact.isascii() and compact.isalnum()):
        return None
    find = _ENDS.get(scheme)
    try:
        return find(compact, "-" in text) if find else None
    except ValueError:
        return None


def _orcid(text: str, hyphen: bool) -> str | None:
    return _tenth_is_x(mod_11_2(_decimal(text))) if len(text) == 16 else None


def _isbn(text: str, hyphen: bool) -> str | None:
    if len(text) == 10:
        return _tenth_is_x(weighted_11(_decimal(text)))
    return _ean13(text, hyphen) if text[:3] in ("978", "979") else None


def _issn(text: str, hyphen: bool) -> str | None:
    return _tenth_is_x(weighted_11(_decimal(text))) if len(text) == 8 else None


def _ean13(text: str, hyphen: bool) -> str | None:
    return str(gtin(_decimal(text))) if len(text) == 13 else None


def _upc(text: str, hyphen: bool) -> str | None:
    return str(gtin(_decimal(text))) if len(text) == 12 else None


def _istc(text: str, hyphen: bool) -> str | None:
    return f"{istc(int(digit, 16) for digit in text[:-1]):X}" if len(text) == 16 else None


def _ror(text: str, hyphen: bool) -> str | None:
    if len(text) != 9 or text[0] != "0" or not text[7:].isdecimal():
        return None
    number = 0
    for character in text[1:7].lower():
        number = number * 32 + _BASE_32.index(character)
    return f"{98 - number * 100 % 97:02}"


def _gnd(text: str, hyphen: bool) -> str | None:
    """GND took over ids of two kinds: those with a hyphen count the other way round."""
    if not 2 <= len(text) <= 10:
        return None
    digits = _decimal(text)
    return _tenth_is_x(_weighted_sum(digits) % 11 if hyphen else weighted_11(digits))


_ENDS: dict[str, Callable[[str, bool], str | None]] = {
    "orcid": _orcid,
    "isni": _orcid,
    "isbn": _isbn,
    "issn": _issn,
    "eissn": _issn,
    "lissn": _issn,
    "ean13": _ean13,
    "upc": _upc,
    "istc": _istc,
    "ror": _ror,
    "gnd": _gnd,
}


def _decimal(text: str) -> list[int]:
    """All digits but the last, which may be an X and is what is asked for."""
    if not (text[-1:].isdecimal() or text[-1:] == "X"):
        raise ValueError(text)
    return [int(digit) for digit in text[:-1]]


def _weighted_sum(digits: Iterable[int]) -> int:
    return sum(weight * digit for weight, digit in enumerate(reversed(tuple(digits)), start=2))


def _tenth_is_x(digit: int) -> str:
    return "0123456789X"[digit]
