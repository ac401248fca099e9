"""Files of drafts and of records."""

from __future__ import annotations

from urllib.parse import quote

from tests.truth.script import (
    JSON,
    OCTETS,
    Steps,
    alice,
    bob,
    complete,
    draft_of,
    guest,
    processed,
    publish,
    record_of,
    script,
    upload,
    without_files,
)

NAMES = (
    "a b.txt",
    "dir/b.txt",
    "\u00fcml\u00e4ut.txt",
    "\u6c34.csv",
    "e\u0301.txt",
    ".hidden",
    "..",
    ".",
    "a?b#c",
    "percent%20.txt",
    "no-extension",
    "a.tar.gz",
    "x" * 255,
    "x" * 256,
    " ",
    "",
    "back\\slash",
    "new\nline",
)


@script
def start(word: str) -> Steps:
    made = yield alice("POST", "/api/records", json=complete(word))
    here = f"{draft_of(made)}/files"
    yield alice("GET", here)
    for body in (
        [{"key": "a.txt"}],
        [{"key": "a.txt"}],
        [{"key": "b.txt"}, {"key": "c.txt", "size": 3, "checksum": "md5:abc"}],
        [{"key": "d.txt"}, {"key": "d.txt"}],
        [],
        {},
        {"key": "e.txt"},
        "e.txt",
        None,
        ["e.txt"],
        [{}],
        [{"name": "e.txt"}],
        [{"key": "e.txt", "nonsense": 1}],
        [{"key": 7}],
        [{"key": None}],
        [{"key": "f.txt", "size": "many"}],
        [{"key": "g.txt", "metadata": {"title": "a title"}}],
        [{"key": "h.txt", "access": {"hidden": True}}],
        [{"key": "i.txt", "transfer": {"type": "L"}}],
        [{"key": "j.txt", "transfer": {"type": "nonsense"}}],
        [{"key": "k.txt", "transfer": {"type": "F", "url": "https://example.org/a"}}],
        [{"key": "l.txt", "transfer": {"type": "R", "url": "https://example.org/a"}}],
        [{"key": "m.txt", "transfer": {"type": "F"}}],
    ):
        yield alice("POST", here, json=body)
    yield alice("POST", here)
    yield alice("POST", here, body="[", media_type=JSON)
    yield alice("POST", here, body="[]", media_type="text/plain")
    yield alice("GET", here)
    yield alice("GET", here, accept=JSON)
    yield alice("GET", here, accept="text/html")
    for who in (bob, guest):
        yield who("GET", here)
        yield who("POST", here, json=[{"key": "z.txt"}])
        yield who("GET", f"{here}/a.txt")


@script
def names(word: str) -> Steps:
    for name in NAMES:
        made = yield alice("POST", "/api/records", json=complete(word))
        yield alice("POST", f"{draft_of(made)}/files", json=[{"key": name}])
        yield alice("GET", f"{draft_of(made)}/files")


@script
def named_content(word: str) -> Steps:
    made = yield alice("POST", "/api/records", json=complete(word))
    here = f"{draft_of(made)}/files"
    for name, quoted in (
        ("a b.txt", "a%20b.txt"),
        ("\u6c34.csv", "%E6%B0%B4.csv"),
        ("a?b#c", "a%3Fb%23c"),
        ("percent%20.txt", "percent%2520.txt"),
        ("dir/b.txt", "dir%2Fb.txt"),
        ("dir/c.txt", "dir/c.txt"),
        ("a.html", "a.html"),
        ("a.json", "a.json"),
        ("a.tar.gz", "a.tar.gz"),
    ):
        yield alice("POST", here, json=[{"key": name}])
        yield alice("PUT", f"{here}/{quoted}/content", body=b"x,y\n", media_type=OCTETS)
        yield alice("POST", f"{here}/{quoted}/commit")
        yield alice("GET", f"{here}/{quoted}")
        yield alice("GET", f"{here}/{quoted}/content", accept=None)
    yield alice("GET", here)
    yield alice("POST", f"{draft_of(made)}/actions/publish")
    for name in ("a%20b.txt", "%E6%B0%B4.csv", "dir%2Fb.txt", "dir/c.txt", "a.html"):
        yield guest("GET", f"{record_of(made)}/files/{name}/content", accept=None)


