"""Reading lists page by page."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs

import pytest

from tests.support.stub_server import Got, Reply, Stub
from zenodo_sdk import AsyncClient, AsyncPager, Refused
from zenodo_sdk._async.transport import AsyncTransport
from zenodo_sdk.wire.call import Call, Repeat

Pages = Callable[[int, int], list[int]]


@pytest.fixture
def transport(client: AsyncClient) -> AsyncTransport:
    return client._transport


def serve(stub: Stub, pages: Pages, total: int | None = None) -> None:
    """Serve what the function has for a page and a size."""

    def reply(got: Got) -> Reply:
        query = parse_qs(got.query)
        items = pages(int(query["page"][0]), int(query["size"][0]))
        hits = [{"id": str(item)} for item in items]
        return Reply.json({"hits": {"hits": hits, "total": total}})

    stub.script("GET", "/api/list", reply)


def these(count: int) -> Pages:
    return lambda page, size: list(range(count))[(page - 1) * size : page * size]


def pager(
    transport: AsyncTransport, page_size: int = 10, limit: int | None = None
) -> AsyncPager[str]:
    return AsyncPager(
        transport,
        lambda query: Call("GET", "/api/list", query=query, repeat=Repeat.SAFE),
        lambda document: str(document["id"]),
        page_size=page_size,
        limit=limit,
    )


async def read(items: AsyncPager[str], given: list[str] | None = None) -> list[str]:
    given = [] if given is None else given
    async for item in items:
        given.append(item)
    return given


@pytest.mark.parametrize(
    ("count", "limit", "given", "asked"),
    [
        (0, None, 0, 1),
        (9, None, 9, 1),
        (10, None, 10, 2),
        (25, None, 25, 3),
        (25, 0, 0, 0),
        (25, 1, 1, 1),
        (25, 10, 10, 1),
        (25, 11, 11, 2),
        (25, 99, 25, 3),
    ],
)
async def test_pages(
    stub: Stub,
    transport: AsyncTransport,
    count: int,
    limit: int | None,
    given: int,
    asked: int,
) -> None:
    serve(stub, these(count), count)
    items = pager(transport, limit=limit)
    assert stub.got == []
    assert await read(items) == [str(number) for number in range(given)]
    assert len(stub.got) == asked
    assert await read(items) == [str(number) for number in range(given)], "read again"


async def test_whole_pages(stub: Stub, transport: AsyncTransport) -> None:
    serve(stub, these(25))
    sizes = [len(page) async for page in pager(transport).pages()]
    assert sizes == [10, 10, 5]


async def test_nothing_is_asked_ahead(stub: Stub, transport: AsyncTransport) -> None:
    serve(stub, these(25))
    async for item in pager(transport):
        if item == "9":
            break
    assert len(stub.got) == 1


async def test_items_that_move_are_given_once(stub: Stub, transport: AsyncTransport) -> None:
    pages = {1: [5, 4, 3], 2: [3, 2, 1], 3: [1, 0]}
    serve(stub, lambda page, _: pages[page])
    assert await read(pager(transport, page_size=3)) == ["5", "4", "3", "2", "1", "0"]
    assert await read(pager(transport, page_size=3, limit=4)) == ["5", "4", "3", "2"]


async def test_page_without_anything_new(stub: Stub, transport: AsyncTransport) -> None:
    pages = {1: [1, 2], 2: [1, 2], 3: [3]}
    serve(stub, lambda page, _: pages[page])
    assert await read(pager(transport, page_size=2)) == ["1", "2", "3"]


async def test_end_of_the_window(stub: Stub, transport: AsyncTransport) -> None:
    serve(stub, these(20_000), 20_000)
    given: list[str] = []
    with pytest.raises(Refused, match="only 10000 of these 20000"):
        await read(pager(transport, page_size=2500), given)
    assert len(given) == 10_000
    assert len(await read(pager(transport, page_size=2500, limit=10_000))) == 10_000


async def test_end_of_the_window_with_pages_that_do_not_fill_it(
    stub: Stub, transport: AsyncTransport
) -> None:
    serve(stub, these(9_995), 9_995)
    with pytest.raises(Refused, match="only 9000 of these 9995"):
        await read(pager(transport, page_size=3000))


async def test_exactly_the_window(stub: Stub, transport: AsyncTransport) -> None:
    serve(stub, these(10_000), 10_000)
    assert len(await read(pager(transport, page_size=2500))) == 10_000


async def test_first_and_total(stub: Stub, transport: AsyncTransport) -> None:
    serve(stub, these(25), 25)
    assert await pager(transport, limit=3).first() == "0"
    assert await pager(transport, limit=3).total() == 25
    serve(stub, these(0))
    assert await pager(transport).first() is None
    assert await pager(transport).total() is None
    assert [got.query for got in stub.got] == ["page=1&size=1"] * 4


@pytest.mark.parametrize("document", [{}, {"hits": None}, {"hits": {"hits": "x"}}, []])
async def test_answers_of_another_shape(
    stub: Stub, transport: AsyncTransport, document: object
) -> None:
    stub.script("GET", "/api/list", Reply.json(document))
    assert await read(pager(transport)) == []


@pytest.mark.parametrize(("page_size", "limit"), [(0, None), (10, -1)])
def test_senseless_sizes(transport: AsyncTransport, page_size: int, limit: int | None) -> None:
    with pytest.raises(Refused):
        pager(transport, page_size, limit)
