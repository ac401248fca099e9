"""Make a virtual environment with the lowest direct versions that pyproject.toml allows.

    python scripts/lowest.py .venv-lowest

The dependencies, and those of the extras that users install, are pinned to their lower bounds;
what tests need is the newest.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXTRAS = ("local", "cli", "progress", "cff", "markup")
TEST_TOOLS = ("hypothesis", "pytest", "pytest-asyncio", "pytest-randomly", "pytest-xdist", "vcrpy")


def main(target: str) -> None:
    """Make it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *(name for extra in EXTRAS for name in extras[extra])]
    lowest = [re.sub(r">=", "==", requirement) for requirement in wanted]
    folder = ROOT / target
    if not folder.exists():
        venv.create(folder, with_pip=True)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet"]
    subprocess.run([*pip, *lowest, *TEST_TOOLS], check=True)
    subprocess.run([*pip, "--no-deps", "-e", str(ROOT)], check=True)
    print("lowest direct versions:", ", ".join(lowest))


if __name__ == "__main__":
    main(sys.argv[1])
