"""All that stands under ``metadata``."""

from __future__ import annotations

from .dates import DATES, PUBLICATION_DATE
from .descriptions import (
    ADDITIONAL_DESCRIPTIONS,
    ADDITIONAL_TITLES,
    COPYRIGHT,
    DESCRIPTION,
    FORMATS,
    SIZES,
    TITLE,
    VERSION,
)
from .funding import FUNDING
from .identifiers import ALTERNATE, REFERENCES, RELATED
from .locations import LOCATIONS
from .people import CONTRIBUTORS, CREATORS
from .rights import RIGHTS
from .shape import Obj, Part, Text
from .subjects import LANGUAGES, SUBJECTS
from .terms import term

METADATA = Obj(
    {
        "resource_type": Part(
            term("resource_types", depositable=True),
            required=True,
            fix='Say what it is: {"id": "dataset"}, or another resource type.',
        ),
        "creators": Part(
            CREATORS,
            required=True,
            fix='Name at least one: [{"person_or_org": {"type": "personal", "family_name": '
            '"Okafor", "given_name": "Ada"}}].',
        ),
        "title": Part(TITLE, required=True, fix="Write one of at least 3 characters."),
        "additional_titles": Part(ADDITIONAL_TITLES),
        "publisher": Part(Text()),
        "publication_date": Part(
            PUBLICATION_DATE,
            required=True,
            fix='Write the date of first publication: "2026-11-22".',
        ),
        "subjects": Part(SUBJECTS),
        "contributors": Part(CONTRIBUTORS),
        "dates": Part(DATES),
        "languages": Part(LANGUAGES),
        "identifiers": Part(ALTERNATE),
        "related_identifiers": Part(RELATED),
        "sizes": Part(SIZES),
        "formats": Part(FORMATS),
        "version": Part(VERSION),
        "rights": Part(RIGHTS),
        "copyright": Part(COPYRIGHT),
        "description": Part(DESCRIPTION),
        "additional_descriptions": Part(ADDITIONAL_DESCRIPTIONS),
        "locations": Part(LOCATIONS),
        "funding": Part(FUNDING),
        "references": Part(REFERENCES),
    },
    example='{"title": "…", "creators": […]}',
)
"""The ``metadata`` of a record."""
