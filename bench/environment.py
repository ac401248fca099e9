"""The machine, the programs and the peers, as they are here."""

from __future__ import annotations

import compileall
import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

from servers import HERE, nginx

ROOT = HERE.parent
VENVS = ROOT / ".venv-bench"


def python(who: str) -> Path:
    """The interpreter of a participant's own environment."""
    folder = VENVS / ("zenodo-sdk" if who.startswith("zenodo_sdk") else who)
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def peers() -> list[str]:
    """The peers as requirements."""
    lines = (HERE / "requirements.txt").read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def prepare() -> dict[str, str]:
    """Make the environments of the measured programs: each has what `pip install` gives it.

    One for all would not do: httpx imports a command line of its own where it finds rich, which
    another one brought, and so starts later and larger.

    Returns:
        The peers that could not be installed, and why.
    """
    prepare_ours()
    missing: dict[str, str] = {}
    for requirement in peers():
        if failure := _made(requirement.partition("==")[0], [requirement], [requirement]):
            missing[requirement.partition("==")[0]] = f"pip could not install it: {failure}"
    return missing


def prepare_ours() -> None:
    """Make the environment of this checkout."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    if failure := _made("zenodo-sdk", ["--editable", str(ROOT)], project["dependencies"]):
        raise SystemExit(f"zenodo_sdk itself cannot be installed: {failure}")
    # as pip does where it installs and does not link: each start would compile it again
    compileall.compile_dir(ROOT / "zenodo_sdk", quiet=1)


def _made(who: str, arguments: list[str], wanted: list[str]) -> str:
    """Make an environment, unless it is there; tells what went wrong."""
    stamp = hashlib.sha256("\n".join([sys.version, *wanted]).encode()).hexdigest()
    done = VENVS / who / "bench-stamp.txt"
    if done.exists() and done.read_text() == stamp:
        return ""
    print(f"making {VENVS.name}/{who} (once)", file=sys.stderr)
    venv.create(VENVS / who, clear=True, with_pip=True)
    command = [str(python(who)), "-m", "pip", "--disable-pip-version-check", "install"]
    ended = subprocess.run([*command, *arguments], capture_output=True, text=True)
    if ended.returncode:
        return (ended.stderr.strip().splitlines() or ["nothing"])[-1]
    done.write_text(stamp)
    return ""


def programs() -> dict[str, str]:
    """The programs that are no Python packages and are missing, and what that means."""
    missing: dict[str, str] = {}
    if nginx() is None:
        missing["nginx"] = "nginx is not installed (Debian: apt-get install nginx-light)"
    for name in ("curl", "md5sum"):
        if shutil.which(name) is None:
            missing[name] = f"{name} is not installed"
    return missing


def machine() -> dict[str, str]:
    """The machine."""
    memory = 0.0
    processor = platform.processor() or platform.machine()
    if sys.platform == "linux":
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
        told = Path("/proc/cpuinfo").read_text()
        if found := re.search(r"model name\s*:\s*(.+)", told):
            processor = found[1]
    return {
        "cores": str(os.cpu_count()),
        "processor": processor,
        "memory": f"{memory:.0f} GiB" if memory else "unknown",
        "kernel": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
    }


def versions() -> dict[str, str]:
    """The versions of everything that is measured or takes part."""
    found: dict[str, str] = {}
    code = (
        "import sys, importlib.metadata as m\n"
        "for name in sys.argv[1:]:\n"
        "    try: print(name, m.version(name))\n"
        "    except m.PackageNotFoundError: pass\n"
    )
    everyone = ["zenodo-sdk", *(requirement.partition("==")[0] for requirement in peers())]
    below = ["httpx", "httpcore", "h11", "pydantic", "requests", "urllib3", "httpx2"]
    for who in everyone:
        if python(who).exists():
            command = [str(python(who)), "-c", code, who, *below]
            said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
            for name, version in (line.split(" ", 1) for line in said.splitlines()):
                # what several have is told once: pip gives them the same
                found.setdefault(name, version)
    return {**found, "nginx": _first(nginx(), "-v"), "curl": _first(shutil.which("curl"), "-V")}


def _first(program: str | None, flag: str) -> str:
    if program is None:
        return "missing"
    ended = subprocess.run([program, flag], capture_output=True, text=True)
    found = re.search(r"[0-9]+(\.[0-9]+)+", ended.stdout or ended.stderr)
    return found[0] if found else "unknown"
