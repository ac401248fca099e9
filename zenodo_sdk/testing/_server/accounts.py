"""Accounts, and whose token a request carries."""

from __future__ import annotations

from .answers import Answer, FrameworkError
from .context import Context, Route
from .state import Token, User
from .store import Store

_NOT_AUTHORIZED = (
    "The server could not verify that you are authorized to access the URL requested. You either"
    " supplied the wrong credentials (e.g. a bad password), or your browser doesn't understand"
    " how to supply the credentials required."
)


def user_of(store: Store, authorization: str) -> User | None:
    """The account behind an ``Authorization`` header; None for a guest or an unknown token."""
    scheme, _, given = authorization.partition(" ")
    token = store.find(Token, given.strip()) if scheme.lower() == "bearer" else None
    return store.find(User, token.parent or "") if token else None


def me(ctx: Context) -> Answer:
    """GET /api/me."""
    if ctx.user is None:
        raise FrameworkError(401, _NOT_AUTHORIZED)
    return Answer(
        200,
        {
            "confirmed_at": ctx.user.created,
            "email": ctx.user.email,
            "id": int(ctx.user.id),
            "last_login_at": None,
            "roles": [],
        },
        terse=True,
    )


ROUTES = [Route("GET", "/api/me", me, offers=())]
