"""Run a script on a server, and write down what it answered."""

from __future__ import annotations

import random
import string
import time
from dataclasses import dataclass, field
from http.client import HTTPException

from tests.truth.normalise import Exchange, Normaliser
from tests.truth.script import SCRIPTS, Answer, Request
from tests.truth.server import Server

INDEX_PATIENCE = 20.0
"""Seconds that the search index of a server is given."""


@dataclass
class Transcript:
    """What a server answered to a script; `stopped` says why the script could not go on."""

    script: str
    exchanges: list[Exchange] = field(default_factory=list)
    stopped: str | None = None


def transcribe(server: Server, name: str) -> Transcript:
    """Run a script."""
    word = "zq" + "".join(random.choices(string.ascii_lowercase, k=10))
    steps, transcript = SCRIPTS[name](word), Transcript(name)
    normalise = Normaliser(server, word)
    answer: Answer | None = None
    while True:
        try:
            request = steps.send(answer)
        except StopIteration:
            return transcript
        except (KeyError, TypeError, IndexError) as missing:
            transcript.stopped = f"{type(missing).__name__}: {missing}"
            return transcript
        line = f"{request.who} {request.method} {normalise.text(request.path)}"
        try:
            answer, content = _answer(server, request)
        except (OSError, HTTPException) as broken:
            transcript.stopped = f"{line}: {type(broken).__name__}: {broken}"
            return transcript
        transcript.exchanges.append(normalise.exchange(line, answer, content))


def _answer(server: Server, request: Request) -> tuple[Answer, bytes]:
    deadline = time.monotonic() + INDEX_PATIENCE
    while True:
        answer, content = server.send(request)
        if request.until is None or request.until(answer) or time.monotonic() > deadline:
            return answer, content
        time.sleep(0.2)
