"""Rebuild all search indices from the database."""
# mypy: ignore-errors
# (what is imported here is only there in the server's own venv)

from __future__ import annotations

import os

from application import index_what_is_queued, invenio

for command in (
    "index init --force",
    "rdm-records custom-fields init",
    "communities custom-fields init",
    "queues declare",
    "rdm rebuild-all-indices",
):
    invenio(command)

index_what_is_queued()
os._exit(0)  # an orderly end of the interpreter takes seconds here
