"""The vocabularies of DCAT: namespaces, and what stands for DataCite's types."""

from __future__ import annotations

XSD = "http://www.w3.org/2001/XMLSchema#"
AUTHORITY = "http://publications.europa.eu/resource/authority/"
MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
CRS = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"

NAMESPACES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "adms": "http://www.w3.org/ns/adms#",
    "bibo": "http://purl.org/ontology/bibo/",
    "citedcat": "https://w3id.org/citedcat-ap/",
    "dct": "http://purl.org/dc/terms/",
    "dctype": "http://purl.org/dc/dcmitype/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "gsp": "http://www.opengis.net/ont/geosparql#",
    "locn": "http://www.w3.org/ns/locn#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "wdrs": "http://www.w3.org/2007/05/powder-s#",
}

DATASETS = {
    "Audiovisual": ("dctype:MovingImage",),
    "Book": ("dctype:Text", "bibo:Book"),
    "BookChapter": ("dctype:Text", "bibo:Chapter"),
    "Collection": ("dctype:Collection",),
    "ComputationalNotebook": ("dctype:InteractiveResource",),
    "ConferencePaper": ("dctype:Text",),
    "ConferenceProceeding": ("dctype:Text", "bibo:Proceedings"),
    "DataPaper": ("citedcat:DataPaper",),
    "Dataset": ("dctype:Dataset",),
    "Dissertation": ("dctype:Text", "bibo:Thesis"),
    "Image": ("dctype:Image",),
    "InteractiveResource": ("dctype:InteractiveResource",),
    "Journal": ("dctype:Text", "bibo:Journal"),
    "JournalArticle": ("dctype:Text",),
    "Model": ("citedcat:Model",),
    "PeerReview": ("dctype:Text",),
    "Preprint": ("dctype:Text",),
    "Report": ("dctype:Text", "bibo:Report"),
    "Software": ("dctype:Software",),
    "Sound": ("dctype:Sound",),
    "Standard": ("dct:Standard", "bibo:Standard"),
    "Text": ("dctype:Text",),
    "Workflow": ("citedcat:Workflow",),
}
"""The general types that are datasets, with their finer types."""

RESOURCES = ("Event", "PhysicalObject")
"""General types that are no datasets but have a type; all others are just resources."""

RELATIONS = {
    "Cites": "bibo:cites",
    "Compiles": "citedcat:compiles",
    "Continues": "citedcat:continues",
    "Describes": "citedcat:describes",
    "Documents": "foaf:topic",
    "HasMetadata": "foaf:isPrimaryTopicOf",
    "HasPart": "dct:hasPart",
    "HasVersion": "dct:hasVersion",
    "IsCitedBy": "dct:isReferencedBy",
    "IsCompiledBy": "citedcat:isCompiledBy",
    "IsContinuedBy": "citedcat:isContinuedBy",
    "IsDerivedFrom": "dct:source",
    "IsDescribedBy": "wdrs:describedby",
    "IsDocumentedBy": "foaf:page",
    "IsIdenticalTo": "owl:sameAs",
    "IsMetadataFor": "foaf:primaryTopic",
    "IsNewVersionOf": "prov:wasRevisionOf",
    "IsObsoletedBy": "dct:isReplacedBy",
    "IsOriginalFormOf": "citedcat:isOriginalFormOf",
    "IsPartOf": "dct:isPartOf",
    "IsPreviousVersionOf": "prov:hadRevision",
    "IsPublishedIn": "dct:isPartOf",
    "IsReferencedBy": "dct:isReferencedBy",
    "IsRequiredBy": "dct:isRequiredBy",
    "IsReviewedBy": "citedcat:isReviewedBy",
    "IsSourceOf": "prov:hadDerivation",
    "IsSupplementTo": "citedcat:isSupplementTo",
    "IsSupplementedBy": "citedcat:isSupplementedBy",
    "IsVariantFormOf": "citedcat:isVariantFormOf",
    "IsVersionOf": "dct:isVersionOf",
    "Obsoletes": "dct:replaces",
    "References": "dct:references",
    "Requires": "dct:requires",
    "Reviews": "bibo:reviewOf",
}
"""Relations; all others are ``dct:relation``."""

ROLES = {
    "ContactPerson": "dcat:contactPoint",
    "DataCollector": "citedcat:dataCollector",
    "DataCurator": "citedcat:dataCurator",
    "DataManager": "citedcat:dataManager",
    "Distributor": "bibo:distributor",
    "Editor": "bibo:editor",
    "HostingInstitution": "citedcat:hostingInstitution",
    "Producer": "bibo:producer",
    "RegistrationAgency": "citedcat:registrationAgency",
    "RegistrationAuthority": "citedcat:registrationAuthority",
    "ResearchGroup": "citedcat:researchGroup",
    "Researcher": "citedcat:researcher",
    "RightsHolder": "dct:rightsHolder",
    "Sponsor": "citedcat:sponsor",
    "Supervisor": "citedcat:supervisor",
    "WorkPackageLeader": "citedcat:workPackageLeader",
}
"""Roles of contributors; all others are ``dct:contributor``."""

PROJECT_ROLES = {
    "ProjectLeader": "citedcat:projectLeader",
    "ProjectManager": "citedcat:projectManager",
    "ProjectMember": "citedcat:projectMember",
}
"""Contributors that are also told with the project."""

DATES = {
    "Accepted": "dct:dateAccepted",
    "Available": "dct:available",
    "Copyrighted": "dct:dateCopyrighted",
    "Created": "dct:created",
    "Issued": "dct:issued",
    "Submitted": "dct:dateSubmitted",
    "Updated": "dct:modified",
    "Valid": "dct:valid",
    "Withdrawn": "dct:modified",
}
"""Dates; all others are ``dct:date``."""

ADDRESSES = {
    "ark": "http://n2t.net/",
    "bibcode": "http://adsabs.harvard.edu/abs/",
    "crossref funder id": "https://doi.org/",
    "doi": "https://doi.org/",
    "ean13": "urn:ean-13:",
    "eissn": "http://issn.org/resource/ISSN/",
    "grid": "https://www.isni.org/",
    "handle": "https://hdl.handle.net/",
    "igsn": "https://hdl.handle.net/10273/",
    "isbn": "urn:isbn:",
    "isni": "https://www.isni.org/",
    "issn": "http://issn.org/resource/ISSN/",
    "istc": "http://istc-search-beta.peppertag.com/ptproc/IstcSearch"
    "?tFrame=IstcListing&tForceNewQuery=Yes&esfIstc=",
    "lissn": "http://issn.org/resource/ISSN-L/",
    "orcid": "https://orcid.org/",
    "pmid": "http://www.ncbi.nlm.nih.gov/pubmed/",
    "ror": "https://ror.org/",
    "upc": "urn:upc:",
}
"""What stands in front of identifiers, by DataCite's scheme in small letters."""

ACCESS = {
    "info:eu-repo/semantics/closedAccess": "NON_PUBLIC",
    "info:eu-repo/semantics/embargoedAccess": "NON_PUBLIC",
    "info:eu-repo/semantics/restrictedAccess": "RESTRICTED",
    "info:eu-repo/semantics/openAccess": "PUBLIC",
}


def uri(name: str) -> str:
    """The whole URI of a name with a prefix."""
    prefix, _, local = name.partition(":")
    return NAMESPACES[prefix] + local
