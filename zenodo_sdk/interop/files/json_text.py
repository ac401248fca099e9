"""Reading JSON text, and saying in plain words what is wrong with what is not JSON."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from typing import NoReturn, cast

from pydantic import JsonValue

from ...errors import UnreadableDocument
from ...rules.finding import Finding, bracketed
from ...types import Path
from .decoding import unreadable_at

DEEPEST = 100
"""Levels of nesting that are read; records have about ten."""

TOO_DEEP = f"lists and objects lie more than {DEEPEST} deep in each other."
TOO_DEEP_FIX = "Metadata is never that deep: check what wrote this file."

# An unclosed text is one token too, or each of its quotes would be tried anew.
_STRING = r'"(?:[^"\\]|\\.)*+"?'
_TOKENS = re.compile(_STRING + r"|[\[\]{}]", re.DOTALL)
_CONSTANTS = re.compile(_STRING + r"|-?Infinity|NaN|-?\d[\d.eE+-]*", re.DOTALL)
_HALF_PAIR = re.compile(
    r"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
)
_CLOSING = {"{": "}", "[": "]"}
_QUOTES = "'`‘’“”„«»"  # noqa: RUF001 - look-alikes are what it is about
_PYTHON = {"True": "true", "False": "false", "None": "null", "undefined": "null"}
_WORD = re.compile(r"[^\s,:{}\[\]\"]+")
_SPACE = " \t\r\n"


def read_json(name: str, text: str) -> tuple[JsonValue, tuple[Finding, ...]]:
    """Read JSON text strictly, with a finding for every key that stands twice.

    Args:
        name: The file's name, for messages.
        text: The whole text.

    Returns:
        The value, with the last of several equal keys as servers take it, and the findings.

    Raises:
        UnreadableDocument: It is not JSON, or holds what JSON cannot hold.
    """
    if (deep := too_deep_at(text)) is not None:
        raise unreadable_at(name, text, deep, TOO_DEEP, TOO_DEEP_FIX)
    repeated: list[tuple[dict[str, JsonValue], list[str]]] = []

    def gather(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
        found = dict(pairs)
        if len(found) < len(pairs):
            counts = Counter(key for key, _ in pairs)
            repeated.append((found, [key for key, count in counts.items() if count > 1]))
        return found

    try:
        value = cast(
            "JsonValue",
            json.loads(
                text, object_pairs_hook=gather, parse_constant=_no_number, parse_float=_finite
            ),
        )
    except json.JSONDecodeError as error:
        what, fix, index = _diagnose(text, error)
        raise unreadable_at(name, text, index, what, fix) from None
    except ValueError:
        raise _bad_number(name, text) from None
    halves = _HALF_PAIR.finditer(text) if "\\u" in text else iter(())
    if half := next((match for match in halves if match[1]), None):
        raise unreadable_at(
            name,
            text,
            half.start(),
            f"{half[1]} is one half of a character.",
            "Write the character itself, in UTF-8.",
        )
    return value, _doubled(value, repeated) if repeated else ()


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        _no_number(text)
    return number


def _no_number(text: str) -> NoReturn:
    raise ValueError(text)


def _bad_number(name: str, text: str) -> UnreadableDocument:
    """Find the number that JSON cannot hold."""
    for match in _CONSTANTS.finditer(text):
        token = match[0]
        if token[0] == '"' or not (token[-1] in "Ny" or _too_large(token)):
            continue
        shown = token if len(token) < 20 else f"{token[:16]}…"
        what = f"{shown} is no number that JSON can hold."
        return unreadable_at(
            name, text, match.start(), what, "Write null, leave the key out, or write it as text."
        )
    return UnreadableDocument(f"{name} holds a number that JSON cannot hold.", "Write it as text.")


def _too_large(token: str) -> bool:
    try:
        return math.isinf(float(token)) or len(token) > 4000
    except ValueError:
        return True


def too_deep_at(text: str) -> int | None:
    """Tell where in JSON text lists and objects begin to lie deeper than :data:`DEEPEST`."""
    if text.count("[") + text.count("{") <= DEEPEST:
        return None
    depth = 0
    for match in _TOKENS.finditer(text):
        depth += 1 if match[0] in "[{" else -1 if match[0] in "]}" else 0
        if depth > DEEPEST:
            return match.start()
    return None


def _doubled(
    value: JsonValue, repeated: list[tuple[dict[str, JsonValue], list[str]]]
) -> tuple[Finding, ...]:
    """Tell at which paths keys stood twice."""
    keys_of = {id(found): keys for found, keys in repeated}
    findings: list[Finding] = []
    waiting: list[tuple[Path, JsonValue]] = [((), value)]
    while waiting:
        path, item = waiting.pop()
        if isinstance(item, dict):
            findings += [duplicate_key((*path, key)) for key in keys_of.get(id(item), ())]
            waiting += [((*path, key), child) for key, child in item.items()]
        elif isinstance(item, list):
            waiting += [((*path, at), child) for at, child in enumerate(item)]
    return tuple(sorted(findings, key=lambda finding: bracketed(finding.path)))


def duplicate_key(path: Path) -> Finding:
    """Say that a key stands twice in one object."""
    return Finding(
        path,
        "duplicate-key",
        f'"{path[-1]}" stands more than once in the same object; only the last counts.',
        "Keep one of them.",
        "lost",
    )


def _diagnose(text: str, error: json.JSONDecodeError) -> tuple[str, str, int]:
    """Say what is wrong, what to do, and where, from the text and not from the parser's words."""
    at = error.pos
    rest = text[at : at + 80]
    char = text[at : at + 1]
    before = _before(text, at)
    last = text[before : before + 1]
    if conflict := re.search(r"^(<{7} |={7}$|>{7} )", text, re.MULTILINE):
        return (
            "a merge conflict was left in the file.",
            "Choose one side and delete the lines <<<<<<<, ======= and >>>>>>>.",
            conflict.start(),
        )
    if text.lstrip().startswith("<"):
        return "this is a web page or XML, not JSON.", "Fetch the raw file.", at
    if error.msg.startswith("Invalid control character"):
        return _line_break(text, at)
    if error.msg.startswith("Unterminated string"):
        return "this text is never closed.", 'Put the closing " at its end.', at
    if "escape" in error.msg:
        back = text.rfind("\\", 0, at + 1)
        return (
            f"{text[back : back + 2]} is no escape that JSON knows.",
            r"Write \\ for a backslash, \" for a quote, \n for a line break.",
            back,
        )
    if rest.startswith(("//", "/*", "#")):
        return "JSON has no comments.", "Delete the comment.", at
    if char == "," and _after(text, at + 1) in ("]", "}"):
        return _trailing(text, at)
    if char in ("]", "}") and last == ",":
        return _trailing(text, before)
    if not text[at:].strip():
        return _cut_off(text)
    if char in _QUOTES:
        return f"{char} is no quote of JSON.", 'Write straight double quotes: "text".', at
    if error.msg.startswith("Extra data"):
        return _extra(text, at)
    return _misplaced(text, at, before)


