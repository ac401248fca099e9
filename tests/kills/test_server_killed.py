"""The server is killed again and again during 50 publications; nothing is lost or half done."""

from __future__ import annotations

import logging
import random
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

import pytest

from zenodo_sdk import Client, Creator, Metadata, Retry, ZenodoError
from zenodo_sdk.testing import LocalZenodo

DEPOSITS = 50
KILLS = 8


class Server:
    """Starts the server again on the same folder and port whenever it was killed."""

    def __init__(self, folder: Path, port: int) -> None:
        self._command = [sys.executable, "-m", "tests.kills.served", str(folder), str(port)]
        self._one_at_a_time = threading.Lock()
        self.starts = 0
        self._start()

    def _start(self) -> None:
        self._process = subprocess.Popen(
            self._command, cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        self.url, self.token = self._process.stdout.readline().split()
        self.starts += 1

    def kill_and_restart(self) -> None:
        with self._one_at_a_time:
            self.stop()
            self._start()

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()


class Killer(logging.Handler):
    """Kills the server a moment after the client said that it sends a request."""

    def __init__(self, server: Server, at: set[int]) -> None:
        super().__init__(logging.DEBUG)
        self._server, self._at, self._count = server, at, 0
        self._threads: list[threading.Thread] = []

    def emit(self, record: logging.LogRecord) -> None:
        self._count += 1
        if self._count in self._at:
            # beside the client, so that it is hit between the requests and in the midst of them
            thread = threading.Thread(target=self._server.kill_and_restart)
            self._threads.append(thread)
            thread.start()

    def finish(self) -> None:
        for thread in self._threads:
            thread.join()


def content(number: int) -> bytes:
    return f"content of {number} ".encode() * 5_000


def deposit(client: Client, number: int) -> None:
    """One deposit, begun anew or gone on with after whatever error the killing caused."""
    title = f"Deposit{number:03}"
    found = list(client.depositions.list(f'metadata.title:"{title}"'))
    if not found:
        deposition = client.depositions.create(
            Metadata(
                title=title,
                resource_type="dataset",
                creators=[Creator(name="Okafor, Ada")],
                publication_date="2026-11-22",
                publisher="The tests",
            )
        )
    else:
        assert found[0].id is not None
        deposition = client.depositions.get(found[0].id)
    if deposition.state == "draft":
        deposition.files.upload(content(number), name="data.bin", overwrite="replace")
        deposition.publish()


def test_killed_during_fifty_publications(
    tmp_path: Path, free_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "data"
    server = Server(folder, free_port)
    chance = random.Random(20261122)
    killer = Killer(server, set(chance.sample(range(5, DEPOSITS * 5), KILLS)))
    logger = logging.getLogger("zenodo_sdk")
    before = logger.level
    logger.setLevel(logging.DEBUG)
    monkeypatch.setattr(logger, "propagate", False)
    logger.addHandler(killer)
    told: Counter[str] = Counter()
    try:
        patience = Retry(attempts=8, base=0.1, cap=1.0, settle=10.0)
        with Client(server.token, base_url=server.url, retry=patience) as client:
            for number in range(DEPOSITS):
                for _ in range(10):
                    try:
                        deposit(client, number)
                    except ZenodoError as error:
                        told[type(error).__name__] += 1
                    else:
                        break
                else:
                    pytest.fail(f"deposit {number} never ended")
    finally:
        logger.removeHandler(killer)
        logger.setLevel(before)
        killer.finish()
        server.stop()
    print(f"{server.starts - 1} kills; errors that the client told: {dict(told)}")
    assert server.starts - 1 == KILLS
    assert_whole(folder)


def assert_whole(folder: Path) -> None:
    """Every deposit is published once, with its bytes; nothing else is there."""
    with LocalZenodo("zenodo", data=folder) as server, server.client() as client:
        records = list(client.records.search(sort="oldest", page_size=25))
        assert Counter(record.title for record in records) == Counter(
            f"Deposit{number:03}" for number in range(DEPOSITS)
        )
        for number, record in enumerate(sorted(records, key=lambda each: each.title)):
            path = record.files.download("data.bin", folder.parent / record.title)
            assert path.read_bytes() == content(number)
        assert client.depositions.list(published=False).total() == 0
        contents = [path for path in (folder / "contents").glob("??/*") if path.is_file()]
        assert len(contents) == DEPOSITS
