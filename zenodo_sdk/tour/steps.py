"""The steps of ``python -m zenodo_sdk quickstart``, which shows these lines and runs them.

A step begins with ``# %%``, the tours that it belongs to (all, if none is named) and its title.
This is no module: each tour runs its own steps only, in this order.
"""
# So imports stand where they are needed, and it prints:
# ruff: noqa: D103, E402, T201

# %% [local] Start a Zenodo on this machine
from zenodo_sdk.testing import LocalZenodo

server = LocalZenodo().start()
client = server.client()
print(f"{server.url}, as {client.whoami().email}")

# %% [sandbox] Connect to the sandbox
from zenodo_sdk import Client

client = Client.sandbox()  # with the token that you stored
print(f"{client.base_url}, as {client.whoami().email}")

# %% Make two real files: how late this machine wakes up, and noise
import os
from pathlib import Path
from time import perf_counter, sleep


def wait() -> float:
    start = perf_counter()
    sleep(0.01)
    return (perf_counter() - start) * 1000


waits = [wait() for _ in range(60)]
head = "sample,asked_ms,waited_ms\n"
rows = [f"{n},10,{ms:.3f}\n" for n, ms in enumerate(waits)]
Path("wakeups.csv").write_text(head + "".join(rows))
Path("noise.bin").write_bytes(os.urandom(20_000_000))
print(f"60 waits of 10 ms took {min(waits):.2f} to {max(waits):.2f} ms")

# %% Describe them: a typing mistake never leaves this machine
from zenodo_sdk import Creator, Metadata

try:
    Metadata(title="How late a machine wakes up", resource_type="datset")
except ValueError as error:
    print(error)

# %% Make a draft
deposition = client.depositions.create(
    Metadata(
        title="How late a machine wakes up",
        resource_type="dataset",
        creators=[Creator(name="Okafor, Ada")],
        description="<p>wakeups.csv: 60 waits, by number (sample); the"
        " milliseconds asked for (asked_ms) and passed (waited_ms)."
        " noise.bin: 20 MB of random bytes.</p>",
        publisher="University X",
        licenses=["cc0-1.0"],
    )
)
print(f"draft {deposition.id}, {len(deposition.problems)} problems")

# %% Upload: a file counts when the server's MD5 is yours
from zenodo_sdk.quickstart import Bar

for name in ["wakeups.csv", "noise.bin"]:
    deposition.files.upload(name, progress=Bar())

# %% [local] Publish
doi = str(deposition.publish().doi)
print(f"{doi}, and for all versions {deposition.concept_doi}")

# %% [local] Get it by its DOI, download, compare every byte
for file in client.records.get(doi).files.list():
    path = file.download("back/", overwrite="replace", progress=Bar())
    assert path.read_bytes() == Path(file.name).read_bytes()
    print(f"{file.checksum}, and byte for byte the same")

# %% [sandbox] Download from the draft, compare every byte
for stored in deposition.files.list():
    path = stored.download("back/", overwrite="replace", progress=Bar())
    assert path.read_bytes() == Path(stored.name).read_bytes()
    print(f"{stored.checksum}, and byte for byte the same")

# %% [local] Make a second version, find it, stop
draft = deposition.new_version()  # has the files already
draft.metadata.version = "2"
draft.save()
draft.files.upload(b"Measured with sleep(0.01).\n", name="README.txt")
draft.publish()
for found in client.records.search("machine wakes"):
    print(f"{found.doi}, version {found.metadata.version}: {found.title}")
client.close()
server.close()  # and all of it is gone

# %% [delete] Delete the draft
deposition.delete()
