"""A record as one line in a list of references, in the two styles that are asked for most."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterable

from ..answers import ApiError, Json
from .common import listed, part
from .csl import csl

DEFAULT_STYLE = "harvard-cite-them-right"

_DATED = ("document", "event", "motion_picture", "paper-conference", "speech")
_PERIODICAL = ("article-journal", "paper-conference")
_PAGED = ("article", "article-journal", "book", "chapter", "paper-conference", "report")
_OWN_WORK = ("book", "graphic", "motion_picture", "report")
_KINDS = {
    "dataset": "Dataset",
    "figure": "Figure",
    "graphic": "Graphic",
    "motion_picture": "Video recording",
    "software": "Computer software",
}
_NUMBERS = re.compile(r"\d[^\d.]+\d")
_DASH = "\N{EN DASH}"
_APA_NAMES = 20
_HARVARD_NAMES = 3


def bibliography(document: Json, style: str | None = None) -> str:
    """The reference to a record.

    Args:
        document: The record.
        style: The name of a style; the other language arguments change nothing here.

    Raises:
        ApiError: 400 for a style that is not known.
    """
    write = _STYLES.get((style or DEFAULT_STYLE).lower())
    if write is None:
        raise ApiError(400, "Citation string style not found.")
    item = csl(document)
    address = part(document, "links").get("doi") or f"https://doi.org/{item.get('DOI')}"
    text = write(item, address if "DOI" in item else None)
    return re.sub(r"\.\.+", ".", re.sub(r"\s\s+", " ", text))


def _apa(item: Json, address: str | None) -> str:
    people = [_person(person, " ") for person in listed(item, "author")]
    date = _apa_date(item)
    parts = [
        _closed(_apa_names(people)) + (f" ({date})" if date else ""),
        *(_apa_periodical(item) if item["type"] in _PERIODICAL else _apa_title(item)),
        "" if _in_proceedings(item) else ", ".join(_texts(item, "event", "event_place")),
    ]
    line = " ".join(_closed(part) for part in parts if part)
    return f"{line} {address}" if address else line


def _apa_names(names: list[str]) -> str:
    if len(names) > _APA_NAMES:
        return f"{', '.join(names[: _APA_NAMES - 1])}, … {names[-1]}"
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])}, & {names[-1]}"


def _apa_date(item: Json) -> str:
    year, days = _year(item), _days(item, "{month} {day}")
    dated = item["type"] in _DATED and not _in_proceedings(item)
    return ", ".join(_given(year, days)) if dated else year


def _in_proceedings(item: Json) -> bool:
    return item["type"] == "paper-conference" and bool(_texts(item, "page", "volume", "issue"))


def _apa_periodical(item: Json) -> list[str]:
    issue = f"({item['issue']})" if "issue" in item else ""
    number = item.get("volume", "") + issue
    container = re.sub(r"\b[a-z]", lambda first: first.group().upper(), _container(item))
    if _texts(item, "page", "volume", "issue"):
        container = _container(item)
    return [item["title"], ", ".join(_given(container, number, _pages(item)))]


def _apa_title(item: Json) -> list[str]:
    kind = f"[{_KINDS[item['type']]}]" if item["type"] in _KINDS else ""
    details = ", ".join(_apa_details(item))
    details = f"({details})" if details else ""
    container, publisher = _container(item), item.get("publisher", "")
    if item["type"] == "patent":
        return [f"{item['title']} (Patent)", container and f"In {container}", publisher]
    if not container:
        return [" ".join(_given(item["title"], details, kind)), publisher]
    first, second = ("", kind) if item["type"] == "software" else (kind, "")
    return [
        " ".join(_given(item["title"], first)),
        " ".join(_given(f"In {container}", details, second)),
        publisher,
    ]


def _apa_details(item: Json) -> Iterable[str]:
    if item["type"] in ("event", "speech"):
        return
    if item.get("version"):
        yield f"{_plural('Version', 'Versions', item['version'])} {item['version']}"
    if "container_title" not in item:
        return
    edition = item.get("edition", "")
    if edition:
        yield f"{_ordinal(edition)} ed." if edition.isdigit() else edition
    if "volume" in item:
        yield f"Vol. {item['volume']}"
    if "issue" in item:
        yield f"Issue {item['issue']}"
    if "page" in item:
        yield _labelled_pages(item)


def _harvard(item: Json, address: str | None) -> str:
    people = [_person(person, "") for person in listed(item, "author")]
    year = _year(item)
    start = " ".join(_given(_harvard_names(people), f"({year})" if year else ""))
    numbers = [
        _harvard_number(item),
        _labelled_pages(item) if item["type"] in _PAGED else "",
        _days(item, "{day} {month}") if item["type"] == "speech" else "",
    ]
    made = ". ".join(_given(_harvard_title(item), _harvard_publisher(item)))
    line = ", ".join(_given(made, *numbers))
    available = f"Available at: {address}" if address else ""
    return f"{start} " + ". ".join(_given(line, available)) + "."


def _harvard_names(names: list[str]) -> str:
    if len(names) > _HARVARD_NAMES:
        return f"{names[0]} et al."
    return " and ".join(_given(", ".join(names[:-1]), *names[-1:]))


def _harvard_title(item: Json) -> str:
    edition = _harvard_edition(item)
    if item["type"] in _OWN_WORK:
        title = ". ".join(_given(item["title"], edition))
    else:
        title = f"“{item['title']}”"
    container = _container(item)
    if not container:
        return title
    early = item["type"] in ("article", "article-journal") and not _texts(item, "page", "volume")
    return f"{title}, " + ". ".join(_given(container + (" [Preprint]" if early else ""), edition))


def _harvard_edition(item: Json) -> str:
    edition = item.get("edition", "")
    return f"{_ordinal(edition)} ed" if edition.isdigit() else edition


def _harvard_publisher(item: Json) -> str:
    if item["type"] == "article-journal":
        return ""
    made = ": ".join(_texts(item, "publisher_place", "publisher"))
    event = "" if item["type"] == "report" else item.get("event", "")
    return ", ".join(_given(event, made))


def _harvard_number(item: Json) -> str:
    if item["type"] != "article-journal":
        return ""
    issue = f"({item['issue']})" if "issue" in item else ""
    return f"{item.get('volume', '')}{issue}"


def _given(*texts: str) -> list[str]:
    return [text for text in texts if text]


def _texts(item: Json, *names: str) -> list[str]:
    return [item[name] for name in names if name in item]


def _closed(text: str) -> str:
    return text if text.endswith(".") else f"{text}."


def _container(item: Json) -> str:
    return str(item.get("container_title", ""))


def _pages(item: Json) -> str:
    return str(item.get("page", "")).replace("-", _DASH)


def _labelled_pages(item: Json) -> str:
    pages = _pages(item)
    return pages and f"{_plural('p.', 'pp.', pages)} {pages}"


def _plural(one: str, several: str, numbers: str) -> str:
    return several if _NUMBERS.search(numbers) else one


def _ordinal(number: str) -> str:
    ending = {"1": "st", "2": "nd", "3": "rd"}.get(number[-1], "th")
    return number + ("th" if number[-2:-1] == "1" else ending)


def _person(person: Json, between: str) -> str:
    """The family name and initials."""
    if "given" not in person:
        return str(person["family"])
    initials = "".join(
        f"-{name[1]}." if name.startswith("-") else f"{between}{name[0]}."
        for name in re.findall(r"-?[^\s.-]+", person["given"])
    )
    return f"{person['family']}, {initials.lstrip() or '.'}"


def _year(item: Json) -> str:
    """The year or two; of a range inside one year none, as the server leaves it out."""
    parts = listed(part(item, "issued"), "date-parts")
    years: list[str] = [date[0] for date in parts]
    return "" if len(years) == 2 and years[0] == years[1] else _DASH.join(years)


def _days(item: Json, form: str) -> str:
    parts = listed(part(item, "issued"), "date-parts")
    days = [
        form.format(
            month=calendar.month_name[int(date[1])], day=int(date[2]) if len(date) > 2 else ""
        ).strip()
        for date in parts
        if len(date) > 1 and date[1].isdigit()
    ]
    return _DASH.join(days)


_STYLES: dict[str, Callable[[Json, str | None], str]] = {
    DEFAULT_STYLE: _harvard,
    "apa": _apa,
}
