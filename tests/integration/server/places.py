"""Where one test server lives: its folder, its ports, its environment."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from console import Failure, say

SOURCE = Path(__file__).resolve().parent
DEFAULT_HOME = "~/.cache/zenodo-sdk/rdm-server"
DEFAULT_PORT = 5055
DEFAULT_PYTHON = "3.11"
LOCK_PATIENCE = 900.0

# Settings of the caller's own that would change how the server behaves or loads.
# PYTHONDONTWRITEBYTECODE is one: without compiled modules the application needs twice the
# time to load.
_UNWANTED = {
    "GUNICORN_CMD_ARGS",
    "PYTHONDONTWRITEBYTECODE",
    "PYTHONHOME",
    "PYTHONPATH",
    "VIRTUAL_ENV",
    "WEB_CONCURRENCY",
}
_UNWANTED_PREFIXES = ("CELERY_", "FLASK_", "INVENIO_", "RDM_SERVER_")


@dataclass(frozen=True)
class Places:
    """The paths and ports of one server, all derived from its home and its first port."""

    home: Path
    port: int
    python: str | None
    """The Python asked for, None where nothing was asked."""
    ratelimit: str

    @classmethod
    def from_environment(cls) -> Places:
        """Read RDM_SERVER_*; a port that is not named is the one this home last used."""
        home = Path(os.environ.get("RDM_SERVER_HOME") or DEFAULT_HOME).expanduser().absolute()
        text = os.environ.get("RDM_SERVER_PORT") or _read(_port_file(home)) or str(DEFAULT_PORT)
        if not text.isdecimal() or not 0 < int(text) < 65533:
            raise Failure(f"RDM_SERVER_PORT must be a port number, not {text!r}")
        return cls(
            home=home,
            port=int(text),
            python=os.environ.get("RDM_SERVER_PYTHON") or None,
            ratelimit=os.environ.get("RDM_SERVER_RATELIMIT") or "",
        )

    # Ports: the server's own, and the three after it.

    def as_served(self) -> Places:
        """The same, with the port that this home was last served on."""
        text = _read(_port_file(self.home))
        return replace(self, port=int(text)) if text else self

    def record_port(self) -> None:
        _port_file(self.home).write_text(f"{self.port}\n")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def postgres_port(self) -> int:
        return self.port + 1

    @property
    def redis_port(self) -> int:
        return self.port + 2

    @property
    def search_port(self) -> int:
        return self.port + 3

    # Folders and files.

    @property
    def venv(self) -> Path:
        return self.home / "venv"

    @property
    def venv_python(self) -> Path:
        return self.venv / "bin" / "python"

    @property
    def instance(self) -> Path:
        return self.home / "instance"

    @property
    def files(self) -> Path:
        return self.home / "files"

    @property
    def log(self) -> Path:
        return self.home / "log"

    @property
    def run(self) -> Path:
        return self.home / "run"

    @property
    def state(self) -> Path:
        return self.home / "state"

    @property
    def env_file(self) -> Path:
        return self.home / "env"

    @property
    def marker(self) -> Path:
        return self.home / ".zenodo-sdk-rdm-server"

    @property
    def postgres(self) -> Path:
        """The folder of the database cluster.

        PostgreSQL refuses to run as root. For root it runs as user postgres, who cannot
        be expected to reach into the home, so its data go where that user's data belong.
        """
        if os.geteuid() != 0:
            return self.home / "postgres"
        name = hashlib.sha256(str(self.home).encode()).hexdigest()[:12]
        return Path("/var/lib/postgresql") / f"zenodo-sdk-rdm-{name}"

    def environment(self) -> dict[str, str]:
        """The environment of everything that runs inside the server's own venv."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if name not in _UNWANTED
            and not name.startswith(_UNWANTED_PREFIXES)
            and not name.lower().endswith("_proxy")
        }
        return kept | {
            "INVENIO_INSTANCE_PATH": str(self.instance),
            "PATH": f"{self.venv / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
            "PYTHONPATH": str(self.instance),
            "PYTHONUNBUFFERED": "1",
            "PYTHONWARNINGS": "ignore",
            "RDM_SERVER_HOME": str(self.home),
            "RDM_SERVER_PORT": str(self.port),
            "RDM_SERVER_POSTGRES_PORT": str(self.postgres_port),
            "RDM_SERVER_REDIS_PORT": str(self.redis_port),
            "RDM_SERVER_SEARCH_PORT": str(self.search_port),
            "RDM_SERVER_RATELIMIT": self.ratelimit,
        }

    def exists(self) -> bool:
        """Whether this home was made by `create`: only then may its contents be removed."""
        return self.marker.exists()

    def create(self) -> None:
        """Make the home and its folders; refuse a folder that holds something else."""
        if not self.exists():
            if self.home.is_dir() and any(self.home.iterdir()):
                raise Failure(
                    f"{self.home} holds other things; RDM_SERVER_HOME must name"
                    " a new or an empty folder"
                )
            self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.marker.touch()
        for folder in (self.files, self.log, self.run, self.state):
            folder.mkdir(exist_ok=True)

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Be the only command at work on this home.

        The descriptor is closed on exec (Python's default), so no service keeps the lock.
        """
        give_up = time.monotonic() + LOCK_PATIENCE
        told = False
        while (lock := self._try_lock()) is None:
            if not told:
                say("waiting for another command to finish with this home")
                told = True
            if time.monotonic() > give_up:
                raise Failure(f"another command is still at work on {self.home}")
            time.sleep(0.2)
        with lock:
            yield

    def _try_lock(self) -> IO[str] | None:
        self.create()
        path = self.home / "lock"
        lock = path.open("a")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # A purge may have removed the file between its opening and its locking.
            if os.path.samestat(os.fstat(lock.fileno()), path.stat()):
                return lock
        except (BlockingIOError, FileNotFoundError):
            pass
        lock.close()
        return None


def _port_file(home: Path) -> Path:
    return home / "state" / "port"


def _read(path: Path) -> str:
    return path.read_text().strip() if path.is_file() else ""
