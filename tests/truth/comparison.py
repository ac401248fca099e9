"""What two transcripts of one script do not have in common."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

from tests.truth.transcript import Transcript


@dataclass(frozen=True)
class Difference:
    """One value that the two servers do not have in common."""

    script: str
    request: str
    path: str
    live: str
    embedded: str

    @property
    def place(self) -> str:
        """Where it is, without the script: the same in all scripts with the same cause."""
        return re.sub(r"\[\d+\]|<\w+:\d+>", "[]", self.path)

    def __str__(self) -> str:
        return f"{self.script} / {self.request}\n    {self.path}: {self.live} != {self.embedded}"


_PLACEHOLDER = re.compile(r"<(id|uuid|token):\d+>")
_ABSENT: Any = object()


class Comparer:
    """Compares the transcripts of one script; which id stands for which is found on the way."""

    def __init__(self, script: str) -> None:
        self._script = script
        self._partner: dict[str, str] = {}
        self._taken: set[str] = set()
        self._found: list[Difference] = []
        self._line = ""

    def differences(self, live: Transcript, embedded: Transcript) -> list[Difference]:
        """Everything in which the second transcript is not as the first."""
        pairs = zip(live.exchanges, embedded.exchanges, strict=False)
        for number, (one, other) in enumerate(pairs, 1):
            self._line = f"{number} {one.request}"
            if one.status != other.status:
                self._tell(
                    "status",
                    f"{one.status} {_short(one.body)}",
                    f"{other.status} {_short(other.body)}",
                )
                self._same(
                    "headers.content-type",
                    one.headers.get("content-type"),
                    other.headers.get("content-type"),
                )
                continue
            self._same("headers", one.headers, other.headers)
            self._same("body", one.body, other.body)
        if live.stopped != embedded.stopped or len(live.exchanges) != len(embedded.exchanges):
            self._tell(
                "script",
                live.stopped or f"{len(live.exchanges)} exchanges",
                embedded.stopped or f"{len(embedded.exchanges)} exchanges",
            )
        return self._found

    def _tell(self, path: str, live: Any, embedded: Any) -> None:
        self._found.append(
            Difference(self._script, self._line, path, _short(live), _short(embedded))
        )

    def _same(self, path: str, live: Any, embedded: Any) -> None:
        if isinstance(live, dict) and isinstance(embedded, dict):
            partners = {_PLACEHOLDER.sub(r"<\1>", key): key for key in embedded}
            for key in live:
                twin = key if key in embedded else partners.get(_PLACEHOLDER.sub(r"<\1>", key), key)
                self._same(f"{path}.{key}", live[key], embedded.get(twin, _ABSENT))
            shapes = {_PLACEHOLDER.sub(r"<\1>", key) for key in live}
            for shape, key in partners.items():
                if shape not in shapes:
                    self._tell(f"{path}.{key}", _ABSENT, embedded[key])
        elif isinstance(live, list) and isinstance(embedded, list):
            if len(live) != len(embedded):
                self._tell(path, live, embedded)
                return
            aligned = self._aligned(path, live, embedded)
            for index, (one, other) in enumerate(zip(live, aligned, strict=True)):
                self._same(f"{path}[{index}]", one, other)
        elif isinstance(live, str) and isinstance(embedded, str):
            if not self._same_text(live, embedded):
                start = max(0, _common(live, embedded) - 80)
                self._tell(path, live[start:], embedded[start:])
        elif type(live) is not type(embedded) or live != embedded:
            self._tell(path, live, embedded)

    def _aligned(self, path: str, live: list[Any], embedded: list[Any]) -> list[Any]:
        """The embedded items in the live order: another order is one difference, not many."""
        ids = [self._partner.get(id_ or "", id_) for id_ in map(_id, live)]
        others = {_id(item): item for item in embedded}
        if None in others or ids == list(map(_id, embedded)) or set(ids) != set(others):
            return embedded
        self._tell(f"{path}, order", ids, list(others))
        return [others[id_] for id_ in ids]

    def _same_text(self, live: str, embedded: str) -> bool:
        if _PLACEHOLDER.sub(r"<\1>", live) != _PLACEHOLDER.sub(r"<\1>", embedded):
            return False
        ones = [found[0] for found in _PLACEHOLDER.finditer(live)]
        others = [found[0] for found in _PLACEHOLDER.finditer(embedded)]
        return all(map(self._stands_for, ones, others))

    def _stands_for(self, live: str, embedded: str) -> bool:
        if live not in self._partner and embedded not in self._taken:
            self._partner[live] = embedded
            self._taken.add(embedded)
        return self._partner.get(live) == embedded


def _id(item: Any) -> str | None:
    return item.get("id") if isinstance(item, dict) and isinstance(item.get("id"), str) else None


def _common(one: str, other: str) -> int:
    """How many characters two texts begin with together."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def _short(value: Any) -> str:
    if value is _ABSENT:
        return "(absent)"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 300 else f"{text[:300]}… ({len(text)} characters)"


def compare(live: Transcript, embedded: Transcript) -> list[Difference]:
    """Everything in which the embedded server did not answer as the live one."""
    return Comparer(live.script).differences(live, embedded)


def grouped(differences: list[Difference]) -> str:
    """Those of one cause together, the most frequent first."""
    causes = Counter((one.place, one.live, one.embedded) for one in differences)
    first = {(one.place, one.live, one.embedded): one for one in reversed(differences)}
    return "\n".join(
        f"{count:4} {place}: {live} != {embedded}\n"
        f"     e.g. {first[place, live, embedded].script} / {first[place, live, embedded].request}"
        for (place, live, embedded), count in causes.most_common()
    )
