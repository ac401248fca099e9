"""Where the CPU seconds of a download go.

    python bench/profile_download.py [--runs 3] [--mib 1024]

Reads one file from the same nginx in several ways, each in a process of its own. The first ways
only read and throw away, from the bare socket up to httpx; then come the two things that any
verified download has to do besides, MD5 and writing; then the whole. A row less the rows that it
is made of is what the layer itself costs.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import http.client
import json
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environment
import measure
from cases import MIB, OURS, Case
from run import data_folder, environ, make_files
from servers import HERE, serving

_BUFFER = MIB


def bare_socket(url: str, _source: str) -> int:
    """Socket, recv_into of 1 MiB."""
    parts = urlsplit(url)
    total = 0
    buffer = memoryview(bytearray(_BUFFER))
    with socket.create_connection((parts.hostname, parts.port)) as connection:
        ask = f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n\r\n"
        connection.sendall(ask.encode())
        while size := connection.recv_into(buffer):
            total += size
    return total


def http_client(url: str, _source: str) -> int:
    """http.client, readinto of 1 MiB."""
    parts = urlsplit(url)
    total = 0
    buffer = memoryview(bytearray(_BUFFER))
    connection = http.client.HTTPConnection(parts.netloc)
    connection.request("GET", parts.path)
    answer = connection.getresponse()
    while size := answer.readinto(buffer):
        total += size
    connection.close()
    return total


def httpcore_sync(url: str, _source: str) -> int:
    """httpcore, its own pieces (reads of 64 KiB)."""
    import httpcore

    with httpcore.ConnectionPool() as pool, pool.stream("GET", url) as answer:
        return sum(len(piece) for piece in answer.iter_stream())


def httpcore_large(url: str, source: str) -> int:
    """httpcore, patched to reads of 1 MiB."""
    import httpcore._sync.http11 as http11

    connection: Any = http11.HTTP11Connection
    connection.READ_NUM_BYTES = _BUFFER
    return httpcore_sync(url, source)


def httpx_sync(url: str, _source: str) -> int:
    """httpx, iter_raw."""
    import httpx

    with httpx.Client(trust_env=False) as client, client.stream("GET", url) as answer:
        return sum(len(piece) for piece in answer.iter_raw())


def httpx_async(url: str, _source: str) -> int:
    """httpx, aiter_raw."""
    import httpx

    async def work() -> int:
        total = 0
        async with (
            httpx.AsyncClient(trust_env=False) as client,
            client.stream("GET", url) as answer,
        ):
            async for piece in answer.aiter_raw():
                total += len(piece)
        return total

    return asyncio.run(work())


def bare_loop(url: str, _source: str) -> int:
    """asyncio, sock_recv_into of 1 MiB."""
    parts = urlsplit(url)
    buffer = memoryview(bytearray(_BUFFER))
    ask = f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n\r\n"

    async def work() -> int:
        loop = asyncio.get_running_loop()
        total = 0
        with socket.create_connection((parts.hostname, parts.port)) as connection:
            connection.setblocking(False)
            await loop.sock_sendall(connection, ask.encode())
            while size := await loop.sock_recv_into(connection, buffer):
                total += size
        return total

    return asyncio.run(work())


def httpcore_async(url: str, _source: str) -> int:
    """Async httpcore, its own pieces (reads of 64 KiB)."""
    import httpcore

    async def work() -> int:
        total = 0
        async with httpcore.AsyncConnectionPool() as pool, pool.stream("GET", url) as answer:
            async for piece in answer.aiter_stream():
                total += len(piece)
        return total

    return asyncio.run(work())


def httpcore_async_large(url: str, source: str) -> int:
    """Async httpcore, patched to reads of 1 MiB."""
    import httpcore._async.http11 as http11

    connection: Any = http11.AsyncHTTP11Connection
    connection.READ_NUM_BYTES = _BUFFER
    return httpcore_async(url, source)


def md5(_url: str, source: str) -> int:
    """MD5 of the file."""
    with Path(source).open("rb") as stream:
        hashlib.file_digest(stream, "md5")
        return stream.tell()


def write(_url: str, source: str) -> int:
    """Writing it, 1 MiB at a time."""
    block = bytes(_BUFFER)
    size = Path(source).stat().st_size
    with tempfile.TemporaryFile(dir=".", buffering=0) as stream:
        return sum(stream.write(block) for _ in range(size // _BUFFER))


def nothing(_url: str, _source: str) -> int:
    """Starting Python, importing httpx and zenodo_sdk."""
    import httpx

    import zenodo_sdk

    return len(httpx.__name__ + zenodo_sdk.Client.__name__) and 0


WAYS: tuple[Callable[[str, str], int], ...] = (
    nothing,
    bare_socket,
    http_client,
    httpcore_sync,
    httpcore_large,
    httpx_sync,
    bare_loop,
    httpcore_async,
    httpcore_async_large,
    httpx_async,
    md5,
    write,
)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--mib", type=int, default=1024, help="size of the file")
    asked = parser.parse_args()
    environment.prepare_ours()
    case = Case("", "", "download", "fast", 1, asked.mib * MIB, (), (), ())
    place, kind = data_folder(3 * case.volume)
    costs: dict[str, list[measure.Cost]] = {}
    with tempfile.TemporaryDirectory(prefix="zenodo-bench-", dir=place) as folder:
        records, once = Path(folder) / "records", Path(folder) / "once"
        records.mkdir()
        known = make_files(records / "7", case)
        (name,) = known
        with serving(Path(folder) / "servers", records, known, far=False) as servers:
            url = f"{servers.fast}/api/records/7/files/{name}/content"
            once.mkdir()
            commands = {
                str(way.__doc__).rstrip("."): [
                    __file__,
                    "--",
                    way.__name__,
                    url,
                    str(records / "7" / name),
                ]
                for way in WAYS
            }
            for who in OURS:
                job = {"who": who, "what": "download", "base": servers.fast, "token": ""}
                job |= {"record": "7", "out": str(once / "out"), "span": str(once / "span")}
                described = once / f"{who}.json"
                described.write_text(json.dumps(job))
                commands[f"{who}: all of it"] = [str(HERE / "job_ours.py"), str(described)]
            for _ in range(asked.runs):
                for label, command in commands.items():
                    cost = measure.run(
                        [str(environment.python("zenodo_sdk")), *command],
                        timeout=300,
                        folder=once,
                        env=environ(once / "home"),
                    )
                    (once / "out" / name).unlink(missing_ok=True)
                    if cost.failure:
                        print(f"{label}: {cost.failure}", file=sys.stderr)
                    else:
                        costs.setdefault(label, []).append(cost)
    print(f"{asked.mib} MiB, data in {kind}, medians of {asked.runs}\n")
    print(f"{'':48}  CPU s/GiB   wall s   memory MiB")
    for label, found in costs.items():
        per = 1024 / asked.mib
        cpu = statistics.median(cost.cpu for cost in found)
        wall = statistics.median(cost.wall for cost in found)
        memory = max(cost.memory for cost in found) / MIB
        print(f"{label:48}  {cpu * per:9.2f}  {wall:7.2f}  {memory:11.0f}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--"]:
        started = time.perf_counter()
        named = {way.__name__: way for way in WAYS}
        print(named[sys.argv[2]](sys.argv[3], sys.argv[4]), time.perf_counter() - started)
    else:
        main()
