"""From documents to the answer of a search: filter, score, sort, count, page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlencode

from ..answers import Json
from .analysis import tokens
from .arguments import WINDOW, SearchArgs
from .boolean import Scorer
from .facets import Facets, Labels, plain_labels
from .fields import reader, walk
from .kinds import rules
from .query import compile_query

Style = Literal["ui", "plain", "zenodo", "requests"]
"""The four forms of a list: ``ui`` is that of vnd.inveniordm, ``plain`` that of JSON on a stock
server, ``zenodo`` that of older JSON, ``requests`` that of requests, users and groups."""

_ANY_WORD = frozenset({"vocabularies", "awards", "users", "groups"})
_SUGGESTED = (
    "id",
    "title",
    "name",
    "acronym",
    "number",
    "subject",
    "aliases",
    "synonyms",
    "identifiers.identifier",
    "username",
    "email",
    "profile",
    "affiliations",
)


@dataclass(frozen=True)
class SearchResult:
    """What was found.

    Args:
        total: How many documents.
        page: Those of the page.
        aggregations: The facets, as the answer has them.
        sort_by: The order.
    """

    total: int
    page: list[Json]
    aggregations: Json
    sort_by: str


def search(
    documents: Iterable[Json],
    args: SearchArgs,
    *,
    slug_to_uuid: Callable[[str], str | None],
    labels: Labels = plain_labels,
) -> SearchResult:
    """Search documents that the account may see.

    Args:
        documents: What is searched, in the order of indexing.
        args: What is asked for. ``shared_with_me``, ``is_open`` and other arguments that
            depend on who asks are left to the caller.
        slug_to_uuid: Finds a community.
        labels: Gives the labels of facets' values.

    Raises:
        ApiError: The server refuses the query, or fails at it.
    """
    score = _suggested(args) or compile_query(
        args.q, profile=args.profile, slug_to_uuid=slug_to_uuid, kind=args.kind
    )
    admits = _filters(args, slug_to_uuid)
    found = [
        (points, document)
        for document in documents
        if all(admit(document) for admit in admits) and (points := score(document)) > 0
    ]
    known = rules(args.kind, args.profile)
    facets = Facets(known.facets, args.facets, labels)
    aggregations = facets.aggregations([document for _, document in found])
    if args.facets:
        found = [one for one in found if facets.admits(one[1])]
    start = (args.page - 1) * args.size
    ordered = sort_documents(found, known.sorts[args.sort])
    page = ordered[start : min(start + args.size, WINDOW)]
    return SearchResult(len(found), page, aggregations, args.sort)


def sort_documents(found: Sequence[tuple[float, Json]], order: Sequence[str]) -> list[Json]:
    """Documents in an order; those without a value come last, whichever way it goes.

    Args:
        found: Scores and documents.
        order: Fields, ``-`` in front for the largest first; ``_score`` is the score.
    """
    ordered = list(found)
    for field in reversed(order):
        largest_first = field.startswith("-")
        name = field.removeprefix("-")
        if name == "_score":
            ordered.sort(key=lambda one: one[0], reverse=largest_first)
            continue
        pick, read = max if largest_first else min, reader(name)
        keyed = [(pick(map(_comparable, read(one[1])), default=None), one) for one in ordered]
        present = [(key, one) for key, one in keyed if key is not None]
        present.sort(key=lambda item: item[0], reverse=largest_first)
        ordered = [one for _, one in present] + [one for key, one in keyed if key is None]
    return [document for _, document in ordered]


def _comparable(value: Any) -> tuple[int, float, str]:
    return (0, float(value), "") if isinstance(value, (int, float)) else (1, 0.0, str(value))


def _filters(
    args: SearchArgs, slug_to_uuid: Callable[[str], str | None]
) -> list[Callable[[Json], bool]]:
    filters: list[Callable[[Json], bool]] = []
    latest = rules(args.kind, args.profile).latest
    if latest and not args.all_versions:
        is_latest = reader(latest)
        filters.append(lambda document: True in is_latest(document))
    if args.kind == "records":
        wanted = {uuid for slug in args.communities if (uuid := slug_to_uuid(slug))}
        # slugs of nobody count for nothing, and so do all of them together
        if wanted:
            ids = reader("parent.communities.ids")
            filters.append(lambda document: not wanted.isdisjoint(ids(document)))
        filters.extend(_type_filters(args.texts.get("type"), args.texts.get("subtype")))
    if args.kind == "vocabularies" and args.texts.get("tags"):
        tags = reader("tags")
        filters.append(lambda document: args.texts["tags"] in tags(document))
    return filters


def _type_filters(type_: str | None, subtype: str | None) -> list[Callable[[Json], bool]]:
    if not type_:
        return []
    props = "metadata.resource_type.props"
    types, subtypes = reader(f"{props}.type"), reader(f"{props}.subtype")
    filters: list[Callable[[Json], bool]] = [lambda document: type_ in types(document)]
    if subtype:
        filters.append(lambda document: f"{type_}-{subtype}" in subtypes(document))
    return filters


def _suggested(args: SearchArgs) -> Scorer | None:
    """What finds names by their beginnings: all words of it, or any for some vocabularies."""
    if not args.suggest:
        return None
    wanted = tokens("accent", args.suggest.replace("-", " "))
    enough = 1 if args.kind in _ANY_WORD else len(wanted)

    def score(document: Json) -> float:
        words = [
            word
            for path, value in walk(document)
            if path.startswith(_SUGGESTED)
            for word in tokens("accent", str(value).replace("-", " "))
        ]
        hits = [any(word.startswith(one) for word in words) for one in wanted]
        whole = args.suggest == document.get("id")
        return sum(hits) + 100.0 * whole if sum(hits) >= enough else 0.0

    return score


def envelope(
    result: SearchResult,
    args: SearchArgs,
    self_url: str,
    *,
    hits: Sequence[Json] | None = None,
    style: Style = "ui",
) -> Json:
    """The body of the answer.

    Args:
        result: What was found.
        args: What was asked for.
        self_url: The address of the search, without arguments.
        hits: The documents of the page as they are shown; as they are if None.
        style: The form of the list.
    """
    body: Json = {
        "hits": {"hits": list(result.page if hits is None else hits), "total": result.total}
    }
    if result.aggregations:
        body["aggregations"] = result.aggregations
    links = _links(result.total, args, self_url)
    if style == "zenodo":
        return body | {"links": links}
    if style == "ui":
        return body | {"links": links, "sortBy": result.sort_by}
    if style == "requests":
        return body | {"sortBy": result.sort_by, "links": links}
    return body | {"sortBy": result.sort_by, "page": args.page, "links": links}


def _links(total: int, args: SearchArgs, self_url: str) -> Json:
    given = args.in_links()

    def link(page: int) -> str:
        pairs = sorted({**given, "page": page}.items())
        # the signs that the server leaves as they are
        return self_url + "?" + urlencode(pairs, doseq=True, safe="!$'()*,/:;?@")

    links: Json = {}
    if args.page > 1 and (args.page - 2) * args.size < total:
        links["prev"] = link(args.page - 1)
    links["self"] = link(args.page)
    if args.page * args.size < total:
        links["next"] = link(args.page + 1)
    return links
