"""A typed object model for Zenodo and every other InvenioRDM repository."""

from __future__ import annotations

from ._async.client import AsyncClient
from ._async.deposition import AsyncDeposition
from ._async.deposition_files import AsyncDepositionFile, AsyncDepositionFiles
from ._async.depositions import AsyncDepositions
from ._async.download_plan import AsyncDownloadPlan
from ._async.files import AsyncRecordFile, AsyncRecordFiles
from ._async.pager import AsyncPager
from ._async.records import AsyncRecord, AsyncRecords
from ._async.sync import AsyncSyncPlan
from ._sync.client import Client
from ._sync.deposition import Deposition
from ._sync.deposition_files import DepositionFile, DepositionFiles
from ._sync.depositions import Depositions
from ._sync.download_plan import DownloadPlan
from ._sync.files import RecordFile, RecordFiles
from ._sync.pager import Pager
from ._sync.records import Record, Records
from ._sync.sync import SyncPlan
from ._version import __version__
from .checking import check
from .credentials import CredentialWarning, login, logout
from .errors import (
    BadRequest,
    ChecksumMismatch,
    ConfigurationError,
    Conflict,
    CredentialError,
    Detached,
    Difference,
    Effect,
    FieldError,
    FileExists,
    FilesLocked,
    Gone,
    InvalidMetadata,
    KeyringUnavailable,
    MetadataChanged,
    NoAnswer,
    NotEnoughSpace,
    NotFound,
    NotReadyToPublish,
    OutcomeUnknown,
    PermissionDenied,
    Problem,
    RateLimited,
    Refused,
    ResponseError,
    ServerError,
    SourceChanged,
    TimedOut,
    TokenMissing,
    TokenRefused,
    TooLarge,
    Unauthorized,
    UnexpectedAnswer,
    UnreadableDocument,
    UnsafeName,
    ZenodoError,
)
from .models.account import Account
from .models.descriptive import (
    AdditionalDescription,
    AdditionalTitle,
    Date,
    Subject,
)
from .models.domain import (
    AudiovisualCore,
    DarwinCore,
    DomainFields,
    DublinCore,
    Gbif,
    GbifDarwinCore,
    HostRelation,
    Mixs,
    Obo,
    OpenBiodiv,
)
from .models.file import FileData
from .models.file_options import FileOptions
from .models.funding import Award, Funder, Funding
from .models.identifiers import Identifier, Reference, RelatedIdentifier
from .models.imported import ImportedMetadata
from .models.inclusion import Inclusion
from .models.metadata import Metadata
from .models.people import Affiliation, Contributor, Creator
from .models.places import Geometry, LatLon, Location
from .models.publication import Imprint, Journal, Meeting, Software, Thesis
from .models.record import CommunityRef, DepositionData, Stats, Usage, WorkData
from .models.rights import Access, Embargo, License
from .pacing import RateLimit, RateLimits
from .retry import Retry
from .settings import Timeouts, TokenArgument
from .transfer.archives.remote import Member
from .transfer.cache.files import CachedFile, FileCache
from .transfer.download.plan import DownloadState, PlannedDownload
from .transfer.folder import Skipped
from .transfer.hashes import Stamp
from .transfer.overwrite import Overwrite
from .transfer.progress import Direction, Phase, Progress, ProgressCallback
from .transfer.upload.source import Uploadable
from .transfer.upload.sync import PlannedFile, ServerCopy
from .vocabularies import Term

__all__ = [
    "Access",
    "Account",
    "AdditionalDescription",
    "AdditionalTitle",
    "Affiliation",
    "AsyncClient",
    "AsyncDeposition",
    "AsyncDepositionFile",
    "AsyncDepositionFiles",
    "AsyncDepositions",
    "AsyncDownloadPlan",
    "AsyncPager",
    "AsyncRecord",
    "AsyncRecordFile",
    "AsyncRecordFiles",
    "AsyncRecords",
    "AsyncSyncPlan",
    "AudiovisualCore",
    "Award",
    "BadRequest",
    "CachedFile",
    "ChecksumMismatch",
    "Client",
    "CommunityRef",
    "ConfigurationError",
    "Conflict",
    "Contributor",
    "Creator",
    "CredentialError",
    "CredentialWarning",
    "DarwinCore",
    "Date",
    "Deposition",
    "DepositionData",
    "DepositionFile",
    "DepositionFiles",
    "Depositions",
    "Detached",
    "Difference",
    "Direction",
    "DomainFields",
    "DownloadPlan",
    "DownloadState",
    "DublinCore",
    "Effect",
    "Embargo",
    "FieldError",
    "FileCache",
    "FileData",
    "FileExists",
    "FileOptions",
    "FilesLocked",
    "Funder",
    "Funding",
    "Gbif",
    "GbifDarwinCore",
    "Geometry",
    "Gone",
    "HostRelation",
    "Identifier",
    "ImportedMetadata",
    "Imprint",
    "Inclusion",
    "InvalidMetadata",
    "Journal",
    "KeyringUnavailable",
    "LatLon",
    "License",
    "Location",
    "Meeting",
    "Member",
    "Metadata",
    "MetadataChanged",
    "Mixs",
    "NoAnswer",
    "NotEnoughSpace",
    "NotFound",
    "NotReadyToPublish",
    "Obo",
    "OpenBiodiv",
    "OutcomeUnknown",
    "Overwrite",
    "Pager",
    "PermissionDenied",
    "Phase",
    "PlannedDownload",
    "PlannedFile",
    "Problem",
    "Progress",
    "ProgressCallback",
    "RateLimit",
    "RateLimited",
    "RateLimits",
    "Record",
    "RecordFile",
    "RecordFiles",
    "Records",
    "Reference",
    "Refused",
    "RelatedIdentifier",
    "ResponseError",
    "Retry",
    "ServerCopy",
    "ServerError",
    "Skipped",
    "Software",
    "SourceChanged",
    "Stamp",
    "Stats",
    "Subject",
    "SyncPlan",
    "Term",
    "Thesis",
    "TimedOut",
    "Timeouts",
    "TokenArgument",
    "TokenMissing",
    "TokenRefused",
    "TooLarge",
    "Unauthorized",
    "UnexpectedAnswer",
    "UnreadableDocument",
    "UnsafeName",
    "Uploadable",
    "Usage",
    "WorkData",
    "ZenodoError",
    "__version__",
    "check",
    "login",
    "logout",
]
