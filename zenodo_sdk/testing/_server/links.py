"""The ``links`` of drafts, records and files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from .answers import Json
from .profiles import Profile
from .state import Draft, File, Lineage, Record

IMAGES = frozenset({"gif", "jp2", "jpeg", "jpg", "jpx", "png", "tif", "tiff", "pdf"})
_THUMBNAILS = (10, 50, 100, 250, 750, 1200)


@dataclass(frozen=True)
class Subject:
    """What links are made for."""

    base: str
    profile: Profile
    entry: Draft | Record
    lineage: Lineage
    images: list[str]

    @property
    def published(self) -> bool:
        """Whether it is a record rather than a draft."""
        return isinstance(self.entry, Record)

    @property
    def has_record(self) -> bool:
        """Whether it is a record, or the draft of one."""
        return self.published or (isinstance(self.entry, Draft) and self.entry.editing)

    @property
    def api(self) -> str:
        """The address of the record in the API."""
        return f"{self.base}/api/records/{self.entry.id}"

    @property
    def own(self) -> str:
        """The address of the very thing: of the draft, or of the record."""
        return self.api if self.published else f"{self.api}/draft"

    @property
    def doi(self) -> str | None:
        """Its DOI."""
        doi: str | None = self.entry.data["pids"].get("doi", {}).get("identifier")
        return doi

    @property
    def concept_doi(self) -> str | None:
        """The DOI of all versions, once one is published."""
        doi: str | None = self.lineage.pids.get("doi", {}).get("identifier")
        return doi

    @property
    def iiif(self) -> str:
        """The address of its images."""
        kind = "record" if self.published else "draft"
        return f"{self.base}/api/iiif/{kind}:{self.entry.id}"


def _doi_url(doi: str | None, subject: Subject) -> str | None:
    host = subject.profile.doi_host
    return None if doi is None else f"{host}/{doi}"


_Link = Callable[[Subject], str | Json | None]


def _record_only(link: Callable[[Subject], str | None]) -> _Link:
    return lambda subject: link(subject) if subject.published else None


def _draft_only(link: Callable[[Subject], str | None]) -> _Link:
    return lambda subject: None if subject.published else link(subject)


def _html(subject: Subject) -> str:
    kind = "records" if subject.published else "uploads"
    return f"{subject.base}/{kind}/{subject.entry.id}"


def _thumbnails(subject: Subject) -> Json | None:
    if not subject.images:
        return None
    key = quote(subject.images[0], safe="")
    return {
        str(size): f"{subject.iiif}:{key}/full/%5E{size},/0/default.jpg" for size in _THUMBNAILS
    }


_LINKS: dict[str, _Link] = {
    "self": lambda s: s.own,
    "self_html": _html,
    "preview_html": lambda s: f"{s.base}/records/{s.entry.id}?preview=1",
    "doi": lambda s: _doi_url(s.doi, s),
    "self_doi": lambda s: _doi_url(s.doi, s),
    "self_doi_html": _record_only(lambda s: f"{s.base}/doi/{s.doi}" if s.doi else None),
    "reserve_doi": lambda s: f"{s.api}/draft/pids/doi",
    "parent": _record_only(lambda s: f"{s.base}/api/records/{s.lineage.id}"),
    "parent_html": _record_only(lambda s: f"{s.base}/records/{s.lineage.id}"),
    "parent_doi": lambda s: _doi_url(s.concept_doi, s),
    "parent_doi_html": lambda s: f"{s.base}/doi/{s.concept_doi}" if s.concept_doi else None,
    "self_iiif_manifest": lambda s: f"{s.iiif}/manifest",
    "self_iiif_sequence": lambda s: f"{s.iiif}/sequence/default",
    "files": lambda s: f"{s.own}/files",
    "media_files": lambda s: f"{s.own}/media-files",
    "thumbnails": _thumbnails,
    "archive": lambda s: f"{s.own}/files-archive",
    "archive_media": lambda s: f"{s.own}/media-files-archive",
    "latest": _record_only(lambda s: f"{s.api}/versions/latest"),
    "latest_html": _record_only(lambda s: f"{s.base}/records/{s.entry.id}/latest"),
    "versions": lambda s: f"{s.api}/versions",
    "draft": _record_only(lambda s: f"{s.api}/draft"),
    "record": _draft_only(lambda s: s.api),
    "record_html": _draft_only(lambda s: f"{s.base}/records/{s.entry.id}"),
    "publish": _draft_only(lambda s: f"{s.api}/draft/actions/publish"),
    "review": _draft_only(lambda s: f"{s.api}/draft/review"),
    "submit-review": _draft_only(
        lambda s: f"{s.api}/draft/actions/submit-review" if s.lineage.review else None
    ),
    "access_links": lambda s: f"{s.api}/access/links",
    "access_grants": lambda s: f"{s.api}/access/grants",
    "access_users": lambda s: f"{s.api}/access/users",
    "access_groups": lambda s: f"{s.api}/access/groups" if s.profile.groups else None,
    "access_request": lambda s: f"{s.api}/access/request",
    "access": lambda s: f"{s.api}/access",
    "communities": lambda s: f"{s.api}/communities",
    "communities-suggestions": lambda s: f"{s.api}/communities-suggestions",
    "request_deletion": lambda s: f"{s.api}/request-deletion" if s.has_record else None,
    "file_modification": lambda s: f"{s.api}/file-modification" if s.has_record else None,
    "quota_increase": lambda s: f"{s.api}/quota-increase",
    "requests": lambda s: f"{s.api}/requests",
}


def record_links(subject: Subject) -> Json:
    """The links of a draft or record, in the server's order."""
    made = ((name, link(subject)) for name, link in _LINKS.items())
    return {name: value for name, value in made if value is not None}


def file_links(subject: Subject, file: File, *, commit: bool = True) -> Json:
    """The links of a file."""
    own = f"{subject.own}/files/{quote(file.key, safe='/')}"
    links: Json = {"self": own, "content": f"{own}/content"}
    if commit and not subject.published:
        links["commit"] = f"{own}/commit"
    extension = file.key.rpartition(".")[2].lower()
    if extension in IMAGES and file.completed:
        key = quote(file.key, safe="")
        links |= {
            "iiif_canvas": f"{subject.iiif}/canvas/{key}",
            "iiif_base": f"{subject.iiif}:{key}",
            "iiif_info": f"{subject.iiif}:{key}/info.json",
            "iiif_api": f"{subject.iiif}:{key}/full/full/0/default.png",
        }
    if extension == "zip" and file.completed:
        links["container"] = f"{own}/container"
    return links


def files_links(subject: Subject) -> Json:
    """The links of a list of files."""
    return {"self": f"{subject.own}/files", "archive": f"{subject.own}/files-archive"}
