"""Install, start, reset and stop a real InvenioRDM on loopback, for integration tests.

    python3 tests/integration/server up

See README.md in this folder. Only the standard library is needed to run this.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from types import FrameType

from console import Failure, say
from places import Places
from stack import Stack, is_up, prepare


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        places = Places.from_environment()
        command: str = options.command
        if command == "up":
            up(places, fresh=options.fresh, rebuild=options.rebuild)
            print(variables(places), end="")
        elif command == "fresh":
            fresh(places)
        elif command == "down":
            down(places, purge=options.purge)
        elif command == "env":
            print(variables(places), end="")
        else:
            return run(places, options.argv, fresh=options.fresh, keep=options.keep)
    except Failure as failure:
        print(f"error: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("error: interrupted", file=sys.stderr)
        return 130
    return 0


def up(places: Places, *, fresh: bool = False, rebuild: bool = False) -> None:
    """Bring the server up; one that runs with another port is moved."""
    with places.locked():
        served = places.as_served()
        if served != places and is_up(served):
            say(f"moving from port {served.port} to {places.port}")
            Stack(served).down()
        prepare(places).up(fresh=fresh, rebuild=rebuild)
    say(f"up at {places.url}")


def fresh(places: Places) -> None:
    """Reset the data of a running server."""
    if not is_up(places):
        raise Failure("the server is not up: there is 'up --fresh' to start it with fresh data")
    with places.locked():
        Stack(places.as_served()).reset()
    say("the data are as they were after set-up")


def down(places: Places, *, purge: bool = False) -> None:
    """Stop the server."""
    if not places.exists():
        say(f"there is no server in {places.home}")
        return
    with places.locked():
        stack = Stack(places.as_served())
        stack.down()
        if purge:
            stack.purge()
    say("down, and removed" if purge else "down")


def variables(places: Places) -> str:
    """The NAME=value lines of the running server."""
    if not is_up(places):
        raise Failure(f"no server is up in {places.home}: start it with 'up'")
    return places.env_file.read_text()


def run(places: Places, argv: Sequence[str], *, fresh: bool, keep: bool) -> int:
    """Run a command against the server, and leave things running as they were found."""
    leave_running = keep or is_up(places)
    try:
        up(places, fresh=fresh)
        lines = variables(places).splitlines()
        settings = dict(line.split("=", 1) for line in lines)
        return _supervise(argv, os.environ | settings)
    finally:
        if not leave_running:
            down(places)


def _supervise(argv: Sequence[str], environment: dict[str, str]) -> int:
    """Run a command to its end, and hand it the signals that would end this program."""
    try:
        process = subprocess.Popen(argv, env=environment)
    except OSError as error:
        print(f"error: {argv[0]}: {error.strerror}", file=sys.stderr)
        return 127 if isinstance(error, FileNotFoundError) else 126

    def forward(number: int, _frame: FrameType | None) -> None:
        process.send_signal(number)

    previous = {
        # The terminal sends an interrupt to the command as well: once is enough.
        signal.SIGINT: signal.signal(signal.SIGINT, signal.SIG_IGN),
        signal.SIGTERM: signal.signal(signal.SIGTERM, forward),
    }
    try:
        code = process.wait()
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
    return code if code >= 0 else 128 - code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python3 tests/integration/server",
        description="A real InvenioRDM on loopback, for integration tests.",
        epilog="Variables: RDM_SERVER_HOME, RDM_SERVER_PORT, RDM_SERVER_PYTHON,"
        " RDM_SERVER_RATELIMIT; README.md tells what they do.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    command = commands.add_parser("up", help="install what is missing, start what is not running")
    command.add_argument("--fresh", action="store_true", help="and reset the data")
    command.add_argument("--rebuild", action="store_true", help="and set up again from nothing")

    commands.add_parser("fresh", help="reset the data of the running server, in seconds")

    command = commands.add_parser("down", help="stop the server; its data stay")
    command.add_argument("--purge", action="store_true", help="remove it and all its data")

    commands.add_parser("env", help="print the variables of the running server")

    command = commands.add_parser(
        "run",
        help="run a command against the server",
        usage="%(prog)s [-h] [--fresh] [--keep] -- CMD [ARG ...]",
    )
    command.add_argument("--fresh", action="store_true", help="reset the data before")
    command.add_argument("--keep", action="store_true", help="leave the server running")
    command.add_argument("argv", nargs="+", metavar="CMD", help="what to run, after --")
    return parser


if __name__ == "__main__":
    sys.exit(main())
