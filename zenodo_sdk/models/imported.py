"""Metadata that was read from a file of another format."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias

from pydantic import JsonValue, PrivateAttr

from ..errors import Problem
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
    """Metadata read from a file of another format, with what a draft cannot hold beside it.

    It equals another one that says the same, in all of that. A :class:`Metadata` never equals it:
    compare what they would send, ``to_rdm()``.

    Example:
        >>> soil = Metadata.from_zenodo_json(
        ...     {"title": "Soil grid", "upload_type": "dataset",
        ...      "creators": [{"name": "Okafor, Ada"}], "communities": [{"identifier": "soil"}]}
        ... )
        >>> [problem.path for problem in soil.import_problems if problem.effect == "lost"]
        []
        >>> with Client.sandbox() as client:                         # doctest: +SKIP
        ...     deposition = client.depositions.create(soil)
        ...     deposition.files.upload("grid.nc")
        ...     deposition.publish(communities=soil.communities)
    """

    _communities: tuple[str, ...] = PrivateAttr(default=())
    _reserved_doi: str | None = PrivateAttr(default=None)
    _import_problems: tuple[Problem, ...] = PrivateAttr(default=())

    @property
    def communities(self) -> tuple[str, ...]:
        """Communities that the file wishes for; give them to ``publish(communities=…)``."""
        return self._communities

    @property
    def reserved_doi(self) -> str | None:
        """A DOI of the repository's own that the file names; a new draft gets another."""
        return self._reserved_doi

    @property
    def import_problems(self) -> list[Problem]:
        """What could not be taken over, or changed on the way, by the paths of the file."""
        return [*self._import_problems]


def imported(kind: Kind | None, source: Source) -> ImportedMetadata:
    """Read a file of another format.

    Args:
        kind: Its format; None to recognise it.
        source: Path, content as bytes, or the object that the file holds.
    """
    from ..interop import documents

    if isinstance(source, Mapping):
        document = documents.document_of(source, kind=kind)
    elif isinstance(source, bytes):
        document = documents.parse_document(_FILE_NAMES.get(kind, "the file"), source, kind=kind)
    else:
        document = documents.read_document(source, kind=kind)
    read = documents.imported(document)
    metadata = ImportedMetadata.from_rdm(read.body)
    metadata._communities = read.communities
    metadata._reserved_doi = read.reserved_doi
    metadata._import_problems = tuple(
        finding.at(bracketed(finding.path)) for finding in read.findings
    )
    return metadata
