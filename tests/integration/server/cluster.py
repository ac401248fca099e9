"""The PostgreSQL cluster: where its programs are, how it is made, started and asked."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from pathlib import Path

from console import Failure
from places import Places
from service import Service

DATABASE = "rdm"
TEMPLATE = "rdm_template"
ROLE = "rdm"

# A test database has no need to outlive a power cut, so no time goes into that.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
}


def find_programs() -> Path | None:
    """The folder of initdb and postgres: Debian's newest, or the one on PATH."""
    versions = [
        path
        for path in Path("/usr/lib/postgresql").glob("*/bin")
        if (path / "initdb").exists() and (path / "postgres").exists()
    ]
    if versions:
        return max(versions, key=lambda path: [int(n) for n in re.findall(r"\d+", str(path))])
    initdb = shutil.which("initdb")
    return Path(initdb).resolve().parent if initdb and shutil.which("psql") else None


class Cluster:
    """The cluster of one server."""

    def __init__(self, places: Places) -> None:
        programs = find_programs() or Path("/usr/bin")  # absent, it can still be removed
        self._programs = programs
        self._root = places.postgres
        self._data = places.postgres / "data"
        self._log = places.log / "initdb.log"
        self._port = places.postgres_port
        self._user = "postgres" if os.geteuid() == 0 else None
        self._environment = {"PATH": os.environ.get("PATH", os.defpath), "HOME": "/"}
        settings = SETTINGS | {"port": str(self._port)}
        self.service = Service(
            name="postgres",
            argv=(
                str(programs / "postgres"),
                "-D",
                str(self._data),
                *(part for name, value in settings.items() for part in ("-c", f"{name}={value}")),
            ),
            mark=f"postgres -D {self._data} ",
            child_mark="postgres: ",
            run=places.run,
            log=places.log / "postgres.log",
            environment=self._environment,
            port=self._port,
            user=self._user,
            farewell=signal.SIGINT,  # ends the sessions first, then itself
        )

    @property
    def release(self) -> str:
        """Where the programs are, which names the release: data of another are of no use."""
        return str(self._programs)

    def exists(self) -> bool:
        return (self._data / "PG_VERSION").exists()

    def remove(self) -> None:
        shutil.rmtree(self._root, ignore_errors=True)

    def create(self) -> None:
        """Make the cluster from nothing. Whoever reaches the port is trusted: it is loopback."""
        self.remove()
        self._root.mkdir(mode=0o700, parents=True)
        if self._user is not None:
            shutil.chown(self._root, self._user, self._user)
        argv = [
            str(self._programs / "initdb"),
            *("--pgdata", str(self._data), "--username", ROLE, "--auth", "trust"),
            *("--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"),
        ]
        with self._log.open("w") as log:
            finished = subprocess.run(
                argv,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd="/",
                env=self._environment,
                user=self._user,
                group=self._user,
                extra_groups=None if self._user is None else [],
                check=False,
            )
        if finished.returncode != 0:
            raise Failure(f"the database cluster could not be made; see {self._log}")

    def start(self) -> None:
        # Left by a killed server, whose processes `clear_the_way` has seen off.
        (self._data / "postmaster.pid").unlink(missing_ok=True)
        self.service.start()
        self.service.wait_until(self._answers)

    def create_database(self) -> None:
        self._execute(f"create database {DATABASE}")

    def keep_as_template(self) -> None:
        self._execute(f"create database {TEMPLATE} template {DATABASE}")

    def reset_to_template(self) -> None:
        """Replace the database by a copy of the template, whoever is connected to it."""
        self._execute(
            f"drop database if exists {DATABASE} with (force)",
            f"create database {DATABASE} template {TEMPLATE}",
        )

    def _answers(self) -> bool:
        return self._psql("select 1").returncode == 0

    def _execute(self, *statements: str) -> None:
        finished = self._psql(*statements)
        if finished.returncode != 0:
            raise Failure(f"PostgreSQL refused: {finished.stderr.strip()}")

    def _psql(self, *statements: str) -> subprocess.CompletedProcess[str]:
        argv = [
            str(self._programs / "psql"),
            *("--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1"),
            *("--host", "127.0.0.1", "--port", str(self._port)),
            *("--username", ROLE, "--dbname", "postgres"),
            *(part for statement in statements for part in ("--command", statement)),
        ]
        return subprocess.run(
            argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, cwd="/", check=False
        )
