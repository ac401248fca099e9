"""What Lucene refuses although the parser in front of it did not mind."""

from __future__ import annotations

import re

_END = {'"': '"', "/": "/", "[": "]}", "{": "]}"}


def refused_by_lucene(query: str, *, bare_degrees: bool) -> bool:
    """Whether a query has an open quotation mark or slash, or a ``^`` or ``~`` that says nothing.

    Args:
        query: A query that the parser accepts.
        bare_degrees: ``^`` without a number is right, because it was rewritten with one.
    """
    plain, end = [""], ""
    at = 0
    while at < len(query):
        char = query[at]
        if char == "\\":
            at += 2
            plain.append("x")
            continue
        if end:
            if char in end:
                end = ""
        elif char in _END:
            end = _END[char]
        else:
            plain.append(char)
        at += 1
    if end:
        return True
    return not bare_degrees and bool(re.search(r"\^(?![0-9])|~(?![0-9\s)^]|$)", "".join(plain)))