def _misplaced(text: str, at: int, before: int) -> tuple[str, str, int]:
    """Name a character that cannot stand where it stands."""
    char, last = text[at], text[before : before + 1]
    opened = _open_brackets(text, at)
    inner = text[opened[-1]] if opened else ""
    if char in ("]", "}") and inner and _CLOSING[inner] != char:
        line = text.count("\n", 0, opened[-1]) + 1
        return (
            f"{char} closes nothing: the {inner} of line {line} is still open.",
            f"Close it with {_CLOSING[inner]} first.",
            at,
        )
    if char == ":" and inner == "[":
        return (
            'a "key": value pair stands in a list.',
            "Put { before the first pair, and } after the last.",
            at,
        )
    if last == ":" and char in ",}]":
        return "the value after the colon is missing.", 'Write a value, or "".', at
    if char == "," and inner == "{" and last == '"' and not _is_value(text, before):
        return "a comma stands where the colon after a key is due.", 'Write "key": value.', at
    if char == ",":
        return "a comma stands where a value is due.", "Delete it, or write the value.", at
    if char in "{[" and inner == "{" and last in "{,":
        line = text.count("\n", 0, opened[-1]) + 1
        return (
            f"{char} stands where a key is due.",
            f'Write its key before it ("key": {char}), or close the {{ of line {line} with }}.',
            at,
        )
    if last == '"' and before == at - 1 and (char.isalnum() or char in "-_/\\"):
        return (
            'a quote inside a text ends the text, or a " is missing before it.',
            r"Write \" for a quote inside a text.",
            at,
        )
    if char in '"{[' and last not in ":,[{":
        if inner == "{" and last == '"' and char == '"' and not _is_value(text, before):
            return "the colon after the key is missing.", 'Write "key": value.', at
        return (
            "a comma is missing here.",
            "Put a comma between this value and the next.",
            before + 1,
        )
    word = found[0] if (found := _WORD.match(text, at)) else char
    if word in _PYTHON:
        return f"{word} is not JSON.", f"Write {_PYTHON[word]}.", at
    if inner == "{" and last == '"':
        return "the colon after the key is missing.", 'Write "key": value.', at
    shown = word if len(word) < 30 else f"{word[:29]}…"
    return f"{shown} is not JSON.", f'Text stands in double quotes: "{shown}".', at


