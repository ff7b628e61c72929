"""The Stripe stand-in for tests: its own process, its own folder, a free port.

    with start_standin(tmp_path, webhook_url="http://127.0.0.1:9/", secret="whsec_x") as standin:
        client = stripe.StripeClient("sk_test_x", base_addresses={"api": standin.url})
        standin.pay(session_id)                      # 4242…: {"state": "paid", "redirect": …}
        standin.pay(session_id, card="4000000000000002")         # {"state": "declined", …}
        standin.pay(session_id, card="4000002760003184", confirm=True)   # with the second step
        standin.pay(session_id, bank="ok")           # or "fails": {"state": "processing", …}
        standin.next_card(subscription_id, "4000000000009995")    # what renewals meet
        standin.renew(subscription_id)               # the next period begins and is tried now
        standin.renew(subscription_id, card="4000000000009995")   # … and is declined
        standin.retry(invoice_id)                    # an open invoice is tried now
        standin.settle()                             # fees, refunds, debits now, not later
        standin.settle_charge(id), bounce(id), expire(session_id)
        standin.dispute(charge=id) -> dispute; close_dispute(id, "won"); payout(); fail_refund(id)
        standin.schedule_payouts("daily")            # or "weekly", "manual", as tests begin
        standin.clock(set=…) / clock(advance=seconds) / clock(reset=True) -> {"now": …}
        standin.webhooks(deliver=False, delay_ms=…, duplicate=3, parallel=True, reorder=True,
                         drop=True or how many, bad_signature=True, old_timestamp=True,
                         retries=[0.1], url=…, secret=…)
        standin.redeliver("all" or event id); deliveries(); wait_idle(timeout=…)
        standin.faults(status=500, count=2, path="/v1/refunds", hang=1.5,
                       drop_after_commit=True, after_commit=True, keep=False); clear_faults()
        standin.reset(); stop(); kill(); restart()

Without `webhook_url` no webhook is sent; `webhooks(url=…)` sets it later. Fees come only by
`settle()` when `fee_delay_ms` is large, as it is here by default: tests then do not race.
Every answer is the control API's JSON; docs/operations/stripe-stand-in.md tells more.
"""

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, Self

from tests.plugins.processes import PATIENCE, ROOT

NEVER_MS = 3_600_000


