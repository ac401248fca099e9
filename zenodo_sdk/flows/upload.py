"""Upload files in the server's three steps, whatever gets lost on the way.

What was measured on the running servers decides here: an entry reads ``pending`` before, during
and after a content whose answer was lost, so reading it decides nothing; committing does (500:
no whole content, 200: it landed, and committing again is harmless). A content sent after the
commit destroys the file, and bytes of a broken transfer may turn up in an entry made anew. So
content goes only into an entry that was just made, and only an equal MD5 counts.

Entries are made for all files with one request, which makes all of them or none. So a name that
is taken costs a look at the draft's files and that request again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from ..errors import (
    BadRequest,
    ChecksumMismatch,
    FileExists,
    NoAnswer,
    NotFound,
    OutcomeUnknown,
    RateLimited,
)
from ..ledger import Ledger
from ..models.file import FileData
from ..retry import Retry
from ..transfer.overwrite import Overwrite
from ..transfer.upload.preflight import Limits, Wanted, check_against, may_have_twins
from ..wire import endpoints
from ..wire.call import Answer
from ._steps import (
    Digest,
    Failed,
    Flow,
    Seen,
    SendContent,
    Several,
    Tell,
    attempt,
    is_lost,
    pause,
    reason,
    request,
)
from .entries import commit, find, find_all, is_final, is_taken, remake, remove


@dataclass(slots=True)
class Upload:
    """One call that uploads files.

    Args:
        record_id: The draft.
        wanted: The files.
        overwrite: What to do where a complete file of a name is: ``"skip"`` keeps it if it holds
            the same content and refuses other content, ``"error"`` refuses, ``"replace"`` replaces
            it. What was begun and not completed is replaced in any case.
        limits: What the record may hold.
        ledger: Where this process notes what it has not seen verified.
        retry: How often and how long to try.
    """

    record_id: str
    wanted: Sequence[Wanted]
    overwrite: Overwrite
    limits: Limits
    ledger: Ledger
    retry: Retry
    _done: dict[str, FileData] = field(default_factory=dict[str, FileData], init=False)
    _open: set[str] = field(default_factory=set[str], init=False)
    """Entries that this call made and that hold nothing verified."""

    def run(self) -> Flow[list[FileData]]:
        """Upload the files.

        Returns:
            Them as the server has them, in the order in which they are wanted.

        Raises:
            FileExists: A name is taken.
            OutcomeUnknown: It failed, and what is left of a file could not be removed. After any
                other error that follows a file's first byte, nothing is under its name.
            RateLimited: Entries of the other files are left, for no more requests are made; the
                same call again makes them anew.
        """
        try:
            yield from self._announce()
            todo = [one for one in self.wanted if one.name not in self._done]
            yield Several({one.name: self._one(one) for one in todo})
        except Exception as failure:
            # of the server, or of this side: a file that shrank, a progress callback that failed
            if self._open and not isinstance(failure, RateLimited):
                with suppress(Exception):
                    for name in sorted(self._open):
                        yield from self._give_back(name)
            raise
        return [self._done[one.name] for one in self.wanted]

    # --- before anything is sent ---------------------------------------------------

    def _announce(self) -> Flow[None]:
        """Make an entry for each file that is to be sent, all in one request."""
        self.limits.check(self.wanted, {})
        names = [one.name for one in self.wanted]
        several = len(names) > 1
        # of several, a run again finds them all there; of a draft just made, nothing is known
        # to be there
        looked = not self.ledger.is_empty(self.record_id) and (
            several or self.limits.is_worth_a_look(self.wanted) or may_have_twins(names)
        )
        look_at_all = looked
        tries = 0
        while True:
            if looked:
                there = yield from (
                    find_all(self.record_id) if look_at_all else find(self.record_id, names)
                )
                yield from self._decide(there)
            free = [name for name in names if name not in self._done]
            if not free:
                return
            reply = yield from request(endpoints.init_files(self.record_id, free))
            if not isinstance(reply, Failed):
                self._open.update(free)
                return
            # Whatever the 400 says: its words may be cut off, or in another language. It made
            # nothing, and what is there tells.
            if looked or not isinstance(reply, BadRequest):
                tries += 1
                if tries >= self.retry.attempts or not (is_taken(reply) or is_lost(reply)):
                    raise reply
                yield from pause(self.retry.backoff(tries))
            looked = True

    def _decide(self, there: Mapping[str, FileData]) -> Flow[None]:
        """Say what is kept, and remove what was only begun or shall be replaced."""
        self.limits.check(self.wanted, there)
        check_against([one.name for one in self.wanted], there)
        known = {one.name: one for one in self.wanted if one.name in there}
        complete = [name for name in known if there[name].is_complete and name not in self._done]
        if complete and self.overwrite == "error":
            raise FileExists(
                f"'{complete[0]}' is there already in {self.record_id}; pass overwrite='skip' to"
                " keep it if it has the same content, or overwrite='replace' to send it anew",
                complete[0],
            )
        if self.overwrite == "skip":
            # sizes first, which cost nothing
            for name in complete:
                if known[name].size not in (None, there[name].size):
                    raise self._other_content(name)
            if complete:
                yield Several({name: self._keep(there[name]) for name in complete})
        # What a broken run left unfinished is no file: nothing in it could be lost, and the same
        # script run again shall get through.
        for name in known:
            if name not in self._done:
                # one by one: of several at once InvenioRDM does one, and fails at the others
                yield from remove(self.record_id, name, self.retry)

    def _keep(self, there: FileData) -> Flow[None]:
        """Keep a file that has the same content."""
        seen = yield from _seen(there.name)
        if there.size != seen.size or there.md5 != seen.md5:
            raise self._other_content(there.name)
        # also of an earlier upload that nobody saw verified
        self.ledger.settle(self.record_id, there.name)
        self._done[there.name] = there
        yield Tell(there.name, "skipped")

    def _other_content(self, name: str) -> FileExists:
        return FileExists(
            f"'{name}' is there already in {self.record_id} and holds other content; pass"
            " overwrite='replace' to replace it",
            name,
        )

    # --- one file ------------------------------------------------------------------

    def _one(self, wanted: Wanted) -> Flow[None]:
        """Upload a file; nothing that was not verified is left under its name."""
        name = wanted.name
        doubtful = name in self.ledger.unverified(self.record_id)
        try:
            self._done[name] = yield from self._send(wanted)
        except Exception as failure:
            if name in self._open:
                self._open.discard(name)
                yield from self._clear(name, failure)
            # Nothing of this upload is left; of an earlier one of that name it may, and of this
            # one something may still be on its way.
            if not (doubtful or isinstance(failure, NoAnswer)):
                self.ledger.settle(self.record_id, name)
            raise
        self._open.discard(name)
        self.ledger.settle(self.record_id, name)
        yield Tell(name, "done")

    def _send(self, wanted: Wanted) -> Flow[FileData]:
        """Send the content into the entry that was just made, and into another one if it fails."""
        name, record_id, retry = wanted.name, self.record_id, self.retry
        content = endpoints.put_content(record_id, name)
        begins = partial(self.ledger.begin, record_id, name)
        failure: Failed | ChecksumMismatch | None = None
        for round_ in range(retry.attempts):
            if round_ > 0:
                yield Tell(name, "retrying")
                yield from pause(retry.backoff(round_))
                yield from remake(record_id, name, retry)
            sent = yield from attempt(SendContent(content, name, begins))
            if is_final(sent):
                raise sent
            yield Tell(name, "verifying")
            committed = yield from commit(record_id, name, retry)
            if not isinstance(committed, FileData):
                if is_final(committed):
                    raise committed
                failure = committed if isinstance(sent, Answer) else sent
            else:
                seen = yield from _seen(name)
                if committed.md5 == seen.md5 and committed.size == seen.size:
                    return committed
                failure = ChecksumMismatch(
                    f"the server's copy of '{name}' in {record_id} is not what was sent, and was"
                    " removed. Upload it again; if that does not help, something on the way changes"
                    " the bytes.",
                    name=name,
                    expected=f"md5:{seen.md5}",
                    actual=committed.checksum or "none",
                )
            if wanted.once:
                failure.args = (f"{failure}\n{_ONCE}",)
                break
        assert failure is not None
        raise failure

    def _clear(self, name: str, failure: Exception) -> Flow[None]:
        """Leave nothing under the name that was not verified."""
        try:
            yield from remove(self.record_id, name, self.retry)
        except Exception as error:
            # of whatever kind: also a client that was closed meanwhile leaves it there
            raise OutcomeUnknown(
                f"The upload of '{name}' to {self.record_id} failed ({reason(failure)}), and what"
                f" is left of it could not be removed ({reason(error)}). Upload it again with"
                " overwrite='replace', or delete it, before you publish.",
                action="upload",
                candidates=[self.record_id],
            ) from failure

    def _give_back(self, name: str) -> Flow[None]:
        """Remove an entry that another file's error left without its content."""
        call = endpoints.delete_file(self.record_id, name)
        reply = yield from attempt(call)
        if isinstance(reply, BadRequest):
            yield from pause(self.retry.backoff(1))
            reply = yield from attempt(call)
        if isinstance(reply, Failed) and not isinstance(reply, NotFound):
            # the next ones would fare no better
            raise reply
        self.ledger.settle(self.record_id, name)


_ONCE = (
    "It could not be sent again, for this source can be read only once: make it anew and upload"
    " that, or upload a file."
)


def _seen(name: str) -> Flow[Seen]:
    reply = yield Digest(name)
    assert isinstance(reply, Seen)
    return reply
