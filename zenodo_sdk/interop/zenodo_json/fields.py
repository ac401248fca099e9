"""What ``.zenodo.json`` says of the work itself: type, texts, words, language, dates, places."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from pydantic import JsonValue

from ... import vocabularies
from ...rules.report import shown
from ...types import JsonObject, Path
from .gathering import CRASH, Reading
from .words import CUSTOM, NOT_NULL, SUB_TYPES, TEXTS

_DATE_KEYS = frozenset({"start", "end", "type", "description"})
_PLACE_KEYS = frozenset({"place", "lat", "lon", "description"})
_DESCRIPTIONS = {"notes": "notes", "method": "methods"}
_DEEPEST = 60
_LETTERS = 10_000  # a text in place of a list is taken apart, but not without end
_SUBJECT_KEYS = ("term", "identifier", "scheme")


def read_nulls(reading: Reading) -> None:
    """Say which nulls the server refuses."""
    for key, value in reading.source.items():
        if value is None and key in NOT_NULL:
            reading.say(
                (key,),
                "wrong-type",
                "refused",
                f"{key} is null, which Zenodo refuses.",
                "Give a value, or remove the key.",
                "Field may not be null.",
            )


def read_texts(reading: Reading, today: date) -> None:
    """Read the plain texts, and add what the server adds for those that are missing."""
    for key in TEXTS:
        part = "publisher" if key == "imprint_publisher" else key
        value = reading.source.get(key)
        reading.link(("metadata", part), (key,))
        if isinstance(value, str):
            text = reading.text(value, key)
            if text or key not in ("description", "publication_date"):
                reading.put(part, text, key)
        elif value is not None:
            reading.wrong_type((key,), value, "a text in quotes", "Not a valid string.")
            if isinstance(value, int | float) and not isinstance(value, bool):
                reading.put(part, str(value) if abs(value) < 1e300 else "", key)
    if "imprint_publisher" not in reading.source:
        reading.put("publisher", "Zenodo", "imprint_publisher")
    if "publication_date" not in reading.source:
        reading.put("publication_date", today.isoformat(), "publication_date")
        reading.say(
            ("publication_date",),
            "default",
            "changed",
            f"There is no publication_date; Zenodo sets '{today.isoformat()}'.",
            "Write it if it is to be another.",
        )


def read_type(reading: Reading) -> None:
    """Join ``upload_type`` and the sub-type that belongs to it into one id."""
    kind = reading.source.get("upload_type")
    own = f"{kind}_type" if isinstance(kind, str) and kind else ""
    sub = reading.source.get(own) if own else None
    at = own if isinstance(sub, str) and sub else "upload_type"
    for end in ((), ("id",)):
        reading.link(("metadata", "resource_type", *end), (at,))
    if at == own:
        joined = f"{kind}-{sub}"
        # the server renames this one itself
        joined = "publication-dissertation" if joined == "publication-thesis" else joined
        reading.metadata["resource_type"] = {"id": joined}
    elif kind:
        reading.metadata["resource_type"] = {"id": kind}
        if sub:
            reading.say(
                (own,),
                "wrong-type",
                "refused",
                f"{own} is not text, and Zenodo knows no such type.",
                "Write one word.",
            )
    _unread_types(reading, own)


def _unread_types(reading: Reading, own: str) -> None:
    """Say which words about the type come to nothing."""
    for key in SUB_TYPES:
        if key != own and reading.source.get(key):
            wanted = key.removesuffix("_type")
            reading.say(
                (key,),
                "unknown-field",
                "lost",
                f"Zenodo reads {key} only next to upload_type {wanted!r}; here it is dropped.",
                f'Write "upload_type": "{wanted}", or remove {key}.',
            )
    other = reading.source.get("resource_type")
    if isinstance(other, str) and other:
        reading.say(
            ("resource_type",),
            "unknown-field",
            "lost",
            "This format says the type in upload_type; Zenodo drops resource_type.",
            "Write upload_type, and publication_type or image_type next to it.",
        )
    elif other is not None and not isinstance(other, str):
        reading.wrong_type(("resource_type",), other, "upload_type instead", "Not a valid string.")


def read_descriptions(reading: Reading) -> None:
    """Read notes and method, which are further descriptions."""
    found: list[JsonValue] = []
    given = reading.source.get("additional_descriptions")
    if given is not None:
        found = [item for _, item in reading.checked(given, "additional_descriptions")]
        reading.link(("metadata", "additional_descriptions"), ("additional_descriptions",))
    if found and any(reading.source.get(key) for key in _DESCRIPTIONS):
        reading.say(
            ("additional_descriptions",),
            "unknown-field",
            "lost",
            "Next to notes or method, Zenodo does not read additional_descriptions.",
            "Put all of it into notes and method.",
        )
        found = []
    for key, kind in _DESCRIPTIONS.items():
        if text := reading.source.get(key):
            place = ("metadata", "additional_descriptions", len(found))
            for end in ((), ("description",), ("type",)):
                reading.link((*place, *end), (key,))
            found.append({"description": reading.value(text, key), "type": {"id": kind}})
    if found:
        reading.metadata["additional_descriptions"] = found


def read_keywords(reading: Reading) -> None:
    """Read keywords; whatever can be walked through becomes a list of them."""
    value = reading.source.get("keywords")
    reading.link(("metadata", "subjects"), ("keywords",))
    words: list[JsonValue] = []
    for index, word in enumerate(_walked(reading, value, "keywords")):
        place = ("metadata", "subjects", index)
        at = ("keywords", index) if isinstance(value, list) else ("keywords",)
        for end in ((), ("subject",)):
            reading.link((*place, *end), at)
        words.append({"subject": reading.value(word, *at)})
    if words:
        reading.metadata["subjects"] = words


def read_references(reading: Reading) -> None:
    """Read references, each a text."""
    value = reading.source.get("references")
    reading.link(("metadata", "references"), ("references",))
    found: list[JsonValue] = []
    for index, text in enumerate(_walked(reading, value, "references")):
        at = ("references", index) if isinstance(value, list) else ("references",)
        for end in ((), ("reference",)):
            reading.link(("metadata", "references", index, *end), at)
        found.append({"reference": reading.value(text, *at)})
    if found:
        reading.metadata["references"] = found


def _walked(reading: Reading, value: JsonValue, key: str) -> list[JsonValue]:
    """Walk through a value as the server does, which takes a text letter by letter."""
    if isinstance(value, list):
        return value
    if isinstance(value, str | dict) and value:
        what = "one text; Zenodo splits it into its letters"
        if isinstance(value, dict):
            what = "an object; Zenodo keeps its keys alone"
        reading.say((key,), "wrong-type", "lost", f"{key} is {what}.", "Write a list of texts.")
        walked: list[JsonValue] = [*value]
        return walked[:_LETTERS]
    if value or (value is not None and key == "references" and value not in ("", {})):
        reading.crash((key,), f"{key} is not a list; Zenodo's server fails.", "Write a list.")
    return []


def read_language(reading: Reading) -> None:
    """Read the one language of the dialect."""
    value = reading.source.get("language")
    for end in ((), (0,), (0, "id")):
        reading.link(("metadata", "languages", *end), ("language",))
    if value is None:
        return
    fix = 'Write a code of ISO 639-3, such as "eng".'
    if not isinstance(value, str):
        reading.say(("language",), "wrong-type", "refused", "language is not text.", fix, CRASH)
    elif len(value) == 3:
        reading.metadata["languages"] = [{"id": value}]
    elif len(value) != 2:
        near = vocabularies.suggest("languages", value)
        reading.say(
            ("language",),
            "unknown-term",
            "refused",
            f"{shown(value)} is not a language code of two or three letters.",
            f'Write "{near[0]}".' if near else fix,
            "Language must be either ISO-639-1 or 639-2 compatible.",
        )
    elif code := vocabularies.language_id(value):
        reading.metadata["languages"] = [{"id": code}]
    else:
        reading.say(
            ("language",),
            "unknown-term",
            "lost",
            f"{shown(value)} is no language code; Zenodo drops it without a word.",
            fix,
        )


def read_dates(reading: Reading) -> None:
    """Read dates: a start and an end, or one of them."""
    value = reading.source.get("dates")
    found: list[JsonValue] = []
    if value is None:
        return
    reading.link(("metadata", "dates"), ("dates",))
    for index, item in reading.each(value, "dates"):
        at = ("dates", index)
        reading.unknown(item, _DATE_KEYS, at)
        entry = _date(reading, item, at, ("metadata", "dates", len(found)))
        if entry:
            found.append(entry)
    if found:
        reading.metadata["dates"] = found


def _date(reading: Reading, item: JsonObject, at: Path, target: Path) -> JsonObject:
    start, end = item.get("start"), item.get("end")
    entry: JsonObject = {}
    if not start and not end:
        reading.say(
            at,
            "missing",
            "refused",
            "A date has neither start nor end.",
            'Write "start", "end" or both.',
            "Invalid date provided.",
        )
        return {}
    used = "start" if start else "end"
    if start and end and start != end:
        entry["date"] = f"{_plain(start)}/{_plain(end)}"
    else:
        entry["date"] = start or end
    reading.link(target, at)
    reading.link((*target, "date"), (*at, used))
    for tail in ((), ("id",)):
        reading.link((*target, "type", *tail), (*at, "type"))
    kind = item.get("type")
    if isinstance(kind, str):
        entry["type"] = {"id": kind.lower()}
    else:
        reading.crash(
            (*at, "type"),
            "A date has no type in text; Zenodo's server fails.",
            'Write "Collected", "Valid" or "Withdrawn", for instance.',
        )
    if item.get("description"):
        entry["description"] = reading.value(item["description"], *at, "description")
    return entry


def _plain(value: JsonValue) -> str:
    return value if isinstance(value, str) else shown(value)


def read_locations(reading: Reading) -> None:
    """Read places; a coordinate of exactly 0 makes the server drop both."""
    value = reading.source.get("locations")
    if value is None:
        return
    reading.link(("metadata", "locations"), ("locations",))
    reading.link(("metadata", "locations", "features"), ("locations",))
    found: list[JsonValue] = []
    for index, item in reading.each(value, "locations"):
        at = ("locations", index)
        reading.link(("metadata", "locations", "features", len(found)), at)
        reading.link(("metadata", "locations", "features", len(found), "geometry"), at)
        reading.unknown(item, _PLACE_KEYS, at)
        found.append(_place(reading, item, at))
    if found:
        reading.metadata["locations"] = {"features": found}


def _place(reading: Reading, item: JsonObject, at: Path) -> JsonObject:
    feature: JsonObject = {}
    if "place" in item:
        feature["place"] = reading.value(item["place"], *at, "place")
    else:
        reading.crash(at, "A location has no place; Zenodo's server fails.", 'Write "place".')
    lat, lon = item.get("lat"), item.get("lon")
    if lat and lon:
        feature["geometry"] = {"type": "Point", "coordinates": [lon, lat]}
    elif lat is not None or lon is not None:
        zero = lat is not None and lon is not None
        reading.say(
            at,
            "replaced",
            "lost",
            "Zenodo drops both coordinates if one of them is 0."
            if zero
            else "A location has only one of lat and lon; Zenodo drops it.",
            "Write a number next to 0, such as 0.000001, or set the place through the API."
            if zero
            else "Write both.",
        )
    if item.get("description"):
        feature["description"] = reading.value(item["description"], *at, "description")
    return feature


def read_custom(reading: Reading) -> None:
    """Read journal, conference, book, thesis and the domain fields."""
    source, fields = reading.source, reading.custom_fields
    for name, keys in CUSTOM.items():
        found: JsonObject = {}
        for part, key in keys.items():
            reading.link(("custom_fields", name, part), (key,))
            if (value := source.get(key)) is not None:
                found[part] = reading.value(value, key)
        fields[name] = found
    custom = source.get("custom")
    if isinstance(custom, Mapping):
        for name, value in custom.items():
            if fields.get(name):
                reading.say(
                    ("custom", name),
                    "replaced",
                    "changed",
                    f"{name} in custom replaces what the other keys say.",
                    "Say it in one place.",
                )
            fields[name] = value
            for part in CUSTOM.get(name, ()):
                del reading.origin["custom_fields", name, part]
            reading.link(("custom_fields", name), ("custom", name))
    elif "custom" in source and custom not in ("", []):
        reading.crash(
            ("custom",), "custom is not an object; Zenodo's server fails.", "Write an object."
        )
    reading.custom_fields = _full(fields)
    _subjects(reading)


def _subjects(reading: Reading) -> None:
    """Subjects of a vocabulary are kept as they are, beside the record's subjects."""
    value = reading.source.get("subjects")
    if not value:
        return
    reading.link(("custom_fields", "legacy:subjects"), ("subjects",))
    found: list[JsonValue] = []
    for index, item in reading.each(value, "subjects"):
        reading.unknown(item, frozenset(_SUBJECT_KEYS), ("subjects", index))
        reading.link(("custom_fields", "legacy:subjects", len(found)), ("subjects", index))
        found.append(
            {
                key: reading.value(item[key], "subjects", index, key)
                for key in _SUBJECT_KEYS
                if item.get(key) is not None
            }
        )
    reading.custom_fields["legacy:subjects"] = found


def _full(value: JsonObject, depth: int = 0) -> JsonObject:
    """Leave out what is empty, at any depth that a real document has, as the server does."""
    kept: JsonObject = {}
    for key, item in value.items():
        found = _full_value(item, depth + 1)
        if found is not None and found != {} and found != []:
            kept[key] = found
    return kept


def _full_value(value: JsonValue, depth: int) -> JsonValue:
    if depth > _DEEPEST:
        return value
    if isinstance(value, dict):
        return _full(value, depth)
    if isinstance(value, list):
        items = [_full_value(item, depth + 1) for item in value]
        return [item for item in items if item not in (None, {}, [])]
    return value
