from __future__ import annotations

import pytest

from zenodo_sdk.errors import Refused, UnsafeName
from zenodo_sdk.models.file import FileData
from zenodo_sdk.transfer.upload.preflight import Limits, Wanted, check_against, check_names

GB = 10**9
ZENODO = Limits.of(is_zenodo=True, quota=None)


def there(**sizes: int | None) -> dict[str, FileData]:
    return {name: FileData(name=name, size=size) for name, size in sizes.items()}


def files(count: int, size: int | None = 1) -> list[Wanted]:
    return [Wanted(str(number), size) for number in range(count)]


@pytest.mark.parametrize(
    ("limits", "wanted", "before"),
    [
        (ZENODO, files(100), {}),
        (ZENODO, files(99), there(other=1)),
        (ZENODO, files(100), there(**{"0": 1, "99": 7})),
        (ZENODO, files(1, 50 * GB), {}),
        (ZENODO, files(10, 5 * GB), {}),
        (ZENODO, files(1, 49 * GB), there(other=GB, begun=None)),
        (ZENODO, files(1, 50 * GB), there(**{"0": 50 * GB})),
        (ZENODO, files(2, None), {}),
        (Limits.of(is_zenodo=True, quota=200 * GB), files(1, 199 * GB), there(other=GB)),
        (Limits.of(is_zenodo=False, quota=None), files(1000, 100 * GB), there(other=GB)),
        (Limits.of(is_zenodo=False, quota=2 * GB), files(1000), there(other=GB)),
    ],
)
def test_what_fits(limits, wanted, before):
    limits.check(wanted, before)


@pytest.mark.parametrize(
    ("limits", "wanted", "before", "told"),
    [
        (ZENODO, files(101), {}, "101 files, and takes 100"),
        (ZENODO, files(100), there(a=1, b=1), r"102 files \(2 of them there already\)"),
        (ZENODO, files(1, 50 * GB + 1), {}, "50,000,000,001 bytes, and takes 50,000,000,000"),
        (ZENODO, files(1, 50 * GB), there(a=1), r"\(1 of them there already\).*say so with quota="),
        (Limits.of(is_zenodo=False, quota=GB), files(2, GB), {}, "takes 1,000,000,000"),
    ],
)
def test_what_does_not_fit(limits, wanted, before, told):
    with pytest.raises(Refused, match=told) as caught:
        limits.check(wanted, before)
    assert "Nothing was sent" in str(caught.value)


def test_when_a_look_is_worth_a_request():
    assert not ZENODO.is_worth_a_look(files(1, GB - 1))
    assert ZENODO.is_worth_a_look(files(1, GB))
    assert not Limits().is_worth_a_look(files(1, 100 * GB)), "no limit is known"
    assert Limits.of(is_zenodo=False, quota=10).is_worth_a_look(files(1, 10))


@pytest.mark.parametrize("quota", [0, -1])
def test_quota_is_a_number_of_bytes(quota):
    with pytest.raises(Refused, match="how many bytes"):
        Limits.of(is_zenodo=True, quota=quota)


def test_names():
    check_names(["a", "A", "d/a", "\u00e9"])
    check_against(["a", "\u00e9"], ["a", "\u00e9", "n\u0303", "\u00f1"])
    with pytest.raises(Refused, match="would be called a, b"):
        check_names(["b", "a", "c", "a", "b"])
    with pytest.raises(UnsafeName, match="256 characters"):
        check_names(["a" * 256])
    with pytest.raises(UnsafeName, match=r"'e\\u0301' and '\\xe9', look the same") as caught:
        check_names(["\u00e9", "e\u0301"])
    assert caught.value.name == "e\u0301"
    with pytest.raises(UnsafeName, match="which the draft has"):
        check_against(["\u00e9"], ["e\u0301"])
