"""Whose a part file is: owners that are gone, that are there, and that nobody can ask."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from zenodo_sdk.models.file import FileData
from zenodo_sdk.transfer.download import claim
from zenodo_sdk.transfer.download.claim import Claims, Owner
from zenodo_sdk.transfer.download.journal import Journal
from zenodo_sdk.transfer.download.part import Part
from zenodo_sdk.transfer.download.ranges import Span
from zenodo_sdk.transfer.download.remains import Remains
from zenodo_sdk.transfer.overwrite import Target

CONTENT = bytes(range(256)) * 1000
MD5 = hashlib.md5(CONTENT).hexdigest()
FILE = FileData(name="a.bin", size=len(CONTENT), checksum=f"md5:{MD5}")
HERE = claim.machine()
ELSEWHERE = "0123456789ab"


@pytest.fixture
def claims(tmp_path: Path) -> Claims:
    return Claims(tmp_path / "a.bin", MD5)


@pytest.fixture(autouse=True)
def opened(claims: Claims) -> Iterator[list[Part]]:
    made: list[Part] = []
    before = set(claim._held)
    yield made
    for part in made:
        part.close(keep=False)
    assert claim._held == before


def open_part(claims: Claims, opened: list[Part]) -> Part:
    opened.append(Part(Target(claims.folder / "a.bin", FILE, "skip"), FILE))
    for _ in opened[-1].open():
        pass
    return opened[-1]


def lay(path: Path, end: int, *, synced: int = 0, boot: str | None = None) -> Path:
    """Leave a part file with so many bytes."""
    journal = Journal(
        len(CONTENT),
        MD5,
        claim.boot() if boot is None else boot,
        (Span(0, end),),
        (Span(0, synced),) if synced else (),
    )
    path.write_bytes(CONTENT[:end].ljust(len(CONTENT), b"\0") + journal.encoded())
    return path


@pytest.fixture(scope="module")
def dead() -> int:
    """A number that no process has."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def names(claims: Claims) -> set[str]:
    return {path.name for path in claims.folder.iterdir()}


def test_owner_can_be_read_from_a_name(claims: Claims) -> None:
    owner = Owner(ELSEWHERE, 77, "89abcdef")
    assert Owner.parse(str(owner)) == owner
    for text in ("", "x", str(owner)[:-1], f"{owner}0", f"{owner}.part", f" {owner}"):
        assert Owner.parse(text) is None
    lay(claims.own(owner), 5)
    lay(claims.idle, 5)
    (claims.folder / f"{claims.idle.name}.part").touch()
    (claims.folder / f".a.bin.{'0' * 16}.part").touch()
    claims.own(Owner(ELSEWHERE, 78, "89abcdef")).mkdir()
    assert {found.path: found.owner for found in claims.found()} == {
        claims.own(owner): owner,
        claims.idle: None,
    }


