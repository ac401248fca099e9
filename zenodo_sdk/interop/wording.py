"""What the rules find in a body, said in the words of the format that it was read from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ..rules.finding import Finding

_TITLE = "Write one, of at least 3 characters."
_CREATORS = {
    "cff": "List at least one, with family-names and given-names, or with name.",
    "codemeta": 'Name at least one: [{"@type": "Person", "familyName": "…", "givenName": "…"}].',
    "ro_crate": 'Refer to at least one Person or Organization of the @graph: [{"@id": "…"}].',
}
_ORCID = "Copy the ORCID iD from its owner's page on orcid.org, or leave it out."
_OF_SCHEMA_ORG = {
    '"family_name"': '"familyName"',
    '"given_name"': '"givenName"',
    '"type": "organizational"': '"@type": "Organization"',
}
_NAMES = {
    "cff": {
        '"family_name"': "family-names",
        '"given_name"': "given-names",
        '"type": "organizational"': "name alone",
    },
    "codemeta": _OF_SCHEMA_ORG,
    "ro_crate": _OF_SCHEMA_ORG,
}
"""What the fix for a name says, in each format's words."""


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
    if finding.code == "bad-identifier" and key == "orcid":
        return replace(finding, fix=_ORCID)
    if finding.code == "wrong-type":
        own, body = f"'{key}'", f"'{finding.path[-1]}'"
        return replace(finding, message=finding.message.replace(body, own))
    if kind == "zenodo_json":
        from .zenodo_json import wording as zenodo_json_wording

        return zenodo_json_wording.worded(finding)
    if kind in _NAMES and finding.code == "name-comma":
        return replace(finding, fix=_in_words(finding.fix, _NAMES[kind]))
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


def _in_words(text: str, words: Mapping[str, str]) -> str:
    for word, own in words.items():
        text = text.replace(word, own)
    return text
