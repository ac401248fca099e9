"""Reading YAML text without what YAML guesses: every scalar stays the text that was written.

``version: 1.10`` stays ``"1.10"`` and ``date-released: 2020-01-02`` stays text. Aliases are
counted before they are followed, so a file of a few lines cannot fill the memory.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast

from pydantic import JsonValue

from ...errors import UnreadableDocument
from ...rules.finding import Finding
from ...types import JsonObject, Path
from .decoding import unreadable_at
from .json_text import DEEPEST, TOO_DEEP, TOO_DEEP_FIX, duplicate_key

MOST_NODES = 500_000
"""Values that a YAML file may hold once its aliases are followed."""

LARGEST = 16 * 2**20
"""Bytes of YAML that are read."""

_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NULL = {"", "~", "null", "Null", "NULL"}
_TAGS = {
    f"tag:yaml.org,2002:{kind}"
    for kind in ("str", "int", "float", "bool", "null", "timestamp", "map", "seq")
}
_ADVICE = (
    (
        "mapping values are not allowed",
        "a colon and a space stand inside a text without quotes, or this line is indented wrongly.",
        'Put the text in quotes: title: "Name: what it does".',
    ),
    (
        "found a tab",
        "a tab is used to indent.",
        "YAML indents with spaces only: replace the tab.",
    ),
    (
        "found character",
        "a text cannot begin with this character without quotes.",
        'Put the text in quotes: "@name".',
    ),
    (
        "could not find expected ':'",
        "this line is no key: value pair.",
        "Write key: value, or indent the line so that it belongs to the text above.",
    ),
    (
        "did not find expected key",
        "this line does not fit its neighbours' indentation, or a quote above is not closed.",
        "Indent keys of one list item alike, and close every quote.",
    ),
    (
        "expected <block end>",
        "this line does not fit its neighbours' indentation.",
        "Indent keys of one list item alike, and close every quote.",
    ),
    (
        "did not find expected '-'",
        "this line stands among list items and is none.",
        "Begin it with - , or indent it so that it belongs to the item above.",
    ),
    (
        "block sequence entries are not allowed",
        "a list item begins where none can.",
        "Put the list on the lines below its key, indented.",
    ),
    ("unexpected end of stream", "a quote is never closed.", "Close the quote."),
    ("undefined alias", "an alias (*name) names an anchor that is not there.", "Quote the text."),
    ("escape", "a backslash in double quotes begins no escape that YAML knows.", "Write \\\\."),
)


def read_yaml(name: str, text: str) -> tuple[JsonValue, tuple[Finding, ...]]:
    """Read one YAML document, with a finding for every key that stands twice.

    Args:
        name: The file's name, for messages.
        text: The whole text.

    Returns:
        The value, made of objects, lists, texts and null only, and the findings.

    Raises:
        UnreadableDocument: It is no YAML, or more than a citation file ever holds; or PyYAML, which
            the extra ``cff`` brings, is not installed.
    """
    try:
        import yaml
    except ImportError:
        raise UnreadableDocument(
            f"{name} is YAML, and PyYAML is needed to read it.",
            "Install it: pip install 'zenodo-sdk[cff]'",
        ) from None
    if len(text) > LARGEST:
        raise UnreadableDocument(
            f"{name} has more than {LARGEST // 2**20} MiB of YAML.", "Shorten it, or write JSON."
        )
    if odd := _UNPRINTABLE.search(text):
        raise unreadable_at(
            name,
            text,
            odd.start(),
            f"the control character U+{ord(odd[0]):04X} cannot stand in YAML.",
            "Delete it.",
        )
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    reading = _Reading(name, text, yaml.parse(text, Loader=loader))
    try:
        return reading.document(), tuple(reading.findings)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _explained(name, text, mark.index if mark else 0, str(error.problem or "")) from None
    except yaml.YAMLError as error:
        problem = str(error).partition("\n")[0]
        raise UnreadableDocument(
            f"{name} is not YAML: {problem}", "Check it with a YAML linter."
        ) from None


def _explained(name: str, text: str, index: int, problem: str) -> UnreadableDocument:
    """Put the parser's words into plain ones."""
    if text[index : index + 1] == "\t":
        problem = "found a tab"
    for part, what, fix in _ADVICE:
        if part in problem:
            return unreadable_at(name, text, index, what, fix)
    return unreadable_at(
        name, text, index, f"this is not YAML ({problem}).", "Check the quotes and the indentation."
    )


