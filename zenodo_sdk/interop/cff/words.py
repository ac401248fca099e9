"""The words of CITATION.cff, and what a record says instead."""

from __future__ import annotations

from ...types import JsonObject


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


DEFAULT_MESSAGE = "If you use this software, please cite it using the metadata from this file."

UNKNOWN: JsonObject = {"name": "Unknown"}
"""The author of what has none: the format wants one."""

KEYS = _words(
    "abstract authors cff-version commit contact date-released doi identifiers keywords license "
    "license-url message preferred-citation references repository repository-artifact "
    "repository-code title type url version"
)
"""Keys of a file, versions 1.0 to 1.3."""

FIELDS = {
    "additional_descriptions": "message",
    "creators": "authors",
    "contributors": "contact",
    "description": "abstract",
    "identifiers": "identifiers",
    "publication_date": "date-released",
    "references": "references",
    "resource_type": "type",
    "rights": "license",
    "subjects": "keywords",
    "title": "title",
    "version": "version",
}
"""Where the fields of a record stand."""

PERSON_KEYS = _words(
    "affiliation alias family-names given-names name name-particle name-suffix orcid website"
)
"""Keys of a person or an entity of which a record keeps something."""

RELATED = {
    "url": "isdocumentedby",
    "repository": "isvariantformof",
    "repository-artifact": "issourceof",
}
"""How the work is related to the page that a key names."""

PREFERRED = "isdescribedby"
"""How the work is related to what shall be cited in its place."""

REFERENCE = "references"
"""How the work is related to its references."""

CODE_HOSTS = ("github.com", "gitlab.com", "bitbucket.org", "codeberg.org", "git.sr.ht")

TYPES = {
    "article": "publication-article",
    "audiovisual": "video",
    "book": "publication-book",
    "conference-paper": "publication-conferencepaper",
    "data": "dataset",
    "database": "dataset",
    "dataset": "dataset",
    "edited-work": "publication-book",
    "film-broadcast": "video",
    "magazine-article": "publication-article",
    "manual": "publication-softwaredocumentation",
    "newspaper-article": "publication-article",
    "patent": "publication-patent",
    "proceedings": "publication-conferenceproceeding",
    "report": "publication-report",
    "serial": "publication-journal",
    "slides": "presentation",
    "software": "software",
    "software-code": "software",
    "software-container": "software",
    "software-executable": "software",
    "software-virtual-machine": "software",
    "sound-recording": "audio",
    "standard": "publication-standard",
    "thesis": "publication-dissertation",
    "unpublished": "publication-preprint",
    "video": "video",
}
"""Resource types by the type of a reference."""

CITED_KEYS = _words(
    "authors collection-title conference date-published date-released doi edition end identifiers "
    "institution isbn issn issue journal month pages pmcid publisher repository repository-code "
    "start title type url version volume year"
)
"""Keys of a reference that its citation or its identifiers are made of."""
