"""Set up an empty instance: tables, indices, vocabularies, users and communities."""
# mypy: ignore-errors
# (what is imported here is only there in the server's own venv)

from __future__ import annotations

import json
import os
from datetime import datetime, timezone
from pathlib import Path

from application import app, index_what_is_queued, invenio, report
from flask_principal import Identity, UserNeed
from flask_security.utils import hash_password
from invenio_access.permissions import any_user, authenticated_user
from invenio_accounts.proxies import current_datastore
from invenio_communities.proxies import current_communities
from invenio_db import db
from invenio_oauth2server.models import Token
from invenio_users_resources.services.users.tasks import reindex_users

HOME = Path(os.environ["RDM_SERVER_HOME"])

COMMANDS = f"""
db create
files location create --default local {HOME / "files"}
roles create admin
access allow superuser-access role admin
roles create administration
access allow administration-access role administration
index init --force
rdm-records custom-fields init
communities custom-fields init
queues declare
rdm-records fixtures
"""


def add_user(name: str) -> tuple[int, str]:
    """Make a user who may do everything at once; return the id and an access token."""
    now = datetime.now(timezone.utc).replace(tzinfo=None)  # noqa: UP017 (for Python 3.9)
    user = current_datastore.create_user(
        username=name,
        email=f"{name}@example.org",
        password=hash_password(f"{name}-{name}"),
        active=True,
        confirmed_at=now,
        verified_at=now,
        user_profile={"full_name": f"{name.title()} Tester", "affiliations": "Example Institute"},
        preferences={
            "visibility": "public",
            "email_visibility": "restricted",
            "locale": "en",
            "timezone": "UTC",
        },
    )
    db.session.commit()
    token = Token.create_personal(
        "integration tests", user.id, scopes=["user:email"], is_internal=False
    )
    db.session.commit()
    reindex_users([user.id])
    return user.id, token.access_token


def add_community(owner: int, slug: str, title: str, *, review: str) -> str:
    """Make a public community to which everybody may submit; return its slug."""
    identity = Identity(owner)
    identity.provides.update({any_user, authenticated_user, UserNeed(owner)})
    access = {
        "visibility": "public",
        "member_policy": "open",
        "record_submission_policy": "open",
        "review_policy": review,
    }
    community = {"slug": slug, "metadata": {"title": title}, "access": access}
    current_communities.service.create(identity, community)
    return slug


def main() -> None:
    for command in COMMANDS.strip().splitlines():
        invenio(command)
    with app.app_context():
        alice, alices_token = add_user("alice")
        bob, bobs_token = add_user("bob")
        opened = add_community(alice, "open-tests", "Tests without review", review="open")
        reviewed = add_community(bob, "reviewed-tests", "Tests with review", review="closed")
    report("users and communities made")
    index_what_is_queued()

    accounts = HOME / "state" / "accounts.json"
    accounts.touch(mode=0o600)
    accounts.write_text(
        json.dumps(
            {
                "ZENODO_SDK_TEST_TOKEN": alices_token,
                "ZENODO_SDK_TEST_TOKEN_2": bobs_token,
                "ZENODO_SDK_TEST_USER_ID": str(alice),
                "ZENODO_SDK_TEST_USER_ID_2": str(bob),
                "ZENODO_SDK_TEST_COMMUNITY": opened,
                "ZENODO_SDK_TEST_COMMUNITY_REVIEWED": reviewed,
            },
            indent=2,
        )
    )


main()
os._exit(0)  # all is written; an orderly end of the interpreter takes seconds here
