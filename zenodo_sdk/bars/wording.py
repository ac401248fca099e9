"""Names, bytes, rates and times, as people read them."""

from __future__ import annotations

_UNITS = ("B", "kB", "MB", "GB", "TB", "PB")


def _unit(size: float) -> int:
    power = 0
    # 999.95 would be written as 1000.0
    while size >= (999.5 if power == 0 else 999.95) and power < len(_UNITS) - 1:
        size /= 1000
        power += 1
    return power


def _in_unit(size: float, power: int) -> str:
    return f"{size:.0f}" if power == 0 else f"{size / 1000**power:.1f}"


def as_bytes(size: float) -> str:
    """Write a number of bytes.

    Example:
        >>> as_bytes(1_234_567)
        '1.2 MB'
    """
    power = _unit(size)
    return f"{_in_unit(size, power)} {_UNITS[power]}"


def of_total(done: int, total: int | None) -> str:
    """Write how many bytes of how many are there, in one unit.

    Example:
        >>> of_total(400_000, 12_000_000)
        '0.4 of 12.0 MB'
    """
    if total is None:
        return as_bytes(done)
    power = _unit(total)
    return f"{_in_unit(done, power)} of {_in_unit(total, power)} {_UNITS[power]}"


def as_rate(rate: float) -> str:
    """Write bytes a second.

    Example:
        >>> as_rate(23_400_000)
        '23.4 MB/s'
    """
    return f"{as_bytes(rate)}/s"


def as_time(seconds: float) -> str:
    """Write how long something takes.

    Example:
        >>> as_time(83)
        '1:23'
    """
    whole = max(0, round(seconds))
    if whole >= 2 * 86_400:
        return f"{whole // 86_400} days"
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def printable(text: str) -> str:
    """Write nothing that a terminal would obey; line breaks stay.

    Names come from whoever made a record.
    """
    return "".join(
        char if char.isprintable() or char == "\n" else "\N{REPLACEMENT CHARACTER}" for char in text
    )
