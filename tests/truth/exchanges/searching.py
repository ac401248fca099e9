"""Searches, over documents of this run alone."""

from __future__ import annotations

from urllib.parse import quote

from tests.truth.script import (
    JSON,
    Steps,
    alice,
    bob,
    guest,
    publish,
    script,
    total,
    without_files,
)


@script
def records(word: str) -> Steps:
    for number in (1, 2, 3):
        body = without_files(word, {"title": f"Part {number} {word}", "version": str(number)})
        record = yield from publish(alice, word, body)
        yield guest("GET", f"/api/records?q={word}&sort=oldest", until=total(number))
    search = f"/api/records?q={word}"
    for more in (
        "&sort=newest",
        "&sort=oldest",
        "&sort=oldest&size=2",
        "&sort=oldest&size=2&page=2",
        "&sort=oldest&size=1&page=9",
        "&sort=oldest&page=1&size=3",
        "&sort=nonsense",
        "&size=0",
        "&size=-1",
        "&size=nonsense",
        "&size=10001",
        "&page=0",
        "&page=nonsense",
        "&page=101&size=100",
        "&page=10001&size=1",
        "&sort=oldest&nonsense=1",
        "&sort=oldest&expand=1",
        "&sort=oldest&type=dataset",
        "&sort=oldest&resource_type=dataset",
        "&sort=oldest&resource_type=publication",
        "&sort=oldest&access_status=metadata-only",
        "&sort=oldest&bounds=1",
        "&sort=oldest&allversions=true",
        "&sort=updated-desc",
    ):
        yield guest("GET", search + more)
    yield guest("GET", f"{search}&sort=oldest", accept=JSON)
    yield guest("GET", f"{search}&sort=oldest", accept="application/x-bibtex")
    yield guest("GET", f"{search}&sort=oldest", accept="text/html")
    yield guest("HEAD", f"{search}&sort=oldest")
    for query in (
        f"metadata.title:{word}",
        f'metadata.title:"Part 2 {word}"',
        f"{word} AND metadata.version:2",
        f"{word} AND NOT metadata.version:2",
        f"{word} -metadata.version:2",
        f"{word} AND (metadata.version:2 OR metadata.version:3)",
        f"{word} AND metadata.version:[1 TO 2]",
        f"{word} AND metadata.creators.person_or_org.family_name:Okafor",
        f"{word} AND metadata.creators.person_or_org.name:Nobody",
        f"{word} AND metadata.resource_type.id:dataset",
        f"{word} AND metadata.publication_date:[2026-01-01 TO 2026-12-31]",
        f"{word} AND metadata.publication_date:2026-02-01",
        f"{word} AND is_published:true",
        f"{word} AND access.status:metadata-only",
        f'{word} AND id:"{record["id"]}"',
        f'parent.id:"{record["parent"]["id"]}"',
        f'pids.doi.identifier:"10.5072/zenodo.{record["id"]}"',
        f"{word[:-3]}*",
        word.upper(),
        f"{word}~",
        f"title:{word}",
        f"_exists_:metadata.version AND {word}",
        f"{word} AND nonsense:1",
        "a:b:c",
        "x/1",
        f"{word} (",
        f'"{word}',
        f"{word}) {word} (",
    ):
        yield guest("GET", f"/api/records?sort=oldest&q={quote(query)}")


@script
def own_records(word: str) -> Steps:
    made = yield alice("POST", "/api/records", json=without_files(word))
    mine = f"/api/user/records?q={word}"
    yield alice("GET", mine, until=total(1))
    yield from publish(alice, word, without_files(word, {"title": f"Second {word}"}))
    yield alice("GET", f"{mine}&sort=oldest", until=total(2))
    for more in (
        "&sort=newest",
        "&sort=updated-desc",
        "&sort=updated-asc",
        "&sort=oldest&size=1",
        "&sort=oldest&size=1&page=2",
        "&sort=nonsense",
        "&size=0",
        "&size=1000&sort=oldest",
        "&page=nonsense",
        "&sort=oldest&status=draft",
        "&sort=oldest&is_published=true",
        "&sort=oldest&allversions=true",
        "&sort=oldest&shared_with_me=true",
        "&sort=oldest&shared_with_me=false",
    ):
        yield alice("GET", mine + more)
    for query in (
        f"{word} AND is_published:true",
        f"{word} AND is_published:false",
        f'parent.id:"{made["parent"]["id"]}"',
        f'id:"{made["id"]}"',
        "a:b:c",
    ):
        yield alice("GET", f"/api/user/records?sort=oldest&q={quote(query)}")
    yield bob("GET", mine)
    yield guest("GET", mine)


@script
def statistics(word: str) -> Steps:
    yield guest("POST", "/api/stats", json={})
    yield guest("POST", "/api/stats", json={"x": {"stat": "nonsense", "params": {}}})
    record = yield from publish(alice, word, without_files(word))
    views = {"stat": "record-view", "params": {"recid": record["id"]}}
    yield guest("POST", "/api/stats", json={"views": views})
    yield alice("POST", "/api/stats", json={"views": views})
    yield guest("POST", "/api/stats")
    yield guest("GET", "/api/stats")
