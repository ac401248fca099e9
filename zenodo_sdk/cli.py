"""The command line, with the extra ``zenodo-sdk[cli]``: tokens, and whose they are."""

from __future__ import annotations

from typing import Annotated

import typer

from . import Client, ZenodoError, login, logout
from .credentials import PRODUCTION, SANDBOX
from .settings import PRODUCTION_URL

app = typer.Typer(
    name="zenodo_sdk",
    help="Store tokens for Zenodo and other InvenioRDM repositories, and see whose they are.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Sandbox = Annotated[bool, typer.Option("--sandbox", help="Use sandbox.zenodo.org.")]
Host = Annotated[str, typer.Option(help="A repository's host or address.", show_default=True)]


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
    try:
        app()
    except ZenodoError as error:
        typer.echo(f"{type(error).__name__}: {error}", err=True)
        raise SystemExit(1) from None
