"""What has to be installed: Debian packages, and the venv with the pinned requirements."""

from __future__ import annotations

import ctypes
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import cluster
from console import Failure, say
from places import DEFAULT_PYTHON, SOURCE, Places

REQUIREMENTS = SOURCE / "requirements.txt"
UV_PIN = "uv==0.13.9"
OLDEST, NEWEST = (3, 9), (3, 13)


def ensure_system_packages(places: Places) -> None:
    """Install the Debian packages that are missing; without root, name them."""
    missing = []
    if cluster.find_programs() is None:
        missing.append("postgresql")
    if shutil.which("redis-server") is None or shutil.which("redis-cli") is None:
        missing.append("redis-server")
    try:
        ctypes.CDLL("libcairo.so.2")  # loaded by the code that draws DOI badges
    except OSError:
        missing.append("libcairo2")
    if not missing:
        return
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise Failure(f"please install these system packages first: {' '.join(missing)}")

    say(f"apt-get install {' '.join(missing)}")
    if "postgresql" in missing:
        # The package would make and start a cluster of its own, which nobody needs here.
        settings = Path("/etc/postgresql-common/createcluster.conf")
        if not settings.exists():
            settings.parent.mkdir(parents=True, exist_ok=True)
            settings.write_text("create_main_cluster = false\n")
    # RUNLEVEL=1 keeps the packages' scripts from starting services.
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    install = ["apt-get", "install", "-q", "-y", "--no-install-recommends", *missing]
    run_logged(["apt-get", "update", "-q"], places.log / "apt.log", environment)
    run_logged(install, places.log / "apt.log", environment, append=True)


def make_venv(places: Places) -> None:
    """Make the venv anew, with the pinned requirements in it."""
    say(f"installing {REQUIREMENTS.read_text().count('==')} Python packages")
    uv = shutil.which("uv")
    python = _find_python(places, uv)
    log = places.log / "install.log"
    environment = dict(os.environ)
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    _stamp(places).unlink(missing_ok=True)
    shutil.rmtree(places.venv, ignore_errors=True)
    if uv:
        run_logged([uv, "venv", "--python", python, str(places.venv)], log, environment)
    else:
        if not _succeeds([python, "-c", "import ensurepip, venv"]):
            raise Failure(f"{python} cannot make venvs: please install python3-venv, or uv")
        run_logged([python, "-m", "venv", str(places.venv)], log, environment)
        pip = [str(places.venv_python), "-m", "pip", "install", "-q", UV_PIN]
        run_logged(pip, log, environment, append=True)
        uv = str(places.venv / "bin" / "uv")
    install = [uv, "pip", "install", "--python", str(places.venv_python), "-r", str(REQUIREMENTS)]
    # uv takes settings from the project it is run in: run it where there is none.
    run_logged(install, log, environment, append=True, cwd=places.home)
    _stamp(places).write_text(_fingerprint(places))


def venv_is_current(places: Places) -> bool:
    """Whether there is a venv with these requirements and for this Python."""
    stamp = _stamp(places)
    return (
        places.venv_python.exists() and stamp.exists() and stamp.read_text() == _fingerprint(places)
    )


def run_logged(
    argv: Sequence[str],
    log: Path,
    environment: dict[str, str],
    *,
    append: bool = False,
    cwd: Path | None = None,
) -> None:
    """Run a command with its output in a log; where it fails, point to that log."""
    with log.open("a" if append else "w") as output:
        finished = subprocess.run(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
            cwd=cwd,
            check=False,
        )
    if finished.returncode != 0:
        name = " ".join([Path(argv[0]).name, *argv[1:3]])
        raise Failure(f"'{name} ...' failed with code {finished.returncode}; see {log}")


def _stamp(places: Places) -> Path:
    return places.state / "venv"


def _fingerprint(places: Places) -> str:
    pins = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    return f"{places.python or DEFAULT_PYTHON} {pins}\n"


def _find_python(places: Places, uv: str | None) -> str:
    """The interpreter to make the venv with.

    A name on PATH is tried before it is believed: it may stand for a version that a
    version manager knows of, but has not installed.
    """
    wanted = places.python or DEFAULT_PYTHON
    for name in (f"python{wanted}", wanted):
        program = shutil.which(name)
        if program and _succeeds([program, "-c", "import sys"]):
            return program
    if uv and _succeeds([uv, "python", "find", wanted]):
        return wanted
    if places.python:
        raise Failure(f"RDM_SERVER_PYTHON={wanted}: there is no such Python here")
    here = ".".join(map(str, sys.version_info[:2]))
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        raise Failure(
            f"the server needs Python {wanted} (or another up to {'.'.join(map(str, NEWEST))},"
            f" named by RDM_SERVER_PYTHON); this is {here}"
        )
    say(f"no python{wanted} here: taking Python {here}")
    return sys.executable


def _succeeds(argv: Sequence[str]) -> bool:
    finished = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return finished.returncode == 0
