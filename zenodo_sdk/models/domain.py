"""Zenodo's custom fields for biology and media, by the vocabularies that they are taken from.

All of them are lists. The server drops a field with a value of another kind, and publishes
without it; other InvenioRDM repositories do not have these fields.
"""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Self, cast

from pydantic import JsonValue

from ..types import JsonObject
from ._base import Model
from ._part import Part
from ._values import DateText
from ._wire import Unreadable, Wire, as_text, written


def _as_number(value: JsonValue) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Unreadable
    return value


def _as_integer(value: JsonValue) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise Unreadable
    return value


def _camel(name: str) -> str:
    """Write a name as most vocabularies do: ``taxon_id`` is ``taxonID``."""
    head, *words = name.rstrip("_").split("_")
    return head + "".join("ID" if word == "id" else word.capitalize() for word in words)


class HostRelation(Model):
    """Organisms that are hosts of other organisms.

    Args:
        subject: The hosts.
        object: What they are hosts of.
    """

    subject: list[str] = []
    """The hosts."""
    object: list[str] = []
    """What they are hosts of."""

    @classmethod
    def from_rdm(cls, value: JsonValue) -> Self:
        """Read the server's form."""
        wire = Wire(value)
        return cls.model_construct(
            subject=wire.each("subject", as_text),
            object=wire.each("object", as_text),
            extra=wire.rest,
        )

    def to_rdm(self) -> JsonObject:
        """Write the server's form."""
        return written(self.extra, subject=[*self.subject], object=[*self.object])


class Namespace(Part):
    """Fields of one vocabulary."""

    _place = ("custom_fields",)
    _depth = 3
    _prefix: ClassVar[str] = ""
    _keys: ClassVar[Mapping[str, str]] = {}
    """Names on the wire that do not follow from the name of the field."""
    _readers: ClassVar[Mapping[str, Callable[[JsonValue], object]]] = {}
    """How to read an item of a field that holds no texts."""

    @classmethod
    def key_of(cls, field: str) -> str:
        """Tell the name of a field on the wire.

        Example:
            >>> DarwinCore.key_of("scientific_name"), Mixs.key_of("sop")
            ('dwc:scientificName', 'mixs:0000090')
        """
        name = cls._keys.get(field) or _camel(field)
        return f"{cls._prefix}:{name}"

    def to_rdm(self) -> JsonObject:
        """Write the server's custom fields."""
        told: dict[str, object] = {}
        for name, values in vars(self).items():
            if values and name != "extra":
                rows = [one.to_rdm() if isinstance(one, HostRelation) else one for one in values]
                told[self.key_of(name)] = rows
        return cast("JsonObject", told)


