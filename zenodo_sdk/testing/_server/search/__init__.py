"""The search: queries in Lucene's syntax over documents, pages, facets and orders.

A document is a record or draft as the server shows it to its owner in
``application/vnd.inveniordm.v1+json``, or another thing of a list as it is shown.
"""

from .arguments import SearchArgs, flag, parse_args
from .facets import Labels, plain_labels
from .kinds import Kind
from .query import compile_query
from .results import (
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
