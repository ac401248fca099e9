"""The token of a share link: the one secret that the server wants in addresses."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from ..errors import Refused

PARAMETER = "token"
# a JWT, or what older links have
_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")
_SHOWN = re.compile(r"(?<=[?&]token=)[^&\s'\"]+")


@dataclass(frozen=True, slots=True)
class ShareToken:
    """The token of a share link; printing it shows nothing.

    Zenodo takes it as ``?token=`` and in no other way. So it is kept apart from calls, and what
    knows it is only the transport of whoever was given the link.

    Attributes:
        token: The token itself.
    """

    token: str = field(repr=False)

    @classmethod
    def of(cls, text: str) -> ShareToken:
        """Check what a caller gives.

        Raises:
            Refused: It is no token; the message does not quote it.
        """
        bare = text.strip()
        if not _TOKEN.fullmatch(bare):
            del text, bare  # a traceback with locals would show them
            raise Refused(
                "share_token is the text after 'token=' in the address of a share link, without"
                " anything else"
            )
        return cls(bare)

    def scrubbed(self, content: bytes) -> bytes:
        """Take it out of an answer's body: a debugging page may show the whole request."""
        for spelling in {self.token, quote(self.token, safe="")}:
            content = content.replace(spelling.encode(), b"***")
        return content

    def removed_from(self, url: str) -> str:
        """Take it out of an address that the server sends a client to."""
        parts = urlsplit(url)
        pairs = parse_qsl(parts.query, keep_blank_values=True)
        kept = [pair for pair in pairs if pair[1] != self.token]
        # what has nothing of it stays as it is spelled
        return url if kept == pairs else urlunsplit(parts._replace(query=urlencode(kept)))


def hidden(text: str) -> str:
    """A text with addresses in it, without the tokens of share links."""
    return _SHOWN.sub("***", text)
