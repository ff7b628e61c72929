"""Webhooks on their way: signed, sent in order, tried again, and disturbed where asked.

The queue lives in the storage: what was not delivered before a kill is sent after the next start.
"""

import hashlib
import hmac
import http.client
import json
import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from . import events
from .storage import Record
from .world import World

logger = logging.getLogger(__name__)

TIMEOUT = 10.0
# How old a webhook is that pretends to be old; receivers accept five minutes.
OLD = 3600
# With `reorder`, events gather this long and then leave newest first.
GATHERING = 0.3
MAX_COPIES = 20
DEFAULTS: dict[str, Any] = {
    "deliver": True,
    "delay_ms": 0,
    "duplicate": 1,
    "parallel": False,
    "reorder": False,
    "drop": False,
    "bad_signature": False,
    "old_timestamp": False,
    "retries": None,
}


@dataclass(frozen=True)
class Parcel:
    """One delivery, ready to be sent outside of any transaction."""

    delivery: int
    attempts: int
    event: str
    kind: str
    url: str
    secret: str
    body: bytes


def signature(*, body: bytes, secret: str, at: int) -> str:
    """Return the header as Stripe writes it. Source: docs.stripe.com/webhooks/signature."""
    mac = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256)
    return f"t={at},v1={mac.hexdigest()}"


def settings(world: World) -> dict[str, Any]:
    """Return how webhooks are disturbed now."""
    stored = world.store.setting("webhooks", {})
    # An empty list is a wish: no second try.
    given = stored.get("retries")
    retries = list(world.config.retries) if given is None else given
    return {**DEFAULTS, **stored, "retries": retries}


def post(url: str, *, body: bytes, header: str) -> int:
    """Send one webhook and return the status. Raises OSError or HTTPException."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=TIMEOUT)
    try:
        target = parts.path or "/"
        connection.request(
            "POST",
            f"{target}?{parts.query}" if parts.query else target,
            body=body,
            headers={
                "Content-Type": "application/json; charset=utf-8",
                "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks; stand-in)",
                "Accept": "*/*; q=0.5, application/xml",
                "Stripe-Signature": header,
            },
        )
        response = connection.getresponse()
        response.read(65_536)
        return response.status
    finally:
        connection.close()


class Courier(threading.Thread):
    """Sends what is due, one after the other, until stopped."""

    def __init__(self, world: World) -> None:
        super().__init__(name="courier", daemon=True)
        self._world = world
        self._wake = world.changed
        self._stopping = threading.Event()

    def stop(self) -> None:
        """End after the webhook that is being sent."""
        self._stopping.set()
        self._wake.set()

    def run(self) -> None:
        """Send until stopped; a failure of the storage is logged and waited out."""
        while not self._stopping.is_set():
            try:
                parcel = self._next()
                if parcel is None:
                    self._wake.wait(0.1)
                    self._wake.clear()
                    continue
                self._send(parcel)
            except Exception:
                logger.exception("stand_in.courier_failed")
                time.sleep(0.5)

    def _next(self) -> Parcel | None:
        with self._world.store.transaction():
            how = settings(self._world)
            if not how["deliver"]:
                return None
            now = self._world.true_time()
            is_reordered = bool(how["reorder"])
            order, waiting = ("id DESC", GATHERING) if is_reordered else ("due, id", 0.0)
            rows = self._world.store.execute(
                "SELECT * FROM deliveries WHERE state = 'pending' AND due <= ? "  # noqa: S608
                f"ORDER BY {order} LIMIT 1",
                now - waiting,
            )
            if not rows:
                return None
            row = rows[0]
            event = self._world.store.get("event", row["event"])
            endpoint = self._world.store.get("webhook_endpoint", row["endpoint"])
            if event is None or endpoint is None:
                self._finish(row["id"], "gone", row["attempts"])
                return None
            return self._parcel(row["id"], row["attempts"], event, endpoint)

    def _parcel(self, delivery: int, attempts: int, event: Record, endpoint: Record) -> Parcel:
        body = events.rendered(self._world, event.body)
        return Parcel(
            delivery=delivery,
            attempts=attempts,
            event=event.id,
            kind=event.body["type"],
            url=endpoint.body["url"],
            secret=endpoint.hidden["secret"],
            body=json.dumps(body, indent=2).encode(),
        )

    def _send(self, parcel: Parcel) -> None:
        with self._world.store.transaction():
            how = settings(self._world)
        copies = max(1, min(int(how["duplicate"]), MAX_COPIES))
        if how["parallel"] and copies > 1:
            with ThreadPoolExecutor(copies) as pool:
                results = list(pool.map(lambda _: self._try(parcel, how), range(copies)))
        else:
            results = [self._try(parcel, how) for _ in range(copies)]
        attempts = parcel.attempts + 1
        with self._world.store.transaction():
            if any(results):
                self._finish(parcel.delivery, "delivered", attempts)
            elif attempts > len(how["retries"]):
                self._finish(parcel.delivery, "failed", attempts)
            else:
                due = self._world.true_time() + how["retries"][attempts - 1]
                self._world.store.execute(
                    "UPDATE deliveries SET attempts = ?, due = ? WHERE id = ?",
                    attempts, due, parcel.delivery,
                )  # fmt: skip

    def _try(self, parcel: Parcel, how: dict[str, Any]) -> bool:
        started = time.monotonic()
        at = int(self._world.true_time()) - (OLD if how["old_timestamp"] else 0)
        secret = "whsec_wrong" if how["bad_signature"] else parcel.secret
        header = signature(body=parcel.body, secret=secret, at=at)
        status, error = None, ""
        try:
            status = post(parcel.url, body=parcel.body, header=header)
        except (OSError, http.client.HTTPException) as problem:
            error = f"{type(problem).__name__}: {problem}"
        with self._world.store.transaction():
            self._world.store.execute(
                "INSERT INTO attempts (delivery, event, type, url, at, status, error, "
                "milliseconds) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                parcel.delivery, parcel.event, parcel.kind, parcel.url, self._world.true_time(),
                status, error, int((time.monotonic() - started) * 1000),
            )  # fmt: skip
        return status is not None and 200 <= status < 300

    def _finish(self, delivery: int, state: str, attempts: int) -> None:
        self._world.store.execute(
            "UPDATE deliveries SET state = ?, attempts = ? WHERE id = ?", state, attempts, delivery
        )
