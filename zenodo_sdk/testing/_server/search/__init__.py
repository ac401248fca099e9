"""The search: queries in Lucene's syntax over documents, pages, facets and orders.

A document is a record or draft as the server shows it to its owner in
``application/vnd.inveniordm.v1+json``, or another thing of a list as it is shown.
"""

from zenodo_sdk.testing._server.search.arguments import SearchArgs, flag, parse_args
from zenodo_sdk.testing._server.search.facets import Labels, plain_labels
from zenodo_sdk.testing._server.search.kinds import Kind
from zenodo_sdk.testing._server.search.query import compile_query
from zenodo_sdk.testing._server.search.results import (
    SearchResult,
    Style,
    envelope,
    search,
    sort_documents,
)

__all__ = [
    "Kind",
    "Labels",
    "SearchArgs",
    "SearchResult",
    "Style",
    "compile_query",
    "envelope",
    "flag",
    "parse_args",
    "plain_labels",
    "search",
    "sort_documents",
]
