"""Following a redirect without carrying the token astray."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from ..errors import UnexpectedAnswer
from .call import Answer, Call
from .origin import Origin, may_carry_token, redirect_target

REDIRECTS = frozenset({301, 302, 303, 307, 308})
MOST = 5


@dataclass(frozen=True, slots=True)
class Target:
    """Where a request goes.

    Attributes:
        url: Absolute address.
        with_token: Whether it may carry the token.
        hops: How many redirects led here.
    """

    url: str
    with_token: bool
    hops: int = 0

    def follow(self, call: Call, answer: Answer, base_url: str) -> Target:
        """Tell where a redirect leads.

        Args:
            call: What was asked.
            answer: The redirect.
            base_url: The repository, to whose origin alone the token goes.

        Raises:
            UnexpectedAnswer: It is no redirect that can be followed.
        """
        location = answer.headers.get("location", "")
        try:
            url = redirect_target(self.url, location)
            Origin.of(url)  # ValueError: its port is none
            home = may_carry_token(base_url, url)
        except ValueError:
            url, home = "", False
        why = ""
        if call.method not in ("GET", "HEAD"):
            why = "only reading follows redirects; is base_url the repository's own address?"
        elif self.hops >= MOST:
            why = f"more than {MOST} redirects; is base_url the repository's own address?"
        elif not location or urlsplit(url).scheme not in ("http", "https"):
            why = "it leads nowhere; the server is set up wrongly, or base_url is"
        if why:
            raise UnexpectedAnswer(
                f"{call.method} {call.path} on {urlsplit(base_url).hostname} was redirected"
                f" ({answer.status}): {why}",
                status=answer.status,
                method=call.method,
                path=call.path,
            )
        return Target(
            url,
            # once astray, a later hop back home does not get it again
            with_token=self.with_token and home,
            hops=self.hops + 1,
        )