@dataclass
class _Reading:
    """One pass over the events of the parser.

    Attributes:
        name: The file's name.
        text: Its text.
        events: What the parser finds, in order.
        findings: Keys that stand twice.
        anchors: Values that may be repeated, with the number of nodes in each; None while open.
        nodes: Nodes so far, repeated ones included.
    """

    name: str
    text: str
    events: Iterator[Any]
    findings: list[Finding] = field(default_factory=list[Finding])
    anchors: dict[str, tuple[JsonValue, int] | None] = field(
        default_factory=dict[str, "tuple[JsonValue, int] | None"]
    )
    nodes: int = 0

    def document(self) -> JsonValue:
        """Read the only document."""
        import yaml

        value: JsonValue = None
        documents = 0
        for event in self.events:
            if not isinstance(event, yaml.DocumentStartEvent):
                continue
            documents += 1
            if documents > 1:
                raise self.wrong(
                    event,
                    "a second YAML document begins here.",
                    "Keep one; a line --- begins another document.",
                )
            value = self.value(next(self.events), ())
        return value

    def wrong(self, event: Any, what: str, fix: str) -> UnreadableDocument:
        """Make the error for the place of an event."""
        return unreadable_at(self.name, self.text, event.start_mark.index, what, fix)

    def count(self, event: Any, nodes: int) -> None:
        """Add nodes, and stop where there are too many."""
        self.nodes += nodes
        if self.nodes > MOST_NODES:
            raise self.wrong(
                event,
                f"the file holds more than {MOST_NODES:,} values once its aliases are followed.",
                "Write the values out instead of repeating them with *aliases.",
            )

    def value(self, event: Any, path: Path) -> JsonValue:
        """Read the value that begins with an event."""
        import yaml

        if isinstance(event, yaml.AliasEvent):
            return self.repeated(event)
        self.count(event, 1)
        tag = cast("str | None", event.tag)
        if tag and tag != "!" and tag not in _TAGS:
            raise self.wrong(
                event,
                f"the tag {tag.replace('tag:yaml.org,2002:', '!!')} is not allowed.",
                "Delete it; a text that begins with ! stands in quotes.",
            )
        if len(path) > DEEPEST:
            raise self.wrong(event, TOO_DEEP, TOO_DEEP_FIX)
        before = self.nodes
        if event.anchor:
            self.anchors[event.anchor] = None
        if isinstance(event, yaml.ScalarEvent):
            plain = not event.style and event.value in _NULL
            value: JsonValue = None if plain and not tag else event.value
        elif isinstance(event, yaml.SequenceStartEvent):
            value = self.sequence(path)
        else:
            value = self.mapping(path)
        if event.anchor:
            self.anchors[event.anchor] = (value, self.nodes - before + 1)
        return value

    def repeated(self, event: Any) -> JsonValue:
        """Read an alias: the anchor's value once more."""
        if event.anchor not in self.anchors:
            what = f"*{event.anchor} names an anchor that is not there."
            raise self.wrong(event, what, 'A text that begins with * stands in quotes: "*".')
        found = self.anchors[event.anchor]
        if found is None:
            raise self.wrong(
                event, f"*{event.anchor} stands inside of what it repeats.", "Write it out."
            )
        self.count(event, found[1])
        return found[0]

    def sequence(self, path: Path) -> list[JsonValue]:
        """Read the items of a list."""
        import yaml

        items: list[JsonValue] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self.value(event, (*path, len(items))))
        return items

    def mapping(self, path: Path) -> JsonObject:
        """Read the pairs of an object."""
        import yaml

        found: JsonObject = {}
        merged: list[JsonValue] = []
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self.value(event, path)
            if isinstance(key, (dict, list)):
                raise self.wrong(event, "a key is not a text.", "Write key: value.")
            word = "null" if key is None else str(key)
            value = self.value(next(self.events), (*path, word))
            if word == "<<" and not event.style:
                merged += value if isinstance(value, list) else [value]
                continue
            if word in found:
                self.findings.append(duplicate_key((*path, word)))
            found[word] = value
        for more in merged:
            found = {**more, **found} if isinstance(more, dict) else found
        return found
