"""Queries: Lucene's syntax, compiled once to a function that scores documents."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from luqum import tree as syntax
from luqum.exceptions import ParseError
from luqum.thread import parse

from ..answers import ApiError, Json
from ..profiles import Profile
from . import matching
from .aliases import (
    RefusedField,
    has_aliases,
    translate,
)
from .analysis import has_wildcard, unescape, wildcard
from .boolean import Clause, Scorer, combine, flatten
from .fields import (
    DRAFTS,
    KINDS,
    OTHERS,
    RECORDS,
    TERMS,
    FieldKind,
    Schema,
    has_field,
    reader,
    walk,
)
from .kinds import RECORD_KINDS, Kind
from .lexer import refused_by_lucene
from .matching import Bound, Make, Test, bad_syntax

_UNARY = (syntax.Plus, syntax.Not, syntax.Prohibit)


def compile_query(
    q: str | None,
    *,
    profile: Profile,
    slug_to_uuid: Callable[[str], str | None],
    kind: Kind = "records",
) -> Scorer:
    """What scores documents for a query: 0 for no match.

    Args:
        q: The query; all documents match without one.
        profile: Zenodo's older names of fields are only known on Zenodo.
        slug_to_uuid: Finds a community.
        kind: What is searched; drafts are indexed in another way than records.

    Raises:
        ApiError: The server refuses the query, or fails at it.
    """
    if not q:
        return lambda _document: 1.0
    try:
        root = _parsed(q, profile, slug_to_uuid, kind)
        if kind not in RECORD_KINDS:
            schema = TERMS if kind == "vocabularies" else OTHERS
            return _Compiler(schema).whole(root, q)
        records = _Compiler(RECORDS).whole(root, q)
        if kind != "user_records":
            return records
        drafts = _Compiler(DRAFTS).whole(root, q)
    except RecursionError as error:
        raise bad_syntax() from error
    return lambda document: (drafts if document.get("is_draft") else records)(document)


def _parsed(
    q: str, profile: Profile, slug_to_uuid: Callable[[str], str | None], kind: Kind
) -> syntax.Item | None:
    """The tree of a query, or None for a text that is no query."""
    try:
        root = parse(q)
        aliases = has_aliases(profile, kind)
        if aliases:
            root = translate(root, profile, slug_to_uuid)
    except (ParseError, RefusedField):
        return None
    except (ArithmeticError, ValueError) as error:
        raise ApiError(
            500,
            "The server encountered an internal error and was unable to complete your request."
            " Either the server is overloaded or there is an error in the application.",
        ) from error
    if refused_by_lucene(str(root), bare_degrees=aliases):
        raise bad_syntax()
    return root


class _Compiler:
    """Turns the tree of a query into a function."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema

    def whole(self, root: syntax.Item | None, q: str) -> Scorer:
        """The whole query; a text that is none is looked for as it is, any word of it."""
        found = self._over(None, matching.word(q)) if root is None else self._visit(root, None)
        return found or (lambda _document: 0.0)

    def _visit(self, node: Any, field: str | None) -> Scorer | None:
        if isinstance(node, (syntax.BaseOperation, *_UNARY)):
            return self._clauses(flatten(node), field)
        if isinstance(node, syntax.SearchField):
            return self._field(node)
        if isinstance(node, syntax.BaseGroup):
            return self._visit(node.expr, field)
        if isinstance(node, syntax.Boost):
            found, force = self._visit(node.expr, field), float(node.force)
            # a match stays one however little it counts
            return found and (lambda document: max(found(document) * force, 1e-9 * found(document)))
        if isinstance(node, syntax.Word):
            return self._word(str(node.value), field)
        if field is None and isinstance(node, (syntax.From, syntax.To)):
            # without a field, the sign is a part of the word
            return self._over(None, matching.word(matching.plain(str(node.a.value))))
        return self._over(field, _make(node))

    def _clauses(self, clauses: Sequence[Clause], field: str | None) -> Scorer | None:
        found: list[tuple[str, Scorer]] = []
        for clause in clauses:
            scorer = self._visit(clause.node, field)
            if scorer:
                found.append((clause.occur, scorer))
        return combine(found)

    def _field(self, node: Any) -> Scorer | None:
        name, expr = unescape(str(node.name)), node.expr
        if isinstance(expr, (*_UNARY, syntax.SearchField)) or str(expr).startswith("!"):
            raise bad_syntax()
        if name == "_exists_":
            return _exists(matching.plain(str(getattr(expr, "value", ""))))
        if name == "*" and str(expr).strip() == "*":
            return lambda _document: 1.0
        return self._visit(expr, name)

    def _word(self, text: str, field: str | None) -> Scorer | None:
        if text == "*":
            return (lambda _document: 1.0) if field is None else _exists(field)
        if has_wildcard(text):
            return self._over(field, matching.pattern(text))
        return self._over(field, matching.word(unescape(text)))

    def _over(self, field: str | None, make: Make) -> Scorer | None:
        """A test of values in one field, or in those that words without a field mean."""
        if field is not None and "*" not in field:
            test = make(self._schema.kind(field))
            return test and _best([(field, test)])
        if field is None and self._schema.default:
            tests = [(path, make(self._schema.kind(path))) for path in self._schema.default]
            chosen = [(path, test) for path, test in tests if test]
            return _best(chosen) if chosen else None
        return self._anywhere(field, make)

    def _anywhere(self, field: str | None, make: Make) -> Scorer:
        tests = {kind: _lenient(make, kind) for kind in KINDS}
        matches = None if field is None else wildcard(field, str).fullmatch
        schema = self._schema

        def kind_of(path: str) -> FieldKind:
            worded = matches is None and path in schema.worded
            return "standard" if worded else schema.kind(path)

        def score(document: Json) -> float:
            best = 0.0
            for path, value in walk(document):
                if matches is None or matches(path):
                    test = tests[kind_of(path)]
                    if test:
                        best = max(best, test(value))
            return best

        return score


