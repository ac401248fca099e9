"""Answers in a form that can be compared.

What differs from server to server is replaced: addresses, ids, times, tokens, users. Ids keep
their identity: the first uuid of a transcript is ``<uuid:1>`` wherever it stands.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tests.truth.script import Answer
from tests.truth.server import Server

_KEPT = (
    "accept-ranges",
    "cache-control",
    "content-disposition",
    "content-encoding",
    "content-md5",
    "content-range",
    "content-type",
    "etag",
    "link",
    "location",
    "www-authenticate",
)
_PRESENT = ("last-modified", "retry-after", "x-ratelimit-limit", "x-ratelimit-remaining")

_MARC_TIME = re.compile(r"\b\d{14}\.\d\b")
_CHANGING = re.compile(
    r"(?P<token>eyJ[\w-]+\.[\w-]*\.[\w-]+)"
    r"|(?P<uuid>\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b)"
    r"|(?P<id>(?:(?<=%22)|(?<![0-9a-z]))[0-9a-hjkmnp-tv-z]{5}-[0-9a-hjkmnp-tv-z]{3}\d\d(?![0-9a-z]))"
    r"|(?P<time>\b\d{4}-\d\d-\d\d(?P<gap>[T ])\d\d:\d\d:\d\d"
    r"(?P<fraction>\.\d+)?(?P<zone>\+00:00|Z)?)"
)


@dataclass(frozen=True)
class Exchange:
    """A request and its answer, normalised."""

    request: str
    status: int
    headers: dict[str, str]
    body: Any


class Normaliser:
    """Replaces what no two runs have in common; one for each transcript."""

    def __init__(self, server: Server, word: str) -> None:
        self._server = server
        self._word = word
        self._seen: dict[str, dict[str, str]] = {"token": {}, "uuid": {}, "id": {}}

    def exchange(self, line: str, answer: Answer, content: bytes) -> Exchange:
        """An answer as the transcript has it."""
        headers = {
            name: self.text(answer.headers[name]) for name in _KEPT if name in answer.headers
        }
        headers |= {name: "present" for name in _PRESENT if name in answer.headers}
        if "allow" in answer.headers:
            headers["allow"] = ", ".join(sorted(re.split(r",\s*", answer.headers["allow"])))
        # elsewhere the length depends on that of the server's address
        if "/content" in line and answer.body is None and "content-length" in answer.headers:
            headers["content-length"] = answer.headers["content-length"]
        return Exchange(line, answer.status, headers, self._body(answer, content))

    def _body(self, answer: Answer, content: bytes) -> Any:
        if answer.body is not None:
            return self.value(answer.body)
        if content.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                return {entry.filename: entry.file_size for entry in archive.infolist()}
        try:
            return self.text(content.decode())
        except UnicodeDecodeError:
            return f"{len(content)} bytes, md5 {hashlib.md5(content).hexdigest()}"

    def value(self, value: Any, key: str = "") -> Any:
        """A JSON value; in objects the keys are taken in order of their names."""
        match value:
            case dict():
                told = {self.text(name): self.value(value[name], name) for name in sorted(value)}
                if "is_open" in value and "number" in value:
                    told["number"] = "<number>"
                if value.get("metadata") == {} and "mimetype" in value:
                    # null until the worker has looked at the file, at some time after the commit
                    told["metadata"] = None
                if "pk" in value:
                    told["pk"] = "<number>"
                return told
            case list():
                if key == "entries" and all(isinstance(item, dict) for item in value):
                    # the server takes the files as its database gives them
                    value = sorted(value, key=lambda item: str(item.get("key")))
                return [self.value(item) for item in value]
            case str() | int() if (
                not isinstance(value, bool)
                and key in ("id", "user")
                and str(value) in self._server.users
            ):
                name = self._server.users[str(value)]
                return f"<{name}>" if isinstance(value, str) else f"<{name} as number>"
            case str():
                return self.text(value)
            case _:
                return value

    def text(self, text: str) -> str:
        """A text with its changing parts replaced."""
        address = urlsplit(self._server.url)
        text = text.replace(self._server.url, "<server>").replace(address.netloc, "<host>")
        text = text.replace(self._word, "<word>").replace(self._word.upper(), "<WORD>")
        text = text.replace(self._word[:-3], "<wor>")
        text = re.sub(r"(?<=\buser[:/])\d+|(?<=\bapi:)\d+|(?<=\busers/)\d+", self._user, text)
        return _CHANGING.sub(self._placeholder, _MARC_TIME.sub("<time>", text))

    def _user(self, found: re.Match[str]) -> str:
        name = self._server.users.get(found[0])
        return f"<{name}>" if name else found[0]

    def _placeholder(self, found: re.Match[str]) -> str:
        kind = found.lastgroup or ""
        if found["time"]:
            digits = len(found["fraction"] or ".") - 1
            return f"<time{found['gap']}.{digits}{found['zone'] or ''}>"
        kind = next(name for name in self._seen if found[name])
        known = self._seen[kind]
        return known.setdefault(found[0], f"<{kind}:{len(known) + 1}>")