@script
def long_names(word: str) -> Steps:
    made = yield alice("POST", "/api/records", json=complete(word))
    here = f"{draft_of(made)}/files"
    for name in ("x" * 255, "x" * 256, "\u00fc" * 200, "a/" * 128):
        path = f"{here}/{quote(name)}"
        yield alice("POST", here, json=[{"key": name}])
        yield alice("PUT", f"{path}/content", body=b"x", media_type="text/plain")
        yield alice("PUT", f"{path}/content", body=b"x", media_type=OCTETS)
        yield alice("POST", f"{path}/commit")
        yield alice("GET", path)


@script
def hundred_and_one(word: str) -> Steps:
    made = yield alice("POST", "/api/records", json=complete(word))
    here = f"{draft_of(made)}/files"
    yield alice("POST", here, json=[{"key": f"{number}.txt"} for number in range(101)])
    yield alice("POST", here, json=[{"key": f"{number}.txt"} for number in range(100)])
    yield alice("POST", here, json=[{"key": "one-more.txt"}])


@script
def content(word: str) -> Steps:
    made = yield alice("POST", "/api/records", json=complete(word))
    here = f"{draft_of(made)}/files"
    yield alice("PUT", f"{here}/a.txt/content", body=b"early", media_type=OCTETS)
    yield alice("POST", f"{here}/a.txt/commit")
    yield alice("GET", f"{here}/a.txt")
    yield alice("GET", f"{here}/a.txt/content")
    yield alice("POST", here, json=[{"key": "a.txt"}, {"key": "empty"}])
    yield alice("GET", f"{here}/a.txt")
    yield alice("POST", f"{here}/a.txt/commit")
    for media_type in ("text/plain", "application/json", "multipart/form-data; boundary=x", None):
        yield alice("PUT", f"{here}/a.txt/content", body=b"hello\n", media_type=media_type)
    for who in (bob, guest):
        yield who("PUT", f"{here}/a.txt/content", body=b"hello\n", media_type=OCTETS)
        yield who("POST", f"{here}/a.txt/commit")
    yield alice("PUT", f"{here}/a.txt/content", body=b"hello\n", media_type=OCTETS)
    yield alice("GET", f"{here}/a.txt")
    yield alice("GET", here)
    yield alice("PUT", f"{here}/a.txt/content", body=b"other\n", media_type=OCTETS)
    yield alice("POST", f"{here}/a.txt/commit")
    yield alice("GET", f"{here}/a.txt", until=processed)
    yield alice("POST", f"{here}/a.txt/commit")
    yield alice("GET", f"{here}/a.txt", until=processed)
    yield alice("GET", f"{here}/a.txt/content", accept=None)
    yield alice("HEAD", f"{here}/a.txt/content", accept=None)
    yield alice("GET", f"{here}/a.txt/content", accept=JSON)
    yield bob("GET", f"{here}/a.txt/content")
    yield guest("GET", f"{here}/a.txt/content")
    yield alice("PUT", f"{here}/empty/content", body=b"", media_type=OCTETS)
    yield alice("GET", f"{here}/empty")
    yield alice("POST", f"{here}/empty/commit")
    yield alice("GET", draft_of(made))


@script
def content_after_commit(word: str) -> Steps:
    made = yield alice("POST", "/api/records", json=complete(word))
    here = f"{draft_of(made)}/files"
    yield from upload(alice, draft_of(made))
    yield alice("PUT", f"{here}/a.txt/content", body=b"again\n", media_type=OCTETS)
    yield alice("GET", f"{here}/a.txt")
    yield alice("GET", here)
    yield alice("POST", f"{here}/a.txt/commit")


