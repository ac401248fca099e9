"""The whole server: five services, and the order in which they come and go."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

from cluster import Cluster
from console import Failure, say
from indices import Indices
from packages import ensure_system_packages, make_venv, run_logged, venv_is_current
from places import SOURCE, Places
from service import Service, stop

INSIDE = SOURCE / "inside"
INSTANCE = SOURCE / "instance"

# Empties the caches, sessions and limits (databases 0 to 4), and of the broker (5) what
# waits in its queues; the bindings of those queues are the worker's, and stay.
FORGET = """
for number = 0, 4 do
  redis.call('select', number)
  redis.call('flushdb')
end
redis.call('select', 5)
for _, key in ipairs(redis.call('keys', '*')) do
  if string.sub(key, 1, 14) ~= '_kombu.binding' then redis.call('del', key) end
end
"""


def is_up(places: Places) -> bool:
    """Whether the server runs, asked without touching anything."""
    return places.exists() and places.env_file.exists() and _web(places).running()


class Stack:
    """The services of one server; every method expects its home to be locked."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self.cluster = Cluster(places)
        self.indices = Indices(places.search_port)
        self.redis = _redis(places)
        self.search = _search(places)
        self.web = _web(places)
        self.worker = _worker(places)
        self._ready_recipe = places.state / "recipe"
        self._settings = places.state / "settings"
        self._after_setup = places.state / "indices-after-setup.json"
        self._at_down = places.state / "indices-at-down.json"

    @property
    def backends(self) -> list[Service]:
        return [self.cluster.service, self.redis, self.search]

    @property
    def frontends(self) -> list[Service]:
        return [self.web, self.worker]

    @property
    def services(self) -> list[Service]:
        return [*self.backends, *self.frontends]

    def up(self, *, fresh: bool = False, rebuild: bool = False) -> None:
        """Make the server run, from whatever state it is found in."""
        if self._settings_changed():
            self.down()
        from_nothing = rebuild or not self.cluster.exists() or not self._recipe_is_ready()
        if from_nothing:
            stop([*self.frontends, *self.backends])
            self._forget_everything()

        search_is_empty = not self.search.running()
        missing = [service for service in self.backends if not service.running()]
        if missing:
            # They hold connections, queues and caches of what has gone.
            stop(self.frontends)
        for service in self.services:
            if not service.running():
                service.clear_the_way()
        if from_nothing:
            say("making the database cluster")
            self.cluster.create()
        self.places.record_port()
        self._start_backends(missing)
        if not self.web.running() or not self.worker.running():
            self._place_instance()

        if from_nothing:
            self._set_up()
        elif fresh:
            self.reset()
        elif search_is_empty:
            self._refill_indices()
        self._at_down.unlink(missing_ok=True)
        self._start_frontends()
        self._write_env()

    def reset(self) -> None:
        """Put database, indices, files and queues back to what they were after set-up."""
        say("putting the data back")
        self._forget_queues()  # before the rest: no new task shall begin meanwhile
        self.cluster.reset_to_template()
        self.indices.restore(self._after_setup)
        shutil.rmtree(self.places.files)
        self.places.files.mkdir()
        (self.places.log / "datacite-calls.jsonl").unlink(missing_ok=True)
        self._forget_queues()  # and again: tasks cut short may have been put back

    def down(self) -> None:
        """Stop everything; keep a copy of the indices for the next start."""
        stop(self.frontends)
        if self.search.running() and self._ready_recipe.exists():
            try:
                self.indices.save(self._at_down)
            except Failure as error:
                say(f"the indices were not saved, the next start rebuilds them: {error}")
        stop(self.backends)

    def purge(self) -> None:
        """Remove all that there is of this server, its home included."""
        self.cluster.remove()
        shutil.rmtree(self.places.home)

    # What set-up and start consist of.

    def _start_backends(self, missing: list[Service]) -> None:
        if missing:
            say(f"starting {', '.join(service.name for service in missing)}")
        for service in (self.redis, self.search):
            if service in missing:
                service.start()
        if self.cluster.service in missing:
            self.cluster.start()
        for service in (self.redis, self.search):
            if service in missing:
                service.wait_until(service.listening)

    def _start_frontends(self) -> None:
        missing = [service for service in self.frontends if not service.running()]
        if missing:
            say(f"starting {', '.join(service.name for service in missing)}")
        if self.worker in missing:
            _worker_sign(self.places).unlink(missing_ok=True)
        for service in missing:
            service.start()
        self._settings.write_text(self._wanted_settings())
        self.web.wait_until(self._answers)
        self.worker.wait_until(_worker_sign(self.places).exists)

    def _set_up(self) -> None:
        say("setting up tables, indices, vocabularies, users and communities")
        self.cluster.create_database()
        self._run_inside("provision")
        say("keeping a copy of it")
        self.indices.save(self._after_setup)
        self.cluster.keep_as_template()
        self._ready_recipe.write_text(self._recipe())

    def _refill_indices(self) -> None:
        if self._at_down.exists():
            say("restoring the indices")
            self.indices.restore(self._at_down)
        else:
            say("the indices were lost: rebuilding them from the database")
            self.indices.remove()
            self._run_inside("reindex")

    def _run_inside(self, script: str) -> None:
        """Run one of the scripts that need the server's own packages."""
        run_logged(
            [str(self.places.venv_python), str(INSIDE / f"{script}.py")],
            self.places.log / f"{script}.log",
            self.places.environment() | {"RDM_SERVER_TASKS": "inline"},
            cwd=self.places.home,
        )

    def _forget_everything(self) -> None:
        self._ready_recipe.unlink(missing_ok=True)
        self._at_down.unlink(missing_ok=True)
        self.places.env_file.unlink(missing_ok=True)
        shutil.rmtree(self.places.files, ignore_errors=True)
        self.places.files.mkdir()

    def _forget_queues(self) -> None:
        port = str(self.places.redis_port)
        argv = ["redis-cli", "-e", "-h", "127.0.0.1", "-p", port, "eval", FORGET, "0"]
        finished = subprocess.run(argv, capture_output=True, text=True, check=False)
        if finished.returncode != 0:
            raise Failure(f"redis was not emptied: {finished.stdout}{finished.stderr}".strip())

    def _place_instance(self) -> None:
        """Copy the instance folder to the home: the application writes into it."""
        shutil.rmtree(self.places.instance, ignore_errors=True)
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(INSTANCE, self.places.instance, ignore=ignored)

    def _answers(self) -> bool:
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with direct.open(f"{self.places.url}/api/records?size=1", timeout=30) as reply:
                return bool(reply.status == 200)
        except urllib.error.HTTPError as error:
            # Answered already, with a limit that RDM_SERVER_RATELIMIT made small.
            return error.code == 429
        except OSError:
            return False

    def _write_env(self) -> None:
        accounts = json.loads((self.places.state / "accounts.json").read_text())
        variables = {"ZENODO_SDK_TEST_URL": self.places.url} | accounts
        lines = [f"{name}={value}\n" for name, value in variables.items()]
        unfinished = self.places.env_file.with_suffix(".part")
        unfinished.unlink(missing_ok=True)
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "w") as file:
            file.writelines(lines)
        unfinished.replace(self.places.env_file)

    # What decides whether a restart, or a set-up from nothing, is due.

    def _wanted_settings(self) -> str:
        return f"ratelimit={self.places.ratelimit}\n"

    def _settings_changed(self) -> bool:
        """Whether the server was last started with other settings than are wanted now."""
        return self._settings.exists() and self._settings.read_text() != self._wanted_settings()

    def _recipe(self) -> str:
        """A fingerprint of everything that the set-up's result depends on."""
        digest = hashlib.sha256()
        for path in (
            SOURCE / "requirements.txt",
            *sorted(INSIDE.glob("*.py")),
            *sorted(path for path in INSTANCE.rglob("*") if path.suffix != ".pyc"),
        ):
            if path.is_file():
                digest.update(f"{path.relative_to(SOURCE)}\n".encode())
                digest.update(path.read_bytes())
        digest.update(f"{self.cluster.release} {self.places.files}".encode())
        return digest.hexdigest()

    def _recipe_is_ready(self) -> bool:
        return (
            self._ready_recipe.exists()
            and self._after_setup.exists()
            and self._ready_recipe.read_text() == self._recipe()
        )


