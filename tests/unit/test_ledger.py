from __future__ import annotations

import threading

from zenodo_sdk.ledger import HandedOut, Ledger, ledger_of


def together(work, count=8):
    start = threading.Barrier(count)
    found = []

    def one(number: int) -> None:
        start.wait()
        found.append(work(number))

    threads = [threading.Thread(target=one, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_of_several_claims_one_is_granted():
    handed_out = HandedOut(["0"])
    granted = together(lambda _: sum(handed_out.claim(str(number)) for number in range(500)))
    assert sum(granted) == 499


def test_what_is_handed_out_is_alive():
    ledger = Ledger()
    handed_out = ledger.handed_out()
    assert "1" not in handed_out
    ledger.hand_out("1")
    ledger.hand_out("1")
    assert "1" in handed_out
    assert not handed_out.claim("1")


def test_uploads_are_unverified_until_they_are_settled():
    ledger = Ledger()
    ledger.begin("1", "b")
    ledger.begin("1", "a")
    ledger.begin("2", "c")
    assert ledger.unverified("1") == ["a", "b"]
    ledger.settle("1", "a")
    ledger.settle("1", "never begun")
    assert ledger.unverified("1") == ["b"]
    assert ledger.unverified("3") == []


def test_a_new_draft_has_no_files_of_one_that_had_its_number_before():
    ledger = Ledger()
    ledger.begin("1", "a")
    assert not ledger.is_empty("1")
    ledger.made("1", 4)
    assert ledger.is_empty("1")
    assert ledger.unverified("1") == []


def test_threads_lose_nothing():
    ledger = Ledger()

    def work(number: int) -> None:
        for round_ in range(200):
            ledger.begin("1", f"{number}-{round_}")
            ledger.unverified("1")
            if round_ % 2:
                ledger.settle("1", f"{number}-{round_}")

    together(work)
    assert len(ledger.unverified("1")) == 8 * 100


def test_one_ledger_for_each_repository():
    found = together(lambda _: ledger_of("https://one.example"))
    assert len({id(ledger) for ledger in found}) == 1
    assert ledger_of("https://two.example") is not found[0]


def test_a_draft_is_as_made_until_this_process_changes_it():
    ledger = Ledger()
    ledger.made("1", 4)
    assert ledger.is_as_made("1", 4)
    assert not ledger.is_as_made("1", 6)
    assert not ledger.is_as_made("2", 4)
    ledger.changed("1")
    assert not ledger.is_as_made("1", 4)


def test_a_work_has_one_lock_for_each_colour():
    ledger = Ledger()
    lock = ledger.lock_for("1", threading.Lock)
    assert ledger.lock_for("1", threading.Lock) is lock
    assert ledger.lock_for("2", threading.Lock) is not lock
    assert ledger.lock_for("1", threading.RLock) is not lock


def test_a_draft_is_empty_while_nothing_was_sent_to_it():
    ledger = Ledger()
    assert not ledger.is_empty("1"), "another process may have sent something"
    ledger.made("1", 4)
    assert ledger.is_empty("1")
    ledger.begin("1", "a.csv")
    ledger.settle("1", "a.csv")
    assert not ledger.is_empty("1")
    ledger.made("2", 4)
    ledger.changed("2")
    assert not ledger.is_empty("2"), "files may have been imported"
