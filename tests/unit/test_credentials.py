"""The token provider chain, with a keyring in memory, a home of its own and a set environment."""

from __future__ import annotations

import configparser
import doctest
import os
import string
import subprocess
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import keyring
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keyring.backend import KeyringBackend
from keyring.backends import chainer, fail, null
from keyring.errors import KeyringError, KeyringLocked, PasswordDeleteError, PasswordSetError

from zenodo_sdk import credentials
from zenodo_sdk.credentials import (
    PRODUCTION,
    SANDBOX,
    CredentialWarning,
    Lookup,
    Token,
    find_token,
    host_of,
    login,
    logout,
    stored_for,
)
from zenodo_sdk.errors import ConfigurationError, CredentialError, KeyringUnavailable

SECRET = "Zq3" + "x7Kp" * 14 + "w"
OTHER = "Yb8" + "m2Vt" * 14 + "e"
ELSEWHERE = "127.0.0.1:5055"
VARIABLES = {
    PRODUCTION: "ZENODO_TOKEN",
    SANDBOX: "ZENODO_SANDBOX_TOKEN",
    ELSEWHERE: "ZENODO_SDK_TOKEN",
}
tokens = st.text(string.ascii_letters + string.digits, min_size=1, max_size=60)


class Memory(KeyringBackend):
    """A keyring in memory."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()
        self.entries: dict[tuple[str, str], str] = {}
        self.error: Exception | None = None
        self.asked = 0

    def _check(self) -> None:
        self.asked += 1
        if self.error is not None:
            raise self.error

    def get_password(self, service: str, username: str) -> str | None:
        self._check()
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._check()
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._check()
        self.entries.pop((service, username))


@pytest.fixture
def use() -> Iterator[Callable[[KeyringBackend], None]]:
    before = keyring.get_keyring()
    yield keyring.set_keyring
    keyring.set_keyring(before)


@pytest.fixture(autouse=True)
def memory(use: Callable[[KeyringBackend], None]) -> Memory:
    backend = Memory()
    use(backend)
    return backend


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    for variable in VARIABLES.values():
        monkeypatch.delenv(variable, raising=False)
    return tmp_path


def write(home: Path, content: str | bytes, mode: int = 0o600) -> Path:
    path = home / ".zenodo_token"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    path.chmod(mode)
    return path


def value(lookup: Lookup) -> str | None:
    return lookup.token.value if lookup.token else None


def assert_silent(error: BaseException, secret: str = SECRET) -> None:
    """The text is in no message, argument, chained exception or printed traceback."""
    seen: BaseException | None = error
    while seen is not None:
        assert secret not in f"{seen} {seen!r} {seen.args!r}"
        seen = seen.__cause__ or seen.__context__
    assert secret not in "".join(traceback.format_exception(error))


# ------------------------------------------------------------------------------------- hosts


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("https://zenodo.org", PRODUCTION),
        ("https://Zenodo.ORG:443/api/", PRODUCTION),
        (" zenodo.org ", PRODUCTION),
        ("https://sandbox.zenodo.org/api", SANDBOX),
        ("https://www.zenodo.org", "www.zenodo.org"),
        ("http://127.0.0.1:5055/api", ELSEWHERE),
        ("https://127.0.0.1:5055", ELSEWHERE),
        ("localhost:5000", "localhost:5000"),
        ("https://[::1]:5000/", "[::1]:5000"),
        ("https://[::1]", "[::1]"),
        ("https://someone:secret@zenodo.org/", PRODUCTION),
        ("https://zenodo.org@evil.example/", "evil.example"),
        ("https://zenodo.org:x@evil.example:443/", "evil.example"),
        ("https://zenodo.org.evil.example", "zenodo.org.evil.example"),
    ],
)
def test_host(text: str, host: str) -> None:
    assert host_of(text) == host


@pytest.mark.parametrize(
    "url", ["http://zenodo.org", "http://zenodo.org:80/api", "http://zenodo.org:443"]
)
def test_unencrypted_zenodo_is_another_host(url: str) -> None:
    assert host_of(host_of(url)) == host_of(url) != PRODUCTION
    assert find_token(url, environ={"ZENODO_TOKEN": SECRET}).token is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://",
        "ftp://zenodo.org",
        "zeno\ndo.org",
        "https://zeno\tdo.org",
        "zenodo org",
        "https://a:b:c",
        "https://u:geheim@h:99999",
        "https://[::1",
        "https://\uff5aenodo.org",
        "a%2e.org",
    ],
)
def test_not_a_host(text: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        host_of(text)
    assert_silent(caught.value, "geheim")


@given(st.text(max_size=40) | st.from_regex(r"(https?://)?[A-Za-z0-9.-]{1,20}(:[0-9]{1,5})?(/.*)?"))
def test_host_is_its_own_name(text: str) -> None:
    try:
        host = host_of(text)
    except ConfigurationError:
        return
    assert host == host.lower() == host_of(host)
    assert host == host_of(f"https://{host}/api") or host.endswith(":443")


@given(st.sampled_from([PRODUCTION, SANDBOX, "example.org"]), st.integers(1, 65535), st.data())
def test_host_keeps_every_port_but_the_default(name: str, port: int, data: st.DataObject) -> None:
    written = "".join(data.draw(st.sampled_from([c, c.upper()])) for c in name)
    assert host_of(f"https://{written}:{port}/api") == (name if port == 443 else f"{name}:{port}")


# ------------------------------------------------------------------------------------- order


def fill_everything(home: Path, memory: Memory) -> dict[str, str]:
    for host in VARIABLES:
        memory.entries["zenodo_sdk", host] = f"keyring-{host}"
    write(home, "ACCESS_TOKEN: file-zenodo.org\nACCESS_TOKEN-sandbox: file-sandbox.zenodo.org\n")
    return {variable: f"environment-{host}" for host, variable in VARIABLES.items()}


@pytest.mark.parametrize("host", [PRODUCTION, SANDBOX])
def test_order_and_sources(host: str, home: Path, memory: Memory) -> None:
    environ = fill_everything(home, memory)
    assert find_token(host, "given", environ=environ).token == Token("given", "the token argument")
    assert find_token(host, lambda: "given", environ=environ).token == Token(
        "given", "the token argument"
    )
    assert memory.asked == 0

    found = find_token(host, environ=environ)
    assert found.token == Token(
        f"environment-{host}", f"the environment variable {VARIABLES[host]}"
    )
    assert found.tried == ("the token argument (not given)",)
    assert memory.asked == 0

    found = find_token(host, environ={})
    assert found.token == Token(f"keyring-{host}", f"the OS keyring entry for {host}")

    memory.entries.clear()
    assert find_token(host, environ={}).token == Token(f"file-{host}", "~/.zenodo_token")


def test_other_hosts_have_no_file(home: Path, memory: Memory) -> None:
    environ = fill_everything(home, memory)
    assert value(find_token(ELSEWHERE, environ=environ)) == f"environment-{ELSEWHERE}"
    assert value(find_token(ELSEWHERE, environ={})) == f"keyring-{ELSEWHERE}"
    memory.entries.clear()
    found = find_token(ELSEWHERE, environ={})
    assert found.token is None
    assert found.tried[-1] == "~/.zenodo_token (is for zenodo.org and sandbox.zenodo.org only)"


@pytest.mark.parametrize("host", [*VARIABLES, "www.zenodo.org", "zenodo.org.evil.example"])
def test_no_host_gets_the_token_of_another(host: str, home: Path, memory: Memory) -> None:
    environ = fill_everything(home, memory)
    mine = {VARIABLES.get(host, "ZENODO_SDK_TOKEN")}
    others = {name: text for name, text in environ.items() if name not in mine}
    memory.entries.pop(("zenodo_sdk", host), None)
    write(home, {SANDBOX: "ACCESS_TOKEN: a\n"}.get(host, "ACCESS_TOKEN-sandbox: b\n"))
    assert find_token(host, environ=others).token is None


def test_what_was_tried() -> None:
    assert find_token(SANDBOX, environ={"ZENODO_TOKEN": SECRET}) == Lookup(
        None,
        (
            "the token argument (not given)",
            "the environment variable ZENODO_SANDBOX_TOKEN (not set; "
            "ZENODO_TOKEN is set, and is for zenodo.org only)",
            "the OS keyring entry for sandbox.zenodo.org (not there)",
            "~/.zenodo_token (no such file)",
        ),
    )


def test_the_process_environment_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZENODO_TOKEN", f"  {SECRET}\n")
    assert value(find_token("https://zenodo.org/api")) == SECRET
    assert find_token(PRODUCTION, environ={}).token is None
    assert stored_for(SECRET, except_host=SANDBOX, environ={}) == []


@pytest.mark.parametrize("argument", ["", " \n", lambda: ""])
def test_empty_argument_means_anonymous(
    argument: str | Callable[[], str], home: Path, memory: Memory
) -> None:
    environ = fill_everything(home, memory)
    found = find_token(PRODUCTION, argument, environ=environ)
    assert found == Lookup(None, ("the token argument (empty: no token is used)",))
    assert memory.asked == 0


@pytest.mark.parametrize("wrap", [str, lambda text: lambda: f" {text}\n"], ids=["text", "callable"])
@pytest.mark.parametrize("where", ["environment", "file"])
@pytest.mark.parametrize(
    ("stored", "host"),
    [(SANDBOX, PRODUCTION), (PRODUCTION, SANDBOX), (SANDBOX, ELSEWHERE), (PRODUCTION, "a.example")],
)
def test_an_argument_that_is_stored_for_another_host_is_refused(
    stored: str, host: str, where: str, wrap: Callable[[str], str], home: Path, memory: Memory
) -> None:
    environ = {}
    if where == "environment":
        environ[VARIABLES[stored]] = f"{SECRET}\n"
    else:
        key = {PRODUCTION: "ACCESS_TOKEN", SANDBOX: "ACCESS_TOKEN-sandbox"}[stored]
        write(home, f"{key}: {SECRET}")
    with pytest.raises(CredentialError, match="nothing was sent") as caught:
        find_token(host, wrap(SECRET), environ=environ)
    assert f"given for {host} " in str(caught.value)
    assert f"stored for {stored} in {VARIABLES[stored]} or ~/.zenodo_token" in str(caught.value)
    assert_silent(caught.value)
    for frame, _ in traceback.walk_tb(caught.value.__traceback__):
        if frame.f_globals["__name__"].startswith("zenodo_sdk"):
            assert SECRET not in repr({**frame.f_locals, "environ": None})
    assert memory.asked == 0
    # where it belongs it is welcome, and so is any other text here
    assert value(find_token(stored, wrap(SECRET), environ=environ)) == SECRET
    for text in (OTHER, SECRET[:-1], SECRET + "x", SECRET.swapcase()):
        assert value(find_token(host, wrap(text), environ=environ)) == text
    assert memory.asked == 0


def test_an_argument_is_compared_with_named_places_of_other_hosts_only(
    home: Path, memory: Memory
) -> None:
    # the variable of all other hosts may well hold the token of one that is asked for by argument
    assert value(find_token(ELSEWHERE, SECRET, environ={"ZENODO_SDK_TOKEN": SECRET})) == SECRET
    assert value(find_token(PRODUCTION, SECRET, environ={"ZENODO_SDK_TOKEN": SECRET})) == SECRET
    memory.entries["zenodo_sdk", SANDBOX] = SECRET
    assert value(find_token(PRODUCTION, SECRET, environ={})) == SECRET
    broken = {"ZENODO_SANDBOX_TOKEN": "\udcff é", "ZENODO_TOKEN": ""}
    assert value(find_token(PRODUCTION, SECRET, environ=broken)) == SECRET
    write(home, b"\xff\xfe\x00ACCESS_TOKEN-sandbox")
    assert value(find_token(PRODUCTION, SECRET, environ={})) == SECRET


def test_an_argument_needs_no_keyring() -> None:
    code = (
        "import sys; from zenodo_sdk.credentials import find_token\n"
        "assert find_token('zenodo.org', 'a1b2').token\n"
        "assert 'keyring' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


@pytest.mark.parametrize("text", ["", "  ", "\n"])
def test_empty_stored_texts_are_none(text: str, home: Path, memory: Memory) -> None:
    memory.entries["zenodo_sdk", PRODUCTION] = text
    write(home, f"ACCESS_TOKEN:{text}\n")
    found = find_token(PRODUCTION, environ={"ZENODO_TOKEN": text})
    assert found.token is None
    assert found.tried[1] == "the environment variable ZENODO_TOKEN (empty)"


def test_errors_of_the_callable_are_the_callers() -> None:
    def vault() -> str:
        raise LookupError("vault is sealed")

    with pytest.raises(LookupError, match="vault is sealed"):
        find_token(PRODUCTION, vault)


@pytest.mark.parametrize("argument", [SECRET.encode(), 12, lambda: None])
def test_argument_of_another_type(argument: object) -> None:
    with pytest.raises(
        CredentialError, match="Expected text from the token argument, not"
    ) as caught:
        find_token(PRODUCTION, argument)
    assert_silent(caught.value)


@pytest.mark.parametrize("middle", [" ", "\n", "\t", "\0", "\x7f", "é", "\u200b", "\udcff", "\r\n"])
@pytest.mark.parametrize("where", ["argument", "environment", "keyring", "file"])
def test_texts_that_cannot_be_tokens(middle: str, where: str, home: Path, memory: Memory) -> None:
    text = SECRET + middle + OTHER
    environ: dict[str, str] = {}
    if where == "environment":
        environ["ZENODO_TOKEN"] = text
    elif where == "keyring":
        memory.entries["zenodo_sdk", PRODUCTION] = text
    elif where == "file":
        line = text.replace("\n", "\r")
        write(home, f"ACCESS_TOKEN: {line}\n".encode(errors="surrogateescape"))
    source = {
        "argument": "the token argument",
        "environment": "the environment variable ZENODO_TOKEN",
        "keyring": "the OS keyring entry for zenodo.org",
        "file": "~/.zenodo_token",
    }[where]
    with pytest.raises(
        CredentialError, match=f"The text from {source} cannot be a token"
    ) as caught:
        find_token(PRODUCTION, text if where == "argument" else None, environ=environ)
    assert_silent(caught.value)
    assert_silent(caught.value, OTHER)


# -------------------------------------------------------------------------------------- file


@pytest.mark.parametrize(
    "content",
    [
        f"ACCESS_TOKEN: {SECRET}",
        f"  ACCESS_TOKEN :{SECRET}  \r\nACCESS_TOKEN-sandbox: {OTHER}\r\n",
        f"ACCESS_TOKEN-sandbox: {OTHER}\nACCESS_TOKEN: '{SECRET}'\n",
        f'"ACCESS_TOKEN": "{SECRET}"\n',
        f"ACCESS_TOKEN:\nACCESS_TOKEN: {SECRET}\nACCESS_TOKEN: {OTHER}\n",
        f"# mine\n\nnonsense\n: x\nACCESS_TOKENS: {OTHER}\nACCESS_TOKEN: {SECRET}\n",
        b"caf\xe9 \x80\nACCESS_TOKEN: " + SECRET.encode(),
        b"\xef\xbb\xbfACCESS_TOKEN: " + SECRET.encode(),
        f"ACCESS_TOKEN: {SECRET}\r\n".encode("utf-16"),
    ],
)
def test_file_is_read_with_tolerance(content: str | bytes, home: Path) -> None:
    write(home, content)
    assert value(find_token(PRODUCTION)) == SECRET


@pytest.mark.parametrize("content", ["", OTHER, f"ACCESS_TOKEN-sandbox: {OTHER}", b"\xff\xfe\x00"])
def test_file_without_a_line_for_the_host(content: str | bytes, home: Path) -> None:
    write(home, content)
    assert find_token(PRODUCTION).tried[-1] == "~/.zenodo_token (no line ACCESS_TOKEN: …)"


def test_file_that_is_a_folder_or_a_pipe(home: Path) -> None:
    path = home / ".zenodo_token"
    path.mkdir()
    assert find_token(PRODUCTION).tried[-1] == "~/.zenodo_token (no such file)"
    path.rmdir()
    if os.name == "posix":
        os.mkfifo(path)
        assert find_token(PRODUCTION).tried[-1] == "~/.zenodo_token (no such file)"


def test_file_that_may_not_be_read(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    write(home, f"ACCESS_TOKEN: {SECRET}")
    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert find_token(PRODUCTION).tried[-1] == "~/.zenodo_token (not readable: PermissionError)"


def test_user_without_a_home(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", homeless)
    assert find_token(PRODUCTION).tried[-1] == "~/.zenodo_token (not readable: RuntimeError)"


def test_home_can_be_named(tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("home")
    write(elsewhere, f"ACCESS_TOKEN: {SECRET}")
    assert find_token(PRODUCTION).token is None
    assert value(find_token(PRODUCTION, home=elsewhere)) == SECRET


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX's")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o620, 0o666])
def test_exposed_file_warns(mode: int, home: Path) -> None:
    write(home, f"ACCESS_TOKEN: {SECRET}", mode)
    with pytest.warns(CredentialWarning, match=rf"mode {mode:o}.*chmod 600") as caught:
        assert value(find_token(PRODUCTION)) == SECRET
    assert SECRET not in str(caught[0].message)
    assert caught[0].filename == __file__


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_private_file_does_not_warn(mode: int, home: Path) -> None:
    write(home, f"ACCESS_TOKEN: {SECRET}", mode)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert value(find_token(PRODUCTION)) == SECRET
        (home / ".zenodo_token").chmod(0o644)
        stored_for(SECRET, except_host=SANDBOX)  # asks, and does not use it


blanks = st.text(" \t", max_size=3)
lines = st.tuples(
    blanks, blanks, blanks, st.sampled_from(["", '"', "'"]), st.sampled_from(["\n", "\r\n"])
)


@given(
    st.dictionaries(st.sampled_from(["ACCESS_TOKEN", "ACCESS_TOKEN-sandbox"]), tokens), st.data()
)
def test_parser_gives_each_host_its_line(
    tmp_path_factory: pytest.TempPathFactory, kept: dict[str, str], data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("home")
    content = data.draw(st.sampled_from(["", "# note\n", "key: value\n"]))
    for key in data.draw(st.permutations(list(kept))):
        left, middle, right, quote, end = data.draw(lines)
        content += f"{left}{key}{middle}:{right}{quote}{kept[key]}{quote}{left}{end}"
    write(folder, content)
    assert value(find_token(PRODUCTION, environ={}, home=folder)) == kept.get("ACCESS_TOKEN")
    assert value(find_token(SANDBOX, environ={}, home=folder)) == kept.get("ACCESS_TOKEN-sandbox")


@given(st.binary(max_size=80), st.sampled_from([b"", b"ACCESS_TOKEN:", b"ACCESS_TOKEN-sandbox:"]))
def test_parser_survives_any_bytes(
    tmp_path_factory: pytest.TempPathFactory, noise: bytes, start: bytes
) -> None:
    folder = tmp_path_factory.mktemp("home")
    write(folder, start + noise)
    for host in (PRODUCTION, SANDBOX):
        try:
            found = value(find_token(host, environ={}, home=folder))
        except CredentialError:
            continue
        assert found is None or (found.isascii() and found.isprintable() and " " not in found)


# ----------------------------------------------------------------------------------- keyring


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (KeyringLocked("Failed to unlock the collection!"), "Failed to unlock the collection!"),
        (KeyringError(), "KeyringError"),
        (RuntimeError("No D-Bus. Long story."), "No D-Bus"),
        (OSError(111, "Connection refused"), "[Errno 111] Connection refused"),
        (KeyringError(f"cannot parse {SECRET} here"), "cannot parse *** here"),
        (
            configparser.MissingSectionHeaderError("f", 1, "short-token"),
            "MissingSectionHeaderError",
        ),
        (ValueError("short-token"), "ValueError"),
        (ModuleNotFoundError("No module named 'x'"), "No module named 'x'"),
    ],
)
def test_failing_keyring_is_passed_over(
    error: Exception, words: str, home: Path, memory: Memory
) -> None:
    memory.error = error
    write(home, f"ACCESS_TOKEN: {OTHER}")
    found = find_token(PRODUCTION)
    assert value(found) == OTHER
    assert found.tried[-1] == f"the OS keyring (not usable on this machine: {words})"
    assert stored_for(OTHER, except_host=SANDBOX) == [PRODUCTION]


def test_no_backend(use: Callable[[KeyringBackend], None]) -> None:
    use(fail.Keyring())
    reason = "not usable on this machine: No recommended backend was available"
    assert find_token(PRODUCTION).tried[2] == f"the OS keyring ({reason})"
    with pytest.raises(KeyringUnavailable, match="No recommended backend was available"):
        logout()


def test_null_backend_is_not_taken_for_a_keyring(use: Callable[[KeyringBackend], None]) -> None:
    use(null.Keyring())
    assert "switched off by keyring's null backend" in find_token(PRODUCTION).tried[2]
    with pytest.raises(KeyringUnavailable, match="null backend"):
        login(SECRET)


def test_backend_that_cannot_be_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("keyring.core._keyring_backend", None)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "no_such_module.Keyring")
    assert "No module named 'no_such_module'" in find_token(PRODUCTION).tried[2]


def test_chain_of_keyrings(use: Callable[[KeyringBackend], None], memory: Memory) -> None:
    class Chain(chainer.ChainerBackend):
        backends: list[KeyringBackend] = []

    chain = Chain()
    use(chain)
    with pytest.raises(KeyringUnavailable, match="it took the token and did not keep it") as caught:
        login(SECRET)
    assert_silent(caught.value)
    chain.backends = [memory]
    login(SECRET)
    assert value(find_token(PRODUCTION)) == SECRET
    assert (logout(), logout()) == (True, False)


# --------------------------------------------------------------------------- login and logout


def test_login_find_logout(memory: Memory) -> None:
    login(f" {SECRET}\n")
    login(OTHER, host="https://Sandbox.zenodo.org/api")
    login("third", "http://127.0.0.1:5055")
    assert memory.entries == {
        ("zenodo_sdk", PRODUCTION): SECRET,
        ("zenodo_sdk", SANDBOX): OTHER,
        ("zenodo_sdk", ELSEWHERE): "third",
    }
    assert value(find_token(SANDBOX)) == OTHER
    assert (logout(SANDBOX), logout("https://sandbox.zenodo.org")) == (True, False)
    assert find_token(SANDBOX).token is None
    assert value(find_token(PRODUCTION)) == SECRET
    login(OTHER)  # replaces
    assert value(find_token(PRODUCTION)) == OTHER


@pytest.mark.parametrize("where", ["environment", "keyring", "file"])
@pytest.mark.parametrize(
    ("stored", "host"), [(SANDBOX, PRODUCTION), (PRODUCTION, SANDBOX), (SANDBOX, ELSEWHERE)]
)
def test_login_refuses_the_token_of_another_host(
    where: str, stored: str, host: str, home: Path, memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    if where == "environment":
        monkeypatch.setenv(VARIABLES[stored], SECRET)
    elif where == "keyring":
        login(SECRET, stored)
    else:
        key = {PRODUCTION: "ACCESS_TOKEN", SANDBOX: "ACCESS_TOKEN-sandbox"}[stored]
        write(home, f"{key}: {SECRET}")
    assert stored_for(SECRET, except_host=host) == [stored]
    assert stored_for(SECRET, except_host=stored) == []
    with pytest.raises(CredentialError, match=f"stored for {stored}; .* one host only") as caught:
        login(SECRET, host)
    assert_silent(caught.value)
    assert not isinstance(caught.value, KeyringUnavailable)
    assert ("zenodo_sdk", host) not in memory.entries
    login(SECRET, stored)


def test_stored_for_names_every_host_and_never_an_unlike_text() -> None:
    environ = {
        "ZENODO_TOKEN": f"{SECRET} ",
        "ZENODO_SANDBOX_TOKEN": SECRET,
        "ZENODO_SDK_TOKEN": OTHER,
    }
    assert stored_for(SECRET, except_host=ELSEWHERE, environ=environ) == [PRODUCTION, SANDBOX]
    for text in (SECRET[:-1], SECRET + "x", SECRET.swapcase(), OTHER, "", " ", "é", "\udcff"):
        assert stored_for(text, except_host=ELSEWHERE, environ=environ) == []
    broken = {"ZENODO_TOKEN": "\udcff", "ZENODO_SANDBOX_TOKEN": ""}
    assert stored_for(SECRET, except_host=ELSEWHERE, environ=broken) == []
    assert stored_for("", except_host=ELSEWHERE, environ=broken) == []


@pytest.mark.parametrize("text", ["", "  "])
def test_login_without_a_token(text: str, memory: Memory) -> None:
    with pytest.raises(CredentialError, match="No token was given"):
        login(text)
    assert memory.entries == {}


@pytest.mark.parametrize("text", ["sandbox.zenodo.org", "ZENODO.org", "https://repository.example"])
def test_login_with_an_address_for_a_token(text: str, memory: Memory) -> None:
    with pytest.raises(CredentialError, match=r"an address, not a token; use login\(host=...\)"):
        login(text)
    assert memory.entries == {}


def terminal(monkeypatch: pytest.MonkeyPatch, answer: str) -> list[str]:
    prompts: list[str] = []

    def ask(prompt: str) -> str:
        prompts.append(prompt)
        return answer

    monkeypatch.setattr("sys.stdin", SimpleNamespace(isatty=lambda: True))
    monkeypatch.setattr("getpass.getpass", ask)
    return prompts


def test_login_asks_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    prompts = terminal(monkeypatch, SECRET)
    login(host=SANDBOX)
    assert prompts == ["Token for sandbox.zenodo.org (not shown while typing): "]
    assert value(find_token(SANDBOX)) == SECRET


def test_nobody_is_asked_in_vain(monkeypatch: pytest.MonkeyPatch, memory: Memory) -> None:
    prompts = terminal(monkeypatch, SECRET)
    memory.error = KeyringLocked("locked")
    with pytest.raises(KeyringUnavailable, match="locked"):
        login()
    assert prompts == []


@pytest.mark.parametrize("stdin", [SimpleNamespace(isatty=lambda: False), None])
def test_login_does_not_ask_without_a_terminal(
    stdin: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    prompts = terminal(monkeypatch, SECRET)
    monkeypatch.setattr("sys.stdin", stdin)
    with pytest.raises(CredentialError, match=r"No terminal .* login\(token=...\)"):
        login()
    assert prompts == []


@pytest.mark.parametrize(("host", "variable"), VARIABLES.items())
def test_login_without_a_keyring_names_the_other_ways(
    host: str, variable: str, use: Callable[[KeyringBackend], None]
) -> None:
    use(fail.Keyring())
    with pytest.raises(KeyringUnavailable) as caught:
        login(SECRET, host)
    for way in (f"variable {variable}\n", "Client(token=...)", "gnome-keyring", "dbus-run-session"):
        assert way in str(caught.value)
    assert_silent(caught.value)


@pytest.mark.parametrize("secret", [SECRET, "short"])
@pytest.mark.parametrize("kind", [PasswordSetError, RuntimeError, ValueError, OSError])
def test_backend_that_quotes_the_token(
    kind: type[Exception], secret: str, use: Callable[[KeyringBackend], None]
) -> None:
    class Chatty(Memory):
        def set_password(self, service: str, username: str, password: str) -> None:
            raise kind(f"{service}/{username}: cannot store {password!r}")

    use(Chatty())
    with pytest.raises(KeyringUnavailable) as caught:
        login(secret)
    assert_silent(caught.value, secret)


def test_login_reads_back(use: Callable[[KeyringBackend], None]) -> None:
    class Truncating(Memory):
        def set_password(self, service: str, username: str, password: str) -> None:
            self.entries[service, username] = password[:32]

    use(Truncating())
    with pytest.raises(KeyringUnavailable, match="it took the token and did not keep it") as caught:
        login(SECRET)
    assert_silent(caught.value)


def test_logout_says_when_an_entry_stays(use: Callable[[KeyringBackend], None]) -> None:
    class Sticky(Memory):
        def delete_password(self, service: str, username: str) -> None:
            """Keep it."""

    class Stubborn(Memory):
        def delete_password(self, service: str, username: str) -> None:
            raise PasswordDeleteError(f"{SECRET} stays")

    for backend, reason in ((Sticky(), "still has an entry"), (Stubborn(), r"\*\*\* stays")):
        use(backend)
        login(SECRET)
        with pytest.raises(KeyringUnavailable, match=reason) as caught:
            logout()
        assert_silent(caught.value)


# ------------------------------------------------------------------------------------- leaks


def test_tokens_are_not_printed() -> None:
    token = Token(SECRET, "the token argument")
    found = find_token(PRODUCTION, SECRET)
    for thing in (token, found, [token], {"token": token}):
        assert SECRET not in f"{thing} {thing!r}"
        assert SECRET not in "%s %r" % (thing, thing)  # noqa: UP031 - it goes by another way
    assert repr(token) == "Token(source='the token argument')"
    with pytest.raises(AttributeError) as caught:
        token.value = OTHER
    assert_silent(caught.value, OTHER)


def test_what_was_tried_quotes_no_token(home: Path) -> None:
    write(home, f"ACCESS_TOKEN: {SECRET}\n{SECRET}\n")
    found = find_token(SANDBOX, environ={"ZENODO_TOKEN": SECRET, "ZENODO_SDK_TOKEN": SECRET})
    assert found.token is None
    assert SECRET not in "".join(found.tried)


# ---------------------------------------------------------------------------------- examples


def test_the_examples_run(memory: Memory) -> None:
    ran = 0
    for test in doctest.DocTestFinder().find(credentials, globs=dict(vars(credentials))):
        for example in test.examples:
            example.options.clear()  # skipped elsewhere, as they would use the real keyring
        memory.entries = {("zenodo_sdk", SANDBOX): SECRET} if "logout" in test.name else {}
        result = doctest.DocTestRunner().run(test)
        assert result.failed == 0
        ran += result.attempted
    assert ran >= 5
