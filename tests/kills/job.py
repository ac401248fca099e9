"""A job that can be killed anywhere and started again: two versions, the first edited.

It keeps nothing on its own side; each run looks at the server and goes on from there.
"""

from __future__ import annotations

import io
import os
import signal
import sys

from zenodo_sdk import Client, Creator, Deposition, Metadata

FIRST = b"first version " * 100_000
SECOND = b"second version " * 100_000
EDITED = "<p>With a word more</p>"


class Deadly(io.BytesIO):
    """A source that kills the process while its content is under way."""

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell() > len(self.getvalue()) // 2:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().read(size)


def run(url: str, token: str, title: str, *, deadly: bool) -> None:
    with Client(token, base_url=url) as client:
        mine = list(client.depositions.list(f'metadata.title:"{title}"', all_versions=True))
        mine.sort(key=lambda each: each.version_index)
        first = client.depositions.get(mine[0].id) if mine else create(client, title)
        if first.state == "draft":
            send(first, "data.bin", FIRST, deadly=deadly)
            first.publish()
        if first.metadata.description != EDITED or first.state == "editing":
            first.edit()
            first.metadata.description = EDITED
            first.save()
            first.publish()
        if len(mine) < 2 or mine[1].state == "draft":
            second = first.new_version()
            send(second, "more.bin", SECOND, deadly=False)
            second.publish()


def create(client: Client, title: str) -> Deposition:
    return client.depositions.create(
        Metadata(
            title=title,
            resource_type="dataset",
            creators=[Creator(name="Okafor, Ada")],
            publication_date="2026-11-22",
            publisher="The tests",
        )
    )


def send(deposition: Deposition, name: str, content: bytes, *, deadly: bool) -> None:
    source = Deadly(content) if deadly else io.BytesIO(content)
    deposition.files.upload(source, name=name, overwrite="replace")


if __name__ == "__main__":
    run(*sys.argv[1:4], deadly=len(sys.argv) > 4)
