"""Write the table of ISBN ranges from ``isbnlib``, by which the server sets the hyphens.

Its table is made from the range message of the International ISBN Agency. Run it when a new
``isbnlib2`` (a dependency of ``idutils``) has appeared: ``python scripts/isbn_ranges.py``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

TABLE = Path(__file__).parents[1] / "zenodo_sdk" / "identifiers" / "isbn_ranges.txt"
HEAD = """\
# How many digits a publisher's part of an ISBN has, by registration group: from each start
# (trailing zeros left out) up to the next; a start without a length begins a gap.
# Written by scripts/isbn_ranges.py from isbnlib2 {version}.
"""

Ranges = Sequence[tuple[int, int, int]]


def entries(ranges: Ranges) -> Iterator[str]:
    """The starts at which the length changes, and what it is from there."""
    before: int | None = -1
    end = -1
    for first, last, length in sorted(ranges):
        if first > end + 1:
            yield start(end + 1)
            before = None
        if length != before:
            yield f"{start(first)}:{length}"
        before, end = length, last
    if end < 9_999_999:
        yield start(end + 1)


def start(number: int) -> str:
    """Seven digits without the zeros at their end, but never nothing."""
    return f"{number:07}".rstrip("0") or "0"


def main() -> None:
    """Write the table anew."""
    groups: Mapping[str, Ranges] = import_module("isbnlib._data.data4mask").ranges
    lines = (
        " ".join((group.replace("-", ""), *entries(ranges)))
        for group, ranges in sorted(groups.items())
    )
    head = HEAD.format(version=version("isbnlib2"))
    TABLE.write_text(head + "\n".join(lines) + "\n", "ascii")
    print(f"{TABLE.name}: {len(groups)} groups, {TABLE.stat().st_size} bytes")


if __name__ == "__main__":
    main()
