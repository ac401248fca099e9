"""Records in every media type that the server has."""

from __future__ import annotations

from tests.truth.exchanges.metadata import EVERYTHING
from tests.truth.script import Steps, alice, complete, guest, publish, record_of, script

TYPES = (
    "application/ld+json",
    "application/marcxml+xml",
    "application/vnd.citationstyles.csl+json",
    "application/vnd.datacite.datacite+json",
    "application/vnd.datacite.datacite+xml",
    "application/vnd.geo+json",
    "application/x-dc+xml",
    "application/x-bibtex",
    "application/dcat+xml",
    "application/linkset+json",
    "text/x-bibliography",
    "application/vnd.inveniordm.v1.simple+csv",
)


@script
def plain(word: str) -> Steps:
    record = yield from publish(alice, word)
    for media_type in TYPES:
        yield guest("GET", record_of(record), accept=media_type)
    yield guest("GET", f"{record_of(record)}?style=apa&locale=en-US", accept="text/x-bibliography")


@script
def full(word: str) -> Steps:
    record = yield from publish(alice, word, complete(word, EVERYTHING))
    for media_type in TYPES:
        yield guest("GET", record_of(record), accept=media_type)


@script
def unsupported(word: str) -> Steps:
    record = yield from publish(alice, word)
    for accept in (
        "application/x-nonsense",
        "text/html",
        "text/x-citation",
        "application/vnd.zenodo.v1+json",
        "application/vnd.cff+yaml",
        "application/vnd.codemeta.ld+json",
        "image/*",
        "application/*",
        "application/json;q=0.5, application/x-bibtex",
        "application/json; charset=utf-8",
        "text/html, */*;q=0.8",
        "nonsense",
    ):
        yield guest("GET", record_of(record), accept=accept)
