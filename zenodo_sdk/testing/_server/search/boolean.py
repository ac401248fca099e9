"""AND, OR, NOT, + and -: as Lucene reads them, which is not as logic does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from luqum import tree as syntax

from ..answers import Json
from .matching import bad_syntax

Scorer = Callable[[Json], float]
Occur = Literal["must", "should", "must_not"]


@dataclass(frozen=True)
class Clause:
    """A part of a query, and whether documents must, may or must not match it."""

    node: Any
    occur: Occur = "should"


@dataclass
class _Pending:
    """What was read before the next clause."""

    conjunction: str = ""
    negated: bool = False


def flatten(node: Any) -> list[Clause]:
    """The clauses of an operation.

    AND makes the clauses at both its sides obligatory, OR nothing: Lucene has no precedence.
    """
    clauses: list[Clause] = []
    pending = _Pending()
    for item in _sequence(node):
        if isinstance(item, str):
            _operator(item, pending, first=not clauses)
            continue
        clause = _clause(item, pending)
        if pending.conjunction == "AND":
            if clauses and clauses[-1].occur != "must_not":
                clauses[-1] = replace(clauses[-1], occur="must")
            if clause.occur != "must_not":
                clause = replace(clause, occur="must")
        clauses.append(clause)
        pending = _Pending()
    if pending != _Pending():
        raise bad_syntax()
    return clauses


def _sequence(node: Any) -> Iterator[Any]:
    """Operators and operands, in the order in which they stand."""
    if not isinstance(node, syntax.BaseOperation):
        yield from _signs(node)
        return
    for at, child in enumerate(node.children):
        if at and isinstance(node, syntax.AndOperation):
            yield "AND"
        elif at and isinstance(node, syntax.OrOperation):
            yield "OR"
        yield from _sequence(child)


def _signs(node: Any) -> Iterator[Any]:
    """The signs that the parser takes for parts of words."""
    if isinstance(node, syntax.Word) and node.value in ("&&", "||", "!"):
        yield {"&&": "AND", "||": "OR", "!": "!"}[str(node.value)]
    elif isinstance(node, syntax.Word) and str(node.value).startswith("!"):
        yield "!"
        yield from _signs(syntax.Word(str(node.value)[1:]))
    elif isinstance(node, syntax.SearchField) and str(node.name).startswith("!"):
        yield "!"
        yield syntax.SearchField(str(node.name)[1:], node.expr)
    else:
        yield node


def _operator(sign: str, pending: _Pending, *, first: bool) -> None:
    if sign == "!":
        if pending.negated:
            raise bad_syntax()
        pending.negated = True
        return
    if first or pending.conjunction or pending.negated:
        raise bad_syntax()
    pending.conjunction = sign


def _clause(node: Any, pending: _Pending) -> Clause:
    if isinstance(node, (syntax.Plus, syntax.Not, syntax.Prohibit)):
        inner = node.a
        if pending.negated or isinstance(inner, (syntax.Plus, syntax.Not, syntax.Prohibit)):
            raise bad_syntax()
        return Clause(inner, "must" if isinstance(node, syntax.Plus) else "must_not")
    return Clause(node, "must_not" if pending.negated else "should")


def combine(clauses: Sequence[tuple[str, Scorer]]) -> Scorer | None:
    """One function of several; None of none."""
    must = [scorer for occur, scorer in clauses if occur == "must"]
    should = [scorer for occur, scorer in clauses if occur == "should"]
    must_not = [scorer for occur, scorer in clauses if occur == "must_not"]
    if not clauses:
        return None
    if len(clauses) == 1 and not must_not:
        return clauses[0][1]

    def score(document: Json) -> float:
        total = 0.0
        for scorer in must:
            part = scorer(document)
            if not part:
                return 0.0
            total += part
        total += sum(scorer(document) for scorer in should)
        if (should and not must and not total) or any(no(document) for no in must_not):
            return 0.0
        # a query of nothing but exclusions finds the rest
        return total or 1.0

    return score
