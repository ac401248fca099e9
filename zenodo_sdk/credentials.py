"""Where a token comes from: argument, environment, OS keyring, ``~/.zenodo_token``.

Every token belongs to one host: zenodo.org and its sandbox have separate accounts, and InvenioRDM
takes a token that it does not know for none at all (reading works, writing is answered with 403).
So each place is asked for one host's token only, nothing falls through to another's, and a token
argument that is kept for another host is refused. Nothing is sent anywhere, and no token appears
in a repr, a message or an exception chain.
"""

from __future__ import annotations

import getpass
import hmac
import os
import re
import sys
import warnings
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from zenodo_sdk.errors import ConfigurationError, CredentialError, KeyringUnavailable

__all__ = [
    "PRODUCTION",
    "SANDBOX",
    "CredentialWarning",
    "Lookup",
    "Token",
    "find_token",
    "host_of",
    "login",
    "logout",
    "stored_for",
]

PRODUCTION = "zenodo.org"
SANDBOX = "sandbox.zenodo.org"

_VARIABLES = {PRODUCTION: "ZENODO_TOKEN", SANDBOX: "ZENODO_SANDBOX_TOKEN"}
_OTHER_VARIABLE = "ZENODO_SDK_TOKEN"
_FILE_KEYS = {PRODUCTION: "ACCESS_TOKEN", SANDBOX: "ACCESS_TOKEN-sandbox"}
_FILE = "~/.zenodo_token"
_ARGUMENT = "the token argument"
_TAME = {"KeyringError", "RuntimeError", "OSError", "ImportError"}
_SERVICE = "zenodo_sdk"  # in the keyring, with the host as the user name

_Place = tuple[str, str, str]  # its name, the text there, what to say if that is empty


class CredentialWarning(UserWarning):
    """A token is kept where other users of this machine can reach it."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token, and where it was found in words; printing it shows only the latter."""

    value: str = field(repr=False)
    source: str


@dataclass(frozen=True, slots=True)
class Lookup:
    """The token, or None; and the places that gave nothing before, each with the reason."""

    token: Token | None
    tried: tuple[str, ...]


class _Keyring(Protocol):
    def get_password(self, service: str, username: str, /) -> str | None: ...
    def set_password(self, service: str, username: str, password: str, /) -> None: ...
    def delete_password(self, service: str, username: str, /) -> None: ...


def host_of(base_url: str) -> str:
    """Name the host that a token belongs to.

    Only the 443 of ``https`` is left out: ``http://zenodo.org`` is ``zenodo.org:80``, another
    host, so that no stored token travels unencrypted. ``www.zenodo.org`` is another host too.

    Args:
        base_url: A URL, or a host; a host's own name comes back unchanged.

    Returns:
        The host in lower case, with its port unless that is the default.

    Raises:
        ConfigurationError: The text is neither.

    Example:
        >>> host_of("https://Sandbox.Zenodo.org/api"), host_of("http://127.0.0.1:5055")
        ('sandbox.zenodo.org', '127.0.0.1:5055')
    """
    text = base_url.strip()
    try:
        parts = urlsplit(text if "://" in text else f"//{text}")
        scheme, name, port = parts.scheme, parts.hostname or "", parts.port
    except ValueError:  # not repeated below: it may quote a password in the URL
        scheme, name, port = "", "", None
    plain = re.fullmatch(r"[!-~]+", text)
    if not (plain and scheme in ("", "http", "https") and re.fullmatch(r"[a-z0-9._:-]+", name)):
        raise ConfigurationError("Not a host or http(s) URL; expected https://zenodo.org or alike.")
    name, port = f"[{name}]" if ":" in name else name, port or (80 if scheme == "http" else None)
    return name if port is None or (scheme, port) == ("https", 443) else f"{name}:{port}"


def find_token(
    host: str,
    argument: str | Callable[[], str] | None = None,
    *,
    environ: Mapping[str, str] | None = None,
    home: Path | None = None,
) -> Lookup:
    """Find the token for one host.

    The first that gives one wins: the argument; ``ZENODO_TOKEN`` for zenodo.org,
    ``ZENODO_SANDBOX_TOKEN`` for its sandbox, ``ZENODO_SDK_TOKEN`` for any other host; the OS
    keyring, passed over if it fails; zenodopy's ``~/.zenodo_token``.

    Args:
        host: Host or URL.
        argument: The token, or a function that gives it. Empty text: use no token at all.
        environ: Environment to read; default this process's.
        home: Folder of ``.zenodo_token``; default this user's.

    Returns:
        The token with its source, or None, and what was tried before.

    Raises:
        CredentialError: A place holds a text that cannot be a token; it is not passed over.
            Or the argument is what a variable or ``~/.zenodo_token`` keeps for another host.

    Example:
        >>> find_token("sandbox.zenodo.org", "a1b2c3").token
        Token(source='the token argument')
    """
    host = host_of(host)
    if argument is not None:
        token = _token(argument() if callable(argument) else argument, _ARGUMENT)
        del argument  # some tools print a traceback with the values in its frames
        if token:
            _refuse_if_of_another_host(token, host, environ, home)
        return Lookup(token, () if token else (f"{_ARGUMENT} (empty: no token is used)",))
    tried = [f"{_ARGUMENT} (not given)"]
    for name, text, why_not in _places(host, environ, home):
        if token := _token(text, name):
            if name == _FILE:
                _warn_if_exposed(home)
            return Lookup(token, tuple(tried))
        tried.append(f"{name} ({why_not})")
    return Lookup(None, tuple(tried))


