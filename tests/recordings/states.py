"""The stories that the recordings tell: what was there, then what was asked.

Each function replays the recordings of one story, after building what they need; what came between
two recordings is sent anew.
"""

from __future__ import annotations

from dataclasses import replace
from hashlib import md5
from typing import Any

from tests.recordings.bodies import rdm_of
from tests.recordings.stage import Stage
from zenodo_sdk.testing._server.limits import RateLimit
from zenodo_sdk.testing._server.state import Community, Record

Json = dict[str, Any]

_FILES = {"f.txt": b"content\n"}
_BIOSYSLIT = "biosyslit"
_UNKNOWN = b"twelve bytes"  # of the recorded content, only the length and the MD5 are known


def tell(stage: Stage) -> None:
    """All stories, in the order in which they happened."""
    communities(stage)
    earlier_records(stage)
    searches(stage)
    stage.after_searches = stage.server.snapshot()
    reading(stage)
    exports(stage)
    http_rules(stage)
    vocabularies(stage)
    other_lists(stage)
    creating(stage)
    saving(stage)
    sending_files(stage)
    publishing(stage)
    versions(stage)
    review(stage)
    requests(stage)
    deletion(stage)
    if_match(stage)
    sandbox(stage)
    odd_names(stage)
    rate_limits(stage)


def communities(stage: Stage) -> None:
    """The community that Zenodo's fixtures bring."""
    shown = stage.recordings["7110"].body
    made = stage.call(
        "POST",
        "/api/communities",
        {
            "slug": _BIOSYSLIT,
            "access": shown["access"],
            "metadata": shown["metadata"] | {"type": {"id": "topic"}},
        },
        who=stage.admin,
    )
    stage.marks.bind(shown["id"], made["id"])
    # what nobody but an administrator can say of a community
    store = stage.server._store
    with store.transaction():
        community = store.find(Community, made["id"])
        assert community is not None
        community.data |= {"theme": shown["theme"], "children": shown["children"]}
        community.revision = shown["revision_id"]
        store.put(community)


def earlier_records(stage: Stage) -> None:
    """What had been published before the searches."""
    hits: list[Json] = stage.recordings["523"].body["hits"]["hits"]
    versions_of_267: list[Json] = stage.recordings["536"].body["hits"]["hits"]
    by_id = {hit["id"]: hit for hit in hits + versions_of_267}
    for number in sorted(by_id):
        hit = by_id[number]
        stage.clock.set(hit["created"])
        if number == 247:
            _draft_of_245(stage)
        if number == 137:
            _versions_before(stage, hit)
        elif number in (269, 271):
            _next_version(stage, hit, 268 if number == 269 else 269)
        else:
            _publish(stage, hit)


def _publish(stage: Stage, hit: Json) -> None:
    stage.next_id(int(hit["conceptrecid"]))
    body = rdm_of(hit)
    edits = hit["revision"] // 2 - 2
    draft = stage.call("POST", "/api/records", body)
    record_id: str = draft["id"]
    assert record_id == hit["recid"]
    names = [file["key"] for file in hit.get("files", [])]
    contents = {"a.txt": b"aaa", "v2.txt": b"v2v2", "f.txt": b"content\n"}
    stage.upload(record_id, {key: contents[key] for key in names} or _FILES)
    stage.publish(record_id)
    for _ in range(edits):
        stage.call("POST", f"/api/records/{record_id}/draft")
        stage.publish(record_id)
    if hit["revision"] % 2:
        _revise(stage, record_id)


def _revise(stage: Stage, record_id: str) -> None:
    """Zenodo's older API writes a record once more when it offers it to a community."""
    store = stage.server._store
    with store.transaction():
        record = store.find(Record, record_id)
        assert record is not None
        record.revision += 1
        store.put(record)


def _next_version(stage: Stage, hit: Json, before: int) -> None:
    stage.next_id(hit["id"])
    draft = stage.call("POST", f"/api/records/{before}/versions")
    record_id: str = draft["id"]
    assert record_id == hit["recid"]
    stage.call("POST", f"/api/records/{record_id}/draft/actions/files-import")
    present = stage.call("GET", f"/api/records/{record_id}/draft/files")["entries"]
    if "v2.txt" not in [entry["key"] for entry in present]:
        stage.upload(record_id, {"v2.txt": b"v2v2"})
    stage.call("PUT", f"/api/records/{record_id}/draft", rdm_of(hit))
    stage.clock.set(hit["created"])
    stage.publish(record_id)


