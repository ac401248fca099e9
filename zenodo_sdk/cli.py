"""The command line, with the extra ``zenodo-sdk[cli]``: files, checks, a Zenodo to try, tokens."""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Literal, cast

import typer

from . import Client, ZenodoError, login, logout
from .bars.wording import printable
from .credentials import PRODUCTION, SANDBOX
from .moving import commands
from .moving.session import for_this_command
from .serving import PORT, serve
from .settings import PRODUCTION_URL

app = typer.Typer(
    name="zenodo_sdk",
    help="Move files from and to Zenodo, check metadata, try Zenodo here, and store tokens.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(commands.app)

Sandbox = Annotated[bool, typer.Option("--sandbox", help="Use sandbox.zenodo.org.")]
Host = Annotated[str, typer.Option(help="A repository's host or address.", show_default=True)]


class Profile(StrEnum):
    """What the embedded Zenodo imitates."""

    zenodo = "zenodo"
    inveniordm = "inveniordm"


@app.command("validate")
def validate_command(
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FILE...",
            help="Files, or - for standard input; by default .zenodo.json and CITATION.cff here.",
            show_default=False,
        ),
    ] = None,
    github: Annotated[
        bool,
        typer.Option("--github", help="Judge as Zenodo's GitHub integration takes the files."),
    ] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Let warnings fail, too.")] = False,
    style: Annotated[
        Literal["text", "json", "github"],
        typer.Option("--format", help="How to tell; github annotates lines in GitHub Actions."),
    ] = "text",
    json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
) -> None:
    """Tell what Zenodo would refuse, drop or change in metadata files; nothing is sent.

    Knows .zenodo.json, CITATION.cff, codemeta.json, ro-crate-metadata.json and InvenioRDM's JSON.
    Exits with 1 if there are errors, and with 0 if there are none.
    """
    from .validating import NothingToValidate, validate

    try:
        code = validate(files or [], github=github, strict=strict, style="json" if json else style)
    except NothingToValidate as error:
        raise typer.BadParameter(str(error), param_hint="FILE") from None
    raise typer.Exit(code)


@app.command("quickstart")
def quickstart_command(
    sandbox: Annotated[
        bool, typer.Option("--sandbox", help="Use sandbox.zenodo.org, without publishing.")
    ] = False,
    delete: Annotated[
        bool, typer.Option("--delete", help="Delete the sandbox's draft at the end.")
    ] = False,
    keep: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Keep the files, and the program, in a new folder."),
    ] = None,
) -> None:
    """Deposit two real files in a Zenodo on this machine; no account is needed."""
    from .quickstart import quickstart

    if delete and not sandbox:
        raise typer.BadParameter("goes with --sandbox", param_hint="--delete")
    quickstart(sandbox=sandbox, delete=delete, keep=keep)


@app.command("serve")
def serve_command(
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="The port on 127.0.0.1; 0 takes a free one.")
    ] = PORT,
    data: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Keep everything there; without it, all is gone."),
    ] = None,
    profile: Annotated[Profile, typer.Option(help="What to imitate.")] = Profile.zenodo,
    rate_limit: Annotated[
        bool, typer.Option("--rate-limit/--no-rate-limit", help="Have Zenodo's limits.")
    ] = False,
    json: Annotated[
        bool, typer.Option("--json", help="Print address and token as one line of JSON.")
    ] = False,
) -> None:
    """Run a Zenodo on this machine, for scripts and tests of your own."""
    serve(
        port=port,
        data=data,
        profile="inveniordm" if profile is Profile.inveniordm else "zenodo",
        rate_limit=rate_limit,
        as_json=json,
    )


@app.command("login")
def login_command(host: Host = PRODUCTION, sandbox: Sandbox = False) -> None:
    """Ask for a token and put it into the system's keyring."""
    chosen = SANDBOX if sandbox else host
    login(host=chosen)
    typer.echo(f"The token for {chosen} is in the keyring.")


@app.command("logout")
def logout_command(host: Host = PRODUCTION, sandbox: Sandbox = False) -> None:
    """Remove a token from the system's keyring."""
    chosen = SANDBOX if sandbox else host
    removed = logout(chosen)
    typer.echo(f"The token for {chosen} {'was removed' if removed else 'was not there'}.")


@app.command()
def whoami(host: Host = PRODUCTION_URL, sandbox: Sandbox = False) -> None:
    """Tell whose token is found for a repository."""
    address = host if "://" in host else f"https://{host}"
    with Client.sandbox() if sandbox else Client(base_url=address) as client:
        account = client.whoami()
        typer.echo(f"{account.email or 'account'} (user {account.id}) on {client.base_url}")


def main() -> None:
    """Run a command; its errors are for people."""
    if cast("TextIOWrapper | None", sys.stdout) is None:
        sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115 - it was closed before the start
    # code pages of Windows lack characters that names and messages may have
    cast("TextIOWrapper", sys.stdout).reconfigure(errors="replace")
    try:
        app()
    except (ZenodoError, OSError) as error:
        said = for_this_command(printable(f"{type(error).__name__}: {error}"))
        typer.echo(said, err=True)
        if isinstance(error, OSError):
            # what standard output did not take is not tried again at the exit
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(1) from None
