"""Stand-ins for what a server on loopback does not have, used by invenio.cfg.

Everything that differs from a stock InvenioRDM in code, not in settings, is here.
"""
# mypy: ignore-errors
# (what is imported here is only there in the server's own venv)

from __future__ import annotations

import json
import time
from pathlib import Path

# ---- DataCite ----------------------------------------------------------------------


def record_datacite_calls(log: Path) -> None:
    """Write to a file what would be sent to DataCite.

    Only the three methods that send something are replaced. Minting a DOI, serializing
    its metadata and the task that registers it stay as they are.
    """
    from datacite import DataCiteRESTClient

    def write(call, content=None):
        with log.open("a") as file:
            file.write(json.dumps([time.time(), call, content], default=str) + "\n")

    def post_doi(self, data):
        write("POST /dois", data)
        return data["attributes"].get("doi")

    def put_doi(self, doi, data):
        write(f"PUT /dois/{doi}", data)
        return data["attributes"]

    def delete_doi(self, doi):
        write(f"DELETE /dois/{doi}")

    for method in (post_doi, put_doi, delete_doi):
        setattr(DataCiteRESTClient, method.__name__, method)


# ---- Search ------------------------------------------------------------------------


def without_date_facet(search):
    """Take the publication date out of a search's facets.

    That facet is a date histogram with a format over a range field, which the in-memory
    search server does not have.
    """
    facets = [name for name in search["facets"] if name != "publication_date"]
    return {**search, "facets": facets}


def find_oai_sets_by_search() -> None:
    """Let OAI-PMH find the sets of records by running the query of each set.

    Stock code asks the search server to percolate the records through all the queries,
    which the in-memory one cannot do.
    """
    from invenio_oaiserver import percolator, response

    percolator.sets_search_all = response.sets_search_all = _sets_of


def _sets_of(records):
    from flask import current_app
    from invenio_oaiserver.models import OAISet
    from invenio_oaiserver.query import query_string_parser
    from invenio_search import current_search_client
    from invenio_search.engine import dsl
    from invenio_search.utils import prefix_index

    sets = {record["id"]: [] for record in records}
    if not sets:
        return []
    index = prefix_index(str(current_app.config["OAISERVER_RECORD_INDEX"]))
    among_these = dsl.Search(using=current_search_client, index=index).filter(
        "terms", id=list(sets)
    )
    for oai_set in OAISet.query.all():
        if not oai_set.search_pattern:
            continue
        query = query_string_parser(oai_set.search_pattern)
        for hit in among_these.query(query).source(["id"])[: len(sets)].execute():
            sets[hit.id].append(oai_set.spec)
    return [sets[record["id"]] for record in records]


# ---- Web pages ---------------------------------------------------------------------


class EmptyAsset(str):
    """A script or style sheet that was not built: pages go without it."""

    def render(self):
        return self

    def __html__(self):
        return self


class NoAssets:
    """A manifest loader for a server whose assets were never built.

    Building them takes Node.js and minutes. Pages do answer, so links to them work.
    """

    def load(self, path):
        return self

    def __getitem__(self, name):
        return EmptyAsset()


# ---- Worker ------------------------------------------------------------------------


def announce_worker(sign: Path) -> None:
    """Let the worker make a file when it is ready, its queues declared before.

    Queues live in Redis, which starts empty, and what is sent to one that was not yet
    declared would be lost.
    """
    from celery.signals import worker_ready

    def announce(**_):
        from invenio_app.celery import celery
        from invenio_indexer.proxies import current_indexer_registry
        from invenio_queues.proxies import current_queues

        with celery.flask_app.app_context():
            current_queues.declare()
            with celery.connection() as connection:
                for indexer in current_indexer_registry.all().values():
                    indexer.mq_queue.bind(connection.channel()).declare()
        sign.touch()

    worker_ready.connect(announce, weak=False)