def _versions_before(stage: Stage, hit: Json) -> None:
    """Two versions that only their successor is known of."""
    _publish(stage, hit | {"recid": "134", "files": [{"key": "a.txt"}, {"key": "v2.txt"}]})
    _next_version(stage, hit | {"id": 135, "recid": "135"}, 134)
    _next_version(stage, hit, 135)


def _draft_of_245(stage: Stage) -> None:
    stage.next_id(244)
    draft = stage.call("POST", "/api/records", {"metadata": {"title": "Not yet published"}})
    stage.upload(draft["id"], {"noct.txt": b"x"})
    stage.replay("256", "257", "535")


def searches(stage: Stage) -> None:
    """Searches among the first seventeen records."""
    stage.replay("503", "505", "506", "509", "512", "516", "517", "519", "520")
    stage.replay("521", "522", "523", "526", "527", "528", "608")


def reading(stage: Stage) -> None:
    """Records and their files."""
    stage.replay("529", "530", "533", "536", "538", "541", "543", "551", "552")
    stage.replay_followed("534")
    stage.replay("553", "555", "557", "558")
    stage.replay("561", who=stage.bob)
    stage.replay("562", "635")


def exports(stage: Stage) -> None:
    """One record in all its forms."""
    stage.replay("564", "565", "568", "569", "570", "571", "572", "573", "574")
    stage.replay("578", "579", "581", "582")


def http_rules(stage: Stage) -> None:
    """Methods and addresses that there are not."""
    stage.replay("583", "584", "585", "586", "587", "588")


def vocabularies(stage: Stage) -> None:
    """Lists of terms."""
    stage.replay("601", "603", "605", "609", "610", "611", "612", "615")
    stage.replay("617", "618", "619", "620", "621", "623", "624")


def other_lists(stage: Stage) -> None:
    """Lists of people, communities and the like."""
    stage.replay("627", "629", "630", "632", "636", "639", "640")


def creating(stage: Stage) -> None:
    """POST /api/records with all kinds of bodies."""
    for number, lineage in {
        "701": 274,
        "703": 276,
        "705": 278,
        "707": 280,
        "708": 282,
        "709": 284,
        "710": 286,
        "712": 290,
        "713": 292,
        "714": 294,
        "716": 298,
        "717": 300,
        "718": 302,
    }.items():
        stage.next_id(lineage)
        stage.replay(number)


def saving(stage: Stage) -> None:
    """Reading and saving the draft 303."""
    stage.replay("719", "720", "722", "723", "725")
    stage.replay("727", "728", "729")
    stage.call("PUT", "/api/records/303/draft", {"metadata": {"title": "Only a title"}})
    stage.replay("731", "732")


def sending_files(stage: Stage) -> None:
    """The files of the draft 303."""
    base = "/api/records/303/draft/files"
    odd = "dir/%C3%BC%20b.txt"
    stage.replay("734", "735", "736", "737", "738", "739")
    stage.replay("740", content=b"x")
    stage.call("PUT", f"{base}/a.txt/content", _UNKNOWN)
    stage.marks.bind("dc790674bf9450d41dd2dc19e361c529", md5(_UNKNOWN).hexdigest())
    stage.replay("745")
    stage.replay("747", content=b"another content")
    stage.call("PUT", f"{base}/{odd}/content", b"slash")
    stage.replay("749", "750", "751", "752")
    stage.call("POST", base, [{"key": "m.txt", "size": 5, "checksum": f"md5:{'0' * 32}"}])
    stage.replay("755", content=b"other")
    stage.replay("758", "759", "760", "761")
    stage.replay("762", content=b"12345")
    stage.call("DELETE", f"{base}/mp.bin")
    stage.replay("764")
    stage.replay("765", content=b"")
    stage.call("DELETE", f"{base}/e.txt")
    stage.replay("768", "769", "770", "771", "773")


def publishing(stage: Stage) -> None:
    """The draft 303 becomes a record, and is edited."""
    stage.call("POST", "/api/records/303/draft/pids/doi")
    stage.clock.set(stage.recordings["779"].body["created"])
    stage.publish("303")
    stage.replay("778", "779", "781")
    stage.call("POST", "/api/records/303/draft")
    stage.replay("785", "786", "787", "788", "789", "790", "791")


def versions(stage: Stage) -> None:
    """The second version of 303."""
    stage.replay("792", "793", "795", "797", "798", "799", "7100", "7101")
    stage.next_id(305)
    stage.call("POST", "/api/records")
    stage.replay("7103", "7104")


