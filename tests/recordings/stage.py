"""The embedded Zenodo in the state that a recording needs, and the replay of one."""

from __future__ import annotations

import http.client
import io
import json
import zipfile
from ast import literal_eval
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.recordings.compare import HOST, Marks, differences, same_text
from tests.recordings.corpus import Json, Recording
from zenodo_sdk.testing.local import LocalAccount, LocalZenodo

_ANY_JSON = "application/vnd.inveniordm.v1+json, application/json"

# the header fields that the recordings keep
_KEPT = frozenset(
    {
        "allow",
        "cache-control",
        "content-disposition",
        "content-length",
        "content-type",
        "etag",
        "last-modified",
        "link",
        "location",
        "retry-after",
        "x-ratelimit-limit",
        "x-ratelimit-remaining",
        "x-ratelimit-reset",
    }
)

# as long as the name that was replaced in the recordings
_HOST_OF_LENGTH = b"http://127.0.0.1:5000"


class Clock:
    """A clock that goes on a little whenever somebody looks at it."""

    def __init__(self) -> None:
        self._now = datetime(2026, 11, 22, 10, 40, tzinfo=UTC)

    def __call__(self) -> datetime:
        self._now += timedelta(milliseconds=1)
        return self._now

    def set(self, moment: str) -> None:
        """Turn it to a moment of the recordings."""
        self._now = datetime.fromisoformat(moment)


@dataclass(frozen=True)
class Reply:
    """What our server answered."""

    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.content) if self.content else None


