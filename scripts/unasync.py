"""Generate the synchronous colour from the asynchronous one.

    python scripts/unasync.py            write zenodo_sdk/_sync and tests/_sync
    python scripts/unasync.py --check    fail where they are not what would be written

Only names are replaced, so the two colours have the same lines in the same places. A replacement
that nothing uses is an error: this table cannot rot. ``_runtime.py`` is the one file of each
colour that is written by hand.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TREES = (("zenodo_sdk/_async", "zenodo_sdk/_sync"), ("tests/_async", "tests/_sync"))
BY_HAND = {"_runtime.py"}
HEADER = "# Generated from {source} by scripts/unasync.py: change that file, not this one.\n"

# (what stands in the asynchronous source, what stands in its twin), in this order
REPLACEMENTS = (
    (r"\basync def\b", "def"),
    (r"\basync with\b", "with"),
    (r"\basync for\b", "for"),
    (r"\bawait ", ""),
    (r"\b__aenter__\b", "__enter__"),
    (r"\b__aexit__\b", "__exit__"),
    (r"\b__aiter__\b", "__iter__"),
    (r"\basynccontextmanager\b", "contextmanager"),
    (r"\bAsyncGenerator\b", "Generator"),
    (r"\bAsyncIterator\b", "Iterator"),
    (r"\bGenerator\[(\w+), None\]", r"Generator[\1, None, None]"),
    (r"\baiter_bytes\b", "iter_bytes"),
    (r"\baread\b", "read"),
    (r"\baclose\b", "close"),
    (r"\basyncio\.run\(main\(\)\)", "main()"),
    (r"\bThe asynchronous colour, written by hand; ``_sync`` is generated from it\.",
     "The synchronous colour, generated from ``_async``."),
    (r"\b_async\b", "_sync"),
    (r"\bAsync(?=[A-Z])", ""),
    (r"\basync_", ""),
)


def main() -> int:
    """Write the files, or compare."""
    check = "--check" in sys.argv[1:]
    unused = {pattern for pattern, _ in REPLACEMENTS}
    wrong: list[str] = []
    for source_tree, target_tree in TREES:
        sources = sorted((ROOT / source_tree).rglob("*.py"))
        expected: set[Path] = set()
        for source in sources:
            target = ROOT / target_tree / source.relative_to(ROOT / source_tree)
            expected.add(target)
            if source.name in BY_HAND:
                continue
            text = translate(source, unused)
            if check:
                if not target.exists() or target.read_text() != text:
                    wrong.append(f"{target.relative_to(ROOT)} is not what its source makes")
            else:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(text)
        for stray in sorted(set((ROOT / target_tree).rglob("*.py")) - expected):
            wrong.append(f"{stray.relative_to(ROOT)} has no asynchronous source")
    wrong += [f"the replacement {pattern!r} is used nowhere" for pattern in sorted(unused)]
    print("\n".join(wrong) or "the two colours agree")
    return 1 if wrong else 0


def translate(source: Path, unused: set[str]) -> str:
    """Make the twin of a file, formatted and with its imports in order."""
    text = source.read_text()
    for pattern, replacement in REPLACEMENTS:
        text, count = re.subn(pattern, replacement, text)
        if count:
            unused.discard(pattern)
    text = HEADER.format(source=source.relative_to(ROOT)) + text
    for command in (
        ["check", "--quiet", "--fix-only", "--select", "I,UP035"],
        ["format", "--quiet"],
    ):
        text = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--stdin-filename", str(source), "-"],
            input=text,
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
        ).stdout
    return text


if __name__ == "__main__":
    sys.exit(main())