def _is_value(text: str, end: int) -> bool:
    """Whether the string that ends here follows a colon."""
    last = ""
    for match in re.finditer(_STRING + r"|[:,{}\[\]]", text[: end + 1], re.DOTALL):
        if match.end() == end + 1:
            return last == ":"
        last = match[0]
    return True


def _trailing(text: str, comma: int) -> tuple[str, str, int]:
    closing = _after(text, comma + 1)
    return f"a comma stands before the closing {closing}.", "Delete this comma.", comma


def _line_break(text: str, at: int) -> tuple[str, str, int]:
    if text[at] not in "\r\n":
        return (
            f"a control character (U+{ord(text[at]):04X}) stands inside a text.",
            r"Delete it; write \t for a tab.",
            at,
        )
    return (
        'the text on this line has no closing ", or goes on in the next line.',
        r'Put the closing " at its end, and write \n for a line break.',
        at,
    )


def _cut_off(text: str) -> tuple[str, str, int]:
    opened = _open_brackets(text, len(text))
    end = len(text.rstrip())
    if not opened:
        return "something is missing at the end of the file.", "Save or fetch it again.", end
    first = text.count("\n", 0, opened[-1]) + 1
    missing = " ".join(_CLOSING[text[place]] for place in reversed(opened))
    return (
        f"the file ends before the {text[opened[-1]]} of line {first} is closed: it is cut off, "
        f"or {missing} is missing.",
        "Save or fetch it again, or close what is open.",
        end,
    )


def _extra(text: str, at: int) -> tuple[str, str, int]:
    if text[at] in "]}":
        return (
            f"this {text[at]} closes nothing: everything is closed already.",
            "Delete it, or look for one too many above.",
            at,
        )
    if text[at] in ",:":
        return (
            "the JSON has ended before this.",
            "Put everything into one pair of { }, and look for a } too many above.",
            at,
        )
    return "more follows after the end of the JSON.", "Keep one JSON object in the file.", at


def _open_brackets(text: str, end: int) -> list[int]:
    """Tell where the brackets stand that are open at a place."""
    opened: list[int] = []
    for match in _TOKENS.finditer(text, 0, end):
        if match[0] in "[{":
            opened.append(match.start())
        elif match[0] in "]}" and opened:
            opened.pop()
    return opened


def _before(text: str, at: int) -> int:
    """Tell where the last character before a place stands that is no space."""
    return len(text[:at].rstrip(_SPACE)) - 1


def _after(text: str, at: int) -> str:
    """Tell the first character from a place on that is no space."""
    return text[at:].lstrip(_SPACE)[:1]
