"""A relay on loopback that remembers what was said to the provider and what it answered.

with Wire(standin.url) as wire:
    settings.STRIPE_API_BASE = wire.url
    wire.calls                          # one Call for each request, oldest first
"""

import http.client
import json
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import urlsplit

from tests.plugins.processes import PATIENCE

DROPPED = {"connection", "transfer-encoding", "content-length", "date", "server"}


@dataclass(frozen=True)
class Call:
    """One request as sent and its answer; `text` is the query, or the form of a POST."""

    method: str
    path: str
    text: str
    headers: dict[str, str]
    status: int
    body: Any


class Wire(ThreadingHTTPServer):
    """Hands every request on to `target` unchanged."""

    daemon_threads = True

    def __init__(self, target: str) -> None:
        self.target = urlsplit(target).netloc
        self.calls: list[Call] = []
        super().__init__(("127.0.0.1", 0), _Relay)
        self.url = f"http://127.0.0.1:{self.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()


class _Relay(BaseHTTPRequestHandler):
    server: Wire
    protocol_version = "HTTP/1.1"

    def _relay(self) -> None:
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        onward = http.client.HTTPConnection(self.server.target, timeout=PATIENCE)
        kept = {k: v for k, v in self.headers.items() if k.lower() not in DROPPED}
        onward.request(self.command, self.path, body=sent or None, headers=kept)
        answer = onward.getresponse()
        body = answer.read()
        asked = urlsplit(self.path)
        self.server.calls.append(
            Call(
                method=self.command,
                path=asked.path,
                text=sent.decode() if self.command == "POST" else asked.query,
                headers={name.lower(): value for name, value in self.headers.items()},
                status=answer.status,
                body=json.loads(body),
            )
        )
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in DROPPED:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        onward.close()

    do_GET = do_POST = do_DELETE = _relay

    def log_message(self, *_: Any) -> None:
        return