def _make(node: Any) -> Make:
    if isinstance(node, syntax.Phrase):
        return matching.phrase(matching.plain(str(node.value)))
    if isinstance(node, syntax.Proximity):
        return matching.phrase(matching.plain(str(node.term.value)), int(node.degree))
    if isinstance(node, syntax.Fuzzy):
        degree = float(node.degree)
        return matching.fuzzy(matching.plain(str(node.term.value)), degree)
    if isinstance(node, syntax.Regex):
        return matching.regex(str(node.value)[1:-1])
    if isinstance(node, syntax.Range):
        return matching.between(
            _bound(node.low, bool(node.include_low)), _bound(node.high, bool(node.include_high))
        )
    if isinstance(node, syntax.From):
        return matching.between(_bound(node.a, bool(node.include)), Bound(None))
    if isinstance(node, syntax.To):
        return matching.between(Bound(None), _bound(node.a, bool(node.include)))
    raise bad_syntax()


def _bound(node: Any, inclusive: bool) -> Bound:
    sign = ""
    if isinstance(node, syntax.Prohibit):
        sign, node = "-", node.a
    text = str(node.value)
    if text == "*":
        return Bound(None, inclusive)
    return Bound(sign + matching.plain(text), inclusive, isinstance(node, syntax.Phrase))


def _exists(path: str) -> Scorer:
    found = has_field(path)
    return lambda document: float(found(document))


def _best(tests: Sequence[tuple[str, Test]]) -> Scorer:
    readers = [(reader(path), test) for path, test in tests]
    if len(readers) == 1:
        (read, only), *_ = readers
        return lambda document: max(map(only, read(document)), default=0.0)

    def score(document: Json) -> float:
        best = 0.0
        for read, test in readers:
            for value in read(document):
                best = max(best, test(value))
        return best

    return score


def _lenient(make: Make, kind: Any) -> Test | None:
    """Where all fields are searched, those of another kind do not mind."""
    try:
        return make(kind)
    except ApiError:
        return None
