"""The HTTP server: /v1 for programs, /pay for people, /_sim for tests; this machine only."""

import base64
import binascii
import json
import logging
import sys
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from . import control, pages, portal_pages
from .api import Api, Request
from .config import LOOPBACK
from .errors import ApiError
from .world import World

logger = logging.getLogger(__name__)

MAX_BODY = 1_000_000


class Server(ThreadingHTTPServer):
    """Carries what its handlers need."""

    daemon_threads = True
    request_queue_size = 256
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], *, world: World) -> None:
        self.world = world
        self.api = Api(world)
        super().__init__(address, Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing where a caller went away; that is its right."""
        if not isinstance(sys.exc_info()[1], ConnectionError | TimeoutError):
            logger.exception("stand_in.request_failed")


class Handler(BaseHTTPRequestHandler):
    """Reads one request and sends one answer in one write."""

    server: Server
    protocol_version = "HTTP/1.1"
    server_version = "StripeStandIn"
    sys_version = ""
    # Headers and body leave together: two writes would wait for each other (Nagle, delayed ACK).
    wbufsize = -1
    disable_nagle_algorithm = True
    timeout = 60

    def do_GET(self) -> None:
        """Answer a GET."""
        self._handle()

    def do_POST(self) -> None:
        """Answer a POST."""
        self._handle()

    def do_DELETE(self) -> None:
        """Answer a DELETE."""
        self._handle()

    def log_message(self, format: str, *args: Any) -> None:
        """Print a line for each request where asked."""
        if self.server.world.config.is_verbose:
            super().log_message(format, *args)

    def _handle(self) -> None:
        length = self.headers.get("Content-Length") or "0"
        if not length.isdigit() or int(length) > MAX_BODY:
            self.close_connection = True
            self._json(413, ApiError("Request body too large.", status=413).body())
            return
        body = self.rfile.read(int(length))
        # A name that leads here from outside must not let a web page use the stand-in.
        if (urlsplit(f"//{self.headers.get('Host', '')}").hostname or "") not in LOOPBACK:
            self._json(403, ApiError("Only loopback names are served.", status=403).body())
            return
        address = urlsplit(self.path)
        try:
            text = body.decode()
        except UnicodeDecodeError:
            self._json(400, ApiError("The body is not UTF-8.").body())
            return
        if address.path.startswith("/_sim/"):
            self._control(address.path.removeprefix("/_sim/"), address.query, text)
        elif address.path.startswith("/pay/"):
            self._page(address.path, text, answer=pages.answer)
        elif address.path.startswith("/portal/"):
            self._page(address.path, text, answer=portal_pages.answer)
        elif address.path == "/healthz":
            self._json(200, {"status": "ok"})
        else:
            self._api(address.path, text if self.command == "POST" else address.query)

    @property
    def _origin(self) -> str:
        return f"http://{self.headers['Host']}"

    def _api(self, path: str, text: str) -> None:
        request = Request(
            method=self.command,
            path=path,
            text=text,
            key=self.headers.get("Idempotency-Key"),
            version=self.headers.get("Stripe-Version"),
            api_key=_api_key(self.headers.get("Authorization", "")),
            origin=self._origin,
            content_type=self.headers.get("Content-Type", ""),
        )
        response = self.server.api.answer(request)
        if response.is_lost:
            self.close_connection = True
            return
        self._json(response.status, response.body, headers=response.headers)

    def _control(self, path: str, query: str, text: str) -> None:
        # A web page cannot send this type to another origin without being asked first.
        if self.command == "POST" and "json" not in self.headers.get("Content-Type", ""):
            self._json(415, ApiError("Send JSON.", status=415).body())
            return
        try:
            given = json.loads(text or "{}")
            if not isinstance(given, dict):
                raise ApiError("Send a JSON object.")
            given |= dict(pair.split("=", 1) for pair in query.split("&") if "=" in pair)
            answer = control.act(
                self.server.world, method=self.command, path=path, given=given, origin=self._origin
            )
        except ApiError as error:
            self._json(error.status, error.body())
        except (ValueError, TypeError) as error:
            self._json(400, ApiError(f"{type(error).__name__}: {error}").body())
        else:
            self._json(200, answer)

    def _page(
        self, path: str, text: str, *, answer: Callable[[World, pages.Visit], pages.Page]
    ) -> None:
        visit = pages.Visit(
            method=self.command,
            path=path,
            body=text,
            languages=self.headers.get("Accept-Language", ""),
            origin=self._origin,
        )
        page = answer(self.server.world, visit)
        self._send(page.status, page.text.encode(), kind=page.kind, headers=page.headers)

    def _json(self, status: int, body: Any, *, headers: dict[str, str] | None = None) -> None:
        data = json.dumps(body, indent=2).encode()
        self._send(status, data, kind="application/json", headers=headers or {})

    def _send(self, status: int, data: bytes, *, kind: str, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
        self.wfile.flush()


def _api_key(header: str) -> str:
    """Return the key of a Bearer header, or of Basic with the key as user name."""
    kind, _, value = header.partition(" ")
    if kind.lower() == "basic":
        try:
            return base64.b64decode(value).decode().partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return value.strip() if kind.lower() == "bearer" else ""
