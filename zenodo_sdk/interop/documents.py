"""Metadata files: from a path to JSON, and which kind of metadata it is.

Every way in which a file can be broken ends in one error, :class:`UnreadableDocument`, that says
where and what to do. What can be read is never judged here.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path as FilePath
from typing import Literal, TypeAlias, cast

from pydantic import JsonValue

from ..errors import UnreadableDocument
from ..rules.finding import Finding
from ..types import JsonObject
from .files.decoding import decode
from .files.json_text import TOO_DEEP, TOO_DEEP_FIX, read_json, too_deep_at
from .imported import Imported

__all__ = [
    "LARGEST",
    "Document",
    "Kind",
    "document_of",
    "imported",
    "parse_document",
    "read_content",
    "read_document",
    "recognise",
]


LARGEST = 64 * 2**20
"""Bytes of a file that are read."""

Kind: TypeAlias = Literal["rdm", "zenodo_json", "cff", "codemeta", "ro_crate"]
"""What a document is: InvenioRDM's JSON, ``.zenodo.json``, ``CITATION.cff``, …"""

_NAMES: tuple[tuple[str, Kind], ...] = (
    ("zenodo.json", "zenodo_json"),
    ("codemeta.json", "codemeta"),
    ("ro-crate-metadata.json", "ro_crate"),
    ("ro-crate-metadata.jsonld", "ro_crate"),
    (".cff", "cff"),
)
_ADVICE = (
    "Name it .zenodo.json, CITATION.cff, codemeta.json or ro-crate-metadata.json, or give it the "
    "keys of one of them."
)
_PLAIN = "Use texts, numbers, booleans, lists and mappings; write dates as texts."
_CODE = {"softwaresourcecode", "softwareapplication"}
_ZENODO_KEYS = {
    "access_right",
    "communities",
    "creators",
    "contributors",
    "description",
    "grants",
    "keywords",
    "license",
    "publication_date",
    "publication_type",
    "related_identifiers",
    "title",
    "upload_type",
}
_RDM_KEYS = {"additional_titles", "additional_descriptions", "funding", "languages", "rights"}
_MISSING = object()


@dataclass(frozen=True, slots=True)
class Document:
    """A metadata file that was read.

    Attributes:
        kind: What it is.
        data: Its content.
        name: The file's name.
        findings: What is odd about the file itself, such as keys that stand twice.
    """

    kind: Kind
    data: JsonObject
    name: str = ""
    findings: tuple[Finding, ...] = ()


def read_document(path: str | os.PathLike[str], *, kind: Kind | None = None) -> Document:
    """Read a metadata file.

    Args:
        path: The file, at most 64 MiB.
        kind: What it is; None to recognise it.

    Raises:
        UnreadableDocument: There is no such file, it may not be read, or it holds no metadata.
    """
    return parse_document(FilePath(path).name, read_content(path), kind=kind)


def read_content(path: str | os.PathLike[str]) -> bytes:
    """Read the bytes of a metadata file, and little more than the most that it may have.

    Args:
        path: The file. Pipes and devices are refused: reading them may never end.

    Raises:
        UnreadableDocument: There is no such file, or it may not be read.
    """
    file = FilePath(path)
    try:
        mode = file.stat().st_mode
        if stat.S_ISDIR(mode):
            raise UnreadableDocument(
                f"{file} is a folder.", f"Name the file in it, such as {file / '.zenodo.json'}."
            )
        if not stat.S_ISREG(mode):
            raise UnreadableDocument(
                f"{file} is a pipe or a device, not a file.",
                "Copy what it gives into a file; the command line reads standard input as -.",
            )
        with file.open("rb") as stream:
            return stream.read(LARGEST + 1)
    except FileNotFoundError:
        raise UnreadableDocument(
            f"There is no file {file}.", "Check the name, and the folder that it is looked for in."
        ) from None
    except PermissionError:
        raise UnreadableDocument(
            f"{file} may not be read by this user.", f"Allow it: chmod u+r {file}"
        ) from None
    except (OSError, ValueError) as error:
        raise UnreadableDocument(
            f"{str(file)!r} cannot be read: {getattr(error, 'strerror', None) or error}.",
            "Check the name.",
        ) from None


def parse_document(name: str, content: bytes, *, kind: Kind | None = None) -> Document:
    r"""Read the content of a metadata file.

    Args:
        name: The file's name; it helps where the content leaves open what it is.
        content: The bytes, at most 64 MiB.
        kind: What it is; None to recognise it.

    Raises:
        UnreadableDocument: It is no JSON or YAML, or no metadata; says where and what to do.

    Example:
        >>> parse_document("CITATION.cff", b"cff-version: 1.2.0\nversion: 1.10").data["version"]
        '1.10'
    """
    if len(content) > LARGEST:
        raise UnreadableDocument(
            f"{name} is larger than {LARGEST // 2**20} MiB.",
            "Metadata is never that large: name another file.",
        )
    from .files.yaml_text import read_yaml

    text = decode(name, content)
    findings: tuple[Finding, ...] = ()
    if text.startswith("\ufeff"):
        text = text[1:]
        findings = (_BYTE_ORDER_MARK,)
    value, doubled = (read_yaml if _is_yaml(name, text, kind) else read_json)(name, text)
    if not isinstance(value, dict):
        raise UnreadableDocument(
            f"{name} holds {_described(value)}, not an object with keys.",
            'Metadata begins with { "title": …'
            if not isinstance(value, list)
            else "Keep one record per file: remove the outer [ ].",
        )
    return Document(kind or recognise(value, name), value, name, findings + doubled)