def stored_for(
    text: str,
    *,
    except_host: str,
    environ: Mapping[str, str] | None = None,
    home: Path | None = None,
) -> list[str]:
    """Name the other hosts that this very token is stored for.

    A server cannot say so: a token of another host is merely unknown to it.

    Args:
        text: The token, compared in constant time.
        except_host: Host or URL that it is used for; left out.
        environ: Environment to read; default this process's.
        home: Folder of ``.zenodo_token``; default this user's.

    Returns:
        Those of zenodo.org and sandbox.zenodo.org that have it in one of the places.

    Raises:
        ConfigurationError: ``except_host`` is neither a host nor a URL.

    Example:
        >>> stored_for("a1b2", except_host="zenodo.org", environ={"ZENODO_SANDBOX_TOKEN": "a1b2"})
        ['sandbox.zenodo.org']
    """
    return _stored_for(text, host_of(except_host), lambda host: _places(host, environ, home))


def login(token: str | None = None, host: str = PRODUCTION) -> None:
    """Store a token in the OS keyring, where later clients find it.

    It is read back, because some keyrings (the null backend, an empty chain) keep nothing.

    Args:
        token: The token; without it, a hidden prompt asks for it on the terminal.
        host: Host or URL that the token belongs to.

    Raises:
        KeyringUnavailable: No keyring here keeps it; the message names the other ways.
        CredentialError: There is no token, it cannot be one, or it is stored for another host.

    Example:
        >>> login("a1b2c3", host="https://sandbox.zenodo.org")  # doctest: +SKIP
    """
    host = host_of(host)
    try:
        with _keyring() as keyring:
            keyring.get_password(_SERVICE, host)  # before anybody is asked for a token
        text = _to_store(token, host)
        with _keyring(secret=text) as keyring:
            keyring.set_password(_SERVICE, host, text)
            if keyring.get_password(_SERVICE, host) == text:
                return
        reason = "it took the token and did not keep it"
    except KeyringUnavailable as error:
        reason = str(error)
    raise KeyringUnavailable(
        f"The token for {host} is not stored: no usable OS keyring here ({reason}). Other ways:\n"
        f"  - set the environment variable {_VARIABLES.get(host, _OTHER_VARIABLE)}\n"
        "  - pass it: Client(token=...)\n"
        '  - on a headless Linux: install gnome-keyring and dbus, run "dbus-run-session sh",\n'
        '    in it "gnome-keyring-daemon --unlock" (a password, Enter, Ctrl-D); log in there'
    )


def logout(host: str = PRODUCTION) -> bool:
    """Remove a host's token from the OS keyring; the server goes on accepting it.

    Args:
        host: Host or URL.

    Returns:
        True if an entry was removed, False if there was none.

    Raises:
        KeyringUnavailable: The keyring cannot be used, or still has an entry.

    Example:
        >>> logout("sandbox.zenodo.org")  # doctest: +SKIP
        True
    """
    host = host_of(host)
    try:
        with _keyring() as keyring:
            if keyring.get_password(_SERVICE, host) is None:
                return False
            keyring.delete_password(_SERVICE, host)
            if keyring.get_password(_SERVICE, host) is None:
                return True
        reason = "it still has an entry after deleting one"
    except KeyringUnavailable as error:
        reason = str(error)
    raise KeyringUnavailable(f"The OS keyring may still hold a token for {host}: {reason}.")


def _stored_for(text: str, here: str, places: Callable[[str], Iterable[_Place]]) -> list[str]:
    wanted = text.strip().encode(errors="surrogatepass")

    def kept_for(host: str) -> bool:
        texts = (kept.strip() for _, kept, _ in places(host) if kept.isascii())
        return any(hmac.compare_digest(kept.encode(), wanted) for kept in texts if kept)

    return [host for host in (PRODUCTION, SANDBOX) if host != here and kept_for(host)]


def _refuse_if_of_another_host(
    token: Token, host: str, environ: Mapping[str, str] | None, home: Path | None
) -> None:
    # without the keyring, which is slow, may ask its user to unlock it, and is not imported yet
    def places(other: str) -> list[_Place]:
        return [_variable(other, environ), _zenodopy_file(other, home)]

    if others := _stored_for(token.value, host, places):
        kept = ", ".join(f"for {other} in {_VARIABLES[other]} or {_FILE}" for other in others)
        raise CredentialError(
            f"The token given for {host} is the text that is stored {kept}. A token is valid on"
            " one host only; nothing was sent."
        )


