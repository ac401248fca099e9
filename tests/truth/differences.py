"""What is not compared, and what is known to differ: by name, with reasons."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tests.truth.comparison import Difference

LEFT_OUT = {
    "500 at create": "the real server fails over a body that is a list of objects, a text, a number"
    " or a boolean, over files that are a list, over coordinates that are texts, over references"
    " that are texts, over a DOI without an identifier, and over a draft asked for as BibTeX that"
    " has not the fields for it",
    "500 at PUT of a record": "its route exists, but nothing is behind it",
    "500 of communities": "access without any key; inclusion of entries without id, or that are"
    " texts; removal of a record by a curator",
    "500 of reviews": "bodies that are lists, without receiver, or with a user as receiver;"
    " reading one as application/vnd.inveniordm.v1+json; submitting a second time",
    "500 of requests": "timelines, and the requests of a community",
    "500 of access requests": "without the fields for them, or by guests where none are taken",
    "500 at content not yet there": "GET content between the start and the upload of a file",
    "500 at a name anew": "a file started under the name of one that went with all the others"
    " before an import",
    "500 at %00": "in a path",
    "500 at deep nesting": "thousands of opened brackets in a body",
    "a founder's first minutes": "the groups of an account are cached, so what its owner may do"
    " with a new community depends on when it was last asked for",
    "races": "two requests at once, of which tests/integration has those that matter to a client;"
    " a second commit of a transfer in parts, while the worker computes the checksum; a change to"
    " a file just committed, at which the worker is (500), so scripts wait for it",
    "tombstones": "an owner cannot delete a record here (publishing.not_for_owners)",
    "RO-Crate": "drafts in that form, which the embedded server does not read",
    "media files": "drafts with media files enabled, of which the embedded server keeps none",
    "counts of everything": "searches without a word of their own: others use the server too",
}
"""What no script sends, and why."""


@dataclass(frozen=True)
class Known:
    """A difference that is meant to stay.

    Args:
        name: What it is called.
        reason: Why it stays.
        where: A pattern for ``script / request / path``.
    """

    name: str
    reason: str
    where: str

    def covers(self, difference: Difference) -> bool:
        """Whether this is the one."""
        place = f"{difference.script} / {difference.request} / {difference.path}"
        return re.search(self.where, place) is not None


KNOWN = (
    Known(
        "order of vocabularies",
        "the real server has no order for the entries of a vocabulary, not even with sort=title:"
        " they come as they lie in its search index",
        r"^vocabularies\.(lists|search|entities) / .* / body\.hits\.hits, order$",
    ),
    Known(
        "order of equal matches",
        "what fits a query equally well comes as it lies in the search index of the real server,"
        " which changes while others use it",
        r"^searching\.records / \d+ \w+ GET (?!\S*\bsort=)\S+ / body\.hits\.hits, order$",
    ),
    Known(
        "few languages",
        "the real server of the tests is given 15 of the 7923 languages, to be set up in less time",
        r"^vocabularies\.(lists|search) / .* /api/vocabularies/languages\?"
        r"(size=100|suggest=german) / body\.(hits\.hits|hits\.total|links\.next)$",
    ),
    Known(
        "order of unknown keys",
        "the real server lists what it does not know at the same place as it lies in a set, each"
        " of its processes in another order",
        r"^creating\.unknown_keys / .* / body\.errors\[\d+\]\.field$",
    ),
    Known(
        "a provider that Zenodo has not",
        "InvenioRDM takes an empty provider for its own, Zenodo fails over it, and a client that"
        " sends one has made a mistake either way",
        r"^pids\.refused / 7 ",
    ),
    Known(
        "DOIs of drafts that were refused",
        "whether the real server takes a DOI that a refused draft asked for depends on which other"
        " draft had asked for it before",
        r"^pids\.refused / (8|10|11) .* / body\.errors",
    ),
)


def unknown(differences: list[Difference]) -> list[Difference]:
    """Those that are not listed."""
    return [one for one in differences if not any(known.covers(one) for known in KNOWN)]
