"""Every address of the API that the SDK uses, as calls. The only place with URLs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal, TypeAlias
from urllib.parse import quote

from pydantic import JsonValue

from ..errors import Refused
from .call import ACCEPT_CONTENT, ACCEPT_PLAIN, Call, Query, Repeat

SAFE, NEVER = Repeat.SAFE, Repeat.NEVER

# these have a rate limit of their own (30 a minute on Zenodo)
SEARCH = "search"

# measured: a value that is stored and cannot be shown fails every answer that holds it
_UNREADABLE = (
    "If it does not, a record may hold a value that the server stored and cannot show, such as the"
    " publication date '20XX'"
)
_ONE = (
    f"{_UNREADABLE}: a PUT of a corrected draft to its /draft with 'Accept: application/json' mends"
    " it, or write to the repository's support."
)
_MINE = f"{_UNREADABLE}: client.depositions.find_unreadable() tells which."
_ANYONES = f"{_UNREADABLE}: narrow the query so that it leaves that record out."


def _segment(text: str) -> str:
    # dots and nothing would be resolved on the way, and the call would mean something else:
    # deleting the file ".." would delete its draft
    if text in ("", ".", ".."):
        raise Refused(f"'{text}' cannot be part of an address")
    try:
        return quote(text, safe="")
    except UnicodeEncodeError:
        raise Refused(f"{text!r} is no text that can be part of an address") from None


def file_key(name: str) -> str:
    """Percent-encode a file's name; slashes stay, for the server keeps them in keys.

    Args:
        name: The file's name.

    Raises:
        Refused: It is no relative path.
    """
    return "/".join(_segment(part) for part in name.split("/"))


def _draft(record_id: str) -> str:
    return f"/api/records/{_segment(record_id)}/draft"


def _record(record_id: str) -> str:
    return f"/api/records/{_segment(record_id)}"


def me() -> Call:
    """Whose token is this; 401 without one that the server knows."""
    return Call("GET", "/api/me", repeat=SAFE)


# --- drafts -------------------------------------------------------------------


def create(body: JsonValue) -> Call:
    """Make a draft."""
    return Call("POST", "/api/records", body=body)


def read_draft(record_id: str) -> Call:
    """Read a draft; 404 where only a published record is."""
    return Call("GET", _draft(record_id), repeat=SAFE, if_crashed=_ONE)


def save(record_id: str, body: JsonValue, revision: int) -> Call:
    """Replace a draft, if it still has this revision (a bare number, unlike HTTP's ETags)."""
    return Call("PUT", _draft(record_id), body=body, headers={"If-Match": str(revision)})


def delete_draft(record_id: str, revision: int | None) -> Call:
    """Delete a draft for good, or discard the edits of a published record.

    The flow repeats it, for only that knows whether a 404 is its own doing.

    Args:
        record_id: The draft.
        revision: Only if it still has this one, as with ``save``; None for any.
    """
    headers = {} if revision is None else {"If-Match": str(revision)}
    return Call("DELETE", _draft(record_id), headers=headers)


def edit(record_id: str) -> Call:
    """Open a published record for editing; answers the open edit if there is one."""
    return Call("POST", _draft(record_id), repeat=SAFE)


def publish(record_id: str) -> Call:
    """Publish a draft."""
    return Call("POST", f"{_draft(record_id)}/actions/publish")


def new_version(record_id: str) -> Call:
    """Make the draft of the next version, or answer the one there is; two in flight make two."""
    return Call("POST", f"{_record(record_id)}/versions")


def import_files(record_id: str) -> Call:
    """Take the previous version's files into a new version's draft, without a transfer."""
    return Call("POST", f"{_draft(record_id)}/actions/files-import")


def reserve_doi(record_id: str) -> Call:
    """Reserve the DOI that publication will register."""
    return Call("POST", f"{_draft(record_id)}/pids/doi")


def my_records(query: Query) -> Call:
    """Search the account's drafts and records."""
    return Call("GET", "/api/user/records", query=query, repeat=SAFE, if_crashed=_MINE)


def my_records_once(query: Query, *, plain: bool = False) -> Call:
    """Search the account's drafts and records, where a failure is an answer as well.

    Args:
        query: The query pairs.
        plain: Whether to ask for the dialect that can show what the other one fails at.
    """
    call = my_records(query)
    return replace(call, repeat=NEVER, accept=ACCEPT_PLAIN if plain else call.accept)


# --- files --------------------------------------------------------------------


def files(record_id: str, *, draft: bool) -> Call:
    """List files."""
    base = _draft(record_id) if draft else _record(record_id)
    return Call("GET", f"{base}/files", repeat=SAFE)


def init_files(record_id: str, names: Sequence[str]) -> Call:
    """Announce files; 400 where one of the names is taken, and then none is made.

    A transfer in parts (``transfer: {"type": "M"}``) would be asked for here. zenodo.org takes the
    announcement and answers 403 to the first part, so that every file is sent whole.
    """
    body: list[JsonValue] = [{"key": name} for name in names]
    return Call("POST", f"{_draft(record_id)}/files", body=body)


def read_file(record_id: str, name: str, *, draft: bool) -> Call:
    """Read what the server knows of a file."""
    base = _draft(record_id) if draft else _record(record_id)
    return Call("GET", f"{base}/files/{file_key(name)}", repeat=SAFE)


def put_content(record_id: str, name: str) -> Call:
    """Send a file's content. Never into an entry that may already hold some."""
    return Call("PUT", f"{_draft(record_id)}/files/{file_key(name)}/content")


def commit_file(record_id: str, name: str) -> Call:
    """Complete a file. Asking twice is harmless; 500 says that no whole content is there."""
    return Call("POST", f"{_draft(record_id)}/files/{file_key(name)}/commit")


def delete_file(record_id: str, name: str) -> Call:
    """Remove a file from a draft; repeated by the flow, as above."""
    return Call("DELETE", f"{_draft(record_id)}/files/{file_key(name)}")


def content(record_id: str, name: str, *, draft: bool) -> Call:
    """Download a file."""
    base = _draft(record_id) if draft else _record(record_id)
    return Call(
        "GET",
        f"{base}/files/{file_key(name)}/content",
        # a length that means the file, not its compression
        headers={"Accept-Encoding": "identity"},
        accept=ACCEPT_CONTENT,
        repeat=SAFE,
    )


def part_of(content: Call, start: int, end: int) -> Call:
    """Ask for a part of a content; a server that knows no ranges answers 200 with all of it.

    Args:
        content: The call for the whole.
        start: The first byte, from 0.
        end: The byte after the last.
    """
    return replace(content, headers={**content.headers, "Range": f"bytes={start}-{end - 1}"})


def files_archive(record_id: str, *, draft: bool) -> Call:
    """Download all files as one ZIP, which is made while it is sent; 400 above a size."""
    base = _draft(record_id) if draft else _record(record_id)
    return Call("GET", f"{base}/files-archive", accept=ACCEPT_CONTENT, repeat=SAFE)


def container(record_id: str, name: str, *, draft: bool) -> Call:
    """List the members of a ZIP; a thousand at most, and from InvenioRDM 15 on.

    400 where it is no ``.zip``, 999 where it is no ZIP inside.
    """
    base = _draft(record_id) if draft else _record(record_id)
    return Call("GET", f"{base}/files/{file_key(name)}/container", repeat=SAFE)


def container_member(record_id: str, name: str, member: str, *, draft: bool) -> Call:
    """Download a member of a ZIP, which the server unpacks; it tells no length."""
    base = _draft(record_id) if draft else _record(record_id)
    return Call(
        "GET",
        f"{base}/files/{file_key(name)}/container/{file_key(member)}",
        accept=ACCEPT_CONTENT,
        repeat=SAFE,
    )


# --- records ------------------------------------------------------------------


def read_record(record_id: str) -> Call:
    """Read a published record; a concept id answers 302 to its latest version."""
    return Call("GET", _record(record_id), repeat=SAFE, if_crashed=_ONE)


def latest_version(record_id: str) -> Call:
    """Answers 301 to the latest version of any version or concept."""
    return Call("GET", f"{_record(record_id)}/versions/latest", repeat=SAFE)


def versions(record_id: str, query: Query) -> Call:
    """List the published versions."""
    path = f"{_record(record_id)}/versions"
    return Call("GET", path, query=query, repeat=SAFE, if_crashed=_ANYONES)


def search(query: Query) -> Call:
    """Search published records."""
    return Call("GET", "/api/records", query=query, repeat=SAFE, family=SEARCH, if_crashed=_ANYONES)


def add_communities(record_id: str, slugs: list[str]) -> Call:
    """Ask for a published record's inclusion in communities (10 at most)."""
    wanted: list[JsonValue] = [{"id": slug} for slug in slugs]
    return Call("POST", f"{_record(record_id)}/communities", body={"communities": wanted})


# --- what records refer to ----------------------------------------------------

Register: TypeAlias = Literal[
    "affiliations",
    "awards",
    "communities",
    "funders",
    "subjects",
    "vocabularies/code:developmentStatus",
    "vocabularies/code:programmingLanguages",
    "vocabularies/contributorsroles",
    "vocabularies/creatorsroles",
    "vocabularies/datetypes",
    "vocabularies/descriptiontypes",
    "vocabularies/languages",
    "vocabularies/licenses",
    "vocabularies/relationtypes",
    "vocabularies/resourcetypes",
    "vocabularies/titletypes",
]
"""Where a repository keeps what records refer to by id."""


def entry(register: Register, id: str) -> Call:
    """Read an entry of a register; 404 where the repository has none of that id."""
    return Call("GET", f"/api/{register}/{_segment(id)}", repeat=SAFE)
