"""Metadata that was read from a file of another format."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from pydantic import JsonValue, PrivateAttr

from ..errors import Problem
from ..interop.imported import Imported
from ..rules.finding import bracketed
from .metadata import Metadata

if TYPE_CHECKING:
    from ..interop.documents import Kind

Source: TypeAlias = str | os.PathLike[str] | bytes | Mapping[str, JsonValue]
"""Path of a metadata file, its content as bytes, or the object that it holds."""

_FILE_NAMES: Mapping[str | None, str] = {
    "zenodo_json": ".zenodo.json",
    "cff": "CITATION.cff",
    "codemeta": "codemeta.json",
    "ro_crate": "ro-crate-metadata.json",
}


class ImportedMetadata(Metadata):
    """Metadata read from a file of another format, with what a draft cannot hold beside it."""

    _imported: Imported | None = PrivateAttr(default=None)

    @property
    def communities(self) -> tuple[str, ...]:
        """Communities that the file wishes for; give them to ``publish(communities=…)``."""
        return () if self._imported is None else self._imported.communities

    @property
    def reserved_doi(self) -> str | None:
        """A DOI of the repository's own that the file names; a new draft gets another."""
        return None if self._imported is None else self._imported.reserved_doi

    @property
    def import_problems(self) -> list[Problem]:
        """What could not be taken over, or changed on the way, by the paths of the file."""
        findings = () if self._imported is None else self._imported.findings
        return [finding.at(bracketed(finding.path)) for finding in findings]


def imported(kind: Kind | None, source: Source) -> ImportedMetadata:
    """Read a file of another format.

    Args:
        kind: Its format; None to recognise it.
        source: Path, content as bytes, or the object that the file holds.
    """
    from ..interop import documents

    if isinstance(source, Mapping):
        document = documents.Document(kind or documents.recognise(source), dict(source))
    elif isinstance(source, bytes):
        document = documents.parse_document(_FILE_NAMES.get(kind, "the file"), source)
    else:
        document = documents.read_document(source)
    if kind is not None:
        document = replace(document, kind=kind)
    read = documents.imported(document)
    metadata = ImportedMetadata.from_rdm(read.body)
    metadata._imported = replace(read, findings=(*document.findings, *read.findings))
    return metadata
