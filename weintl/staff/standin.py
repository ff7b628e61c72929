"""The seed's hand on the payment stand-in: its clock, its cards, its webhooks.

Speaks the stand-in's control addresses over HTTP; shares no code with it.
"""

import json
from datetime import datetime
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen


class StandInAway(RuntimeError):
    """The stand-in does not answer."""


class StandIn:
    """The stand-in at `base` (http://127.0.0.1:8400)."""

    def __init__(self, base: str) -> None:
        """Keep the address."""
        self.base = base.rstrip("/")

    def _post(self, path: str, **body: Any) -> Any:
        request = Request(  # noqa: S310 - the address is our own loopback process
            f"{self.base}/_sim/{path}",
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        try:
            with urlopen(request, timeout=10) as answer:  # noqa: S310
                return json.load(answer)
        except URLError as error:
            raise StandInAway(f"The payment stand-in at {self.base} does not answer.") from error

    def set_clock(self, moment: datetime | None) -> None:
        """Move provider time to `moment`; None goes back to true time."""
        if moment is None:
            self._post("clock", reset=True)
        else:
            self._post("clock", set=int(moment.timestamp()))

    def pay(self, session_id: str) -> None:
        """Pay an open page with the card that succeeds."""
        self._post(f"sessions/{session_id}/pay", card="4242424242424242")

    def settle(self, charge_id: str) -> None:
        """Let the fee of a charge be known now."""
        self._post(f"charges/{charge_id}/settle")

    def drop_webhooks(self, on: bool) -> None:
        """Let webhooks get lost, and stop that."""
        self._post("webhooks", drop=on)