def _places(host: str, environ: Mapping[str, str] | None, home: Path | None) -> Iterator[_Place]:
    yield _variable(host, environ)
    yield _keyring_entry(host)
    yield _zenodopy_file(host, home)


def _variable(host: str, environ: Mapping[str, str] | None) -> _Place:
    environ = os.environ if environ is None else environ
    name = _VARIABLES.get(host, _OTHER_VARIABLE)
    why_not = "empty" if name in environ else "not set"
    for other, variable in _VARIABLES.items():
        if other != host and environ.get(variable):
            why_not += f"; {variable} is set, and is for {other} only"
    return f"the environment variable {name}", environ.get(name, ""), why_not


def _keyring_entry(host: str) -> _Place:
    try:
        with _keyring() as keyring:
            text = keyring.get_password(_SERVICE, host) or ""
            return f"the OS keyring entry for {host}", text, "not there"
    except KeyringUnavailable as error:
        return "the OS keyring", "", f"not usable on this machine: {error}"


def _zenodopy_file(host: str, home: Path | None) -> _Place:
    if not (key := _FILE_KEYS.get(host)):
        return _FILE, "", f"is for {PRODUCTION} and {SANDBOX} only"
    try:
        path = (home or Path.home()) / ".zenodo_token"
        if not path.is_file():  # reading a pipe would wait
            return _FILE, "", "no such file"
        content = path.read_bytes()
    except (OSError, RuntimeError) as error:  # RuntimeError: a user without a home folder
        return _FILE, "", f"not readable: {type(error).__name__}"
    utf_16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))  # what PowerShell's ">" writes
    for line in content.decode("utf-16" if utf_16 else "utf-8-sig", errors="replace").split("\n"):
        name, _, value = (part.strip().strip("\"'").strip() for part in line.partition(":"))
        if name == key and value:
            return _FILE, value, ""
    return _FILE, "", f"no line {key}: …"


def _warn_if_exposed(home: Path | None) -> None:
    mode = ((home or Path.home()) / ".zenodo_token").stat().st_mode & 0o777
    if os.name == "posix" and mode & 0o077:
        message = f"Other users can reach {_FILE} (mode {mode:o}). Run: chmod 600 {_FILE}"
        warnings.warn(message, CredentialWarning, stacklevel=3)


@contextmanager
def _keyring(*, secret: str = "") -> Generator[_Keyring]:
    """Give the OS keyring; what it raises becomes KeyringUnavailable with the reason in words."""
    try:
        import keyring.backends.null

        backend = keyring.get_keyring()
        if isinstance(backend, keyring.backends.null.Keyring):
            # beside what real backends raise, so that all become one error below
            raise RuntimeError("switched off by keyring's null backend")  # noqa: TRY004, TRY301
        yield backend
    except Exception as error:
        # A parser's error may quote what is stored, so only kinds that do not are repeated.
        tame = _TAME & {kind.__name__ for kind in type(error).__mro__}
        words = " ".join(str(error).split()).partition(". ")[0].rstrip(".") if tame else ""
        words = re.sub(r"[\w+=-]{30,}", "***", words.replace(secret or "\0", "***"))
        raise KeyringUnavailable(words or type(error).__name__) from None


def _token(text: object, source: str) -> Token | None:
    if not isinstance(text, str):
        raise CredentialError(f"Expected text from {source}, not {type(text).__name__}.")
    text = text.strip()
    if re.search(r"[^!-~]", text):
        raise CredentialError(
            f"The text from {source} cannot be a token: it has spaces, control characters or "
            'letters beyond ASCII inside. Give the token alone, without "Bearer" or quotes.'
        )
    return Token(text, source) if text else None


def _to_store(text: str | None, host: str) -> str:
    if text is None:
        if sys.stdin is None or not sys.stdin.isatty():
            raise CredentialError("No terminal to ask for the token on; use login(token=...).")
        text = getpass.getpass(f"Token for {host} (not shown while typing): ")
    token = _token(text, _ARGUMENT)
    if token is None:
        raise CredentialError(f"No token was given; nothing is stored for {host}.")
    if re.search(r"://|(^|\.)zenodo\.org\b", token.value, re.IGNORECASE):
        raise CredentialError("This is an address, not a token; use login(host=...) for the host.")
    if others := stored_for(token.value, except_host=host):
        raise CredentialError(
            f"This text is stored for {' and '.join(others)}; a token is valid on one host only. "
            f"Create one at https://{host}/account/settings/applications/, or, if it is stored "
            "there by mistake, remove it there first."
        )
    return token.value