def prepare(places: Places) -> Stack:
    """Install what the services are made of."""
    ensure_system_packages(places)
    if not venv_is_current(places):
        Stack(places).down()  # nothing shall run from a venv that is replaced
        make_venv(places)
    return Stack(places)


def _worker_sign(places: Places) -> Path:
    """A file that the worker makes when it is ready for tasks."""
    return places.run / "worker-is-ready"


def _redis(places: Places) -> Service:
    options = {
        "bind": "127.0.0.1",
        "port": str(places.redis_port),
        "dir": str(places.run),
        "save": "",
        "appendonly": "no",
    }
    return Service(
        name="redis",
        argv=("redis-server", *(part for key in options for part in (f"--{key}", options[key]))),
        mark=f"redis-server 127.0.0.1:{places.redis_port}",  # the title it gives itself
        run=places.run,
        log=places.log / "redis.log",
        environment=os.environ,
        port=places.redis_port,
    )


def _search(places: Places) -> Service:
    """The search server: one program, that came as a Python package."""
    found = places.venv.glob("lib/python*/site-packages/osmem_server/bin/osmem-server")
    program = str(next(found, places.venv / "osmem-server"))
    address = f"127.0.0.1:{places.search_port}"
    return Service(
        name="search",
        # Without the analysis of Japanese it takes 200 MiB less.
        argv=(program, "-addr", address, "-no-stdin-watch", "-no-ja"),
        mark=f"{program} -addr {address} ",
        run=places.run,
        log=places.log / "search.log",
        environment=places.environment(),
        port=places.search_port,
    )


def _web(places: Places) -> Service:
    program = str(places.venv / "bin" / "gunicorn")
    options = {
        "bind": f"127.0.0.1:{places.port}",
        "workers": "2",
        "worker-class": "gthread",
        "threads": "8",
        "timeout": "300",
        "access-logfile": str(places.log / "access.log"),
    }
    return Service(
        name="web",
        argv=(
            program,
            "invenio_app.wsgi:application",
            "--preload",  # load the application once, then fork
            "--no-control-socket",  # whose default place all servers of a user would share
            *(part for key in options for part in (f"--{key}", options[key])),
        ),
        mark=f"{program} invenio_app.wsgi:application ",
        run=places.run,
        log=places.log / "web.log",
        environment=places.environment(),
        port=places.port,
        farewell=signal.SIGQUIT,  # at once: nobody waits for an answer
    )


def _worker(places: Places) -> Service:
    program = str(places.venv / "bin" / "celery")
    return Service(
        name="worker",
        argv=(
            *(program, "--app", "invenio_app.celery", "worker"),
            *("--pool", "solo", "--loglevel", "WARNING"),
            *("--without-gossip", "--without-mingle"),
            *("--beat", "--schedule", str(places.run / "beat-schedule")),
        ),
        mark=f"{program} --app invenio_app.celery worker ",
        run=places.run,
        log=places.log / "worker.log",
        environment=places.environment() | {"RDM_SERVER_WORKER_SIGN": str(_worker_sign(places))},
        farewell=signal.SIGQUIT,
    )