@script
def file_metadata(word: str) -> Steps:
    made = yield alice("POST", "/api/records", json=complete(word))
    here = f"{draft_of(made)}/files"
    yield from upload(alice, draft_of(made))
    for body in (
        {"metadata": {"title": "a title"}},
        {"metadata": {}},
        {"access": {"hidden": True}},
        {"nonsense": 1},
        {},
        [],
        {"key": "b.txt"},
    ):
        yield alice("PUT", f"{here}/a.txt", json=body)
    yield alice("PUT", f"{here}/a.txt")
    yield alice("PUT", f"{here}/none.txt", json={"metadata": {}})
    yield bob("PUT", f"{here}/a.txt", json={"metadata": {}})
    yield alice("GET", f"{here}/a.txt")


@script
def delete(word: str) -> Steps:
    made = yield alice("POST", "/api/records", json=complete(word))
    here = f"{draft_of(made)}/files"
    yield from upload(alice, draft_of(made))
    yield alice("POST", here, json=[{"key": "b.txt"}, {"key": "c.txt"}])
    yield bob("DELETE", f"{here}/a.txt")
    yield guest("DELETE", f"{here}/a.txt")
    yield alice("DELETE", f"{here}/a.txt")
    yield alice("DELETE", f"{here}/a.txt")
    yield alice("GET", f"{here}/a.txt")
    yield alice("GET", f"{here}/a.txt/content")
    yield alice("DELETE", f"{here}/b.txt")
    yield alice("GET", here)
    yield from upload(alice, draft_of(made), content=b"anew\n")
    yield bob("DELETE", here)
    yield alice("DELETE", here)
    yield alice("DELETE", here)
    yield alice("GET", here)


@script
def of_no_files(word: str) -> Steps:
    made = yield alice("POST", "/api/records", json=without_files(word))
    here = f"{draft_of(made)}/files"
    yield alice("GET", here)
    yield alice("POST", here, json=[{"key": "a.txt"}])
    yield alice("GET", f"{here}/a.txt")
    yield alice("DELETE", here)
    yield alice("GET", f"{draft_of(made)}/files-archive")


@script
def options(word: str) -> Steps:
    made = yield alice("POST", "/api/records", json=complete(word))
    here = draft_of(made)
    yield from upload(alice, here, "a.txt")
    yield from upload(alice, here, "b.txt")
    for value in (
        {"enabled": True, "default_preview": "b.txt", "order": ["b.txt", "a.txt"]},
        {"enabled": True, "default_preview": "none.txt"},
        {"enabled": True, "order": ["none.txt"]},
        {"enabled": True, "default_preview": ""},
        {"enabled": False},
    ):
        yield alice("PUT", here, json=complete(word, files=value))
    yield alice("GET", f"{here}/files")
    yield alice("DELETE", f"{here}/files")
    yield alice("PUT", here, json=complete(word, files={"enabled": False}))
    yield alice("PUT", here, json=complete(word, files={"enabled": True}))


@script
def in_parts(word: str) -> Steps:
    made = yield alice("POST", "/api/records", json=complete(word))
    here = f"{draft_of(made)}/files"
    parts = {"type": "M", "parts": 2, "part_size": 5 * 2**20}
    size = 5 * 2**20 + 3
    for entry in (
        {"transfer": {"type": "M"}},
        {"transfer": parts},
        {"transfer": parts, "size": 3},
        {"transfer": {**parts, "parts": 3}, "size": size},
        {"transfer": {**parts, "parts": 0}, "size": size},
    ):
        yield alice("POST", here, json=[{"key": "bad.bin", **entry}])
    yield alice("POST", here, json=[{"key": "a.bin", "size": size, "transfer": parts}])
    yield alice("GET", f"{here}/a.bin")
    yield alice("PUT", f"{here}/a.bin/content/1", body=b"a" * (5 * 2**20), media_type=OCTETS)
    yield alice("PUT", f"{here}/a.bin/content/2", body=b"abcd", media_type=OCTETS)
    yield alice("PUT", f"{here}/a.bin/content/3", body=b"abc", media_type=OCTETS)
    yield alice("PUT", f"{here}/a.bin/content/0", body=b"abc", media_type=OCTETS)
    yield alice("POST", f"{here}/a.bin/commit")
    yield alice("PUT", f"{here}/a.bin/content/2", body=b"abc", media_type=OCTETS)
    # the checksum is the worker's to compute
    yield alice(
        "GET",
        f"{here}/a.bin",
        until=lambda answer: answer.status != 200 or bool(answer.body.get("checksum")),
    )
    yield alice("PUT", f"{here}/none.bin/content/1", body=b"abc", media_type=OCTETS)


