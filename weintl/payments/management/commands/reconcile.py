"""Compare with the provider up to a cut-off."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from weintl.money.formatting import format_money
from weintl.money.values import Money
from weintl.payments import client, reconcile
from weintl.payments.models import Difference, Reconciliation


class Command(BaseCommand):
    """Prints a line for each currency and each difference; exit status 1 if there is one."""

    help = "Takes in missed events and compares our rows and the ledger with the provider."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the cut-off and whether to begin at the beginning."""
        parser.add_argument("--cut-off", help="moment with zone, e.g. 2026-11-24T12:00:00+00:00")
        parser.add_argument(
            "--full", action="store_true", help="from the beginning, not from the last run"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run and report."""
        now = timezone.now()
        try:
            rows = reconcile.run(
                now=now, cut_off=_moment(options["cut_off"]), is_full=options["full"]
            )
        except client.Unavailable as error:
            raise CommandError(f"The provider does not answer: {error}") from error
        for row in rows:
            self.stdout.write(_line(row))
        found = list(Difference.objects.filter(resolved_at=None).order_by("occurred_at", "pk"))
        for difference in found:
            self.stdout.write(
                f"{difference.get_kind_display()}: {difference.object_id}, "
                f"ours {difference.ours}, theirs {difference.theirs} {difference.currency}"
                f" ({difference.detail})"
            )
        if found:
            raise SystemExit(1)


def _moment(text: str | None) -> datetime | None:
    if not text:
        return None
    moment = parse_datetime(text)
    if moment is None or moment.tzinfo is None:
        raise CommandError("--cut-off needs a moment with zone: 2026-11-24T12:00:00+00:00.")
    return moment


def _line(row: Reconciliation) -> str:
    balance = format_money(Money(row.provider_balance, row.currency), language="en")
    words = "no difference" if row.is_equal else "DIFFERENCES"
    return (
        f"{row.currency.upper()} up to {row.cut_off_at:%Y-%m-%d %H:%M:%S} UTC: {words}; "
        f"{row.transactions} balance transactions compared, {row.taken_in} missed events "
        f"taken in, {balance} at the provider."
    )
