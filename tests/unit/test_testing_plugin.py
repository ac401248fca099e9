"""The fixtures, as another project's tests find them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HEAD = """\
from zenodo_sdk import Creator, Metadata
from zenodo_sdk.testing import LoseAnswer

def publish(client):
    deposition = client.depositions.create(Metadata(
        title="Soil grid", resource_type="dataset", creators=[Creator(name="Okafor, Ada")],
        publication_date="2026-11-22", publisher="Zenodo"))
    deposition.files.upload(b"content", name="a.txt")
    return deposition.publish()
"""
OF_ASYNCIO = "asyncio_default_fixture_loop_scope = function\n"


WITHOUT = """
import importlib.util
find = importlib.util.find_spec
importlib.util.find_spec = lambda name, *more: None if name == {name!r} else find(name, *more)
"""


def run(folder: Path, tests: str, *options: str, without: str = "", ini: str = "") -> str:
    """Run tests elsewhere, maybe as if a package were not installed; what pytest said."""
    (folder / "test_it.py").write_text(HEAD + tests)
    options_file = "[pytest]\n" + ini + ("" if without == "pytest_asyncio" else OF_ASYNCIO)
    (folder / "pytest.ini").write_text(options_file)
    prelude = WITHOUT.format(name=without) if without else ""
    command = f"{prelude}\nimport sys, pytest\nsys.exit(pytest.main(sys.argv[1:]))"
    done = subprocess.run(
        [sys.executable, "-c", command, "-q", "-p", "no:randomly", "-W", "error", *options],
        cwd=folder,
        capture_output=True,
        text=True,
    )
    return done.stdout + done.stderr


def test_what_a_test_makes_is_gone_after_it(tmp_path: Path) -> None:
    said = run(
        tmp_path,
        """
def test_one(zenodo_client, zenodo_server):
    publish(zenodo_client)
    zenodo_server.add_user("bob@example.org")
    assert zenodo_client.records.search().total() == 1

def test_two(zenodo_client):
    assert zenodo_client.records.search().total() == 0
    assert publish(zenodo_client).id == "2"
""",
    )
    assert "2 passed" in said


def test_what_is_set_for_all_tests_stays(tmp_path: Path) -> None:
    said = run(
        tmp_path,
        """
import pytest
from zenodo_sdk.testing import RateLimit

@pytest.fixture(scope="session", autouse=True)
def limited(zenodo_session):
    zenodo_session.rate_limit = RateLimit(search=2)

@pytest.mark.parametrize("number", range(2))
def test_limit(zenodo_server, number):
    assert zenodo_server.rate_limit == RateLimit(search=2)
    zenodo_server.rate_limit = None
""",
    )
    assert "2 passed" in said


def test_faults_stand_before_the_clients(tmp_path: Path) -> None:
    said = run(
        tmp_path,
        """
def test_lost(zenodo_client, zenodo_faults):
    fault = LoseAnswer("POST", r"/publish$")
    zenodo_faults.inject(fault)
    assert publish(zenodo_client).state == "published"
    assert zenodo_faults.hits(fault) == 1

def test_clear_again(zenodo_client, zenodo_faults):
    publish(zenodo_client)
    assert zenodo_faults.unused == []
""",
    )
    assert "2 passed" in said


@pytest.mark.parametrize(
    ("mark", "options"),
    [("asyncio", ["-p", "no:anyio"]), ("anyio", ["-p", "no:asyncio"])],
)
def test_async_tests_have_a_client_too(tmp_path: Path, mark: str, options: list[str]) -> None:
    said = run(
        tmp_path,
        f"""
import pytest

@pytest.fixture
def anyio_backend():
    return "asyncio"

@pytest.mark.{mark}
async def test_async(async_zenodo_client):
    draft = await async_zenodo_client.depositions.create(Metadata(title="Mine"))
    assert (await async_zenodo_client.depositions.get(draft.id)).title == "Mine"
""",
        *options,
        without="pytest_asyncio" if mark == "anyio" else "",
    )
    assert "1 passed" in said


def test_parallel_workers_have_a_server_each(tmp_path: Path) -> None:
    said = run(
        tmp_path,
        """
import pytest

@pytest.mark.parametrize("number", range(6))
def test_alone(zenodo_client, zenodo_session, number, worker_id):
    with open("urls", "a") as file:
        print(worker_id, zenodo_session.url, file=file)
    publish(zenodo_client)
    assert zenodo_client.records.search().total() == 1
""",
        "-n",
        "2",
    )
    assert "6 passed" in said
    servers = {tuple(line.split()) for line in (tmp_path / "urls").read_text().splitlines()}
    assert len(servers) == len({worker for worker, _ in servers}) == 2


def test_the_profile_is_an_option(tmp_path: Path) -> None:
    said = run(
        tmp_path,
        """
def test_ids(zenodo_client):
    assert publish(zenodo_client).doi.startswith("10.5072/zenodo.")
""",
        ini="zenodo_profile = inveniordm\n",
    )
    assert "1 passed" in said


def test_without_the_extra_there_are_no_fixtures(tmp_path: Path) -> None:
    said = run(
        tmp_path,
        "def test_any(zenodo_server): pass\n",
        without="starlette",
    )
    assert "fixture 'zenodo_server' not found" in said
