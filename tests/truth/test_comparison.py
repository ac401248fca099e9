"""What the comparison sees, and what it looks past."""

from __future__ import annotations

from typing import Any

import pytest

from tests.truth.comparison import compare
from tests.truth.normalise import Normaliser
from tests.truth.script import Answer
from tests.truth.server import Server
from tests.truth.transcript import Transcript

ONE = Server("http://127.0.0.1:5155", {}, {"2": "alice"})
OTHER = Server("http://127.0.0.1:40001", {}, {"7": "alice"})


def transcript(server: Server, *bodies: Any, word: str = "zqabcdefghij") -> Transcript:
    normalise = Normaliser(server, word)
    told = Transcript("a script")
    for body in bodies:
        answer = Answer(200, {"content-type": "application/json"}, body)
        told.exchanges.append(normalise.exchange("alice GET /api", answer, b""))
    return told


def paths(live: list[Any], embedded: list[Any]) -> list[str]:
    found = compare(transcript(ONE, *live), transcript(OTHER, *embedded))
    return [one.path for one in found]


def test_what_no_two_servers_have_in_common() -> None:
    def body(id_: str, port: int, user: int, time: str) -> dict[str, Any]:
        self_ = f"http://127.0.0.1:{port}/api/records/{id_}"
        return {
            "id": id_,
            "links": {"self": self_, "doi": f"https://doi.org/10.5072%2Fzenodo.{id_}"},
            "owned_by": {"user": str(user)},
            "created": time,
        }

    one = body("b2b61-gxb07", 5155, 2, "2026-11-22T15:33:56.004646+00:00")
    other = body("zzzzz-zzz11", 40001, 7, "2027-01-01T00:00:00.000001+00:00")
    assert paths([one], [other]) == []


@pytest.mark.parametrize(
    ("live", "embedded", "path"),
    [
        ({"a": 1}, {"a": True}, "body.a"),
        ({"a": 1}, {"a": 1.0}, "body.a"),
        ({"a": None}, {}, "body.a"),
        ({}, {"a": None}, "body.a"),
        ({"a": [1, 2]}, {"a": [2, 1]}, "body.a[0]"),
        ({"a": [1]}, {"a": [1, 1]}, "body.a"),
        ({"a": "b2b61-gxb07"}, {"a": "a word"}, "body.a"),
        ({"a": "2026-11-22T15:33:56+00:00"}, {"a": "2026-11-22T15:33:56Z"}, "body.a"),
        ({"a": {"user": "2"}}, {"a": {"user": 7}}, "body.a.user"),
    ],
)
def test_differences(live: Any, embedded: Any, path: str) -> None:
    assert path in paths([live], [embedded])


def test_an_id_stays_the_same() -> None:
    ids = ["b2b61-gxb07", "zzzzz-zzz11"]
    assert paths([ids, ids], [ids, ids]) == []
    assert paths([ids, ids], [ids, ids[::-1]]) == ["body[0]", "body[1]"]


def test_an_id_of_its_own_is_no_other_id() -> None:
    assert paths([["b2b61-gxb07", "zzzzz-zzz11"]], [["b2b61-gxb07", "b2b61-gxb07"]]) == ["body[1]"]


def test_another_order_is_one_difference() -> None:
    hits = [{"id": "dataset", "title": "Dataset"}, {"id": "image", "title": "Image"}]
    assert paths([hits], [hits[::-1]]) == ["body, order"]
