"""An embedded Zenodo in a process of its own, so that it can be killed."""

from __future__ import annotations

import sys

from zenodo_sdk.testing import LocalZenodo

if __name__ == "__main__":
    with LocalZenodo("zenodo", data=sys.argv[1], port=int(sys.argv[2])) as server:
        print(server.url, server.token, flush=True)
        server.wait()
