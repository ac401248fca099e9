"""Ask for a published record's inclusion in communities, with an outcome for each."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import JsonValue

from ..errors import BadRequest, ResponseError
from ..models._base import Wire, as_object
from ..models.inclusion import Inclusion
from ..wire import endpoints
from ..wire.call import Answer
from ._steps import Document, Flow, attempt

_AT_ONCE = 10


def include(record_id: str, slugs: Sequence[str]) -> Flow[list[Inclusion]]:
    """Ask for inclusion; publication has happened, so nothing here raises.

    Args:
        record_id: A published record.
        slugs: Communities by the name in their address.
    """
    outcomes: list[Inclusion] = []
    wanted = list(dict.fromkeys(slugs))
    for start in range(0, len(wanted), _AT_ONCE):
        batch = wanted[start : start + _AT_ONCE]
        reply = yield from attempt(endpoints.add_communities(record_id, batch))
        if isinstance(reply, Answer):
            outcomes += _outcomes(batch, reply.document() or {})
        elif isinstance(reply, BadRequest):
            outcomes += [_refused(slug, reply) for slug in batch]
        else:
            outcomes += [
                Inclusion(community=slug, status="unknown", message=str(reply)) for slug in batch
            ]
    return outcomes


def _refused(slug: str, reply: ResponseError) -> Inclusion:
    said = [" ".join(error.messages) for error in reply.field_errors]
    return Inclusion(
        community=slug, status="refused", message=" ".join(said) or reply.server_message
    )


def _outcomes(slugs: list[str], document: Document) -> list[Inclusion]:
    processed = _items(document.get("processed"))
    refused = {str(item.get("community_id")): item for item in _items(document.get("errors"))}
    # what was processed is told in the order in which it was asked, under ids of another kind
    asked = iter(slug for slug in slugs if slug not in refused)
    done: dict[str, Inclusion] = {}
    for item in processed:
        slug = next(asked, None)
        request = item.get("request")
        if slug is None or not isinstance(request, dict):
            continue
        accepted = request.get("status") == "accepted"
        done[slug] = Inclusion(
            community=slug,
            status="accepted" if accepted else "submitted",
            message="" if accepted else "Its curators will review it.",
            request_id=str(item.get("request_id") or request.get("id") or "") or None,
        )
    return [
        done.get(slug)
        or Inclusion(
            community=slug,
            status="refused" if slug in refused else "unknown",
            message=str(refused.get(slug, {}).get("message", "The server says nothing of it.")),
        )
        for slug in slugs
    ]


def _items(value: JsonValue) -> list[Document]:
    return Wire({"items": value}).each("items", as_object)
