"""The real OS keyring, and a machine without one; each step in a process of its own.

The tests marked ``keyring`` need a Secret Service. Asked for with ``-m keyring`` they fail without
one; in a run of everything they are skipped::

    dbus-run-session -- sh -c 'printf "\\n" | gnome-keyring-daemon --unlock --components=secrets \\
        >/dev/null; pytest -m keyring tests/unit/test_keyring.py'
"""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
VARIABLES = ("ZENODO_TOKEN", "ZENODO_SANDBOX_TOKEN", "ZENODO_SDK_TOKEN")


def python(code: str, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run code in a fresh process, with no token in its environment."""
    kept = {name: text for name, text in os.environ.items() if name not in VARIABLES}
    path = os.pathsep.join([str(ROOT), *filter(None, [kept.get("PYTHONPATH")])])
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env={**kept, "PYTHONPATH": path, **environ},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def call(code: str, *arguments: str) -> str:
    done = python(f"import sys\nfrom zenodo_sdk.credentials import *\n{code}", *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def find(host: str) -> str:
    """What another process finds: the token and its source."""
    code = "found = find_token(sys.argv[1]).token; print(found and (found.value, found.source))"
    return call(code, host)


@pytest.fixture
def hosts(request: pytest.FixtureRequest) -> Iterator[tuple[str, str]]:
    """Two hosts that nobody has tokens for, so that no real entry is touched."""
    done = python("import keyring; print(type(keyring.get_keyring()).__module__)")
    backend = done.stdout.strip()
    if backend not in ("keyring.backends.SecretService", "keyring.backends.libsecret"):
        lack = f"No Secret Service here: keyring chose {backend or done.stderr!r}"
        if "keyring" not in str(request.config.getoption("markexpr")):
            pytest.skip(lack)
        pytest.fail(f"{lack}. -m keyring asks for one: see the top of this file.", pytrace=False)
    unique = uuid.uuid4().hex
    names = (f"one-{unique}.example", f"two-{unique}.example:5055")
    yield names
    for name in names:
        python("import sys, zenodo_sdk.credentials as c; c.logout(sys.argv[1])", name)


@pytest.mark.keyring
def test_login_is_found_by_another_process_until_logout(hosts: tuple[str, str]) -> None:
    host, _ = hosts
    token = uuid.uuid4().hex
    assert find(host) == "None"
    call("login(sys.argv[1], sys.argv[2])", token, f"https://{host}/api")
    assert find(host) == str((token, f"the OS keyring entry for {host}"))
    assert call("print(logout(sys.argv[1]), logout(sys.argv[1]))", host) == "True False"
    assert find(host) == "None"


@pytest.mark.keyring
def test_hosts_are_separate(hosts: tuple[str, str]) -> None:
    one, two = hosts
    call("login('first', sys.argv[1])", one)
    assert find(two) == "None"
    call("login('second', sys.argv[1])", two)
    call("login('third', sys.argv[1])", one)
    assert "'third'" in find(one)
    assert "'second'" in find(two)
    assert call("print(logout(sys.argv[1]))", one) == "True"
    assert find(one) == "None"
    assert "'second'" in find(two)


def test_login_on_a_machine_without_a_keyring() -> None:
    done = python(
        "from zenodo_sdk.credentials import login; login('x' * 60)",
        PYTHON_KEYRING_BACKEND="keyring.backends.fail.Keyring",
    )
    assert done.returncode == 1
    assert "KeyringUnavailable: The token for zenodo.org is not stored" in done.stderr
    for way in ("No recommended backend", "ZENODO_TOKEN", "Client(token=...)", "gnome-keyring"):
        assert way in done.stderr
    assert "x" * 60 not in done.stderr
    assert "During handling of" not in done.stderr


def test_import_does_not_load_keyring() -> None:
    done = python("import sys, zenodo_sdk.credentials; print('keyring' in sys.modules)")
    assert done.stdout.strip() == "False", done.stderr
