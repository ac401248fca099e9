"""A job that brings a draft in step with a folder; it can be killed anywhere and started again."""

from __future__ import annotations

import sys

from zenodo_sdk import Client


def run(url: str, token: str, deposition_id: str, folder: str) -> None:
    with Client(token, base_url=url) as client:
        client.depositions.files(deposition_id).sync(folder)


if __name__ == "__main__":
    run(*sys.argv[1:5])
