"""What the rules find in a body, said in the words of the format that it was read from."""

from __future__ import annotations

from dataclasses import replace

from ..rules.finding import Finding

_TITLE = "Write one, of at least 3 characters."
_CREATORS = {
    "cff": "List at least one, with family-names and given-names, or with name.",
    "codemeta": 'Name at least one: [{"@type": "Person", "familyName": "…", "givenName": "…"}].',
    "ro_crate": 'Refer to at least one Person or Organization of the @graph: [{"@id": "…"}].',
}


def worded(kind: str, finding: Finding, key: str | int) -> Finding:
    """Say a finding about a body as the writer of a file needs it.

    Args:
        kind: What the file is written in.
        finding: What a rule found, with its path in the body.
        key: The file's own key for it.

    Returns:
        The same finding, with the words of the format in its message and fix where they differ.

    Example:
        >>> worded("cff", Finding(("metadata", "creators"), "missing", "…"), "authors").message
        'There is nobody under authors.'
    """
    if kind == "zenodo_json":
        from . import zenodo_json_wording

        return zenodo_json_wording.worded(finding)
    if kind in _CREATORS and finding.code == "missing":
        match finding.path:
            case ("metadata", "title"):
                return replace(finding, message=f"There is no {key}.", fix=_TITLE)
            case ("metadata", "creators"):
                return replace(
                    finding, message=f"There is nobody under {key}.", fix=_CREATORS[kind]
                )
            case _:
                pass
    return finding
