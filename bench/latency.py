"""A TCP proxy that puts distance between a client and a server.

    python bench/latency.py TARGET_PORT ONE_WAY_SECONDS [--plain]

What the kernel does over a long line, it does not do on a loopback; so it is done here:

* Every byte arrives one way's time after it was sent, in order, in both directions.
* Opening a connection costs a round trip, as a handshake does. The kernel accepts at once, so
  what the client sends is treated as sent one round trip after that at the earliest.
* Slow start, as Linux does it: a connection may have ten segments on their way at first, and
  each acknowledged byte lets one more go, up to half of the largest receive buffer. A connection
  that sent nothing for some time starts lower again. With ``--plain`` this is left out.

There is no loss, no jitter, and no limit on bandwidth but that.
"""

from __future__ import annotations

import asyncio
import sys
from collections import deque

_SEGMENT = 1460
_FIRST_WINDOW = 10 * _SEGMENT
_LARGEST_WINDOW = 3 << 20
"""Half of the 6 MiB to which Linux lets a receive buffer grow by default."""
_IDLE = 0.3
"""Seconds (Linux's retransmission time at 100 ms) in which an idle connection's window halves."""
_HELD = 8 << 20
"""Bytes that wait here before their sender has to."""


class Line:
    """One direction of a connection.

    Args:
        delay: Seconds one way.
        plain: Whether there is no slow start.
        opens: When the first byte may be sent, by the loop's clock.
    """

    def __init__(self, delay: float, plain: bool, opens: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._delay = delay
        self._window = _HELD * 4 if plain else _FIRST_WINDOW
        self._plain = plain
        self._opens = opens
        self._waiting: deque[memoryview] = deque()
        self._under_way: deque[memoryview] = deque()
        self._held = 0
        self._in_flight = 0
        self._last = opens
        self._ended = False
        self.source: asyncio.Transport | None = None
        self.target: asyncio.Transport | None = None

    def put(self, data: bytes) -> None:
        """Take what the sender sent."""
        self._waiting.append(memoryview(data))
        self._held += len(data)
        if self._held > _HELD and self.source is not None:
            self.source.pause_reading()
        self.send()

    def end(self) -> None:
        """Take the sender's end; it travels behind the data."""
        self._ended = True
        self.send()

    def send(self) -> None:
        """Let go what the window allows."""
        now = self._loop.time()
        if now < self._opens:
            self._loop.call_at(self._opens + 1e-4, self.send)
            return
        if not self._plain and not self._in_flight:
            for _ in range(int(min(20, (now - self._last) / _IDLE))):
                self._window = max(_FIRST_WINDOW, self._window // 2)
        while self._waiting and self._in_flight < self._window:
            piece = self._waiting.popleft()
            room = self._window - self._in_flight
            if len(piece) > room:
                self._waiting.appendleft(piece[room:])
                piece = piece[:room]
            self._in_flight += len(piece)
            self._last = now
            # in a queue, for timers of one moment go off in any order
            self._under_way.append(piece)
            self._loop.call_at(now + self._delay, self._arrive)
        if self._ended and not self._waiting:
            self._ended = False
            self._loop.call_at(now + self._delay + 1e-3, self._close)

    def _arrive(self) -> None:
        piece = self._under_way.popleft()
        if self.target is not None and not self.target.is_closing():
            self.target.write(piece)
        self._loop.call_later(self._delay, self._acknowledged, len(piece))

    def _acknowledged(self, size: int) -> None:
        self._in_flight -= size
        self._held -= size
        if not self._plain:
            self._window = min(self._window + size, _LARGEST_WINDOW)
        if self._held <= _HELD and self.source is not None and not self.source.is_closing():
            self.source.resume_reading()
        self.send()

    def _close(self) -> None:
        if self.target is not None:
            self.target.close()


class End(asyncio.Protocol):
    """One end of a connection: what it receives goes down the line."""

    def __init__(self, line: Line) -> None:
        self.line = line

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the connection."""
        assert isinstance(transport, asyncio.Transport)
        self.line.source = transport
        transport.set_write_buffer_limits(high=1 << 30)

    def data_received(self, data: bytes) -> None:
        """Pass data on."""
        self.line.put(data)

    def eof_received(self) -> bool:
        """Pass the end on."""
        self.line.end()
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        """Pass the end on."""
        self.line.end()


class Entrance(End):
    """The end towards the client, which makes the way to the server."""

    def __init__(self, delay: float, plain: bool, target: int) -> None:
        opens = asyncio.get_running_loop().time() + 2 * delay
        super().__init__(Line(delay, plain, opens))
        self._back = Line(delay, plain, 0.0)
        self._target = target

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Open the other half."""
        super().connection_made(transport)
        self._back.target = self.line.source
        self._opening = asyncio.get_running_loop().create_task(self._open())

    async def _open(self) -> None:
        loop = asyncio.get_running_loop()
        await loop.create_connection(lambda: End(self._back), "127.0.0.1", self._target)
        self.line.target = self._back.source


async def main(target: int, delay: float, plain: bool) -> None:
    """Serve until told to end; prints the port."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: Entrance(delay, plain, target), "127.0.0.1", 0, backlog=128
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), float(sys.argv[2]), "--plain" in sys.argv[3:]))
