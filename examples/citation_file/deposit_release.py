"""Deposit a release of your software, described by the CITATION.cff that it has anyway.

    python deposit_release.py CITATION.cff dist/soil-1.2.0.tar.gz
    python deposit_release.py CITATION.cff dist/soil-1.3.0.tar.gz --after 10.5281/zenodo.8435696

The second is the next version of what the first one deposited. Nothing is sent if Zenodo would
not publish it as the file says. It needs ``pip install 'zenodo-sdk[cff]'`` and a token of the
sandbox; its test runs it on an embedded Zenodo.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from zenodo_sdk import Client, Deposition, Metadata, Problem, ZenodoError


class Unpublishable(Exception):
    """The file has errors; nothing was sent."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(map(str, problems)))


def deposit(client: Client, citation: Path, archive: Path, *, after: str | None = None) -> str:
    """Publish an archive as its citation file describes it.

    Args:
        client: The repository.
        citation: Its CITATION.cff.
        archive: The one file of the record.
        after: DOI of the version before, if there is one.

    Returns:
        The DOI.
    """
    problems = client.check(citation)  # by the paths of the file; also asks what Zenodo knows
    if errors := [problem for problem in problems if problem.severity == "error"]:
        raise Unpublishable(errors)
    for warning in problems:
        print(f"{citation.name}: {warning}", file=sys.stderr)

    metadata = Metadata.from_citation_cff(citation)
    deposition: Deposition
    if after is None:
        deposition = client.depositions.create(metadata)
    else:
        deposition = client.depositions.new_version(after, import_files=False)
        deposition.update(metadata)
    deposition.files.upload(archive)
    deposition.publish()
    return deposition.doi or deposition.id


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Deposit a release on Zenodo's sandbox.")
    parser.add_argument("citation", type=Path, help="the CITATION.cff")
    parser.add_argument("archive", type=Path, help="the file to deposit")
    parser.add_argument("--after", metavar="DOI", help="the version before")
    given = parser.parse_args()
    try:
        with Client.sandbox() as client:
            print(deposit(client, given.citation, given.archive, after=given.after))
    except (Unpublishable, ZenodoError) as error:
        sys.exit(f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    main()
