"""The words of schema.org and CodeMeta, and what a record says instead."""

from __future__ import annotations

FIELDS = {
    "creators": "author",
    "description": "description",
    "publication_date": "datePublished",
    "publisher": "publisher",
    "resource_type": "@type",
    "rights": "license",
    "title": "name",
    "version": "version",
}
"""Where the fields of a record stand."""

TYPES = {
    "softwaresourcecode": "software",
    "softwareapplication": "software",
    "dataset": "dataset",
    "scholarlyarticle": "publication-article",
    "article": "publication-article",
    "book": "publication-book",
    "chapter": "publication-section",
    "thesis": "publication-dissertation",
    "report": "publication-report",
    "poster": "poster",
    "presentationdigitaldocument": "presentation",
    "learningresource": "lesson",
    "course": "lesson",
    "imageobject": "image",
    "photograph": "image-photo",
    "videoobject": "video",
    "audioobject": "audio",
    "computationalworkflow": "workflow",
    "event": "event",
}
"""Resource types by the types of a node, in lower case."""

WRITTEN_TYPES = {
    "software": "SoftwareSourceCode",
    "dataset": "Dataset",
    "publication-article": "ScholarlyArticle",
    "publication-book": "Book",
    "publication-section": "Chapter",
    "publication-dissertation": "Thesis",
    "publication-report": "Report",
    "poster": "Poster",
    "presentation": "PresentationDigitalDocument",
    "lesson": "LearningResource",
    "image": "ImageObject",
    "image-photo": "Photograph",
    "video": "VideoObject",
    "audio": "AudioObject",
    "workflow": "ComputationalWorkflow",
    "event": "Event",
}
"""Types of a node by resource type."""

ROLES = {
    "contributor": "other",
    "editor": "editor",
    "maintainer": "contactperson",
    "contactPoint": "contactperson",
    "accountablePerson": "contactperson",
    "producer": "producer",
    "sponsor": "sponsor",
    "copyrightHolder": "rightsholder",
    "provider": "distributor",
    "translator": "translator",
}
"""Roles of contributors by the key that names them."""

RELATIONS = {
    "referencePublication": "isdescribedby",
    "url": "isdocumentedby",
    "softwareHelp": "isdocumentedby",
    "citation": "references",
    "isPartOf": "ispartof",
    "isBasedOn": "isderivedfrom",
    "sameAs": "isidenticalto",
    "subjectOf": "isreferencedby",
    "supportingData": "requires",
    "relatedLink": "other",
}
"""How a work is related to what a key names."""

DATES = {"dateCreated": "created", "dateModified": "updated"}
"""Types of dates by key; of `datePublished` a record has a field."""

STATUS_PAGE = "https://www.repostatus.org/#"
"""Address of a state of development, but for its id."""
