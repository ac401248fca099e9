"""The servers that a measured program talks to: nginx for the bytes, a small API behind it."""

from __future__ import annotations

import getpass
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
ONE_WAY = 0.05
"""Seconds that the latency proxy adds each way."""
PER_CONNECTION = 3_000_000
"""Bytes a second of each connection where the server is like Zenodo."""
PER_MINUTE = 60
"""Requests a minute there."""

_CONFIG = """
daemon off;
worker_processes 2;
{user}
pid {root}/nginx.pid;
error_log {root}/error.log warn;
events {{ worker_connections 1024; }}
http {{
  log_format bench '$status $request_method $body_bytes_sent $request_length $request_uri '
                   '$http_range';
  access_log {root}/access.log bench;
  sendfile on;
  tcp_nopush on;
  default_type application/octet-stream;
  keepalive_timeout 5s;
  keepalive_requests 100000;
  client_max_body_size 0;
  client_body_buffer_size 1m;
  client_body_temp_path {root}/body;
  proxy_temp_path {root}/proxy;
  fastcgi_temp_path {root}/fastcgi;
  uwsgi_temp_path {root}/uwsgi;
  scgi_temp_path {root}/scgi;
  proxy_http_version 1.1;
  proxy_set_header Connection "";
  proxy_set_header Host $http_host;
  upstream control {{ server 127.0.0.1:{control}; keepalive 64; }}
  limit_req_zone $server_name zone=minute:1m rate={per_minute}r/m;
  limit_req_status 429;

  server {{
    listen 127.0.0.1:{fast};
    location / {{ proxy_pass http://control; }}
    location ~ ^/api/records/(\\d+)/files/(.+)/content$ {{
      alias {records}/$1/$2;
      limit_rate {rate};
    }}
    location ~ ^/api/(records/\\d+/draft/files/.+/content|files/.+)$ {{
      # nginx receives it into a file of its own, and the API is told which
      client_body_in_file_only on;
      proxy_pass_request_body off;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
      proxy_set_header Content-Length "";
      proxy_set_header X-Received $request_body_file;
      proxy_pass http://control;
    }}
  }}

  server {{
    listen 127.0.0.1:{limited};
    # 60 at once, then one a second; the API behind counts the fixed window itself
    limit_req zone=minute burst={burst} nodelay;
    location / {{
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
      proxy_set_header X-Limited 1;
      proxy_pass http://control;
    }}
    location /bytes/ {{
      internal;
      alias {records}/;
      limit_rate {per_connection};
      add_header X-RateLimit-Limit $upstream_http_x_ratelimit_limit;
      add_header X-RateLimit-Remaining $upstream_http_x_ratelimit_remaining;
      add_header X-RateLimit-Reset $upstream_http_x_ratelimit_reset;
      add_header Retry-After $upstream_http_retry_after;
    }}
  }}
}}
"""


class Request(NamedTuple):
    """A line of nginx's log.

    Attributes:
        status: Of the answer; what the client left early has 200 or 206 too, or 499.
        method: Of the request.
        sent: Bytes of the answer's body that were sent.
        received: Bytes of the request, headers with them.
        path: Path and query.
        range: The header; "-" if there was none.
    """

    status: int
    method: str
    sent: int
    received: int
    path: str
    range: str

    @property
    def has_content(self) -> bool:
        """Whether it moved content."""
        return bool(re.search(r"/content$|^/api/files/", self.path))


@dataclass(frozen=True)
class Traffic:
    """What nginx saw.

    Attributes:
        requests: How many requests.
        refused: How many of them it answered with 429.
        failed: How many it answered with another error.
        sent: Bytes of bodies that it sent.
        received: Bytes of requests that it received, headers with them.
        contents: Requests that moved content.
    """

    requests: int
    refused: int
    failed: int
    sent: int
    received: int
    contents: int


