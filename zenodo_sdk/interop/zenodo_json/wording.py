"""What the rules find in a body, said in the words of ``.zenodo.json``."""

from __future__ import annotations

from dataclasses import replace

from ...rules.finding import Finding

_MISSING = {
    "metadata.resource_type": (
        "There is no upload_type.",
        'Write "upload_type": "software", "dataset", "publication" or another.',
    ),
    "metadata.title": ("There is no title.", 'Write "title", of at least 3 characters.'),
    "metadata.creators": (
        "There are no creators.",
        'Write "creators": [{"name": "Family, Given"}].',
    ),
    "metadata.publication_date": (
        "The publication_date is empty.",
        'Write "YYYY-MM-DD", or remove the key: then Zenodo sets the day.',
    ),
    "metadata.subjects": ("A keyword is empty.", "Remove it."),
    "metadata.contributors.role": (
        "A contributor has no type.",
        'Write "type": "Editor", "DataCollector" or another.',
    ),
    "metadata.creators.person_or_org.family_name": (
        "A creator has no name.",
        'Write "name": "Family, Given".',
    ),
    "metadata.contributors.person_or_org.family_name": (
        "A contributor has no name.",
        'Write "name": "Family, Given".',
    ),
}
_UNKNOWN = {
    "metadata.resource_type.id": "The part before the hyphen is the upload_type.",
    "metadata.related_identifiers.relation_type.id": (
        'Write "isSupplementTo", "cites", "isPartOf" or another.'
    ),
}
_BAD = {"pids.doi.identifier": 'Write "10.1234/abc", or remove it to be given a DOI.'}


def worded(finding: Finding) -> Finding:
    """Say a finding about an RDM body as the writer of a ``.zenodo.json`` file needs it.

    Args:
        finding: What a rule found, with its path in the body.

    Returns:
        The same finding, with the keys of the format in its message and fix where they differ.

    Example:
        >>> worded(Finding(("metadata", "resource_type"), "missing", "…")).message
        'There is no upload_type.'
    """
    place = ".".join(step for step in finding.path if isinstance(step, str))
    if finding.code == "missing" and place in _MISSING:
        message, fix = _MISSING[place]
        return replace(finding, message=message, fix=fix)
    if finding.code == "unknown-term" and place in _UNKNOWN:
        near = finding.fix if finding.fix.startswith("Did you mean") else ""
        return replace(finding, fix=f"{near} {_UNKNOWN[place]}".strip())
    if finding.code == "bad-identifier" and place in _BAD:
        return replace(finding, fix=_BAD[place])
    return finding