class StandIn:
    """One running stand-in and its control API."""

    def __init__(self, arguments: list[str], *, log: Path) -> None:
        self._arguments = arguments
        self._log = log
        self._port = "0"
        self.url = ""
        self._process = self._start()

    def _start(self) -> subprocess.Popen[str]:
        with self._log.open("a") as log:
            process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "weintl.stripe_standin",
                    f"--port={self._port}",
                    *self._arguments,
                ],
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            process.wait(timeout=PATIENCE)
            raise RuntimeError(f"The stand-in did not start: {self._log.read_text()[-2000:]}")
        self.url = line.split()[-1]
        self._port = self.url.rsplit(":", 1)[1]
        return process

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def output(self) -> str:
        """What it wrote to its error stream."""
        return self._log.read_text()

    def stop(self) -> None:
        """Stop it in good order; a second call does nothing."""
        self._end(kill=False)

    def kill(self) -> None:
        """Kill it at once, as a power cut would."""
        self._end(kill=True)

    def restart(self) -> None:
        """Start it again on the same port and folder."""
        self.stop()
        self._process = self._start()

    def _end(self, *, kill: bool) -> None:
        if self._process.poll() is None:
            if kill:
                self._process.kill()
            else:
                self._process.terminate()
            self._process.wait(timeout=PATIENCE)
        if self._process.stdout is not None:
            self._process.stdout.close()

    def control(self, path: str, given: dict[str, Any] | None = None, *, method: str = "POST"):
        """Call /_sim/<path>. Raises AssertionError with its words where it refuses."""
        request = urllib.request.Request(
            f"{self.url}/_sim/{path}",
            method=method,
            data=json.dumps(given or {}).encode() if method == "POST" else None,
            headers={"Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{path}: {error.code} {error.read().decode()}") from error

    def state(self) -> dict[str, Any]:
        return self.control("state", method="GET")

    def pay(self, session_id: str, card: str = "4242424242424242", **more: Any) -> dict[str, Any]:
        return self.control(f"sessions/{session_id}/pay", {"card": card, **more})

    def expire(self, session_id: str) -> dict[str, Any]:
        return self.control(f"sessions/{session_id}/expire")

    def next_card(self, subscription_id: str, card: str) -> dict[str, Any]:
        return self.control(f"subscriptions/{subscription_id}/card", {"card": card})

    def renew(self, subscription_id: str, **given: Any) -> dict[str, Any]:
        return self.control(f"subscriptions/{subscription_id}/renew", given)

    def retry(self, invoice_id: str) -> dict[str, Any]:
        return self.control(f"invoices/{invoice_id}/retry")

    def settle(self) -> dict[str, Any]:
        return self.control("settle")

    def settle_charge(self, charge_id: str) -> dict[str, Any]:
        return self.control(f"charges/{charge_id}/settle")

    def bounce(self, charge_id: str) -> dict[str, Any]:
        return self.control(f"charges/{charge_id}/bounce")

    def dispute(self, **given: Any) -> dict[str, Any]:
        return self.control("disputes", given)

    def close_dispute(self, dispute_id: str, outcome: str) -> dict[str, Any]:
        return self.control(f"disputes/{dispute_id}/close", {"outcome": outcome})

    def payout(self, *, include_pending: bool = True) -> list[dict[str, Any]]:
        return self.control("payouts", {"include_pending": include_pending})["payouts"]

    def schedule_payouts(self, interval: str) -> dict[str, Any]:
        return self.control("payouts/schedule", {"interval": interval})

    def fail_payout(self, payout_id: str) -> dict[str, Any]:
        return self.control(f"payouts/{payout_id}/fail")

    def fail_refund(self, refund_id: str) -> dict[str, Any]:
        return self.control(f"refunds/{refund_id}/fail")

    def hold_refund(self, refund_id: str) -> dict[str, Any]:
        return self.control(f"refunds/{refund_id}/hold")

    def clock(self, **given: Any) -> dict[str, Any]:
        return self.control("clock", given)

    def webhooks(self, **given: Any) -> dict[str, Any]:
        return self.control("webhooks", given)

    def redeliver(self, event: str = "all") -> dict[str, Any]:
        return self.control("webhooks/redeliver", {"event": event})

    def deliveries(self) -> dict[str, Any]:
        return self.control("deliveries", method="GET")

    def faults(self, **given: Any) -> dict[str, Any]:
        return self.control("faults", given)

    def clear_faults(self) -> dict[str, Any]:
        return self.control("faults", method="DELETE")

    def reset(self) -> dict[str, Any]:
        return self.control("reset")

    def wait_idle(self, timeout: float = PATIENCE) -> None:
        """Wait until no webhook is queued. Fails after `timeout` seconds."""
        deadline = time.monotonic() + timeout
        while self.state()["pending_deliveries"]:
            if time.monotonic() > deadline:
                raise AssertionError(f"Webhooks still queued: {self.deliveries()['attempts'][-5:]}")
            time.sleep(0.03)


def start_standin(
    tmp_path: Path,
    webhook_url: str = "",
    secret: str = "whsec_test",
    fee_delay_ms: int = NEVER_MS,
    *,
    refund_delay_ms: int = NEVER_MS,
    debit_delay_ms: int = NEVER_MS,
    retries: str = "0.1,0.2,0.3",
    extra: tuple[str, ...] = (),
) -> StandIn:
    """Start a stand-in whose data lies in `tmp_path`; stop it, or use it in a `with`."""
    tmp_path.mkdir(parents=True, exist_ok=True)
    arguments = [
        "--end-with-parent",
        f"--data-dir={tmp_path}",
        f"--webhook-url={webhook_url}",
        f"--webhook-secret={secret}",
        f"--fee-delay-ms={fee_delay_ms}",
        f"--refund-delay-ms={refund_delay_ms}",
        f"--debit-delay-ms={debit_delay_ms}",
        f"--retries={retries}",
        "--payouts=manual",
        *extra,
    ]
    return StandIn(arguments, log=tmp_path / "stand-in.log")