class Servers:
    """Running servers.

    Attributes:
        fast: Base URL without limits.
        limited: Base URL with Zenodo's limits.
        far: Base URL without limits, but far away; empty if not wanted.
        store: Folder where uploads end: a folder for each draft.
    """

    def __init__(self, root: Path, fast: int, limited: int, far: int | None) -> None:
        self.fast = f"http://127.0.0.1:{fast}"
        self.limited = f"http://127.0.0.1:{limited}"
        self.far = f"http://127.0.0.1:{far}" if far else ""
        self.store = root / "store"
        self._log = root / "access.log"

    def forget(self) -> None:
        """Count from here."""
        os.truncate(self._log, 0)

    def requests(self) -> list[Request]:
        """List what was asked since."""
        time.sleep(0.3)  # a request is logged after its last byte, so maybe after its client's end
        rows = [line.split(" ", 5) for line in self._log.read_text().splitlines()]
        return [
            Request(int(row[0]), row[1], int(row[2]), int(row[3]), row[4], row[5]) for row in rows
        ]

    def traffic(self) -> Traffic:
        """Tell what happened since."""
        rows = self.requests()
        status = [row.status for row in rows]
        return Traffic(
            requests=len(rows),
            refused=status.count(429),
            failed=sum(code >= 400 and code != 429 for code in status),
            sent=sum(row.sent for row in rows),
            received=sum(row.received for row in rows),
            contents=sum(row.has_content for row in rows),
        )


def nginx() -> str | None:
    """Find nginx."""
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


@contextmanager
def serving(
    root: Path,
    records: Path,
    known: dict[str, tuple[int, str]],
    *,
    far: bool,
    plain: bool = False,
    rate: int = 0,
) -> Generator[Servers]:
    """Start servers, and end them.

    Args:
        root: An empty folder for what they write.
        records: Folder with a folder of files for each published record.
        known: Size and MD5 of each content by its name.
        far: Whether the latency proxy is wanted.
        plain: Whether that one does without slow start.
        rate: Bytes a second of each download's connection where nothing else is limited; 0 for as
            many as can be.
    """
    program = nginx()
    assert program is not None
    (root / "store").mkdir(parents=True)
    settings = root / "control.json"
    settings.write_text(
        json.dumps(
            {
                "records": str(records),
                "store": str(root / "store"),
                "known": known,
                "limit": PER_MINUTE,
            }
        )
    )
    fast, limited = _free_ports(2)
    with ExitStack() as stack:
        control = stack.enter_context(_python("control.py", str(settings)))
        config = root / "nginx.conf"
        config.write_text(
            _CONFIG.format(
                root=root,
                # a master of root's would make its workers somebody who cannot read our files
                user=f"user {getpass.getuser()};" if os.geteuid() == 0 else "",
                records=records,
                control=control,
                fast=fast,
                limited=limited,
                per_minute=PER_MINUTE,
                burst=PER_MINUTE - 1,
                per_connection=PER_CONNECTION,
                rate=rate,
            )
        )
        command = [program, "-p", str(root), "-c", str(config), "-e", str(root / "error.log")]
        stack.enter_context(_running(command))
        for port in (fast, limited):
            _await(port, root / "error.log")
        proxy = None
        if far:
            flags = ["--plain"] if plain else []
            proxy = stack.enter_context(_python("latency.py", str(fast), str(ONE_WAY), *flags))
        yield Servers(root, fast, limited, proxy)


@contextmanager
def _python(script: str, *arguments: str) -> Generator[int]:
    with _running([sys.executable, str(HERE / script), *arguments]) as process:
        assert process.stdout is not None
        yield int(process.stdout.readline())


@contextmanager
def _running(command: list[str]) -> Generator[subprocess.Popen[bytes]]:
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def _await(port: int, log: Path) -> None:
    deadline = time.monotonic() + 10
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            if time.monotonic() > deadline:
                said = log.read_text() if log.exists() else "nothing"
                raise SystemExit(f"nginx did not start; it said: {said}") from None
            time.sleep(0.02)
        else:
            return
