"""Ask for a published record's inclusion in communities, with an outcome for each."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import JsonValue

from ..errors import ResponseError
from ..models._wire import Wire, as_object
from ..models.inclusion import Inclusion
from ..wire import endpoints
from ._steps import Document, Failed, Flow, is_lost, reason, request

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
        reply = yield from request(endpoints.add_communities(record_id, batch))
        if isinstance(reply, Failed):
            outcomes += [_failed(slug, record_id, reply) for slug in batch]
        else:
            outcomes += _outcomes(batch, reply)
    return outcomes


def _failed(slug: str, record_id: str, reply: Failed) -> Inclusion:
    if is_lost(reply):
        # asked twice it may make two requests, and nothing tells one from the other
        message = (
            f"The answer was lost ({reason(reply)}). Look at the communities and requests of"
            f" {record_id} before you ask again."
        )
        return Inclusion(community=slug, status="unknown", message=message)
    said = ""
    if isinstance(reply, ResponseError):
        told = [" ".join(error.messages) for error in reply.field_errors]
        said = " ".join(told) or reply.server_message
    return Inclusion(community=slug, status="refused", message=said or str(reply))


def _outcomes(slugs: list[str], document: Document) -> list[Inclusion]:
    refused = {str(item.get("community_id")): item for item in _items(document.get("errors"))}
    processed = {str(item.get("community_id")): item for item in _items(document.get("processed"))}
    # what goes by an id that was not asked for stands in the order in which it was asked
    others = [item for name, item in reversed(processed.items()) if name not in slugs]
    outcomes: list[Inclusion] = []
    for slug in slugs:
        if slug in refused:
            message = str(refused[slug].get("message", ""))
            outcomes.append(Inclusion(community=slug, status="refused", message=message))
        else:
            item = processed.get(slug) or (others.pop() if others else {})
            outcomes.append(_outcome(slug, item))
    return outcomes


def _outcome(slug: str, item: Document) -> Inclusion:
    asked = item.get("request")
    if not isinstance(asked, dict):
        return Inclusion(community=slug, status="unknown", message="The server says nothing of it.")
    accepted = asked.get("status") == "accepted"
    return Inclusion(
        community=slug,
        status="accepted" if accepted else "submitted",
        message="" if accepted else "Its curators will review it.",
        request_id=str(item.get("request_id") or asked.get("id") or "") or None,
    )


def _items(value: JsonValue) -> list[Document]:
    return Wire({"items": value}).each("items", as_object)
