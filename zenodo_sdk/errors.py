"""Every error that zenodo_sdk raises, in one tree.

The page docs/guides/errors.md draws it, and says what to do about each. None derives from the HTTP
library's errors, so that library can be replaced. A model given bad values raises
:class:`pydantic.ValidationError`. :class:`MetadataChanged` is a warning: what was saved is not what
was sent.
"""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import JsonValue

from .problems import Difference, Effect, FieldError, Problem

__all__ = [
    "BadRequest",
    "ChecksumMismatch",
    "ConfigurationError",
    "Conflict",
    "CredentialError",
    "Detached",
    "Difference",
    "Effect",
    "FieldError",
    "FileExists",
    "FilesLocked",
    "Gone",
    "InvalidMetadata",
    "KeyringUnavailable",
    "MetadataChanged",
    "NoAnswer",
    "NotEnoughSpace",
    "NotFound",
    "NotReadyToPublish",
    "OutcomeUnknown",
    "PermissionDenied",
    "Problem",
    "RateLimited",
    "Refused",
    "ResponseError",
    "ServerError",
    "SourceChanged",
    "TimedOut",
    "TokenMissing",
    "TokenRefused",
    "TooLarge",
    "Unauthorized",
    "UnexpectedAnswer",
    "UnreadableDocument",
    "UnsafeName",
    "ZenodoError",
]


class MetadataChanged(UserWarning):
    """The server stores something else than it was sent, and did not say so.

    Warned of after ``create()``, ``save()`` and ``update()``, which have been carried out. What the
    server itself finds fault with is in the deposition's ``problems`` instead.

    Attributes:
        id: Id of the deposition.
        changes: What was sent and what is stored, by field.
    """

    def __init__(self, id: str, changes: Sequence[Difference]) -> None:
        self.id = id
        self.changes = tuple(changes)
        super().__init__(id, self.changes)

    def __str__(self) -> str:
        told = f"deposition {self.id} was saved, and the server changed what it was sent:"
        return "\n".join([told, *(f"  - {change}" for change in self.changes)])


class ZenodoError(Exception):
    """Base of everything that zenodo_sdk raises."""


class ConfigurationError(ZenodoError):
    """The client was set up in a way that cannot work."""


class CredentialError(ZenodoError):
    """No token where one is needed, or a token that cannot be looked up or stored."""


class TokenMissing(CredentialError):
    """No token was found where one is needed."""


class TokenRefused(CredentialError):
    """The server does not know the token."""


class KeyringUnavailable(CredentialError):
    """This machine has no usable OS keyring."""


class Refused(ZenodoError):
    """Stopped on this machine, before the server was asked to do it."""


class Detached(Refused):
    """An object without a client was asked to act."""


class InvalidMetadata(Refused):
    """A value was not sent, because the server would store it and fail ever after, or fail at once.

    Attributes:
        problems: Every such value.
    """

    def __init__(self, message: str, problems: Sequence[Problem] = ()) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join([message, *(f"  - {problem}" for problem in self.problems)]))


class NotReadyToPublish(Refused):
    """The deposition would be refused, or would publish something not intended.

    Attributes:
        problems: Everything that is in the way.
    """

    def __init__(self, message: str, problems: Sequence[Problem] = ()) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join([message, *(f"  - {problem}" for problem in self.problems)]))


class FilesLocked(Refused):
    """The files of a published version cannot be changed."""


class FileExists(Refused):
    """A file of this name is there already, on the server or on this disk.

    Attributes:
        name: The file's name.
    """

    def __init__(self, message: str, name: str) -> None:
        self.name = name
        super().__init__(message)


class UnsafeName(Refused):
    """A file name that would leave the target folder, or that this system cannot hold.

    Attributes:
        name: The file's name on the server.
    """

    def __init__(self, message: str, name: str) -> None:
        self.name = name
        super().__init__(message)


class NotEnoughSpace(Refused):
    """The disk cannot hold what is to be downloaded; what is there already is kept.

    Attributes:
        needed: Bytes that are still to come.
        free: Bytes that the disk has left for them; fewer where a quota stands before that.
    """

    def __init__(self, message: str, *, needed: int, free: int) -> None:
        self.needed = needed
        self.free = free
        super().__init__(message)


