"""A small repository in memory, for driving flows to their end with faults at every step."""

from __future__ import annotations

import copy
import datetime as dt
import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from email.utils import format_datetime
from urllib.parse import unquote

from zenodo_sdk.errors import NoAnswer, ResponseError
from zenodo_sdk.flows._steps import Digest, Flow, Pause, Seen, SendContent, Several, Tell
from zenodo_sdk.wire import decode
from zenodo_sdk.wire.call import Answer, Call

HOST = "zenodo.example"
START = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Fault:
    """What goes wrong with one call.

    Attributes:
        does: Whether the server carries the call out.
        status: The answer's status; None loses the answer.
        reached: Whether the request may have reached the server.
        after: Carried out only after so many further calls.
        spoils: Of a content: what the server holds afterwards.
        shape: ``empty`` or ``page``: what a success holds instead of its document.
    """

    does: bool = True
    status: int | None = None
    reached: bool = True
    after: int = 0
    spoils: str = ""
    shape: str = ""


ANSWER_LOST = Fault()
REQUEST_LOST = Fault(does=False)
UNREACHED = Fault(does=False, reached=False)
CRASHED = Fault(does=False, status=500)
CRASHED_AFTER = Fault(status=500)
GATEWAY = Fault(does=False, status=504)
GATEWAY_AFTER = Fault(status=504)
TIMEOUT_408 = Fault(does=False, status=408)
EMPTY = Fault(status=200, shape="empty")
PAGE = Fault(status=200, shape="page")
TRUNCATED = Fault(spoils="truncated")
MANGLED = Fault(spoils="mangled")
MANGLED_ANSWERED = Fault(spoils="mangled", status=200)
FORBIDDEN = Fault(does=False, status=403)
LIMITED = Fault(does=False, status=429)


def late(after: int) -> Fault:
    """The answer is lost, and the work is done only after further calls."""
    return Fault(after=after)


@dataclass
class Entry:
    """A file of a draft."""

    key: str
    content: bytes | None = None
    whole: bool = False
    completed: bool = False
    made_before_our_eyes: bool = False
    offered: bool = False

    def document(self) -> dict:
        known = {}
        if self.completed:
            assert self.content is not None
            digest = hashlib.md5(self.content).hexdigest()
            known = {"size": len(self.content), "checksum": f"md5:{digest}"}
        return {
            "key": self.key,
            "status": "completed" if self.completed else "pending",
            "size": None,
            "checksum": None,
            **known,
        }


def completed(key: str, content: bytes) -> Entry:
    return Entry(key, content, whole=True, completed=True)


@dataclass
class Draft:
    id: str
    concept: str
    body: dict
    created: dt.datetime
    revision: int = 4
    published: bool = False
    status: str = "draft"
    files: dict[str, Entry] = field(default_factory=dict)
    pids: dict = field(default_factory=dict)
    listed_after: int = 0
    base: str = ""

    def document(self) -> dict:
        access = {"record": "public", "files": "public", **self.body.get("access", {})}
        return copy.deepcopy(
            {
                "id": self.id,
                "created": self.created.isoformat(),
                "parent": {"id": self.concept},
                "revision_id": self.revision,
                "is_published": self.published,
                "is_draft": True,
                "status": self.status,
                "metadata": self.body.get("metadata", {}),
                "custom_fields": self.body.get("custom_fields", {}),
                "access": {"embargo": {"active": False, "reason": None}, **access},
                "files": {"enabled": True, "count": 0, **self.body.get("files", {})},
                "pids": {**self.pids, **self.body.get("pids", {})},
            }
        )


@dataclass
class Record:
    id: str
    concept: str
    body: dict
    revision: int = 5
    files: dict[str, Entry] = field(default_factory=dict)

    def document(self) -> dict:
        return copy.deepcopy(
            {
                "id": self.id,
                "parent": {"id": self.concept},
                "revision_id": self.revision,
                "is_published": True,
                "is_draft": False,
                "status": "published",
                **self.body,
            }
        )


