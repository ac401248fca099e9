"""The words of the controlled vocabularies that a caller writes.

Taken from the fixtures of invenio-rdm-records (August 2026). They are checked when a caller
writes them and never when a server sends them: vocabularies grow, and every InvenioRDM
repository may have its own. A word that is not listed is passed on when wrapped in
:class:`Term`.
"""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args


class Term(str):
    """An id of a vocabulary that this SDK does not know, passed to the server as it is.

    Example:
        >>> from zenodo_sdk import Metadata, Term
        >>> Metadata(title="Core 7", resource_type=Term("drill-core")).resource_type
        'drill-core'
    """

    __slots__ = ()


ResourceType: TypeAlias = Literal[
    "publication",
    "publication-annotationcollection",
    "publication-article",
    "publication-book",
    "publication-conferencepaper",
    "publication-conferenceproceeding",
    "publication-datamanagementplan",
    "publication-datapaper",
    "publication-deliverable",
    "publication-dissertation",
    "publication-journal",
    "publication-milestone",
    "publication-other",
    "publication-patent",
    "publication-peerreview",
    "publication-preprint",
    "publication-proposal",
    "publication-report",
    "publication-section",
    "publication-softwaredocumentation",
    "publication-standard",
    "publication-studyregistration",
    "publication-taxonomictreatment",
    "publication-technicalnote",
    "publication-workingpaper",
    "image",
    "image-diagram",
    "image-drawing",
    "image-figure",
    "image-other",
    "image-photo",
    "image-plot",
    "poster",
    "presentation",
    "event",
    "dataset",
    "model",
    "video",
    "audio",
    "software",
    "software-computationalnotebook",
    "lesson",
    "physicalobject",
    "workflow",
    "other",
    "project",
    "instrument",
]
"""What a record is: a type, or type and sub-type joined by a hyphen."""

Role: TypeAlias = Literal[
    "contactperson",
    "datacollector",
    "datacurator",
    "datamanager",
    "distributor",
    "editor",
    "hostinginstitution",
    "other",
    "producer",
    "projectleader",
    "projectmanager",
    "projectmember",
    "registrationagency",
    "registrationauthority",
    "relatedperson",
    "researcher",
    "researchgroup",
    "rightsholder",
    "sponsor",
    "supervisor",
    "translator",
    "workpackageleader",
]
"""What a contributor did."""

Relation: TypeAlias = Literal[
    "isCitedBy",
    "cites",
    "isSupplementTo",
    "isSupplementedBy",
    "isContinuedBy",
    "continues",
    "isDescribedBy",
    "describes",
    "hasMetadata",
    "isMetadataFor",
    "hasVersion",
    "isVersionOf",
    "isNewVersionOf",
    "isPreviousVersionOf",
    "isPartOf",
    "hasPart",
    "isPublishedIn",
    "isReferencedBy",
    "references",
    "isDocumentedBy",
    "documents",
    "isCompiledBy",
    "compiles",
    "isVariantFormOf",
    "isOriginalFormOf",
    "isIdenticalTo",
    "isReviewedBy",
    "reviews",
    "isDerivedFrom",
    "isSourceOf",
    "isRequiredBy",
    "requires",
    "isObsoletedBy",
    "obsoletes",
    "isTranslationOf",
    "hasTranslation",
    "isCollectedBy",
    "collects",
    "other",
]
"""How a record stands to another resource, as DataCite spells it (any case is accepted)."""

DateType: TypeAlias = Literal[
    "accepted",
    "available",
    "collected",
    "copyrighted",
    "coverage",
    "created",
    "issued",
    "other",
    "submitted",
    "updated",
    "valid",
    "withdrawn",
]
"""What a further date says."""

TitleType: TypeAlias = Literal[
    "alternative-title",
    "subtitle",
    "translated-title",
    "other",
]
"""What a further title is."""

DescriptionType: TypeAlias = Literal[
    "abstract",
    "methods",
    "series-information",
    "table-of-contents",
    "technical-info",
    "notes",
    "other",
]
"""What a further description holds."""

RESOURCE_TYPES: tuple[str, ...] = get_args(ResourceType)
NOT_DEPOSITABLE: frozenset[str] = frozenset({"project", "instrument"})
"""The resource types that only a related identifier may have."""
ROLES: tuple[str, ...] = get_args(Role)
RELATIONS: tuple[str, ...] = tuple(word.lower() for word in get_args(Relation))
DATE_TYPES: tuple[str, ...] = get_args(DateType)
TITLE_TYPES: tuple[str, ...] = get_args(TitleType)
DESCRIPTION_TYPES: tuple[str, ...] = get_args(DescriptionType)

# ISO 639-1 to ISO 639-3: the servers store the second and people write the first.
LANGUAGES: dict[str, str] = {
    pair[:2]: pair[3:]
    for pair in """
    aa:aar ab:abk ae:ave af:afr ak:aka am:amh an:arg ar:ara as:asm av:ava ay:aym az:aze
    ba:bak be:bel bg:bul bi:bis bm:bam bn:ben bo:bod br:bre bs:bos ca:cat ce:che ch:cha
    co:cos cr:cre cs:ces cu:chu cv:chv cy:cym da:dan de:deu dv:div dz:dzo ee:ewe el:ell
    en:eng eo:epo es:spa et:est eu:eus fa:fas ff:ful fi:fin fj:fij fo:fao fr:fra fy:fry
    ga:gle gd:gla gl:glg gn:grn gu:guj gv:glv ha:hau he:heb hi:hin ho:hmo hr:hrv ht:hat
    hu:hun hy:hye hz:her ia:ina id:ind ie:ile ig:ibo ii:iii ik:ipk io:ido is:isl it:ita
    iu:iku ja:jpn jv:jav ka:kat kg:kon ki:kik kj:kua kk:kaz kl:kal km:khm kn:kan ko:kor
    kr:kau ks:kas ku:kur kv:kom kw:cor ky:kir la:lat lb:ltz lg:lug li:lim ln:lin lo:lao
    lt:lit lu:lub lv:lav mg:mlg mh:mah mi:mri mk:mkd ml:mal mn:mon mr:mar ms:msa mt:mlt
    my:mya na:nau nb:nob nd:nde ne:nep ng:ndo nl:nld nn:nno no:nor nr:nbl nv:nav ny:nya
    oc:oci oj:oji om:orm or:ori os:oss pa:pan pi:pli pl:pol ps:pus pt:por qu:que rm:roh
    rn:run ro:ron ru:rus rw:kin sa:san sc:srd sd:snd se:sme sg:sag sh:hbs si:sin sk:slk
    sl:slv sm:smo sn:sna so:som sq:sqi sr:srp ss:ssw st:sot su:sun sv:swe sw:swa ta:tam
    te:tel tg:tgk th:tha ti:tir tk:tuk tl:tgl tn:tsn to:ton tr:tur ts:tso tt:tat tw:twi
    ty:tah ug:uig uk:ukr ur:urd uz:uzb ve:ven vi:vie vo:vol wa:wln wo:wol xh:xho yi:yid
    yo:yor za:zha zh:zho zu:zul
    """.split()  # noqa: SIM905 - 184 quoted pairs would fill three screens
}