class UnreadableDocument(Refused):
    """A metadata file that cannot be read.

    Attributes:
        message: What is wrong, in one sentence, with the file's name and the place in it.
        fix: What to do about it.
        line: Line of the place, from 1; None where the whole file is meant.
        column: Column of the place in characters, from 1.
        excerpt: The line, and a mark below the place; empty where there is none.
    """

    def __init__(
        self,
        message: str,
        fix: str = "",
        *,
        line: int | None = None,
        column: int | None = None,
        excerpt: str = "",
    ) -> None:
        self.message = message
        self.fix = fix
        self.line = line
        self.column = column
        self.excerpt = excerpt
        super().__init__("\n".join(part for part in (message, excerpt, fix) if part))


class NoAnswer(ZenodoError):
    """The server could not be reached, or the connection ended before its answer.

    Attributes:
        method: HTTP method of the request.
        path: Path of the request, without its query.
        may_have_landed: False when the request certainly never reached the server.
    """

    def __init__(self, message: str, *, method: str, path: str, may_have_landed: bool) -> None:
        self.method = method
        self.path = path
        self.may_have_landed = may_have_landed
        super().__init__(message)


class TimedOut(NoAnswer):
    """The server did not answer in the time allowed."""


class ResponseError(ZenodoError):
    """The server answered with an error.

    Attributes:
        status: HTTP status.
        server_message: The server's own sentence, or the beginning of its page.
        field_errors: What the server says of single fields.
        method: HTTP method of the request.
        path: Path of the request, without its query.
        request_id: The server's ``X-Request-ID``; name it when writing to support.
        retry_after: Seconds to wait, where a 429 or 503 said so.
    """

    retry_after: float | None = None

    def __init__(
        self,
        message: str,
        *,
        status: int,
        server_message: str = "",
        field_errors: Sequence[FieldError] = (),
        method: str = "",
        path: str = "",
        request_id: str | None = None,
    ) -> None:
        self.status = status
        self.server_message = server_message
        self.field_errors = tuple(field_errors)
        self.method = method
        self.path = path
        self.request_id = request_id
        lines = [message, *(f"  - {error}" for error in self.field_errors)]
        if request_id:
            lines.append(f"  (request id {request_id})")
        super().__init__("\n".join(lines))


class BadRequest(ResponseError):
    """400: the server does not accept what was sent."""


class Unauthorized(ResponseError):
    """401: the server wants a token, or does not know this one."""


class PermissionDenied(ResponseError):
    """403: this account may not do that (InvenioRDM also says so to a token it does not know)."""


class NotFound(ResponseError):
    """404: nothing there, or nothing that this account may see."""


class Gone(ResponseError):
    """410: it was deleted.

    Attributes:
        tombstone: What the record left behind (reason, date, citation), as the server sent it.
    """

    tombstone: dict[str, JsonValue] | None = None


class Conflict(ResponseError):
    """409 or 412: it was changed elsewhere since it was read.

    Attributes:
        differences: What differs between what was read and what is there now.
    """

    differences: tuple[Difference, ...] = ()


class TooLarge(ResponseError):
    """413: the request is over the server's limit."""


class RateLimited(ResponseError):
    """429: too many requests; ``retry_after`` says how many seconds to wait."""


class ServerError(ResponseError):
    """5xx: the server, or the gateway before it, failed."""


class UnexpectedAnswer(ResponseError):
    """An answer that the API does not give: a web page, or JSON of another shape."""


class ChecksumMismatch(ZenodoError):
    """The content that arrived is not the content that was sent.

    Attributes:
        name: The file's name.
        expected: ``algorithm:hex`` that it should have.
        actual: ``algorithm:hex`` that it has.
    """

    def __init__(self, message: str, *, name: str, expected: str, actual: str) -> None:
        self.name = name
        self.expected = expected
        self.actual = actual
        super().__init__(message)


class SourceChanged(ZenodoError):
    """What was being uploaded is no longer what it was when that began; nothing of it was kept.

    Attributes:
        name: Name that the file should have.
    """

    def __init__(self, message: str, name: str) -> None:
        self.name = name
        super().__init__(message)


class OutcomeUnknown(ZenodoError):
    """The answer to a call was lost, and reading the server cannot settle what happened.

    The call is not repeated: it may have landed. The message says where to look.

    Attributes:
        action: What was attempted (``"create"``, ``"publish"``, …).
        candidates: Ids of depositions that may be its result.
        look_at: The page on which a person can see for themselves.
    """

    def __init__(
        self, message: str, *, action: str, candidates: Sequence[str] = (), look_at: str = ""
    ) -> None:
        self.action = action
        self.candidates = tuple(candidates)
        self.look_at = look_at
        super().__init__(message)