Done = tuple[int, object]
_WRITES = {
    "create",
    "save",
    "delete_draft",
    "publish",
    "new_version",
    "import_files",
    "reserve_doi",
    "init",
    "content",
    "commit",
    "delete_file",
    "communities",
}
_ROUTES: tuple[tuple[str, str, str], ...] = (
    ("POST", r"/api/records", "create"),
    ("GET", r"/api/user/records", "list"),
    ("GET", r"/api/records/([^/]+)/draft", "read_draft"),
    ("PUT", r"/api/records/([^/]+)/draft", "save"),
    ("DELETE", r"/api/records/([^/]+)/draft", "delete_draft"),
    ("POST", r"/api/records/([^/]+)/draft/actions/publish", "publish"),
    ("POST", r"/api/records/([^/]+)/versions", "new_version"),
    ("GET", r"/api/records/([^/]+)/versions/latest", "latest"),
    ("POST", r"/api/records/([^/]+)/draft/actions/files-import", "import_files"),
    ("POST", r"/api/records/([^/]+)/draft/pids/doi", "reserve_doi"),
    ("POST", r"/api/records/([^/]+)/communities", "communities"),
    ("GET", r"/api/records/([^/]+)/draft/files", "draft_files"),
    ("GET", r"/api/records/([^/]+)/files", "record_files"),
    ("POST", r"/api/records/([^/]+)/draft/files", "init"),
    ("PUT", r"/api/records/([^/]+)/draft/files/(.+)/content", "content"),
    ("POST", r"/api/records/([^/]+)/draft/files/(.+)/commit", "commit"),
    ("GET", r"/api/records/([^/]+)/draft/files/(.+)", "read_file"),
    ("DELETE", r"/api/records/([^/]+)/draft/files/(.+)", "delete_file"),
    ("GET", r"/api/records/([^/]+)", "read_record"),
)


class Broken(AssertionError):
    """The flow did what no flow may do."""