class DarwinCore(Namespace):
    """Occurrences and taxa, in the words of Darwin Core (``dwc:``).

    Example:
        >>> DarwinCore(genus=["Apis"], class_=["Insecta"]).to_rdm()
        {'dwc:class': ['Insecta'], 'dwc:genus': ['Apis']}
    """

    _prefix = "dwc"
    _readers = {
        "decimal_latitude": _as_number,
        "decimal_longitude": _as_number,
        "organism_quantity": _as_number,
    }

    basis_of_record: list[str] = []
    """What the record is based on (``PreservedSpecimen``)."""
    catalog_number: list[str] = []
    """Number in the collection's catalogue."""
    class_: list[str] = []
    """Taxonomic class."""
    collection_code: list[str] = []
    """Code of the collection."""
    country: list[str] = []
    """Country."""
    country_code: list[str] = []
    """Code of the country."""
    county: list[str] = []
    """County."""
    dataset_id: list[str] = []
    """Id of the dataset."""
    event_id: list[str] = []
    """Id of the event."""
    family: list[str] = []
    """Taxonomic family."""
    genus: list[str] = []
    """Genus."""
    geodetic_datum: list[str] = []
    """Geodetic datum of the coordinates."""
    habitat: list[str] = []
    """Habitat."""
    identified_by: list[str] = []
    """Who identified it."""
    individual_count: list[str] = []
    """How many individuals."""
    institution_code: list[str] = []
    """Code of the institution that keeps it."""
    kingdom: list[str] = []
    """Kingdom."""
    life_stage: list[str] = []
    """Stage of life."""
    locality: list[str] = []
    """Where exactly."""
    location_id: list[str] = []
    """Id of the place."""
    material_sample_id: list[str] = []
    """Id of the material sample."""
    name_published_in_id: list[str] = []
    """Id of the publication of the name."""
    name_published_in_year: list[str] = []
    """Year in which the name was published."""
    occurrence_id: list[str] = []
    """Id of the occurrence."""
    occurrence_status: list[str] = []
    """Whether it was present."""
    order: list[str] = []
    """Taxonomic order."""
    organism_quantity_type: list[str] = []
    """What the quantity counts."""
    other_catalog_numbers: list[str] = []
    """Numbers in other catalogues."""
    parent_event_id: list[str] = []
    """Id of the event that this is part of."""
    phylum: list[str] = []
    """Phylum."""
    preparations: list[str] = []
    """How it was prepared."""
    recorded_by: list[str] = []
    """Who recorded it."""
    sample_size_unit: list[str] = []
    """Unit of the sample's size."""
    sample_size_value: list[str] = []
    """Size of the sample."""
    sampling_effort: list[str] = []
    """Effort of sampling."""
    sampling_protocol: list[str] = []
    """How it was sampled."""
    scientific_name: list[str] = []
    """Full scientific name."""
    scientific_name_authorship: list[str] = []
    """Author of the scientific name."""
    scientific_name_id: list[str] = []
    """Id of the scientific name."""
    sex: list[str] = []
    """Sex."""
    specific_epithet: list[str] = []
    """Species."""
    state_province: list[str] = []
    """State or province."""
    taxon_id: list[str] = []
    """Id of the taxon."""
    taxon_rank: list[str] = []
    """Rank of the taxon."""
    taxonomic_status: list[str] = []
    """Status of the taxon (``accepted``)."""
    type_status: list[str] = []
    """Type status (``holotype``)."""
    verbatim_elevation: list[str] = []
    """Elevation as it was written down."""
    verbatim_event_date: list[str] = []
    """Date as it was written down."""
    decimal_latitude: list[int | float] = []
    """Latitude in degrees."""
    decimal_longitude: list[int | float] = []
    """Longitude in degrees."""
    organism_quantity: list[int | float] = []
    """Quantity of organisms."""
    date_identified: list[DateText] = []
    """Days on which it was identified."""
    event_date: list[DateText] = []
    """Days on which it was collected or seen."""


class GbifDarwinCore(Namespace):
    """Ids of people, as GBIF adds them to Darwin Core (``gbif-dwc:``)."""

    _prefix = "gbif-dwc"

    identified_by_id: list[str] = []
    """Ids of those who identified it."""
    recorded_by_id: list[str] = []
    """Ids of those who recorded it."""


class Gbif(Namespace):
    """DNA, in the words of GBIF (``gbif:``)."""

    _prefix = "gbif"
    _readers = {"amplicon_size": _as_integer}
    _keys = {
        "dna_sequence": "DNA_sequence",
        "pcr_primer_forward": "pcr_primer_forward",
        "pcr_primer_reverse": "pcr_primer_reverse",
        "pcr_primer_name_forward": "pcr_primer_name_forward",
        "pcr_primer_name_reverse": "pcr_primer_name_reverse",
    }

    amplicon_size: list[int] = []
    """Length of the amplicon in base pairs."""
    dna_sequence: list[str] = []
    """The sequence."""
    pcr_primer_forward: list[str] = []
    """Forward primer."""
    pcr_primer_reverse: list[str] = []
    """Reverse primer."""
    pcr_primer_name_forward: list[str] = []
    """Name of the forward primer."""
    pcr_primer_name_reverse: list[str] = []
    """Name of the reverse primer."""


class DublinCore(Namespace):
    """Who made and who owns it, in the words of Dublin Core (``dc:``)."""

    _prefix = "dc"

    creator: list[str] = []
    """Who made it."""
    rights_holder: list[str] = []
    """Who holds the rights."""


class OpenBiodiv(Namespace):
    """Taxonomic concepts, in the words of OpenBiodiv (``openbiodiv:``)."""

    _prefix = "openbiodiv"
    _keys = {"taxonomic_concept_label": "TaxonomicConceptLabel"}

    taxonomic_concept_label: list[str] = []
    """Label of the taxonomic concept."""


class Mixs(Namespace):
    """Sequencing and environment, in the words of MIxS (``mixs:``)."""

    _prefix = "mixs"
    _keys = {
        "sop": "0000090",
        "target_gene": "0000044",
        "target_subfragment": "0000045",
        "seq_meth": "0000050",
        "pcr_cond": "0000049",
        "assembly_software": "0000058",
        "env_broad_scale": "0000012",
        "env_local_scale": "0000013",
        "env_medium": "0000014",
    }

    sop: list[str] = []
    """Relevant standard operating procedures."""
    target_gene: list[str] = []
    """Target gene."""
    target_subfragment: list[str] = []
    """Target subfragment."""
    seq_meth: list[str] = []
    """Sequencing method."""
    pcr_cond: list[str] = []
    """PCR conditions."""
    assembly_software: list[str] = []
    """Assembly software."""
    env_broad_scale: list[str] = []
    """Broad-scale environmental context."""
    env_local_scale: list[str] = []
    """Local environmental context."""
    env_medium: list[str] = []
    """Environmental medium."""


