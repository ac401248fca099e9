"""The InvenioRDM application, and its own commands run within this one process.

Each `invenio` command on its own would load the application anew, which takes most of
the time of a set-up.
"""
# mypy: ignore-errors
# (what is imported here is only there in the server's own venv)

from __future__ import annotations

import ctypes
import shlex
import signal
import time

from flask.cli import ScriptInfo
from invenio_app.cli import cli
from invenio_app.factory import create_ui
from invenio_indexer.proxies import current_indexer_registry
from invenio_indexer.tasks import process_bulk_queue

# Die with the command that runs this script: were that one killed, the next would begin
# anew, and this one go on with the database of the next. (1 is PR_SET_PDEATHSIG.)
ctypes.CDLL(None).prctl(1, signal.SIGKILL)

_began = time.monotonic()
app = create_ui(RATELIMIT_ENABLED=False)
_runner = app.test_cli_runner()


def report(text: str) -> None:
    """Write a line to the log of this script."""
    print(f"[{time.monotonic() - _began:6.1f} s] {text}", flush=True)


def invenio(command: str) -> None:
    """Run one `invenio` command; stop everything where it fails."""
    script = ScriptInfo(create_app=lambda: app)
    result = _runner.invoke(cli, shlex.split(command), obj=script)
    print(result.output, flush=True)
    if result.exit_code != 0:
        report(f"FAILED: invenio {command}")
        raise result.exception or SystemExit(result.exit_code)
    report(f"invenio {command}")


def index_what_is_queued() -> None:
    """Index what a worker would index in its own time, later than somebody may look."""
    with app.app_context():
        for name in current_indexer_registry.all():
            process_bulk_queue(indexer_name=name)
    report("queues are empty")


report("application loaded")
