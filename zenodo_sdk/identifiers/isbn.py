"""ISBNs: their digits, and the hyphens that the ranges of the registration groups give them."""

from __future__ import annotations

from functools import cache

from .check_digits import gtin, weighted_11

_NEVER_GIVEN = frozenset({"0" * 10, "0" * 9 + "X", "0" * 13})


def bare_isbn(text: str) -> str:
    """Drop from a text whatever is no part of an ISBN, as the server does.

    Args:
        text: Anything, ``"ISBN 0-06-251587-X"`` for example.

    Returns:
        10 or 13 characters, or the empty string if as many are not there. Check digits are not
        looked at.
    """
    kept = "".join(character for character in text if character in "0123456789Xx")
    if kept.endswith("x"):
        kept = f"{kept[:-1]}X"
    whole = len(kept) in (10, 13) and kept not in _NEVER_GIVEN
    return kept if whole and kept.find("X") in (-1, 9) and "x" not in kept else ""


def is_isbn_10(bare: str) -> bool:
    """Whether these are the characters of an ISBN-10 with its right check digit."""
    return len(bare) == 10 and weighted_11(map(int, bare[:-1])) == _value(bare[-1])


def is_isbn_13(bare: str) -> bool:
    """Whether these are the characters of an ISBN-13 with its right check digit."""
    return (
        len(bare) == 13
        and bare.isdecimal()
        and bare.startswith(("978", "979"))
        and gtin(map(int, bare[:-1])) == int(bare[-1])
    )


def hyphenated(bare: str) -> str:
    """Write an ISBN as the server does: as ISBN-13, with hyphens.

    Args:
        bare: The characters of a valid ISBN-10 or ISBN-13.

    Returns:
        The ISBN-13. In a range that is not given out, the publisher's part is empty (two hyphens
        in a row); of a group that does not exist nothing remains, the empty string: both are what
        the server stores.

    Example:
        >>> hyphenated("006251587X")
        '978-0-06-251587-2'
    """
    if len(bare) == 10:
        bare = f"978{bare[:-1]}"
        bare += str(gtin(map(int, bare)))
    for end in range(4, 10):
        ranges = _groups().get(bare[:end])
        if ranges is None:
            continue
        number = bare[end : end + 7].ljust(7, "0")
        length = next((length for start, length in reversed(ranges) if start <= number), None)
        if length is None:
            return ""
        cut = end + length
        return "-".join((bare[:3], bare[3:end], bare[end:cut], bare[cut:-1], bare[-1]))
    return ""


@cache
def _groups() -> dict[str, list[tuple[str, int | None]]]:
    """The ranges of each registration group: where they start, and the publisher's length."""
    from importlib.resources import files  # takes 8 ms, and few records have an ISBN

    table = files("zenodo_sdk.identifiers").joinpath("isbn_ranges.txt").read_text("ascii")
    lines = (line.split() for line in table.splitlines() if not line.startswith("#"))
    return {group: [_range(entry) for entry in entries] for group, *entries in lines}


def _range(entry: str) -> tuple[str, int | None]:
    start, _, length = entry.partition(":")
    return start.ljust(7, "0"), int(length) if length else None


def _value(digit: str) -> int:
    return 10 if digit == "X" else int(digit)
