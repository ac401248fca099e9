"""``python -m zenodo_sdk serve``: the embedded Zenodo, until it is told to stop."""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import typer

from .errors import ConfigurationError

if TYPE_CHECKING:
    from .testing import LocalZenodo
    from .testing._server.profiles import ProfileName

PORT = 8765


def require_local() -> None:
    """Check that what the embedded Zenodo stands on is installed.

    Raises:
        ConfigurationError: It is not; the message tells how to install it.
    """
    try:
        import_module("zenodo_sdk.testing")
    except ModuleNotFoundError as missing:
        package = (missing.name or "").partition(".")[0]
        if package == "zenodo_sdk":
            raise
        raise ConfigurationError(
            f"the embedded Zenodo needs {package}: pip install 'zenodo-sdk[cli,local]'"
        ) from None


@contextmanager
def ended_by_signals() -> Generator[None]:
    """Let SIGTERM, and the end of the terminal, do what Ctrl-C does."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    names = ["SIGINT", "SIGTERM"]
    # nohup has it ignored, and means it
    if getattr(signal, "SIGHUP", None) and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        names.append("SIGHUP")
    before = {name: signal.signal(getattr(signal, name), interrupt) for name in names}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(getattr(signal, name), handler)


def serve(
    *, port: int, data: Path | None, profile: ProfileName, rate_limit: bool, as_json: bool
) -> None:
    """Serve until a signal ends it.

    Args:
        port: The port on 127.0.0.1; a free one if 0.
        data: The folder that keeps it all; None to keep nothing.
        profile: What to imitate.
        rate_limit: Whether to have Zenodo's limits on requests.
        as_json: Tell the address and the token as one line of JSON.

    Raises:
        ConfigurationError: The extra is not installed, the port is taken, or the folder cannot
            be used.
    """
    try:
        with ended_by_signals():
            _serve(port, data, profile, rate_limit, as_json)
    except KeyboardInterrupt:
        typer.echo("stopped", err=as_json)


def _serve(
    port: int, data: Path | None, profile: ProfileName, rate_limit: bool, as_json: bool
) -> None:
    require_local()
    from .testing import LocalZenodo, RateLimit, StoreError

    limit = RateLimit() if rate_limit else None
    try:
        server = LocalZenodo(profile, data=data, port=port, rate_limit=limit)
    except StoreError as error:
        raise ConfigurationError(str(error)) from None
    except OSError as error:
        raise ConfigurationError(error.strerror or str(error)) from None
    with server:
        typer.echo(_as_json(server) if as_json else _in_words(server, data))
        _wait()


def _wait() -> None:
    """Wait for a signal; on Windows none gets through to a wait without an end."""
    never = threading.Event()
    while not never.wait(0.5):
        pass


def _as_json(server: LocalZenodo) -> str:
    return json.dumps({"url": server.url, "token": server.token})


def _in_words(server: LocalZenodo, data: Path | None) -> str:
    kept = f"kept in {data.resolve()}" if data else "gone at the end (--data DIR keeps it)"
    setting = "set" if os.name == "nt" else "export"
    address = typer.style(server.url, bold=True)
    return f"""\
Serving a Zenodo at {address}

Account  {server.account.email}
Token    {server.token}
Data     {kept}

In Python:

    from zenodo_sdk import Client

    client = Client("{server.token}",
                    base_url="{server.url}")

Or keep the token out of the program:

    {setting} ZENODO_SDK_TOKEN={server.token}
    client = Client(base_url="{server.url}")

It is an imitation: nothing leaves this machine, and its DOIs are registered
nowhere. Ctrl-C stops it."""
