"""Communities, and published records in them."""

from __future__ import annotations

from typing import Any

from tests.truth.script import (
    OPEN,
    REVIEWED,
    Steps,
    alice,
    bob,
    guest,
    publish,
    record_of,
    script,
    total,
    without_files,
)


def community(word: str, **changes: Any) -> dict[str, Any]:
    return {
        "slug": word,
        "metadata": {"title": f"Group {word}"},
        "access": {"visibility": "public"},
        **changes,
    }


@script
def read(word: str) -> Steps:
    known = yield alice("GET", f"/api/communities/{OPEN}")
    for who in (bob, guest):
        yield who("GET", f"/api/communities/{OPEN}")
    yield guest("GET", f"/api/communities/{known['id']}")
    yield guest("GET", f"/api/communities/{REVIEWED}")
    yield guest("GET", f"/api/communities/{word}")
    yield guest("GET", "/api/communities/00000000-0000-4000-8000-000000000000")
    yield guest("GET", f"/api/communities/{OPEN}/")
    yield guest("GET", f"/api/communities/{OPEN}/logo")
    yield guest("GET", f"/api/communities?q=slug:{REVIEWED}")
    yield guest("GET", f"/api/communities?q=slug:{word}")
    yield guest("GET", "/api/communities?q=a:b:c")
    yield guest("GET", f"/api/communities?q={word}&sort=nonsense")
    yield guest("GET", f"/api/communities?q={word}&size=0")
    yield bob("GET", f"/api/user/communities?q=slug:{REVIEWED}")
    yield alice("GET", f"/api/user/communities?q=slug:{REVIEWED}")
    yield guest("GET", f"/api/communities/{OPEN}/records?q={word}")
    yield guest("GET", f"/api/communities/{word}/records")
    yield guest("GET", f"/api/communities/{OPEN}", accept="application/json")
    yield guest("GET", f"/api/communities/{OPEN}", accept="text/html")


@script
def create(word: str) -> Steps:
    made = yield alice("POST", "/api/communities", json=community(word))
    yield alice("POST", "/api/communities", json=community(word))
    here = f"/api/communities/{word}"
    yield guest("GET", here)
    slug = f"/api/communities?q=slug:{word}"
    yield guest("GET", slug, until=total(1))
    changed = community(word, metadata={"title": f"Changed {word}", "description": "What for"})
    yield guest("PUT", here, json=changed)
    yield bob("PUT", here, json=changed)
    yield bob("PUT", f"/api/communities/{made['id']}", json={})
    yield bob("DELETE", here)
    yield bob("DELETE", f"/api/communities/{word}x")


@script
def create_badly(word: str) -> Steps:
    for body in (
        {},
        [],
        None,
        community(word, slug=None),
        community(word, slug=""),
        community(word, slug="with space"),
        community(word, slug="x" * 101),
        community(word, slug=OPEN),
        community(word, slug="00000000-0000-4000-8000-000000000000"),
        community(word, metadata={}),
        community(word, metadata={"title": ""}),
        community(word, metadata={"title": "x" * 251}),
        community(word, metadata={"title": "x", "nonsense": 1}),
        community(word, metadata={"title": "x", "type": {"id": "nonsense"}}),
        community(word, metadata={"title": "x", "website": "nonsense"}),
        community(word, access={"visibility": "nonsense"}),
        community(word, access={"visibility": "public", "review_policy": "nonsense"}),
        community(word, nonsense=1),
        {"slug": word, "metadata": {"title": "x"}},
    ):
        yield alice("POST", "/api/communities", json=body)
        word += "x"
    yield alice("POST", "/api/communities")
    yield guest("POST", "/api/communities", json=community(word))


@script
def include_openly(word: str) -> Steps:
    record = yield from publish(alice, word, without_files(word))
    here = f"{record_of(record)}/communities"
    yield guest("GET", here, until=total(0))
    included = yield alice("POST", here, json={"communities": [{"id": OPEN}]})
    yield alice("POST", here, json={"communities": [{"id": OPEN}]})
    yield guest("GET", record_of(record))
    yield guest("GET", here, until=total(1))
    yield guest("GET", f"/api/communities/{OPEN}/records?q={word}", until=total(1))
    uuid = included["processed"][0]["request"]["receiver"]["community"]
    yield bob("PUT", here, json={"default": uuid})
    yield alice("PUT", here, json={"default": uuid})
    yield alice("PUT", here, json={"default": "nonsense"})
    yield bob("DELETE", here, json={"communities": [{"id": OPEN}]})
    yield alice("DELETE", here, json={"communities": [{"id": OPEN}]})
    yield alice("DELETE", here, json={"communities": [{"id": OPEN}]})
    yield guest("GET", record_of(record))


@script
def include_badly(word: str) -> Steps:
    record = yield from publish(alice, word, without_files(word))
    here = f"{record_of(record)}/communities"
    for body in (
        {},
        [],
        {"communities": []},
        {"communities": [{"id": word}]},
        {"communities": [{"id": "00000000-0000-4000-8000-000000000000"}]},
        {"communities": [{"id": OPEN}, {"id": OPEN}]},
        {"communities": [{"id": f"{OPEN}-{number}"} for number in range(11)]},
        {"communities": [{"id": OPEN, "nonsense": 1}]},
        {"communities": [{"id": OPEN, "require_review": "maybe"}]},
    ):
        yield alice("POST", here, json=body)
    yield alice("POST", here)
    for who in (bob, guest):
        yield who("POST", here, json={"communities": [{"id": OPEN}]})


@script
def include_some(word: str) -> Steps:
    record = yield from publish(alice, word, without_files(word))
    here = f"{record_of(record)}/communities"
    yield alice("POST", here, json={"communities": [{"id": REVIEWED}, {"id": word}]})


@script
def include_with_review(word: str) -> Steps:
    record = yield from publish(alice, word, without_files(word))
    here = f"{record_of(record)}/communities"
    comment = {"payload": {"content": "<p>please</p>", "format": "html"}}
    wish = {"id": REVIEWED, "comment": comment, "require_review": True}
    asked = yield alice("POST", here, json={"communities": [wish]})
    yield alice("POST", here, json={"communities": [{"id": REVIEWED}]})
    request = f"/api/requests/{asked['processed'][0]['request_id']}"
    yield alice("GET", request)
    yield bob("GET", request)
    yield guest("GET", request)
    yield alice("POST", f"{request}/actions/accept")
    yield bob("POST", f"{request}/actions/accept")
    yield guest("GET", record_of(record))
    yield guest("GET", f"/api/communities/{REVIEWED}/records?q={word}", until=total(1))
    gone = {"records": [{"id": record["id"]}]}
    yield alice("DELETE", f"/api/communities/{REVIEWED}/records", json=gone)


@script
def own_review(word: str) -> Steps:
    """A submission to one's own community, once with and once without review."""
    for wish in ({"id": OPEN, "require_review": True}, {"id": OPEN, "require_review": False}):
        record = yield from publish(alice, word, without_files(word))
        yield alice("POST", f"{record_of(record)}/communities", json={"communities": [wish]})
