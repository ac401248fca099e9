"""How other formats name what InvenioRDM's vocabularies name."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """A resource type elsewhere.

    Args:
        csl: Its type in citations.
        datacite: DataCite's general type.
        detail: DataCite's free text beside the general type.
        eurepo: Its last part in the terms of info:eu-repo, if it has one.
    """

    csl: str
    datacite: str
    detail: str = ""
    eurepo: str | None = "other"


KINDS = {
    "audio": Kind("document", "Sound"),
    "dataset": Kind("dataset", "Dataset"),
    "event": Kind("event", "Event"),
    "image": Kind("figure", "Image"),
    "image-diagram": Kind("figure", "Image", "Diagram"),
    "image-drawing": Kind("graphic", "Image", "Drawing"),
    "image-figure": Kind("figure", "Image", "Figure"),
    "image-other": Kind("graphic", "Image", "Other"),
    "image-photo": Kind("graphic", "Image", "Photo"),
    "image-plot": Kind("figure", "Image", "Plot"),
    "instrument": Kind("article", "Instrument", "", None),
    "lesson": Kind("speech", "InteractiveResource", "", "lecture"),
    "model": Kind("figure", "Model"),
    "other": Kind("article", "Other"),
    "physicalobject": Kind("graphic", "PhysicalObject"),
    "poster": Kind("graphic", "Poster", "", "conferencePoster"),
    "presentation": Kind("speech", "Presentation", "", "lecture"),
    "project": Kind("article", "Project", "", None),
    "publication": Kind("report", "Text"),
    "publication-annotationcollection": Kind("report", "Collection", "", "technicalDocumentation"),
    "publication-article": Kind("article-journal", "JournalArticle", "", "article"),
    "publication-book": Kind("book", "Book", "", "book"),
    "publication-conferencepaper": Kind(
        "paper-conference", "ConferencePaper", "", "conferencePaper"
    ),
    "publication-conferenceproceeding": Kind(
        "paper-conference", "ConferenceProceeding", "", "conferenceProceedings"
    ),
    "publication-datamanagementplan": Kind(
        "report", "OutputManagementPlan", "", "technicalDocumentation"
    ),
    "publication-datapaper": Kind("article", "DataPaper", "", "workingPaper"),
    "publication-deliverable": Kind("report", "Text", "Project deliverable", "report"),
    "publication-dissertation": Kind("article", "Dissertation"),
    "publication-journal": Kind("journal", "Journal", "", "article"),
    "publication-milestone": Kind("report", "Text", "Project milestone", "report"),
    "publication-other": Kind("article", "Text", "Other"),
    "publication-patent": Kind("patent", "Text", "Patent", "patent"),
    "publication-peerreview": Kind("article", "PeerReview", "", "review"),
    "publication-preprint": Kind("article", "Preprint", "", "preprint"),
    "publication-proposal": Kind("article", "Text", "Proposal", "researchProposal"),
    "publication-report": Kind("article", "Report", "", "report"),
    "publication-section": Kind("chapter", "BookChapter", "", "bookPart"),
    "publication-softwaredocumentation": Kind(
        "article", "Text", "Software documentation", "technicalDocumentation"
    ),
    "publication-standard": Kind("article", "Standard"),
    "publication-studyregistration": Kind("article", "StudyRegistration"),
    "publication-taxonomictreatment": Kind("article", "Text", "Taxonomic treatment"),
    "publication-technicalnote": Kind(
        "article", "Text", "Technical note", "technicalDocumentation"
    ),
    "publication-workingpaper": Kind("article", "Text", "Working paper", "workingPaper"),
    "software": Kind("software", "Software"),
    "software-computationalnotebook": Kind("software", "ComputationalNotebook"),
    "video": Kind("motion_picture", "Audiovisual"),
    "workflow": Kind("software", "Workflow"),
}

_RELATIONS = (
    "Cites Collects Compiles Continues Describes Documents HasMetadata HasPart HasTranslation "
    "HasVersion IsCitedBy IsCollectedBy IsCompiledBy IsContinuedBy IsDerivedFrom IsDescribedBy "
    "IsDocumentedBy IsIdenticalTo IsMetadataFor IsNewVersionOf IsObsoletedBy IsOriginalFormOf "
    "IsPartOf IsPreviousVersionOf IsPublishedIn IsReferencedBy IsRequiredBy IsReviewedBy "
    "IsSourceOf IsSupplementTo IsSupplementedBy IsTranslationOf IsVariantFormOf IsVersionOf "
    "Obsoletes Other References Requires Reviews"
)
RELATIONS = {name.lower(): name for name in _RELATIONS.split()}

_ROLES = {
    "ContactPerson": "prc",
    "DataCollector": "col",
    "DataCurator": "cur",
    "DataManager": "dtm",
    "Distributor": "dst",
    "Editor": "edt",
    "HostingInstitution": "his",
    "Other": "oth",
    "Producer": "pro",
    "ProjectLeader": "pdr",
    "ProjectManager": "rth",
    "ProjectMember": "rtm",
    "RegistrationAgency": "cor",
    "RegistrationAuthority": "cor",
    "RelatedPerson": "oth",
    "ResearchGroup": "rtm",
    "Researcher": "res",
    "RightsHolder": "cph",
    "Sponsor": "spn",
    "Supervisor": "dgs",
    "Translator": "trl",
    "WorkPackageLeader": "led",
}
ROLES = {name.lower(): name for name in _ROLES}
MARC_ROLES = {name.lower(): code for name, code in _ROLES.items()}


def camel(identifier: str) -> str:
    """DataCite's name of a type of title, description or date."""
    if identifier == "notes":
        return "Other"
    return "".join(part.capitalize() for part in identifier.split("-"))
