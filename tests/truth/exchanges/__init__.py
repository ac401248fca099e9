"""The scripts; importing this package fills ``SCRIPTS``."""

from tests.truth.exchanges import (
    accepting,
    access,
    account,
    communities,
    creating,
    drafts,
    exports,
    files,
    malformed,
    metadata,
    pids,
    publishing,
    reviews,
    searching,
    versions,
    vocabularies,
)

__all__ = [
    "accepting",
    "access",
    "account",
    "communities",
    "creating",
    "drafts",
    "exports",
    "files",
    "malformed",
    "metadata",
    "pids",
    "publishing",
    "reviews",
    "searching",
    "versions",
    "vocabularies",
]
