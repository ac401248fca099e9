"""Where the token may go: to the configured origin, over a connection that nobody can read."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from ..errors import ConfigurationError

_DEFAULT_PORTS = {"https": 443, "http": 80}

# letters of any script, for a host may be written in its own language
_NAME = re.compile(r"[^\W_](?:[\w.-]*[^\W_])?")


@dataclass(frozen=True, slots=True)
class Origin:
    """Scheme, host and port."""

    scheme: str
    host: str
    port: int

    @classmethod
    def of(cls, url: str) -> Origin:
        """Take the origin of an absolute URL; ValueError where it is none."""
        parts = urlsplit(url)
        scheme = parts.scheme.lower()
        return cls(
            scheme, (parts.hostname or "").lower(), parts.port or _DEFAULT_PORTS.get(scheme, 0)
        )

    @property
    def is_private_channel(self) -> bool:
        """Whether a token sent there cannot be read on the way."""
        if self.scheme == "https" or self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


def check_base_url(text: object) -> str:
    """Bring a base URL into its bare form.

    Args:
        text: ``https://zenodo.org``, with or without a slash or ``/api`` at its end.

    Returns:
        Scheme and host.

    Raises:
        ConfigurationError: It is no address of a repository, or carries a user name, a query
            or the like.
    """
    if not isinstance(text, str):
        raise ConfigurationError(f"base_url must be text, not {type(text).__name__}")
    text = text.strip()
    if "@" in text:
        # asked before anything else, for other messages quote the text
        raise ConfigurationError("base_url must not hold a user name or password; use token=")
    if " " in text or not text.isprintable():
        # readers of addresses leave some of these out, and so may who reads the message
        raise ConfigurationError(
            f"base_url {text!a} has white space or invisible characters inside"
        )
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise ConfigurationError(f"base_url '{text}' is no web address") from None
    scheme, host = parts.scheme.lower(), parts.hostname
    if scheme not in _DEFAULT_PORTS or not host:
        raise ConfigurationError(
            f"base_url '{text}' is no web address; write it as https://zenodo.org"
        )
    if parts.query or parts.fragment or parts.path.rstrip("/") not in ("", "/api"):
        raise ConfigurationError(
            f"base_url '{text}' should be the repository's root, such as https://zenodo.org"
        )
    if not (":" in host or _NAME.fullmatch(host)):
        raise ConfigurationError(f"base_url '{text}': '{host}' is no name of a host")
    # one spelling for one repository, for what is remembered of it goes by this text
    host = f"[{host}]" if ":" in host else host
    return f"{scheme}://{host}" + (f":{port}" if port not in (None, _DEFAULT_PORTS[scheme]) else "")


def redirect_target(request_url: str, location: str) -> str:
    """Tell where a redirect leads (``Location`` may be relative)."""
    return urljoin(request_url, location)


def may_carry_token(base_url: str, url: str) -> bool:
    """Say whether a request to ``url`` may carry the token that belongs to ``base_url``."""
    # what readers of addresses disagree about is no part of an honest one
    if "@" in url.partition("?")[0] or "\\" in url:
        return False
    try:
        target = Origin.of(url)
    except ValueError:
        return False
    return target == Origin.of(base_url) and target.is_private_channel
