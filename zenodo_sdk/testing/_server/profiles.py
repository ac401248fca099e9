"""What differs between zenodo.org and a stock InvenioRDM, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ProfileName = Literal["zenodo", "inveniordm"]
"""What to imitate: zenodo.org, or InvenioRDM as it comes."""


@dataclass(frozen=True)
class Profile:
    """The switches of a kind of repository.

    Args:
        name: Its name.
        numeric_ids: Ids count up (``274``) instead of being random (``abcde-fghij``).
        doi_prefix: The prefix of the DOIs it registers.
        doi_host: Where its DOIs are resolved.
        oai_prefix: What its OAI identifiers start with.
        page_limit: The largest page for an account.
        guest_page_limit: The largest page for a guest.
        metadata_only: Records without files may be made.
        restricted_records: Whole records may be hidden.
        empty_files: Files of no bytes may be committed.
        content_etags: Contents come with an ETag.
        multipart: Transfers in parts may be finished.
        external_doi_versions: A record with an external DOI may get a new version.
        request_locks: The discussion of a request can be closed.
        public_people: Accounts are found and named, unless their owners hide them.
        open_stats: Everybody may ask how often records were seen.
        owner_requests: Owners may ask for deletion, file changes and quota.
        groups: Access can be granted to groups.
    """

    name: ProfileName
    numeric_ids: bool
    doi_prefix: str
    doi_host: str
    oai_prefix: str
    page_limit: int
    guest_page_limit: int
    metadata_only: bool
    restricted_records: bool
    empty_files: bool
    content_etags: bool
    multipart: bool
    external_doi_versions: bool
    request_locks: bool
    public_people: bool
    open_stats: bool
    owner_requests: bool
    groups: bool


ZENODO = Profile(
    name="zenodo",
    numeric_ids=True,
    doi_prefix="10.5281",
    doi_host="https://doi.org",
    oai_prefix="oai:zenodo.org:",
    page_limit=100,
    guest_page_limit=25,
    metadata_only=False,
    restricted_records=False,
    empty_files=False,
    content_etags=False,
    multipart=False,
    external_doi_versions=False,
    request_locks=True,
    public_people=False,
    open_stats=True,
    owner_requests=True,
    groups=False,
)

INVENIORDM = Profile(
    name="inveniordm",
    numeric_ids=False,
    doi_prefix="10.5072",
    doi_host="https://handle.test.datacite.org",
    oai_prefix="oai:oai:invenio-app-rdm.org::",
    page_limit=10_000,
    guest_page_limit=10_000,
    metadata_only=True,
    restricted_records=True,
    empty_files=True,
    content_etags=True,
    multipart=True,
    external_doi_versions=True,
    request_locks=False,
    public_people=True,
    open_stats=False,
    owner_requests=False,
    groups=True,
)

PROFILES: dict[ProfileName, Profile] = {"zenodo": ZENODO, "inveniordm": INVENIORDM}
