"""The recordings that the embedded Zenodo does not answer alike, each with the reason."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Difference:
    """Why, and in what, an answer differs.

    Args:
        reason: Why.
        where: In what: the status, header fields, beginnings of places in the body. All else is
            equal.
    """

    reason: str
    where: tuple[str, ...]

    def explains(self, found: list[str]) -> bool:
        """Whether an answer differs in all of this, and in nothing else."""
        return all(each.startswith(self.where) for each in found) and all(
            any(each.startswith(place) for each in found) for place in self.where
        )


def _differs(reason: str, *where: str) -> Difference:
    return Difference(reason, where)


DIFFERENCES: dict[str, Difference] = {
    "609-funders": _differs("the recorded server had two of the funders", ".hits.total"),
    "612-awards": _differs(
        "long texts of awards are not carried along",
        ".hits.hits[0].description",
        ".hits.hits[0].organizations",
        ".hits.hits[0].short_description",
    ),
    "624-affiliations": _differs(
        "the recorded server had no affiliations", ".hits.hits", ".hits.total"
    ),
    "7124-request-timeline": _differs("the recorded server's search engine failed at it", "status"),
    "7155-user-records": _differs(
        "the account had a hundred drafts more, most of them from exchanges that were not kept",
        ".aggregations.",
        ".hits.total",
    ),
    "7156-user-records-status": _differs(
        "as for 7155; the argument changes nothing", ".aggregations.", ".hits.total"
    ),
}
