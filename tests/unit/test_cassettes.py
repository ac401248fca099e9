"""What is recorded holds no secret and names no machine."""

from __future__ import annotations

import re
from pathlib import Path

CASSETTES = Path(__file__).parent.parent / "cassettes"
FORBIDDEN = {
    "an authorization header": re.compile(r"(?i)authorization|bearer"),
    "a cookie": re.compile(r"(?i)cookie"),
    "a token": re.compile(r"\b[A-Za-z0-9]{60}\b"),
    "a token in an address": re.compile(r"(?i)[?&](access_)?token="),
    "a secret link": re.compile(r"\beyJ[A-Za-z0-9_-]{20,}"),
    "an address of the recording machine": re.compile(r"127\.0\.0\.1|localhost|/home/|/root/"),
    "an e-mail address": re.compile(r"[\w.+-]+@(?!example\.org)[\w-]+\.\w+"),
}
LARGEST = 200_000


def test_there_are_cassettes() -> None:
    assert len(list(CASSETTES.rglob("*.yaml"))) >= 40


def test_no_cassette_holds_a_secret() -> None:
    found = [
        f"{path.name}: {what} ({match[0][:30]})"
        for path in CASSETTES.rglob("*.yaml")
        for what, pattern in FORBIDDEN.items()
        if (match := pattern.search(path.read_text()))
    ]
    assert found == []


def test_cassettes_are_small() -> None:
    assert [path.name for path in CASSETTES.rglob("*.yaml") if path.stat().st_size > LARGEST] == []


def test_every_cassette_belongs_to_a_scenario() -> None:
    scenarios = Path(__file__).parent.parent / "integration" / "_async"
    stray = [
        str(path.relative_to(CASSETTES))
        for path in CASSETTES.rglob("*.yaml")
        if f"def {path.stem.partition('[')[0]}("
        not in (scenarios / f"test_{path.parent.name}.py").read_text()
    ]
    assert stray == []