class Obo(Namespace):
    """Relations between organisms, in the words of the OBO relation ontology (``obo:``)."""

    _prefix = "obo"
    _keys = {"host_of": "RO_0002453"}
    _readers = {"host_of": HostRelation.from_rdm}

    host_of: list[HostRelation] = []
    """Which organisms are hosts of which."""


class AudiovisualCore(Namespace):
    """How images and sounds were made, in the words of Audiovisual Core (``ac:``)."""

    _prefix = "ac"

    associated_specimen_reference: list[str] = []
    """References to the specimen that is shown."""
    capture_device: list[str] = []
    """Device that it was taken with."""
    digitization_date: list[DateText] = []
    """EDTF dates on which it was digitised."""
    physical_setting: list[str] = []
    """Setting in which it was taken (``natural``)."""
    resource_creation_technique: list[str] = []
    """How it was made."""
    subject_orientation: list[str] = []
    """Orientation of what is shown."""
    subject_part: list[str] = []
    """Part of the organism that is shown."""


class DomainFields(Part):
    """Zenodo's custom fields for biology and media, by vocabulary.

    Args:
        dwc: Occurrences and taxa.
        gbif: DNA.
        gbif_dwc: Ids of people.
        dc: Who made and who owns it.
        openbiodiv: Taxonomic concepts.
        mixs: Sequencing and environment.
        obo: Relations between organisms.
        ac: Images and sounds.

    Example:
        >>> fields = DomainFields(dwc=DarwinCore(genus=["Apis"]), mixs=Mixs(env_medium=["soil"]))
        >>> fields.to_rdm()
        {'dwc:genus': ['Apis'], 'mixs:0000014': ['soil']}
    """

    _place = ("custom_fields",)
    _depth = 2

    dwc: DarwinCore | None = None
    """Darwin Core: occurrences and taxa."""
    gbif: Gbif | None = None
    """GBIF: DNA."""
    gbif_dwc: GbifDarwinCore | None = None
    """GBIF's additions to Darwin Core: ids of people."""
    dc: DublinCore | None = None
    """Dublin Core: who made and who owns it."""
    openbiodiv: OpenBiodiv | None = None
    """OpenBiodiv: taxonomic concepts."""
    mixs: Mixs | None = None
    """MIxS: sequencing and environment."""
    obo: Obo | None = None
    """OBO: relations between organisms."""
    ac: AudiovisualCore | None = None
    """Audiovisual Core: images and sounds."""

    @classmethod
    def take_from(cls, custom_fields: Wire) -> Self | None:
        """Take the fields that are known out of a record's custom fields."""
        found: dict[str, dict[str, Any]] = {}
        for key in [key for key in custom_fields.rest if key in FIELD_OF_KEY]:
            space, field = FIELD_OF_KEY[key]
            read = NAMESPACES[space]._readers.get(field, as_text)
            if values := custom_fields.each(key, read):
                found.setdefault(space, {})[field] = values
        if not found:
            return None
        return cls.model_construct(
            None, **{space: NAMESPACES[space]._read(values) for space, values in found.items()}
        )

    def to_rdm(self) -> JsonObject:
        """Write the server's custom fields."""
        spaces = (vars(self)[space] for space in NAMESPACES)
        return {
            key: value for one in spaces if one is not None for key, value in one.to_rdm().items()
        }


NAMESPACES: Mapping[str, type[Namespace]] = {
    "dwc": DarwinCore,
    "gbif": Gbif,
    "gbif_dwc": GbifDarwinCore,
    "dc": DublinCore,
    "openbiodiv": OpenBiodiv,
    "mixs": Mixs,
    "obo": Obo,
    "ac": AudiovisualCore,
}
"""The vocabularies by their field in :class:`DomainFields`."""

FIELD_OF_KEY: Mapping[str, tuple[str, str]] = {
    space.key_of(field): (name, field)
    for name, space in NAMESPACES.items()
    for field in space.model_fields
    if field != "extra"
}
"""Which field of which vocabulary a custom field is."""
