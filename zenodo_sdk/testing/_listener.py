"""A port that can be closed and opened again."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress


class Listener:
    """Accepts connections on a free port of 127.0.0.1, and serves each in a thread of its own.

    Args:
        serve: Serves one connection.

    Attributes:
        address: Host and port; the same each time it is opened.
    """

    def __init__(self, serve: Callable[[socket.socket], object]) -> None:
        self._serve = serve
        self._threads: list[threading.Thread] = []
        self._socket: socket.socket | None = None
        self.address: tuple[str, int] = ("127.0.0.1", 0)

    def open(self) -> None:
        """Accept connections; harmless while it does.

        Raises:
            OSError: Somebody else took the port since it was closed.
        """
        if self._socket is not None:
            return
        self._socket = socket.create_server(self.address)
        self.address = self._socket.getsockname()
        self._ending = threading.Event()
        self._acceptor = threading.Thread(
            target=self._accept, args=(self._socket, self._ending), name="fault-proxy", daemon=True
        )
        self._acceptor.start()

    def close(self) -> None:
        """Let connections be refused; those that there are go on. Harmless twice."""
        if self._socket is None:
            return
        self._ending.set()
        # Only a connection wakes a blocked accept() on every platform.
        with suppress(OSError):
            socket.create_connection(self.address).close()
        self._acceptor.join()
        self._socket.close()
        self._socket = None

    def join(self) -> None:
        """Wait until all connections are served."""
        for thread in self._threads:
            thread.join()

    def _accept(self, listening: socket.socket, ending: threading.Event) -> None:
        while True:
            sock, _ = listening.accept()
            if ending.is_set():
                return sock.close()
            thread = threading.Thread(
                target=self._serve, args=(sock,), name="fault-proxy", daemon=True
            )
            self._threads = [old for old in self._threads if old.is_alive()] + [thread]
            thread.start()
