"""Figures into tables."""

from __future__ import annotations

import statistics
import sys
from typing import Any

from cases import MIB, OURS, Case, Goal
from servers import HERE

_PAGE = HERE.parent / "docs" / "concepts" / "performance.md"
_BEGIN, _END = "<!-- figures: begin -->", "<!-- figures: end -->"


def judged(told: dict[str, Any], case: Case) -> dict[str, Any]:
    """Add to a case's runs the figures of each participant, and which goals are reached."""
    good = [run for run in told["runs"] if not run["failure"]]
    told["figures"] = {
        who: _figures([run for run in good if run["who"] == who], case)
        for who in told["participants"]
        if any(run["who"] == who for run in good)
    }
    told["goals"] = [
        {"goal": goal.text, "who": who, **_verdict(goal, who, good)}
        for goal in case.goals
        for who in OURS
        if who not in told["not_run"]
    ]
    return told


def _figures(runs: list[dict[str, Any]], case: Case) -> dict[str, Any]:
    walls = [run["wall"] for run in runs]
    spans = [run["span"] for run in runs if run["span"] is not None]
    cpu = statistics.median(run["cpu"] for run in runs)
    return {
        "runs": len(runs),
        "wall": statistics.median(walls),
        "wall_range": [min(walls), max(walls)],
        "span": statistics.median(spans) if spans else None,
        "cpu": cpu,
        "cpu_per_gib": cpu / (case.volume / 2**30),
        "memory": max(run["memory"] for run in runs),
        "requests": max(run["traffic"]["requests"] for run in runs),
        "refused": max(run["traffic"]["refused"] for run in runs),
    }


def _verdict(goal: Goal, who: str, runs: list[dict[str, Any]]) -> dict[str, Any]:
    ours = {run["round"]: run for run in runs if run["who"] == who}
    if not ours:
        return {"met": None, "figure": None, "why": "no run of ours succeeded"}
    if goal.figure in ("ratio", "speedup"):
        figures: list[float] = []
        for number, run in ours.items():
            others = [one for one in runs if one["round"] == number and one["who"] in goal.to]
            if len(others) == len(goal.to):
                ratio = run["wall"] / max(one["wall"] for one in others)
                figures.append(ratio if goal.figure == "ratio" else 1 / ratio)
        if not figures:
            return {"met": None, "figure": None, "why": f"not run: {', '.join(goal.to)}"}
        figure = statistics.median(figures)
    else:
        figures = [
            run["memory"] if goal.figure == "memory" else run["traffic"][goal.figure]
            for run in ours.values()
        ]
        figure = max(figures)
    met = figure >= goal.bound if goal.at_least else figure <= goal.bound
    if goal.figure == "memory":
        figure, figures = figure / MIB, [one / MIB for one in figures]
    return {"met": met, "figure": figure, "range": [min(figures), max(figures)]}


# --- tables -----------------------------------------------------------------------


def _header(told: dict[str, Any]) -> str:
    machine = told["machine"]
    about = ", ".join(f"{name} {value}" for name, value in told["versions"].items())
    return (
        f"{told['when']}: {machine['cores']} cores ({machine['processor']}), {machine['memory']},"
        f" {machine['kernel']}, Python {machine['python']}; data in {machine['data']};"
        f" where there is latency: {told['latency']}.\n{about}."
    )


def _rows(case: dict[str, Any]) -> list[list[str]]:
    rows: list[list[str]] = []
    for who in case["participants"]:
        figures = case["figures"].get(who)
        if figures is None:
            failures = [run["failure"] for run in case["runs"] if run["who"] == who]
            why = case["not_run"].get(who) or f"failed: {failures[-1]}"
            rows.append([who, why])
            continue
        low, high = figures["wall_range"]
        failed = sum(bool(run["failure"]) for run in case["runs"] if run["who"] == who)
        refused = f" ({figures['refused']} refused)" if figures["refused"] else ""
        rows.append(
            [
                who + (f" ({failed} failed)" if failed else ""),
                f"{figures['wall']:.2f} ({low:.2f} to {high:.2f})",
                "" if figures["span"] is None else f"{figures['span']:.2f}",
                f"{figures['cpu']:.2f}",
                f"{figures['cpu_per_gib']:.2f}",
                f"{figures['memory'] / MIB:.0f}",
                f"{figures['requests'] or ''}{refused}",
            ]
        )
    rows += [[who, why] for who, why in case["not_run"].items() if who not in case["participants"]]
    return rows


_COLUMNS = [
    "who",
    "wall s, median (range)",
    "from within s",
    "CPU s",
    "CPU s/GiB",
    "memory MiB",
    "requests",
]


def _goals(case: dict[str, Any]) -> list[str]:
    lines: list[str] = []
    for one in case["goals"]:
        if one["met"] is None:
            lines.append(f"{one['goal']}: {one['who']}: not told, {one['why']}")
            continue
        low, high = one["range"]
        verdict = "reached" if one["met"] else "MISSED"
        lines.append(
            f"{one['goal']}: {one['who']}: {one['figure']:.3g} ({low:.3g} to {high:.3g}), {verdict}"
        )
    return lines


def text(told: dict[str, Any]) -> str:
    """Write all cases for a terminal."""
    parts = [_header(told)]
    for case in told["cases"]:
        rows = _rows(case)
        full = [_COLUMNS, *(row for row in rows if len(row) == len(_COLUMNS))]
        widths = [max(len(row[column]) for row in full) for column in range(len(_COLUMNS))]
        widths[0] = max(widths[0], *(len(row[0]) for row in rows))
        lines = [f"\n{case['title']}"]
        for row in (_COLUMNS, *rows):
            lines.append("  " + "  ".join(cell.ljust(widths[i]) for i, cell in enumerate(row)))
        lines += [f"  {line}" for line in _goals(case)]
        parts.append("\n".join(line.rstrip() for line in lines))
    return "\n".join(parts)


def document(all_told: list[dict[str, Any]]) -> None:
    """Put the figures into the documentation, between its two marks."""
    parts: list[str] = []
    for told in all_told:
        parts.append(f"Measured {_header(told)}")
        for case in told["cases"]:
            table = [_COLUMNS, ["---"] * len(_COLUMNS), *_rows(case)]
            lines = ["| " + " | ".join(_padded(row)) + " |" for row in table]
            goals = [f"- {line}" for line in _goals(case)]
            parts.append("\n".join([f"### {case['title']}", "", *lines, "", *goals]))
    page = _PAGE.read_text(encoding="utf-8")
    before, found, rest = page.partition(_BEGIN)
    _, ended, after = rest.partition(_END)
    if not (found and ended):
        raise SystemExit(f"{_PAGE.name} lacks {_BEGIN} or {_END}")
    filled = "\n\n".join([before + _BEGIN, *parts, _END + after])
    _PAGE.write_text(filled, encoding="utf-8")
    print(f"{_PAGE.name} is filled", file=sys.stderr)


def _padded(row: list[str]) -> list[str]:
    cells = [cell.replace("|", "\\|").replace("<", "&lt;").replace(">", "&gt;") for cell in row]
    return cells + [""] * (len(_COLUMNS) - len(row))
