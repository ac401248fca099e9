"""Print transcripts, or compare those of two servers.

python -m tests.truth URL TOKEN TOKEN_2 [--against URL TOKEN TOKEN_2] [--only PATTERN]
"""

from __future__ import annotations

import argparse
import json
import re
from dataclasses import asdict

from tests.truth import exchanges as _  # noqa: F401 (fills SCRIPTS)
from tests.truth.comparison import compare, grouped
from tests.truth.script import SCRIPTS
from tests.truth.server import Server
from tests.truth.transcript import transcribe


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.truth", description=__doc__)
    parser.add_argument("server", nargs=3, metavar=("URL", "TOKEN", "TOKEN_2"))
    parser.add_argument("--against", nargs=3, metavar=("URL", "TOKEN", "TOKEN_2"))
    parser.add_argument("--only", default="", help="run the scripts whose names match")
    options = parser.parse_args()
    names = [name for name in SCRIPTS if re.search(options.only, name)]
    live = _server(*options.server)
    if options.against is None:
        for name in names:
            print(json.dumps(asdict(transcribe(live, name)), indent=1, ensure_ascii=False))
        return
    other, count, found = _server(*options.against), 0, []
    for name in names:
        one, two = transcribe(live, name), transcribe(other, name)
        count += len(one.exchanges)
        found += compare(one, two)
    print(grouped(found))
    print(f"{len(names)} scripts, {count} exchanges, {len(found)} differences")


def _server(url: str, token: str, token_2: str) -> Server:
    return Server.at(url, {"alice": token, "bob": token_2})


if __name__ == "__main__":
    main()
