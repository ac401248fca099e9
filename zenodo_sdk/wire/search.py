"""Search queries that mean what they say.

The server's query language answers many mistakes with something else than an error: an
unquoted DOI, an unescaped ``:`` or ``+`` silently matches wrongly or not at all.
"""

from __future__ import annotations

from .call import Query

_SPECIAL = '\\+-=&|><!(){}[]^"~*?:/'


def escaped(text: str) -> str:
    """Escape a word for the query language."""
    if text in ("AND", "OR", "NOT"):
        return f"\\{text}"
    return "".join(
        f"\\{character}" if character in _SPECIAL or character.isspace() else character
        for character in text
    )


def quoted(text: str) -> str:
    """Write a text as a phrase."""
    inner = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{inner}"'


def all_of(*clauses: str | None) -> str | None:
    """Join clauses that must all hold."""
    given = [clause for clause in clauses if clause]
    if len(given) > 1:
        given = [f"({clause})" for clause in given]
    return " AND ".join(given) or None


def my_records_query(
    *, query: str | None, published: bool | None, editing: bool | None, sort: str | None
) -> Query:
    """Ask for the account's depositions.

    ``status`` and ``is_draft`` are not indexed; ``is_published`` is. A published record with
    an open edit shows as a draft that is published.
    """
    clauses = [query]
    if published is not None:
        clauses.append(f"is_published:{str(published).lower()}")
    if editing is not None:
        # only drafts have an expiry date, and an open edit is a draft of what is published
        both = "is_published:true AND _exists_:expires_at"
        clauses.append(f"({both})" if editing else f"NOT ({both})")
    pairs: list[tuple[str, str]] = []
    if (text := all_of(*clauses)) is not None:
        pairs.append(("q", text))
    if sort is not None:
        pairs.append(("sort", sort))
    return tuple(pairs)