class Stage:
    """A server, the people of the recordings, and what came of every replay."""

    def __init__(self, server: LocalZenodo, clock: Clock, recordings: dict[str, Recording]) -> None:
        self.server = server
        self.clock = clock
        self.recordings = recordings
        self.marks = Marks()
        self.results: dict[str, list[str]] = {}
        self.after_searches = server.snapshot()
        self.admin = server.account
        self.bob = server.add_user("bob@example.org")
        self.alice = server.add_user("alice@example.org")  # the third, as in the recordings

    # --- building ---------------------------------------------------------------

    def next_id(self, wanted: int) -> None:
        """Let ids go on with this one, so that they need no translation."""
        self._count_from("record", wanted)

    def next_request(self, wanted: int) -> None:
        """Let the numbers of requests go on with this one."""
        self._count_from("request", wanted)

    def _count_from(self, counter: str, wanted: int) -> None:
        store = self.server._store
        with store.transaction():
            store._connection.execute(
                "INSERT OR REPLACE INTO counters VALUES (?, ?)", (counter, wanted - 1)
            )

    def call(
        self,
        method: str,
        path: str,
        body: Json = None,
        *,
        who: LocalAccount | None = None,
        fine: bool = True,
    ) -> Any:
        """Send a request that no recording has; alice does, unless told otherwise."""
        headers = {"Authorization": f"Bearer {(who or self.alice).token}", "Accept": _ANY_JSON}
        content = body if isinstance(body, bytes) else None
        if content is not None:
            headers["Content-Type"] = "application/octet-stream"
        elif body is not None:
            headers["Content-Type"] = "application/json"
            content = json.dumps(body).encode()
        reply = self.send(method, path, headers, content)
        assert (reply.status < 400) == fine, (method, path, reply)
        return reply.json

    def upload(self, record_id: str, files: dict[str, bytes]) -> None:
        """Put files into a draft."""
        base = f"/api/records/{record_id}/draft/files"
        for key, content in files.items():
            quoted = key.replace('"', "%22").replace(" ", "%20").replace("ü", "%C3%BC")
            self.call("POST", base, [{"key": key}])
            self.call("PUT", f"{base}/{quoted}/content", content)
            self.call("POST", f"{base}/{quoted}/commit")

    def publish(self, record_id: str) -> None:
        """Publish a draft."""
        self.call("POST", f"/api/records/{record_id}/draft/actions/publish")

    # --- replaying --------------------------------------------------------------

    def replay(self, *numbers: str, who: LocalAccount | None = None, content: bytes = b"") -> None:
        """Send recorded requests and note the differences; alice's token goes where one did.

        Args:
            numbers: Which recordings.
            who: Whose token it was.
            content: What the request carried, where the recording only has ``<bytes>``.
        """
        for number in numbers:
            recording = self.recordings[number]
            reply = self.send(
                recording.method,
                self.marks.to_ours(recording.path),
                self._headers(recording, who or self.alice),
                self._content(recording, content),
            )
            self.results[recording.name] = list(self._differences(recording, reply))

    def replay_followed(self, number: str) -> None:
        """Send a recorded request whose redirect was followed: the body is that of the target."""
        recording = self.recordings[number]
        reply = self.send(recording.method, recording.path, recording.request_headers)
        found = list(self._in_headers(recording, reply))
        _, _, body = recording.body.partition("\n\n")
        target = self.send("GET", reply.headers["location"], recording.request_headers)
        text = target.content.decode().replace(self.server.url, HOST)
        found += differences(json.loads(body), json.loads(text), self.marks)
        self.results[recording.name] = found

    def _headers(self, recording: Recording, who: LocalAccount) -> dict[str, str]:
        return {
            name: value.replace("<TOKEN>", who.token)
            for name, value in recording.request_headers.items()
        }

    def _content(self, recording: Recording, content: bytes) -> bytes | None:
        if recording.request_body is None:
            return None
        if recording.request_body == "<bytes>":
            return content
        text = json.dumps(recording.request_body, ensure_ascii=False)
        return self.marks.to_ours(text).replace(HOST, self.server.url).encode()

    def _differences(self, recording: Recording, reply: Reply) -> list[str]:
        if recording.status != reply.status:
            return [f"status: {recording.status}, not {reply.status}: {reply.content[:400]!r}"]
        found = [*self._in_headers(recording, reply), *self._in_body(recording, reply)]
        return found or self._in_length(recording, reply)

    def _in_length(self, recording: Recording, reply: Reply) -> list[str]:
        """Bodies that are equal are also of equal length, under a host's name of equal length."""
        if "content-length" not in recording.headers or recording.method == "HEAD":
            return []
        content = reply.content.replace(self.server.url.encode(), _HOST_OF_LENGTH)
        theirs = recording.headers["content-length"]
        if int(theirs) == len(content):
            return []
        return [f"content-length: {theirs}, not {len(content)}"]

    def _in_headers(self, recording: Recording, reply: Reply) -> list[str]:
        found: list[str] = []
        for name in sorted(_KEPT & (recording.headers.keys() | reply.headers.keys())):
            theirs, ours = recording.headers.get(name), reply.headers.get(name)
            if theirs is None or ours is None or not self._same_header(name, theirs, ours):
                found.append(f"{name}: {theirs!r}, not {ours!r}")
        return found

    def _same_header(self, name: str, theirs: str, ours: str) -> bool:
        if name == "content-length":
            return True
        if name == "allow":
            return set(theirs.split(", ")) == set(ours.split(", "))
        if name in ("x-ratelimit-reset", "retry-after"):
            return theirs.isdigit() and ours.isdigit() and len(theirs) == len(ours)
        return same_text(theirs, ours.replace(self.server.url, HOST), self.marks)

    def _in_body(self, recording: Recording, reply: Reply) -> list[str]:
        if recording.body == "":
            return [f"body: {reply.content!r}"] if reply.content else []
        if isinstance(recording.body, str):
            if recording.body.startswith("b'PK"):
                return list(
                    differences(
                        _zipped(literal_eval(recording.body)), _zipped(reply.content), self.marks
                    )
                )
            if recording.headers.get("content-type", "").endswith("json"):
                return list(differences(json.loads(recording.body), reply.json, self.marks))
            text = reply.content.decode().replace(self.server.url, HOST)
            # blank lines at the end were not recorded
            if same_text(recording.body.rstrip(), text.rstrip(), self.marks):
                return []
            return [f"body: {recording.body!r}, not {text!r}"]
        text = reply.content.decode().replace(self.server.url, HOST)
        return list(differences(recording.body, json.loads(text), self.marks))

    def send(
        self, method: str, path: str, headers: dict[str, str], content: bytes | None = None
    ) -> Reply:
        """Send a request."""
        host = self.server.url.removeprefix("http://")
        connection = http.client.HTTPConnection(host, timeout=30)
        try:
            connection.request(method, path, content, headers)
            answer = connection.getresponse()
            fields = {name.lower(): value for name, value in answer.getheaders()}
            return Reply(answer.status, fields, answer.read())
        finally:
            connection.close()


def _zipped(archive: bytes) -> Json:
    """What is in a ZIP."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return [
            {
                "name": member.filename,
                "compression": member.compress_type,
                "flags": member.flag_bits,
                "content": opened.read(member).decode(),
            }
            for member in opened.infolist()
        ]
