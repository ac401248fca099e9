"""FAIR signposting: which addresses belong to a record."""

from __future__ import annotations

from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from ..answers import Json
from .common import file_entries, file_page, filled, listed, part
from .libraries import web_address

LINKSET = "application/linkset+json"
_DATA_PACKAGE = "https://datapackage.org/profiles/2.0/datapackage.json"
_DESCRIPTIONS = (
    "application/dcat+xml",
    "application/json",
    "application/ld+json",
    "application/ld+json;profile",
    "application/marcxml+xml",
    "application/vnd.citationstyles.csl+json",
    "application/vnd.datacite.datacite+json",
    "application/vnd.datacite.datacite+xml",
    "application/vnd.geo+json",
    "application/vnd.inveniordm.v1+json",
    "application/vnd.inveniordm.v1.full+csv",
    "application/vnd.inveniordm.v1.simple+csv",
    "application/x-bibtex",
    "application/x-dc+xml",
    "text/x-bibliography",
)


def signposting(document: Json) -> str | None:
    """The ``Link`` header of an answer with a published record; drafts have none."""
    if document.get("is_draft"):
        return None
    return f'<{document["links"]["self"]}> ; rel="linkset" ; type="{LINKSET}"'


def linkset(document: Json) -> Json:
    """The addresses of the record's page, files and metadata, and how they relate."""
    page, record = document["links"]["self_html"], document["links"]["self"]
    html = [{"href": page, "type": "text/html"}]
    contents = [
        {"anchor": file_page(document, entry["key"]), "collection": html}
        for entry in file_entries(document)
    ]
    return {"linkset": [_page(document), *contents, {"anchor": record, "describes": html}]}


def _page(document: Json) -> Json:
    metadata = document["metadata"]
    doi = part(document, "pids", "doi").get("identifier")
    authors = [_author(creator["person_or_org"]) for creator in listed(metadata, "creators")]
    licences = [
        {"href": _encoded(link)} for right in listed(metadata, "rights") if (link := _link(right))
    ]
    items = [
        {"href": file_page(document, entry["key"]), "type": entry["mimetype"]}
        for entry in file_entries(document)
    ]
    return filled(
        {
            "author": [{"href": author} for author in authors if author] or None,
            "cite-as": [{"href": web_address(doi, "doi")}] if doi else None,
            "describedby": [_description(document, each) for each in _DESCRIPTIONS],
            "item": items or None,
            "license": licences or None,
            "type": [{"href": "https://schema.org/AboutPage"}],
            "anchor": document["links"]["self_html"],
        }
    )


def _author(person: Json) -> str | None:
    addresses = (
        web_address(each["identifier"], each["scheme"]) for each in listed(person, "identifiers")
    )
    return next((address for address in addresses if address), None)


def _description(document: Json, media_type: str) -> Json:
    name, _, profile = media_type.partition(";")
    return filled(
        {
            "href": document["links"]["self"],
            "type": name,
            "profile": _DATA_PACKAGE if profile else None,
        }
    )


def _link(right: Json) -> str | None:
    link: str | None = right.get("link") or part(right, "props").get("url")
    return link


def _encoded(address: str) -> str:
    parts = urlsplit(address)
    query = urlencode(parse_qsl(parts.query))
    return parts._replace(path=quote(parts.path), query=query).geturl()
