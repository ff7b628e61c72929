"""What the stand-in is told when it starts: flags first, then the environment."""

import argparse
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .money import RATES

LOOPBACK = ("127.0.0.1", "::1", "localhost")
# Only for a run without any configuration; `make run` hands over a secret of its own.
DEFAULT_SECRET = "whsec_stand_in"  # noqa: S105


@dataclass(frozen=True)
class Config:
    """Addresses, secret and delays; delays are milliseconds of true time."""

    host: str
    port: int
    data_dir: Path
    webhook_url: str
    webhook_secret: str
    fee_delay_ms: int = 1500
    refund_delay_ms: int = 1500
    debit_delay_ms: int = 10_000
    settlement_currency: str = "usd"
    payouts: str = "weekly"
    retries: tuple[float, ...] = (1.0, 5.0, 25.0)
    is_verbose: bool = False
    # Ends when its parent does: a killed test run leaves nothing behind.
    ends_with_parent: bool = False

    @property
    def database(self) -> Path:
        """Where everything is kept."""
        return self.data_dir / "stripe-standin.sqlite3"


def read(arguments: Sequence[str], *, environment: Mapping[str, str] | None = None) -> Config:
    """Return the configuration. Exits with one sentence where a value is not usable."""
    env = os.environ if environment is None else environment
    parser = _parser(env)
    given = parser.parse_args(arguments)
    if given.host not in LOOPBACK:
        parser.error("--host must be a loopback address: the stand-in is for this machine only.")
    try:
        retries = tuple(float(part) for part in given.retries.split(",") if part)
        port = int(given.port)
    except ValueError:
        parser.error("--port and --retries take numbers.")
    if given.settlement_currency not in RATES:
        parser.error(f"No rate for {given.settlement_currency!r}. There are: {', '.join(RATES)}.")
    if not 0 <= port <= 65535:
        parser.error("--port must lie between 0 and 65535.")
    return Config(
        host=given.host,
        port=port,
        data_dir=Path(given.data_dir).resolve(),
        webhook_url=given.webhook_url,
        # Several secrets may be set while one is replaced; the first is the newest.
        webhook_secret=given.webhook_secret.split(",")[0].strip(),
        fee_delay_ms=given.fee_delay_ms,
        refund_delay_ms=given.refund_delay_ms,
        debit_delay_ms=given.debit_delay_ms,
        settlement_currency=given.settlement_currency,
        payouts=given.payouts,
        retries=retries,
        is_verbose=given.verbose,
        ends_with_parent=given.end_with_parent,
    )


def _parser(env: Mapping[str, str]) -> argparse.ArgumentParser:
    site = f"http://127.0.0.1:{env.get('PORT') or 8000}"
    parser = argparse.ArgumentParser(
        prog="python -m weintl.stripe_standin", description="A local Stripe: no real money."
    )
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address")
    parser.add_argument(
        "--port", default=env.get("STRIPE_PORT") or "8400", help="0 takes a free one and prints it"
    )
    parser.add_argument("--data-dir", default=env.get("DATA_DIR") or ".data")
    parser.add_argument(
        "--webhook-url",
        default=env.get("STRIPE_WEBHOOK_URL") or f"{site}/webhooks/stripe/",
        help="where events go; an empty value sends none",
    )
    parser.add_argument(
        "--webhook-secret", default=env.get("STRIPE_WEBHOOK_SECRET") or DEFAULT_SECRET
    )
    parser.add_argument("--fee-delay-ms", type=int, default=Config.fee_delay_ms)
    parser.add_argument("--refund-delay-ms", type=int, default=Config.refund_delay_ms)
    parser.add_argument("--debit-delay-ms", type=int, default=Config.debit_delay_ms)
    parser.add_argument(
        "--settlement-currency",
        # As an account in the country of who sells: what is sold is not exchanged.
        default=(env.get("BASE_CURRENCY") or Config.settlement_currency).lower(),
        help="what the balance is kept in; BASE_CURRENCY unless told otherwise",
    )
    parser.add_argument(
        "--payouts",
        default=Config.payouts,
        choices=["manual", "daily", "weekly"],
        help="when available money goes to the bank: midnight UTC, each day or on Mondays",
    )
    parser.add_argument("--retries", default="1,5,25", help="seconds between tries of a webhook")
    parser.add_argument("--end-with-parent", action="store_true", help="stop when orphaned")
    parser.add_argument("--verbose", action="store_true", help="print each request")
    return parser