class Server:
    """The repository, and the driver of flows against it.

    Args:
        faults: What goes wrong: by the name of a call, its faults one after another (None for
            none). A key ``"*"`` gives them to every writing call in turn.
        content: The content of the files at hand.
        skew: How far the server's clock is ahead of the client's.
        before_call: Called with the server and a call's name before each call.
    """

    def __init__(
        self,
        faults: Mapping[str, Iterable[Fault | None]] | None = None,
        *,
        content: bytes = b"",
        skew: dt.timedelta = dt.timedelta(0),
        before_call: Callable[[Server, str], None] | None = None,
    ) -> None:
        self.faults = {name: iter(list(given)) for name, given in (faults or {}).items()}
        self.mine = content
        self.skew = skew
        self.before_call = before_call
        self.drafts: dict[str, Draft] = {}
        self.records: dict[str, Record] = {}
        self.calls: list[str] = []
        self.asked: list[Call] = []
        self.paused = 0.0
        self.told: list[tuple[str, str]] = []
        self.date = True
        self._waiting: list[tuple[int, Callable[[], object]]] = []
        self._next = 100

    # --- what a test sets up and looks at ----------------------------------------

    @property
    def now(self) -> dt.datetime:
        """The client's clock."""
        return START + dt.timedelta(seconds=self.paused)

    def draft(self, **known) -> Draft:
        self._next += 1
        known.setdefault("id", str(self._next))
        known.setdefault("concept", f"c{known['id']}")
        known.setdefault("body", {})
        known.setdefault("created", self.now + self.skew)
        draft = Draft(**known)
        self.drafts[draft.id] = draft
        return draft

    def record(self, identifier: str, **known) -> Record:
        record = Record(identifier, f"c{identifier}", known.pop("body", {}), **known)
        self.records[identifier] = record
        return record

    def count(self, name: str) -> int:
        return Counter(self.calls)[name]

    def settle(self) -> None:
        """Let everything that is late happen."""
        waiting, self._waiting = self._waiting, []
        for _, effect in waiting:
            effect()

    # --- driving -------------------------------------------------------------------

    def run(self, flow: Flow):
        """Do what a flow says until it ends."""
        moves = self._moves(flow)
        try:
            while True:
                next(moves)
        except StopIteration as end:
            return end.value

    def _moves(self, flow: Flow):
        """Do what a flow says, step by step, so that several can take turns."""
        try:
            step = next(flow)
            while True:
                if isinstance(step, Several):
                    try:
                        yield from self._side_by_side(step)
                    except Exception as error:
                        step = flow.throw(error)
                    else:
                        step = flow.send(None)
                else:
                    step = flow.send(self._reply(step))
                yield
        except StopIteration as end:
            return end.value

    def _side_by_side(self, step: Several):
        """A few at a time take turns; the first error ends the others where they are."""
        todo = list(step.flows.values())
        waiting, running = [self._moves(flow) for flow in todo], []
        try:
            while waiting or running:
                while waiting and len(running) < 3:
                    running.append(waiting.pop(0))
                for one in list(running):
                    try:
                        next(one)
                    except StopIteration:
                        running.remove(one)
                    yield
        finally:
            for flow in todo:
                flow.close()

    def _reply(self, step):
        if isinstance(step, Tell):
            self.told.append((step.name, step.phase))
            return None
        if isinstance(step, Pause):
            assert step.seconds >= 0
            self.paused += step.seconds
            return None
        if isinstance(step, Digest):
            return Seen(hashlib.md5(self.mine).hexdigest(), len(self.mine))
        if isinstance(step, SendContent):
            step.begins()
            return self.handle(step.call, self.mine)
        return self.handle(step, None)

    def handle(self, call: Call, content: bytes | None) -> Answer | ResponseError | NoAnswer:
        name, arguments = self._route(call)
        assert (content is not None) == (name == "content")
        self.calls.append(name)
        self.asked.append(call)
        assert len(self.calls) < 2000, "the flow does not end"
        if self.before_call is not None:
            self.before_call(self, name)
        self._tick()
        if name == "content":
            self._offer(*arguments)
        fault = self._fault(name)
        if fault is None:
            return self._answer(call, name, self._do(name, arguments, call, content, ""))
        status, document = 0, None
        if fault.does:

            def effect() -> Done:
                return self._do(name, arguments, call, content, fault.spoils)

            if fault.after:
                if name == "content":
                    effect = self._unless_completed(arguments, effect)
                self._waiting.append((fault.after, effect))
            else:
                status, document = effect()
        if fault.status is None:
            return NoAnswer(
                f"{call.method} {call.path}: lost",
                method=call.method,
                path=call.path,
                may_have_landed=fault.reached,
            )
        if fault.status == 200 and status < 300:
            if fault.shape == "empty":
                return Answer(status, {}, b"", self.now)
            if fault.shape == "page":
                page = Answer(200, {"content-type": "text/html"}, b"<html>hello</html>", self.now)
                return decode.unexpected(call, page, host=HOST)
            return self._answer(call, name, (status, document))
        if fault.status == 200:
            return self._answer(call, name, (status, document))
        return self._answer(call, name, (fault.status, {"message": "A fault."}))

    def _fault(self, name: str) -> Fault | None:
        if name in self.faults:
            return next(self.faults[name], None)
        if "*" in self.faults and name in _WRITES:
            return next(self.faults["*"], None)
        return None

    def _tick(self) -> None:
        due = [effect for left, effect in self._waiting if left <= 1]
        self._waiting = [(left - 1, effect) for left, effect in self._waiting if left > 1]
        for effect in due:
            effect()

    def _unless_completed(self, arguments: list[str], effect: Callable[[], Done]):
        """An old transfer that turns up after the commit of another: nothing could help then."""
        identifier, key = arguments

        def landing() -> Done:
            entry = self.drafts[identifier].files.get(key)
            return _gone() if entry is not None and entry.completed else effect()

        return landing

    def _offer(self, identifier: str, key: str) -> None:
        entry = self.drafts[identifier].files.get(key) if identifier in self.drafts else None
        if entry is None:
            return
        if not entry.made_before_our_eyes:
            raise Broken(f"content sent into an entry whose making was not seen: {entry}")
        if entry.offered:
            raise Broken(f"content sent into an entry that may hold some: {entry}")
        entry.offered = True

    def _route(self, call: Call) -> tuple[str, list[str]]:
        for method, pattern, name in _ROUTES:
            match = re.fullmatch(pattern, call.path)
            if method == call.method and match:
                return name, [unquote(group) for group in match.groups()]
        raise AssertionError(f"no such call: {call.method} {call.path}")

    def _answer(self, call: Call, name: str, done: Done) -> Answer | ResponseError:
        status, document = done
        headers = {"content-type": "application/json"}
        if self.date:
            headers["date"] = format_datetime(self.now + self.skew, usegmt=True)
        content = b"" if document is None else json.dumps(document).encode()
        answer = Answer(status, headers, content, self.now)
        if status >= 400:
            return decode.error_of(call, answer, host=HOST, now=0.0)
        if name == "init":
            identifier = call.path.split("/")[3]
            for key in _keys(call):
                self.drafts[identifier].files[key].made_before_our_eyes = True
        return answer

    # --- what the server does --------------------------------------------------------

    def _do(
        self, name: str, arguments: list[str], call: Call, content: bytes | None, spoils: str
    ) -> Done:
        if name == "content":
            assert content is not None
            return self._content(*arguments, content, spoils)
        done: Done = getattr(self, f"_{name}")(call, *arguments)
        return done

    def _create(self, call: Call) -> Done:
        return 201, self.draft(body=copy.deepcopy(call.body)).document()

    def _list(self, call: Call) -> Done:
        query = dict(call.query)
        wanted = re.fullmatch(r'parent\.id:"(.*)"', query["q"])
        found = []
        for draft in self.drafts.values():
            draft.listed_after -= 1
            if draft.listed_after >= 0:
                continue
            if wanted is None and draft.published:
                continue
            if wanted is None or draft.concept == wanted[1]:
                found.append(draft.document())
        if wanted:
            found += [one.document() for one in self.records.values() if one.concept == wanted[1]]
        found.sort(key=lambda hit: hit.get("created", ""), reverse=True)
        hits = found[: int(query["size"])]
        return 200, {"hits": {"hits": hits, "total": len(found)}}

    def _read_draft(self, call: Call, identifier: str) -> Done:
        draft = self.drafts.get(identifier)
        return (200, draft.document()) if draft else _gone()

    def _save(self, call: Call, identifier: str) -> Done:
        draft = self.drafts.get(identifier)
        if draft is None:
            return _gone()
        if call.headers["If-Match"] != str(draft.revision):
            return 412, {"message": "revision"}
        draft.body = copy.deepcopy(call.body)
        draft.revision += 2
        return 200, draft.document()

    def _delete_draft(self, call: Call, identifier: str) -> Done:
        draft = self.drafts.get(identifier)
        if draft is None:
            return _gone()
        if call.headers.get("If-Match", str(draft.revision)) != str(draft.revision):
            return 412, {"message": "revision"}
        del self.drafts[identifier]
        return 204, None

    def _publish(self, call: Call, identifier: str) -> Done:
        draft = self.drafts.pop(identifier, None)
        if draft is None:
            return _gone()
        record = self.records.get(identifier)
        if record is None:
            record = self.record(identifier, files=draft.files)
        else:
            record.revision += 2
        record.body = draft.body
        return 202, record.document()

    def _new_version(self, call: Call, identifier: str) -> Done:
        concept = self.records[identifier].concept
        for draft in self.drafts.values():
            if draft.concept == concept and not draft.published:
                return 201, draft.document()
        made = self.draft(concept=concept, status="new_version_draft", base=identifier)
        return 201, made.document()

    def _latest(self, call: Call, identifier: str) -> Done:
        return 200, self.records[identifier].document()

    def _import_files(self, call: Call, identifier: str) -> Done:
        draft = self.drafts[identifier]
        if draft.files:
            return 400, {"message": "Please remove all files first."}
        draft.files = copy.deepcopy(self.records[draft.base].files)
        draft.revision += 2
        return 201, {"entries": [entry.document() for entry in draft.files.values()]}

    def _reserve_doi(self, call: Call, identifier: str) -> Done:
        draft = self.drafts[identifier]
        if draft.pids:
            return 400, {"message": "A PID already exists for type doi"}
        draft.pids = {"doi": {"identifier": f"10.5281/zenodo.{identifier}", "provider": "datacite"}}
        draft.revision += 2
        return 201, draft.document()

    def _communities(self, call: Call, identifier: str) -> Done:
        assert isinstance(call.body, dict)
        asked = [item["id"] for item in call.body["communities"]]
        states = {"open": "accepted", "closed": "submitted"}
        processed = [
            {"community_id": slug, "request_id": f"r-{slug}", "request": {"status": states[slug]}}
            for slug in asked
            if slug in states
        ]
        errors = [{"community_id": s, "message": "Not allowed."} for s in asked if s not in states]
        return (200 if processed else 400), {"processed": processed, "errors": errors}

    def _read_record(self, call: Call, identifier: str) -> Done:
        record = self.records.get(identifier)
        return (200, record.document()) if record else _gone()

    def _draft_files(self, call: Call, identifier: str) -> Done:
        draft = self.drafts[identifier]
        return 200, {
            "enabled": True,
            "entries": [entry.document() for entry in draft.files.values()],
        }

    def _record_files(self, call: Call, identifier: str) -> Done:
        record = self.records[identifier]
        return 200, {
            "enabled": True,
            "entries": [entry.document() for entry in record.files.values()],
        }

    def _init(self, call: Call, identifier: str) -> Done:
        draft = self.drafts.get(identifier)
        if draft is None:
            return _gone()
        for key in _keys(call):
            if key in draft.files:
                return 400, {"message": f"File with key {key} already exists."}
        draft.files |= {key: Entry(key) for key in _keys(call)}
        return 201, {"entries": [entry.document() for entry in draft.files.values()]}

    def _content(self, identifier: str, key: str, content: bytes, spoils: str) -> Done:
        draft = self.drafts.get(identifier)
        entry = draft.files.get(key) if draft else None
        if draft is None or entry is None:
            return _gone()
        if draft.published:
            return 403, {"message": "Bucket is locked for modifications."}
        if entry.completed:
            # measured: what comes after the commit destroys the file
            del draft.files[key]
            return 200, {"key": key, "errors": "File upload transfer failed."}
        entry.content = {"truncated": content[:-1], "mangled": b"X" + content[1:]}.get(
            spoils, content
        )
        entry.whole = spoils != "truncated"
        return 200, entry.document()

    def _commit(self, call: Call, identifier: str, key: str) -> Done:
        draft = self.drafts.get(identifier)
        entry = draft.files.get(key) if draft else None
        if entry is None:
            return _gone()
        if not entry.whole:
            return 500, {"message": "The server encountered an internal error."}
        entry.completed = True
        return 200, entry.document()

    def _read_file(self, call: Call, identifier: str, key: str) -> Done:
        draft = self.drafts.get(identifier)
        entry = draft.files.get(key) if draft else None
        return (200, entry.document()) if entry else _gone()

    def _delete_file(self, call: Call, identifier: str, key: str) -> Done:
        draft = self.drafts.get(identifier)
        if draft is None or key not in draft.files:
            return _gone()
        del draft.files[key]
        draft.revision += 2
        return 204, None


def _keys(call: Call) -> list[str]:
    """The names that are announced."""
    assert isinstance(call.body, list)
    return [str(item["key"]) for item in call.body if isinstance(item, dict)]


def _gone() -> Done:
    return 404, {"message": "The persistent identifier does not exist."}