def document_of(source: Mapping[str, JsonValue], *, kind: Kind | None = None) -> Document:
    """Take an object that was read already, as JSON would carry it.

    Args:
        source: The object; dates in it become texts.
        kind: What it is; None to recognise it.

    Raises:
        UnreadableDocument: It holds what JSON cannot hold, or no metadata.
    """
    try:
        text = json.dumps(source, default=_as_json, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise UnreadableDocument(f"This cannot be written as JSON: {error}.", _PLAIN) from None
    if too_deep_at(text) is not None:
        raise UnreadableDocument(f"This is no metadata: {TOO_DEEP}", TOO_DEEP_FIX)
    data = cast("JsonObject", json.loads(text))
    return Document(kind or recognise(data), data)


def _as_json(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(cast("Mapping[str, object]", value))
    if isinstance(value, date):
        return value.isoformat()  # what a YAML library makes of a date
    raise TypeError(f"a {type(value).__name__} is no JSON")


_BYTE_ORDER_MARK = Finding(
    (),
    "byte-order-mark",
    "The file begins with a byte order mark, with which Zenodo's GitHub integration fails.",
    "Save it as UTF-8 without BOM.",
    "changed",
)


def _is_yaml(name: str, text: str, kind: Kind | None) -> bool:
    """Tell from the beginning of the text, then from the name; JSON in a .cff is read as JSON."""
    start = text.lstrip()
    if start.startswith("{"):
        return False
    if kind == "cff" or FilePath(name).suffix.lower() in (".cff", ".yml", ".yaml"):
        return True
    return any(line.startswith("cff-version:") for line in text.splitlines())


def _described(value: JsonValue) -> str:
    if isinstance(value, list):
        return "a list"
    return "nothing but a text or number" if value is not None else "nothing"


def recognise(data: Mapping[str, JsonValue], name: str = "") -> Kind:
    """Tell which kind of metadata an object is.

    Content decides; the file's name decides where the content fits several.

    Args:
        data: The object.
        name: The name of the file that it comes from.

    Raises:
        UnreadableDocument: It has the keys of none.

    Example:
        >>> recognise({"upload_type": "dataset", "title": "Soil grid"})
        'zenodo_json'
        >>> recognise({"metadata": {"title": "Soil grid", "resource_type": {"id": "dataset"}}})
        'rdm'
    """
    named: Kind | None = next((kind for end, kind in _NAMES if name.lower().endswith(end)), None)
    if "@graph" in data:
        return "ro_crate"
    if "cff-version" in data:
        return "cff"
    if "@context" in data or _is_code(data):
        return "codemeta"
    metadata = data.get("metadata", _MISSING)
    inner = cast("JsonObject", metadata) if isinstance(metadata, dict) else data
    if _looks_rdm(inner):
        return "rdm"
    if named is not None:
        return named
    if metadata is _MISSING and {"authors", "message"} <= set(data):
        return "cff"
    if metadata is not _MISSING or not data:
        return "zenodo_json" if _looks_zenodo(inner) else "rdm"
    if _ZENODO_KEYS & set(data):
        return "zenodo_json"
    if data.keys() & {"custom_fields", "pids", "access", "files"}:
        return "rdm"
    shown = ", ".join(sorted(map(str, data))[:5])
    raise UnreadableDocument(
        f"{name or 'This'} has none of the keys of a metadata file (it has {shown}).", _ADVICE
    )


def _is_code(data: Mapping[str, JsonValue]) -> bool:
    kinds = data.get("@type", data.get("type"))
    return any(
        isinstance(kind, str) and kind.lower() in _CODE
        for kind in (kinds if isinstance(kinds, list) else [kinds])
    )


def _looks_rdm(metadata: Mapping[str, JsonValue]) -> bool:
    """Whether these are the words of InvenioRDM, which ``.zenodo.json`` has not."""
    kind = metadata.get("resource_type")
    if isinstance(kind, dict) and "id" in kind:
        return True
    for key in ("creators", "contributors"):
        people = metadata.get(key)
        for person in people if isinstance(people, list) else []:
            if isinstance(person, dict):
                return "person_or_org" in person
    return bool(_RDM_KEYS & metadata.keys()) and not metadata.keys() & {"upload_type", "license"}


def _looks_zenodo(metadata: Mapping[str, JsonValue]) -> bool:
    if not isinstance(metadata.get("upload_type", metadata.get("access_right")), (str, type(None))):
        return False
    if metadata.keys() & (_ZENODO_KEYS - {"title", "description", "publication_date"}):
        return True
    return isinstance(metadata.get("resource_type"), dict)


def imported(document: Document, *, today: date | None = None) -> Imported:
    """Tell any document as a body for the server.

    Args:
        document: What was read.
        today: The day for dates that the server fills in; default today in UTC.

    Returns:
        The body, where its parts come from, and everything that could not be taken over.
    """
    found = _imported(document, today)
    return Imported(
        found.body,
        found.origin,
        tuple(dict.fromkeys(document.findings + found.findings)),
        found.communities,
        found.reserved_doi,
    )


def _imported(document: Document, today: date | None) -> Imported:
    if document.kind == "zenodo_json":
        from . import zenodo_json

        return zenodo_json.read(document.data, today=today)
    if document.kind == "cff":
        from . import cff

        return cff.read(document.data)
    if document.kind == "codemeta":
        from . import codemeta

        return codemeta.read(document.data)
    if document.kind == "ro_crate":
        from . import ro_crate

        return ro_crate.read(document.data)
    return _rdm(document.data)


def _rdm(data: JsonObject) -> Imported:
    """Take a record or a body as it is; metadata may stand bare."""
    if "metadata" not in data and data.keys() & (_ZENODO_KEYS | _RDM_KEYS | {"resource_type"}):
        return Imported({"metadata": data}, {("metadata",): ()})
    return Imported(dict(data), {})
