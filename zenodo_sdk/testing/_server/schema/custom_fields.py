"""The fields under ``custom_fields``: what Zenodo added to InvenioRDM.

A stock InvenioRDM has none.
"""

from __future__ import annotations

from marshmallow import Schema, ValidationError, fields

from .dates import LEVEL_2, edtf_date
from .fields import Day, Text, web_address
from .identifiers import WORKS, idutils, no_repetitions
from .terms import TermSchema, term

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

TERMS = {
    "code:programmingLanguage": "code:programmingLanguages",
    "code:developmentStatus": "code:developmentStatus",
}
"""The fields that hold terms, and of which vocabulary."""


def zenodo_fields() -> dict[str, fields.Field]:
    """Zenodo's fields by name."""
    texts = [f"{space}:{name}" for space, names in _TEXTS.items() for name in names.split()]
    return {
        **{name: fields.List(Text()) for name in texts},
        **{name: fields.List(fields.Float()) for name in _NUMBERS},
        **{name: fields.List(Day()) for name in _DAYS},
        "gbif:ampliconSize": fields.List(fields.Integer(strict=True)),
        "ac:digitizationDate": fields.List(edtf_date()),
        "obo:RO_0002453": fields.List(
            _object(subject=fields.List(Text()), object=fields.List(Text()))
        ),
        "code:codeRepository": Text(validate=web_address()),
        "code:programmingLanguage": fields.Nested(TermSchema, many=True),
        "code:developmentStatus": term(),
        "journal:journal": _object(
            title=Text(), issue=Text(), volume=Text(), pages=Text(), issn=Text(validate=_is_issn)
        ),
        "meeting:meeting": _object(
            acronym=Text(),
            dates=Text(),
            place=Text(),
            session_part=Text(),
            session=Text(),
            title=Text(),
            url=Text(validate=web_address("You must provide a valid URL.")),
            identifiers=no_repetitions(WORKS),
        ),
        "imprint:imprint": _object(
            title=Text(), isbn=Text(validate=_is_isbn), pages=Text(), place=Text(), edition=Text()
        ),
        "thesis:thesis": _object(
            university=Text(),
            department=Text(),
            type=Text(),
            date_submitted=edtf_date(LEVEL_2),
            date_defended=edtf_date(LEVEL_2),
        ),
        "legacy:subjects": fields.List(_object(term=Text(), identifier=Text(), scheme=Text())),
    }


def _object(**parts: fields.Field) -> fields.Nested:
    return fields.Nested(Schema.from_dict(parts))


def _is_issn(text: str) -> None:
    if not idutils("is_issn")(text):
        raise ValidationError("Please provide a valid ISSN.")


def _is_isbn(text: str) -> None:
    if not idutils("is_isbn")(text):
        # The server takes its own sentence for a list of messages.
        raise ValidationError(list("Please provide a valid ISBN."))
