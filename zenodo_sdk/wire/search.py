"""Search queries that mean what they say.

The server's query language answers many mistakes with something else than an error: an
unquoted DOI, an unescaped ``:`` or ``+`` silently matches wrongly or not at all.
"""

from __future__ import annotations

import datetime as dt

from .call import Query

_SPECIAL = '\\+-=&|><!(){}[]^"~*?:/ '


def escaped(text: str) -> str:
    """Escape a word for the query language."""
    return "".join(f"\\{character}" if character in _SPECIAL else character for character in text)


def quoted(text: str) -> str:
    """Write a text as a phrase."""
    inner = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{inner}"'


def all_of(*clauses: str | None) -> str | None:
    """Join clauses that must all hold."""
    given = [clause for clause in clauses if clause]
    if len(given) > 1:
        given = [clause if clause.startswith("(") else f"({clause})" for clause in given]
    return " AND ".join(given) or None


def created_since(moment: dt.datetime) -> str:
    """Everything created at or after a time.

    Colons and the like are escaped rather than quoted: a quoted time inside a range makes
    the server fail.
    """
    text = moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return f"created:[{text} TO *]"


def my_records_query(
    *, query: str | None, published: bool | None, editing: bool | None, sort: str | None
) -> Query:
    """Ask for the account's depositions.

    ``status`` and ``is_draft`` do not work there; ``is_published`` does. A published record
    with an open edit shows as a draft that is published.
    """
    clauses = [query]
    if published is not None:
        clauses.append(f"is_published:{str(published).lower()}")
    if editing is not None:
        both = "is_published:true AND is_draft:true"
        clauses.append(f"({both})" if editing else f"NOT ({both})")
    pairs: list[tuple[str, str]] = []
    if (text := all_of(*clauses)) is not None:
        pairs.append(("q", text))
    if sort is not None:
        pairs.append(("sort", sort))
    return tuple(pairs)