@script
def download(word: str) -> Steps:
    record = yield from publish(alice, word)
    here = f"{record_of(record)}/files"
    for who in (alice, bob, guest):
        yield who("GET", here)
    yield guest("GET", here, accept=JSON)
    yield guest("GET", f"{here}/a.txt")
    yield guest("GET", f"{here}/none.txt")
    yield guest("GET", f"{here}/none.txt/content")
    path = f"{here}/a.txt/content"
    first = yield guest("GET", path, accept=None)
    yield guest("HEAD", path, accept=None)
    for accept in ("*/*", OCTETS, JSON, "text/html"):
        yield guest("GET", path, accept=accept)
    for value in ("bytes=1-3", "bytes=2-", "bytes=-2", "bytes=99-", "bytes=0-1,3-4", "nonsense"):
        yield guest("GET", path, accept=None, headers={"Range": value})
    for etag in (first.headers.get("etag", ""), '"nonsense"', "*"):
        yield guest("GET", path, accept=None, headers={"If-None-Match": etag})
        yield guest("GET", path, accept=None, headers={"If-Match": etag})
    yield guest("GET", f"{path}?download=1", accept=None)
    yield guest("GET", f"{path}?preview=1", accept=None)
    yield guest("GET", f"{record_of(record)}/files-archive", accept=None)
    yield alice("POST", here, json=[{"key": "b.txt"}])
    yield alice("PUT", path, body=b"x", media_type=OCTETS)
    yield alice("DELETE", f"{here}/a.txt")
    yield alice("DELETE", here)


@script
def archive(word: str) -> Steps:
    made = yield alice("POST", "/api/records", json=complete(word))
    here = draft_of(made)
    yield alice("GET", f"{here}/files-archive", accept=None)
    yield from upload(alice, here, "a.txt")
    yield from upload(alice, here, "b.txt", b"more\n")
    yield alice("GET", f"{here}/files-archive", accept=None)
    yield alice("GET", f"{here}/files-archive", accept=JSON)
    yield guest("GET", f"{here}/files-archive", accept=None)


@script
def media_files(word: str) -> Steps:
    made = yield alice("POST", "/api/records", json=complete(word))
    yield alice("GET", f"{draft_of(made)}/media-files")
    yield alice("POST", f"{draft_of(made)}/media-files", json=[{"key": "a.png"}])
    for who in (alice, bob):
        yield who("DELETE", f"{draft_of(made)}/media-files")
        yield who("GET", f"{draft_of(made)}/media-files-archive")
        yield who("GET", f"{draft_of(made)}/media-files/a.png")
        yield who("PUT", f"{draft_of(made)}/media-files/a.png", json={"metadata": {}})
        yield who("DELETE", f"{draft_of(made)}/media-files/a.png")
        yield who("GET", f"{draft_of(made)}/media-files/a.png/content")
        yield who("POST", f"{draft_of(made)}/media-files/a.png/commit")
    record = yield from publish(alice, word)
    yield guest("GET", f"{record_of(record)}/media-files")
    yield guest("GET", f"{record_of(record)}/media-files", accept=JSON)
    yield guest("GET", f"{record_of(record)}/media-files-archive")
    yield guest("GET", f"{record_of(record)}/media-files/a.png")
    yield guest("OPTIONS", f"{record_of(record)}/media-files")
