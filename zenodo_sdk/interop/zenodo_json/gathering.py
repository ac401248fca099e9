"""What is gathered while a ``.zenodo.json`` document is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pydantic import JsonValue

from ...problems import Effect
from ...rules.finding import Finding
from ...rules.report import shown
from ...rules.text import cleaned
from ...types import JsonObject, Path
from .words import meant

CRASH = "500 Internal Server Error"
"""What the server says where it did not expect what it was sent."""

_GUESSED = 500  # findings: beyond, no time is spent on guessing what an unknown key means


@dataclass(slots=True)
class Reading:
    """One reading of one document.

    Attributes:
        source: The document's metadata.
        base: Where these are in the document: nowhere, or under ``metadata``.
        metadata: The ``metadata`` of the body, as far as it is read.
        custom_fields: Likewise.
        origin: See :class:`~zenodo_sdk.interop.imported.Imported`.
        findings: Likewise.
    """

    source: Mapping[str, JsonValue]
    base: Path = ()
    metadata: JsonObject = field(default_factory=dict[str, JsonValue])
    custom_fields: JsonObject = field(default_factory=dict[str, JsonValue])
    origin: dict[Path, Path] = field(default_factory=dict[Path, Path])
    findings: list[Finding] = field(default_factory=list[Finding])

    def say(
        self,
        at: Path,
        code: str,
        effect: Effect,
        message: str,
        fix: str = "",
        server: str = "",
    ) -> None:
        """Note a finding about a place of the document's metadata."""
        self.findings.append(Finding(self.base + at, code, message, fix, effect, server))

    def crash(self, at: Path, message: str, fix: str) -> None:
        """Note that Zenodo's server fails at a value."""
        self.say(at, "crashes", "refused", message, fix, CRASH)

    def link(self, target: Path, at: Path) -> None:
        """Note which place of the document a place of the body comes from."""
        self.origin[target] = self.base + at

    def put(self, key: str, value: JsonValue, *at: str | int) -> None:
        """Set a part of the body's metadata, and note where it comes from."""
        self.metadata[key] = value
        self.link(("metadata", key), at or (key,))

    def text(self, value: str, *at: str | int) -> str:
        """Clean a text as the server does, and say so."""
        stored = cleaned(value)
        if stored != value:
            how = "without the space around it"
            if stored != value.strip():
                how = "with plain characters for curly quotes, entities, ligatures and the like"
            message = f"Zenodo stores {shown(stored)}, {how}."
            self.say(at, "text-changed", "changed", message)
        return stored

    def value(self, value: JsonValue, *at: str | int) -> JsonValue:
        """Clean what is text; leave anything else to the rules of the body."""
        return self.text(value, *at) if isinstance(value, str) else value

    def unknown(self, item: Mapping[str, JsonValue], known: frozenset[str], at: Path) -> None:
        """Say which keys of an object the server does not look at."""
        for key, value in item.items():
            if key in known or value in (None, "", [], {}):
                continue
            word = meant(key, known) if len(self.findings) < _GUESSED else None
            fix = f"Write {word!r}." if word else "Remove it, or say it in the description."
            if key == "type" and "name" in known:
                fix = "Only contributors have a type: list there who did something else."
            self.say(
                (*at, key),
                "unknown-field",
                "lost",
                f"Zenodo does not know {shown(key)}; it drops the value without a word.",
                fix,
            )

    def each(self, value: JsonValue, *at: str | int) -> Iterator[tuple[int, JsonObject]]:
        """Give the objects of a list that the server walks through without checking it."""
        if value in ("", {}):
            return
        if not isinstance(value, list):
            self.crash(at, f"{at[-1]} is not a list; Zenodo's server fails.", "Write a list.")
            return
        for index, item in enumerate(value):
            if isinstance(item, dict):
                yield index, item
            else:
                self.crash(
                    (*at, index),
                    f"An entry of {at[-1]} is not an object; Zenodo's server fails.",
                    "Write an object, as in the documentation of the field.",
                )

    def checked(self, value: JsonValue, *at: str | int) -> Iterator[tuple[int, JsonObject]]:
        """Give the objects of a list whose shape the server checks."""
        if not isinstance(value, list):
            self.wrong_type(at, value, "a list of objects", "Not a valid list.")
            return
        for index, item in enumerate(value):
            if isinstance(item, dict):
                yield index, item
            else:
                self.wrong_type((*at, index), item, "an object", "Not a valid mapping type.")

    def wrong_type(self, at: Path, value: JsonValue, wanted: str, server: str) -> None:
        """Say that a value has a type that the server refuses."""
        name = next(step for step in reversed(at) if isinstance(step, str))
        what = f"{name} is" if name == at[-1] else f"An entry of {name} is"
        message = f"{what} {shown(value)}, which Zenodo refuses."
        self.say(at, "wrong-type", "refused", message, f"Write {wanted}.", server)