@pytest.mark.parametrize("letter", ["a", "ü", "\N{PILE OF POO}", "\udcff"])
def test_names_are_no_longer_than_systems_take(tmp_path: Path, letter: str) -> None:
    """On a disk that encrypts names there are 143 bytes of them."""
    target = tmp_path / (letter * (255 // len(os.fsencode(letter))))
    claims = Claims(target, MD5)
    path = claims.own(Owner(ELSEWHERE, 4194304, "89abcdef"))
    path.touch()
    assert len(os.fsencode(path.name)) <= 143
    assert [found.path for found in claims.found()] == [path]
    told = claim.read_name(path.name)
    assert told == (
        claim.name_in_part(target.name),
        MD5[:16],
        Owner(ELSEWHERE, 4194304, "89abcdef"),
    )


def test_long_names_that_begin_alike(tmp_path: Path) -> None:
    """Of one, the parts of the other are none."""
    one, other = (Claims(tmp_path / f"{'x' * 80}{n}", MD5) for n in (1, 2))
    assert one.idle != other.idle


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
def test_who_is_dead_and_not_waited_for_is_gone(claims: Claims, opened: list[Part]) -> None:
    """As in a container, where the first process waits for none of what others left."""
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        owner = Owner(HERE, process.pid, "89abcdef")
        path = lay(claims.own(owner), 1000)
        assert not owner.is_gone
        process.kill()
        # looks without waiting for it, which would be its end
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert owner.is_gone
        made = open_part(claims, opened)
    finally:
        process.kill()
        process.communicate()
    assert made.have == [Span(0, 1000)]
    assert not path.exists()


@pytest.mark.parametrize(
    ("stat", "gone"),
    [
        (b"7 (a) Z (b) S " + b"0 " * 16 + b"1 0\n", False),
        (b"7 (a) S) Z " + b"0 " * 16 + b"1 0\n", True),
        (b"7 (a) X " + b"0 " * 16 + b"0 0\n", True),
        (b"7 (a) Z " + b"0 " * 16 + b"2 0\n", False),
        (b"7 (a", False),
        (b"", False),
    ],
)
def test_what_the_system_tells_of_a_process(
    stat: bytes, gone: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "read_bytes", lambda _: stat)
    assert claim._is_zombie(7) is gone


def test_number_that_no_system_has(claims: Claims) -> None:
    assert not Owner(HERE, 9_999_999_999, "89abcdef").is_gone


def test_exactly_one_wins(claims: Claims) -> None:
    for _ in range(30):
        lay(claims.idle, 5)
        (found,) = claims.found()
        won: list[Path] = []
        start = threading.Barrier(4)

        def take(found: claim.Found = found, start: threading.Barrier = start) -> None:
            start.wait()
            path = claims.take(found)
            if path is not None:
                won.append(path)  # noqa: B023 - the threads end before the next round

        threads = [threading.Thread(target=take) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(won) == 1
        assert names(claims) == {won[0].name}
        won[0].unlink()
        claim.let_go(won[0])


def test_what_a_dead_process_left_is_taken(claims: Claims, opened: list[Part], dead: int) -> None:
    path = lay(claims.own(Owner(HERE, dead, "89abcdef")), 1000)
    made = open_part(claims, opened)
    assert made.have == [Span(0, 1000)]
    assert not path.exists()


@pytest.mark.parametrize("seconds", [0, 500, 700])
@pytest.mark.parametrize("who", ["a live process", "another machine"])
def test_who_cannot_be_asked_is_left_alone_for_a_while(
    claims: Claims, opened: list[Part], who: str, seconds: int
) -> None:
    owner = Owner(HERE if who == "a live process" else ELSEWHERE, os.getppid(), "89abcdef")
    path = lay(claims.own(owner), 1000, synced=600, boot="" if who == "another machine" else None)
    changed = path.stat().st_mtime - seconds
    os.utime(path, (changed, changed))
    with path.open("rb") as asleep:
        made = open_part(claims, opened)
        if seconds <= claim.QUIET:
            assert made.have == []
            assert path.exists()
            return
        assert made.have == [Span(0, 600 if who == "another machine" else 1000)]
        assert made.path.read_bytes()[:600] == CONTENT[:600]
        assert not path.exists()
        assert os.fstat(asleep.fileno()).st_ino != made.path.stat().st_ino, (
            "it may wake up and write; into what nobody sees any more"
        )


def test_who_is_quiet_and_has_nothing_keeps_its_name(claims: Claims, opened: list[Part]) -> None:
    """It may wait for a server that answers late, and would find its file gone."""
    path = claims.own(Owner(ELSEWHERE, 77, "89abcdef"))
    path.write_bytes(bytes(len(CONTENT)) + Journal(len(CONTENT), MD5, "").encoded())
    os.utime(path, (1, 1))
    assert open_part(claims, opened).have == []
    assert path.exists()


@pytest.mark.parametrize(
    ("owner", "age", "planned", "room"),
    [
        (None, 0, 1000, 1000),
        ("gone", 0, 1000, 1000),
        ("elsewhere", 700, 1000, 0),
        ("elsewhere", 0, 0, 0),
        ("alive", 0, 0, 0),
    ],
)
def test_what_counts_as_there(
    claims: Claims, dead: int, owner: str | None, age: float, planned: int, room: int
) -> None:
    """What another process is writing is not gone on with; what is copied needs room again."""
    owners = {
        "gone": Owner(HERE, dead, "89abcdef"),
        "elsewhere": Owner(ELSEWHERE, dead, "89abcdef"),
        "alive": Owner(HERE, os.getppid(), "89abcdef"),
    }
    path = lay(claims.idle if owner is None else claims.own(owners[owner]), 1000, synced=1000)
    changed = path.stat().st_mtime - age
    os.utime(path, (changed, changed))
    target = claims.folder / "a.bin"
    remains = Remains(target, FILE)
    assert (remains.count(copied=True), remains.count(copied=False)) == (planned, room)
    assert Part(Target(target, FILE, "skip"), FILE).missing == len(CONTENT) - room


def test_machines_that_nobody_gave_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two may be called localhost, and not tell when they were started."""
    monkeypatch.setattr(claim, "boot", lambda: "")
    told = []
    for card in (1, 2, 1):
        monkeypatch.setattr(uuid, "getnode", lambda card=card: card)
        told.append(claim.machine.__wrapped__())
    assert told[0] == told[2] != told[1]


def test_own_claims_are_not_taken(claims: Claims, opened: list[Part]) -> None:
    """Two threads that download the same file; and a number that an earlier process had."""
    first = open_part(claims, opened)
    assert first.write(0, 0, [CONTENT[:1000]])
    second = open_part(claims, opened)
    assert second.have == []
    assert first.path != second.path
    lay(claims.own(Owner(HERE, os.getpid(), "89abcdef")), 2000)
    assert open_part(claims, opened).have == [Span(0, 2000)]


def test_fullest_is_taken_and_the_rest_removed(
    claims: Claims, opened: list[Part], dead: int
) -> None:
    lay(claims.idle, 500)
    lay(claims.own(Owner(HERE, dead, "00000001")), 3000)
    lay(claims.own(Owner(HERE, dead, "00000002")), 2000)
    claims.own(Owner(HERE, dead, "00000003")).write_bytes(b"broken")
    kept = lay(claims.own(Owner(ELSEWHERE, dead, "00000004")), 4000)
    made = open_part(claims, opened)
    assert made.have == [Span(0, 3000)]
    assert names(claims) == {made.path.name, kept.name}


def test_after_a_reboot_only_what_was_synced_is_believed(
    claims: Claims, opened: list[Part]
) -> None:
    lay(claims.idle, 3000, synced=1000, boot="the boot before")
    assert open_part(claims, opened).have == [Span(0, 1000)]


@pytest.mark.skipif(
    os.name == "nt" or os.getuid() == 0, reason="needs files that an account may not open"
)
def test_what_may_not_be_opened_is_left(claims: Claims, opened: list[Part]) -> None:
    lay(claims.idle, 3000).chmod(0o400)
    assert open_part(claims, opened).have == []
    assert claims.idle.exists()


def test_rename_that_was_done_and_failed(claims: Claims, monkeypatch: pytest.MonkeyPatch) -> None:
    """As over NFS, where the answer may be lost and the second try finds nothing."""
    lay(claims.idle, 5)
    (found,) = claims.found()
    really = Path.rename

    def rename(self: Path, target: Path) -> None:
        really(self, target)
        raise FileNotFoundError

    monkeypatch.setattr(Path, "rename", rename)
    path = claims.take(found)
    assert path is not None
    assert names(claims) == {path.name}
    claim.let_go(path)


def test_two_that_give_back(claims: Claims, opened: list[Part]) -> None:
    first, second = open_part(claims, opened), open_part(claims, opened)
    assert first.write(0, 0, [CONTENT[:5000]])
    assert second.write(0, 0, [CONTENT[:1000]])
    first.close(keep=True)
    second.close(keep=True)
    assert names(claims) == {claims.idle.name}
    assert open_part(claims, opened).have == [Span(0, 5000)], "the fuller one stays"
