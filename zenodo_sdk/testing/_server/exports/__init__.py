"""The other forms of a record: which media types there are, and how each is written.

Everything here is a function of the document that the server sends as
``application/vnd.inveniordm.v1+json``, vocabulary titles included and without ``ui``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from ..answers import JSON, RDM_JSON, ZENODO_JSON, Json
from ..profiles import ProfileName
from .bibtex import bibtex
from .citation import bibliography
from .csl import csl
from .datacite import datacite
from .datacite_xml import datacite_xml
from .dcat import dcat
from .dublin_core import dublin_core
from .geo import geojson
from .legacy import legacy
from .linkset import LINKSET, linkset, signposting
from .marc import marcxml
from .negotiation import negotiate
from .rows import full_csv, simple_csv
from .schema_org import schema_org
from .ui import ui

__all__ = [
    "DATA_PACKAGE",
    "Export",
    "Reading",
    "exports",
    "legacy",
    "negotiate",
    "offered",
    "signposting",
    "ui",
]

DATA_PACKAGE = 'application/ld+json;profile="https://datapackage.org/profiles/2.0/datapackage.json"'
"""A type that is offered but that nobody gets: what a client asks for is written anew, with a
blank after the semicolon, before it is compared."""

Body = Json | str


@dataclass(frozen=True)
class Reading:
    """How a record is asked for.

    Args:
        locale: The language of the words in ``ui``.
        style: The style of a reference.
        guest_url: The address that was asked for, if nobody is logged in.
    """

    locale: str = "en"
    style: str | None = None
    guest_url: str | None = None


@dataclass(frozen=True)
class Export:
    """A form of a record.

    Args:
        media_type: The Content-Type of the answer.
        write: Writes one record.
        etag: The answer with one record has an ETag.
        table: Writes several records as one text; others are lines or hits.
        envelope: What a page of search results keeps of its envelope; all of it if None.
    """

    media_type: str
    write: Callable[[Json, Reading], Body]
    etag: bool = True
    table: Callable[[list[Json]], str] | None = None
    envelope: tuple[str, ...] | None = ("hits", "aggregations", "links", "sortBy")

    def one(self, document: Json, reading: Reading | None = None) -> Body:
        """The body of an answer with one record."""
        return self.write(document, reading or Reading())

    def many(self, page: Json, reading: Reading | None = None) -> Body:
        """The body of an answer with a page of search results."""
        documents: list[Json] = page["hits"]["hits"]
        if self.table:
            return self.table(documents)
        written = [self.one(document, reading) for document in documents]
        texts = [text for text in written if isinstance(text, str)]
        # no hit tells nothing about the form, but the media type does
        if texts or not self.media_type.endswith("json"):
            return "\n".join(texts)
        kept = page if self.envelope is None else {k: page[k] for k in self.envelope if k in page}
        return kept | {"hits": page["hits"] | {"hits": written}}


def exports(profile: ProfileName) -> dict[str, Export]:
    """The forms by the media type that a client asks for."""
    return _ZENODO if profile == "zenodo" else _INVENIORDM


def offered(profile: ProfileName) -> list[str]:
    """The media types that a refusal names, in its order."""
    names = list(exports(profile))
    names.insert(names.index("application/x-dc+xml"), DATA_PACKAGE)
    return names


def _plain(write: Callable[[Json], Body]) -> Callable[[Json, Reading], Body]:
    return lambda document, _: write(document)


def _with_ui(document: Json, reading: Reading) -> Json:
    words = ui(document, locale=reading.locale, guest_url=reading.guest_url)
    return document | {"ui": words}


def _table(media_type: str, write: Callable[[list[Json]], str]) -> Export:
    return Export(media_type, _plain(lambda document: write([document])), etag=False, table=write)


def _forms(*forms: Export) -> dict[str, Export]:
    return {form.media_type: form for form in forms}


_INVENIORDM = _forms(
    Export(JSON, _plain(lambda document: document), envelope=None),
    Export("application/ld+json", _plain(schema_org), etag=False),
    _table("application/vnd.inveniordm.v1.full+csv", full_csv),
    _table("application/vnd.inveniordm.v1.simple+csv", simple_csv),
    Export("application/marcxml+xml", _plain(marcxml)),
    Export(RDM_JSON, _with_ui),
    Export("application/vnd.citationstyles.csl+json", _plain(csl)),
    Export("application/vnd.datacite.datacite+json", _plain(datacite)),
    Export("application/vnd.geo+json", _plain(geojson)),
    Export("application/vnd.datacite.datacite+xml", _plain(datacite_xml)),
    Export("application/x-dc+xml", _plain(dublin_core)),
) | {
    "text/x-bibliography": Export(
        "text/plain", lambda document, reading: bibliography(document, reading.style)
    ),
    **_forms(
        Export("application/x-bibtex", _plain(bibtex)),
        Export("application/dcat+xml", _plain(dcat)),
        Export(LINKSET, _plain(linkset), etag=False),
    ),
}

_LEGACY = partial(Export, write=_plain(legacy), envelope=("hits", "aggregations", "links"))
_OPENAIRE_XML = _plain(partial(datacite_xml, openaire=True))
_ZENODO = _INVENIORDM | _forms(
    _LEGACY(JSON),
    Export("application/vnd.datacite.datacite+json", _plain(partial(datacite, openaire=True))),
    Export("application/vnd.datacite.datacite+xml", _OPENAIRE_XML),
    Export("application/dcat+xml", _plain(partial(dcat, openaire=True))),
    _LEGACY(ZENODO_JSON),
    Export("application/x-datacite+xml", _OPENAIRE_XML),
)
