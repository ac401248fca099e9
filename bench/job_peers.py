"""A measured program: a peer at work. `python bench/job_peers.py JOB.json`.

Each is used as its documentation says, with its defaults. Those that know only zenodo.org are
pointed at the local server where they keep its address.
"""

# The peers come from the benchmark's own environment and have no types for each other.

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

Work = Any


def _zenodo_client(base: str) -> Any:
    from zenodo_client import Zenodo

    zenodo = Zenodo(access_token="TOKEN")
    zenodo.base, zenodo.api_base = base, f"{base}/api"
    zenodo.depositions_base = f"{base}/api/deposit/depositions"
    return zenodo


def download_zenodo_get(job: dict[str, Any]) -> Work:
    """One file after the other, MD5 afterwards."""
    import zenodo_get.zget as zget

    def fetch(record: str, *_: object, get_client: Any, **__: object) -> Any:
        return get_client().get(f"{job['base']}/api/records/{record}").json()

    zget.fetch_record_metadata = fetch
    return lambda: zget.download(job["record"], output_dir=job["out"], verbosity=0)


def download_zenodo_client(job: dict[str, Any]) -> Work:
    """Several files at once, no MD5."""
    os.environ["PYSTOW_HOME"] = job["out"]
    zenodo = _zenodo_client(job["base"])
    return lambda: zenodo.download_all(job["record"])


def download_pooch(job: dict[str, Any]) -> Work:
    """One file after the other, MD5 afterwards."""
    import pooch
    from pooch.downloaders import ZenodoRepository

    ZenodoRepository.base_api_url = f"{job['base']}/api/records"
    record = job["record"]

    def work() -> None:
        repository = ZenodoRepository(
            f"10.5281/zenodo.{record}", f"https://zenodo.org/records/{record}"
        )
        for file in repository.api_response["files"]:
            url, md5 = repository.download_url(file["key"]), file["checksum"]
            pooch.retrieve(url, known_hash=md5, path=job["out"], fname=file["key"])

    return work


def download_archivefs(job: dict[str, Any]) -> Work:
    """Ranges of 2 MiB on eight connections, MD5 afterwards."""
    from archivefs.backends.zenodo import ZenodoFileSystem

    def work() -> None:
        files = ZenodoFileSystem(api_url=f"{job['base']}/api")
        for path in files.ls(job["record"], detail=False):
            files.get_file(path, f"{job['out']}/{path.split('/')[-1]}")

    return work


def upload_zenodo_client(job: dict[str, Any]) -> Work:
    """One file after the other, a connection for each, no MD5."""
    from zenodo_client import Creator, Metadata

    zenodo = _zenodo_client(job["base"])
    about = Metadata(
        title="Measured",
        upload_type="dataset",
        description="Measured",
        creators=[Creator(name="Okafor, Ada")],
    )
    return lambda: zenodo.create(about, job["paths"], publish=False, timeout=3600)


def sync_zenodo_client(job: dict[str, Any]) -> Work:
    """Sends everything again."""
    zenodo = _zenodo_client(job["base"])
    return lambda: zenodo.update(job["draft"], job["paths"], publish=False, timeout=3600)


def upload_openscm_zenodo(job: dict[str, Any]) -> Work:
    """Four files at once, a connection for each, no MD5."""
    import requests
    from openscm_zenodo.zenodo import ZenodoInteractor

    def work() -> None:
        zenodo = ZenodoInteractor(token="TOKEN", zenodo_domain=job["base"])
        made = requests.post(f"{job['base']}/api/deposit/depositions", json={}, timeout=60)
        zenodo.upload_files(str(made.json()["id"]), [Path(path) for path in job["paths"]])

    return work


def upload_zupload(job: dict[str, Any]) -> Work:
    """One file, MD5 before."""
    from zupload import ZenodoUploader

    ZenodoUploader.BASE_URL = f"{job['base']}/api"
    uploader = ZenodoUploader("TOKEN")

    def work() -> None:
        draft = uploader.create_draft()
        bucket = uploader.get_bucket_url(draft)
        for path in job["paths"]:
            uploader.upload_file(bucket, Path(path))

    return work


def main(job: dict[str, Any]) -> None:
    """Do the job, and tell how long it took from within."""
    prepare = globals()[f"{job['what']}_{job['who'].replace('-', '_')}"]
    work = prepare(job)
    started = time.perf_counter()
    work()
    Path(job["span"]).write_text(str(time.perf_counter() - started))


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text()))
