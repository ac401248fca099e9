"""Rebuild all search indices from the database."""
# mypy: ignore-errors
# (what is imported here is only there in the server's own venv)

from __future__ import annotations

import os

from application import app, invenio, report
from invenio_indexer.proxies import current_indexer_registry
from invenio_indexer.tasks import process_bulk_queue

for command in (
    "index init --force",
    "rdm-records custom-fields init",
    "communities custom-fields init",
    "queues declare",
    "rdm rebuild-all-indices",
):
    invenio(command)

# What the last command has queued, a worker would index in its own time: do it here.
with app.app_context():
    for name in current_indexer_registry.all():
        process_bulk_queue(indexer_name=name)
report("queues are empty")
os._exit(0)  # an orderly end of the interpreter takes seconds here