def review(stage: Stage) -> None:
    """The draft 308 is submitted to a community."""
    stage.next_request(3)
    stage.replay("7107", "7109", "7110")
    body = stage.recordings["718"].request_body
    draft = stage.call("POST", "/api/records", body)
    base = f"/api/records/{draft['id']}/draft"
    stage.call("POST", f"{base}/files", [{"key": "a.txt"}])
    stage.call("PUT", f"{base}/files/a.txt/content", b"abc")
    stage.replay("7114", "7115", "7116", "7117")
    community = stage.marks.to_ours(stage.recordings["7110"].body["id"])
    wanted = {"receiver": {"community": community}, "type": "community-submission"}
    stage.call("PUT", f"{base}/review", wanted)
    stage.replay("7119", "7121", "7122", "7123", "7124", "7125", "7126")
    request = stage.marks.to_ours(stage.recordings["7119"].body["id"])
    stage.clock.set(stage.recordings["7128"].body["created"])
    stage.call("POST", f"/api/requests/{request}/actions/accept", who=stage.admin)
    stage.replay("7128")


def requests(stage: Stage) -> None:
    """The record 303 is offered to two communities, and shared by a link."""
    stage.replay("7130", "7132", "7136")


def deletion(stage: Stage) -> None:
    """The record 310 is deleted by its owner."""
    stage.next_request(7)
    draft = stage.call("POST", "/api/records", stage.recordings["718"].request_body)
    base = f"/api/records/{draft['id']}/draft"
    stage.replay("7139")
    stage.replay("7140", content=b"abc")
    stage.call("POST", f"{base}/files/a.txt/commit")
    stage.publish(draft["id"])
    stage.replay("7143", "7144", "7145", "7146", "7147", "7148", "7149", "7154")
    # even a deleted record gets a next version
    following = stage.call("POST", f"/api/records/{draft['id']}/versions")
    body = stage.recordings["718"].request_body
    body = body | {"metadata": body["metadata"] | {"publication_date": "2026-11-22"}}
    stage.call("PUT", f"/api/records/{following['id']}/draft", body)
    stage.replay("7155", "7156")


def if_match(stage: Stage) -> None:
    """Saving and deleting the draft 343 only as it is known."""
    stage.next_id(342)
    stage.call("POST", "/api/records", {"metadata": {"title": "abc"}})
    stage.replay("851", "852")


def odd_names(stage: Stage) -> None:
    """A record with an odd file name in a community of its owner; another community."""
    shown: Json = stage.recordings["1105"].body
    stage.next_id(354)
    draft = stage.call("POST", "/api/records", rdm_of(shown))
    stage.upload(draft["id"], {'ü "x".txt': b"x"})
    stage.publish(draft["id"])
    _revise(stage, draft["id"])
    stage.replay("1105", "1110", "1111", "1201", "1207")


def sandbox(stage: Stage) -> None:
    """A record of a server with the prefix of Zenodo's sandbox."""
    shown: Json = stage.recordings["1011"].body
    world = stage.server._world
    zenodo = world.profile
    world.profile = replace(
        zenodo, doi_prefix="10.5072", doi_host="https://handle.test.datacite.org"
    )
    identity: Json = {"id": shown["recid"], "parent": {"id": shown["conceptrecid"]}}
    stage.server.seed(rdm_of(shown) | identity, {"f": b"x"}, account=stage.alice)
    stage.replay("1011")
    world.profile = zenodo


def rate_limits(stage: Stage) -> None:
    """The limit of searches; before it, as many records as there were."""
    shown: Json = stage.recordings["902"].body["hits"]["hits"][0]
    stage.server.restore(stage.after_searches)
    for number in range(10):
        kind = "dataset" if number else "publication"
        body = rdm_of(shown | {"metadata": shown["metadata"] | {"resource_type": {"type": kind}}})
        stage.server.seed(body, {"a.txt": b"x"}, account=stage.alice)
    stage.clock.set(shown["created"])
    files = {file["key"]: b"x" for file in shown["files"]}
    identity: Json = {"id": shown["recid"], "parent": {"id": shown["conceptrecid"]}}
    stage.server.seed(rdm_of(shown) | identity, files, account=stage.alice)
    stage.server.rate_limit = RateLimit()
    anybody: dict[str, str] = {}
    stage.send("GET", "/api/records?size=1", anybody)
    stage.replay("902")
    for _ in range(28):
        stage.send("GET", "/api/records?size=1", anybody)
    stage.replay("904", "905")
    stage.server.rate_limit = None
