"""Zenodo's own fields: journal, meeting, imprint, thesis, software, and those of the domains."""

from __future__ import annotations

from ..identifiers import schemes
from ..types import Path
from .dates import Day, Edtf
from .identifiers import no_repetitions
from .report import GONE, Report, shown
from .shape import ListOf, Number, Obj, Part, Reader, Text
from .terms import term
from .urls import meeting_address, web_address

_TEXTS = {
    "dwc": (
        "associatedSequences basisOfRecord catalogNumber class collectionCode country "
        "countryCode county datasetID eventID family genus geodeticDatum habitat identifiedBy "
        "individualCount institutionCode kingdom lifeStage locality locationID "
        "materialSampleID namePublishedInID namePublishedInYear occurrenceID occurrenceStatus "
        "order organismQuantityType otherCatalogNumbers parentEventID phylum preparations "
        "recordedBy sampleSizeUnit sampleSizeValue samplingEffort samplingProtocol "
        "scientificName scientificNameAuthorship scientificNameID sex specificEpithet "
        "stateProvince taxonID taxonRank taxonomicStatus typeStatus verbatimElevation "
        "verbatimEventDate"
    ),
    "gbif-dwc": "identifiedByID recordedByID",
    "gbif": (
        "DNA_sequence pcr_primer_forward pcr_primer_name_forward pcr_primer_name_reverse "
        "pcr_primer_reverse"
    ),
    "dc": "creator rightsHolder",
    "openbiodiv": "TaxonomicConceptLabel",
    "mixs": "0000012 0000013 0000014 0000044 0000045 0000049 0000050 0000058 0000090",
    "ac": (
        "associatedSpecimenReference captureDevice physicalSetting resourceCreationTechnique "
        "subjectOrientation subjectPart"
    ),
    "legacy": "communities",
}
_NUMBERS = ("dwc:decimalLatitude", "dwc:decimalLongitude", "dwc:organismQuantity")
_DAYS = ("dwc:dateIdentified", "dwc:eventDate")


def _is_issn(text: str, at: Path, report: Report) -> object:
    return _is_a(text, "issn", "0378-5955", at, report)


def _is_isbn(text: str, at: Path, report: Report) -> object:
    return _is_a(text, "isbn", "978-3-16-148410-0", at, report)


def _is_a(text: str, scheme: str, example: str, at: Path, report: Report) -> object:
    if schemes.is_valid(text, scheme):
        return text
    name = scheme.upper()
    report.wrong(
        at,
        "bad-identifier",
        f"{shown(text)} is no valid {name}.",
        f"Check its digits, and write it as {example}.",
        f"Please provide a valid {name}.",
    )
    return GONE


def _object(**parts: Reader) -> Obj:
    return Obj({name: Part(reader) for name, reader in parts.items()})


JOURNAL = _object(title=Text(), issue=Text(), volume=Text(), pages=Text(), issn=Text(_is_issn))
MEETING = _object(
    acronym=Text(),
    dates=Text(),
    place=Text(),
    session_part=Text(),
    session=Text(),
    title=Text(),
    url=Text(meeting_address),
    identifiers=no_repetitions(schemes.MEETINGS),
)
IMPRINT = _object(title=Text(), isbn=Text(_is_isbn), pages=Text(), place=Text(), edition=Text())
THESIS = _object(
    university=Text(),
    department=Text(),
    type=Text(),
    date_submitted=Edtf(level_2=True),
    date_defended=Edtf(level_2=True),
)
FIELDS: dict[str, Reader] = {
    **{
        f"{space}:{name}": ListOf(Text())
        for space, names in _TEXTS.items()
        for name in names.split()
    },
    **dict.fromkeys(_NUMBERS, ListOf(Number())),
    **dict.fromkeys(_DAYS, ListOf(Day())),
    "gbif:ampliconSize": ListOf(Number(whole=True)),
    "ac:digitizationDate": ListOf(Edtf(moments=True)),
    "obo:RO_0002453": ListOf(_object(subject=ListOf(Text()), object=ListOf(Text()))),
    "code:codeRepository": Text(web_address),
    "code:programmingLanguage": ListOf(term("programming_languages")),
    "code:developmentStatus": term("development_statuses"),
    "journal:journal": JOURNAL,
    "meeting:meeting": MEETING,
    "imprint:imprint": IMPRINT,
    "thesis:thesis": THESIS,
    "legacy:subjects": ListOf(_object(term=Text(), identifier=Text(), scheme=Text())),
}
"""What may stand under ``custom_fields``, by name."""

CUSTOM_FIELDS = Obj(
    {name: Part(reader) for name, reader in FIELDS.items()},
    example='{"journal:journal": {"title": "Soil Letters"}}',
)
"""The ``custom_fields`` of a record."""
