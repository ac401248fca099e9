"""The command line, as a person meets it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.stub_server import Reply, Stub


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "zenodo_sdk", *arguments],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env={
            **os.environ,
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
            **environment,
        },
        cwd=Path(__file__).parent,
        timeout=60,
        check=False,
    )


def test_help_names_the_commands() -> None:
    told = run("--help")
    assert told.returncode == 0
    commands = ("download", "upload", "sync", "cache", "validate", "quickstart", "serve", "whoami")
    assert all(command in told.stdout for command in commands)


@pytest.mark.parametrize("command", ["quickstart", "serve"])
def test_without_the_embedded_zenodo_they_say_what_to_install(command: str) -> None:
    hidden = f"import sys; sys.modules['starlette'] = None; sys.argv[1:] = ['{command}']"
    told = subprocess.run(
        [sys.executable, "-c", f"{hidden}; from zenodo_sdk.cli import main; main()"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (told.returncode, told.stdout) == (1, "")
    assert told.stderr == (
        "ConfigurationError: the embedded Zenodo needs starlette:"
        " pip install 'zenodo-sdk[cli,local]'\n"
    )


def test_delete_belongs_to_the_sandbox() -> None:
    told = run("quickstart", "--delete")
    assert told.returncode == 2
    assert "goes with --sandbox" in told.stderr


def test_login_without_a_keyring_tells_the_other_ways() -> None:
    told = run("login", "--sandbox")
    assert told.returncode == 1
    assert "KeyringUnavailable" in told.stderr
    assert "ZENODO_SANDBOX_TOKEN" in told.stderr
    assert "Traceback" not in told.stderr


def test_whoami_without_a_token_tells_where_it_looked() -> None:
    told = run("whoami", "--host", "http://127.0.0.1:9")
    assert told.returncode == 1
    assert told.stderr.startswith("TokenMissing: no token for 127.0.0.1:9")
    assert "ZENODO_SDK_TOKEN" in told.stderr


def test_whoami_tells_the_account() -> None:
    with Stub() as stub:
        stub.script("GET", "/api/me", Reply.json({"id": 7, "email": "ada@example.org"}))
        told = run("whoami", "--host", stub.url, ZENODO_SDK_TOKEN="t" * 60)
    assert (told.returncode, told.stdout) == (0, f"ada@example.org (user 7) on {stub.url}\n")
