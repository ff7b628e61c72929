"""Fill an installation: content always, a demonstration's history where no real money flows."""

import time
from argparse import ArgumentParser
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.timezone import localdate

import awareness.seed
import donations.seed
import marketplace.seed
import partners.seed
import partners.seed.allocations
from donations import receipts
from donations.seed import examples as gift_examples
from donations.seed import history as gift_history
from marketplace import gift_receipts, invoices
from marketplace.seed import history as order_history
from partners import closing, ledger
from partners.seed import history as payout_history
from weintl.accounts.models import User
from weintl.payments import itemising, reconcile
from weintl.payments.models import Payment
from weintl.staff import demo, groups, scale
from weintl.staff.standin import StandIn, StandInAway
from weintl.verify import nightly

TELL_EVERY = 2.0


class Command(BaseCommand):
    """Adds what is missing; never overwrites what staff have edited."""

    help = "Loads content; in a demonstration also people, products, orders and gifts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take `--content-only` and `--scale`."""
        parser.add_argument(
            "--content-only",
            action="store_true",
            help="pages, figures, helplines and groups only: for a real site",
        )
        parser.add_argument(
            "--scale",
            type=int,
            default=1,
            help="so many times the demonstration's products, orders and gifts, for load tests",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Load in the order in which one thing needs another."""
        now = timezone.now()
        self._check(options)
        groups.ensure()
        self._papers(now)
        awareness.seed.load(now=now)
        if options["content_only"] or settings.PRODUCTION:
            self.stdout.write("Content loaded.")
            return
        author, approver = demo.load_people()
        demo.load_organisation()
        partners.seed.load(now=now, author=author, approver=approver)
        marketplace.seed.load(now=now)
        donations.seed.load(now=now)
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
        (settings.DATA_DIR / "logins").write_text(
            "".join(f"{login.email}   {login.password}\n" for login in demo.DEMO_LOGINS)
        )
        self._history(now, payout_history.steps(end=now, author=author, approver=approver))
        marketplace.seed.load_delivery(now=now, actor=author)
        gift_examples.load_batch(now=now, author=author)
        partners.seed.allocations.load(now=now, author=author, approver=approver)
        ledger.seal(now)
        self._close_months(now, people=(author, approver))
        nightly.run(now=timezone.now())
        self.stdout.write(
            f"Demonstration loaded: {Payment.objects.filter(state='succeeded').count()} payments."
        )
        self._scale(options["scale"], now)

    def _papers(self, now: datetime) -> None:
        """Issue what was paid before there were invoices and receipts."""
        count = invoices.issue_missing(now=now)
        if count:
            self.stdout.write(f"Invoices and credit notes issued: {count}.")
        count = receipts.issue_missing(now=now) + gift_receipts.issue_missing(now=now)
        if count:
            self.stdout.write(f"Receipts issued: {count}.")

    def _check(self, options: dict[str, Any]) -> None:
        if options["scale"] < 1:
            raise CommandError("--scale is a number from 1 on.")
        if options["scale"] > 1 and (options["content_only"] or settings.PRODUCTION):
            raise CommandError("--scale is for demonstrations: it fills the books with copies.")

    def _scale(self, wanted: int, now: datetime) -> None:
        """Copy what there is by then, telling every few seconds how far it is."""
        began = told = time.monotonic()
        try:
            for at in scale.fill(scale=wanted, now=now):
                clock = time.monotonic()
                if clock - told >= TELL_EVERY or at.scale == at.of:
                    told = clock
                    speed = at.rows / max(clock - began, 0.001)
                    self.stdout.write(
                        f"Scale {at.scale} of {at.of}: {at.rows:,} rows, {speed:,.0f} a second."
                    )
        except scale.NotReady as error:
            raise CommandError(str(error)) from error

    def _history(self, now: datetime, payouts: list[payout_history.Step]) -> None:
        """Let ninety days of orders, gifts and payouts happen through the real code."""
        if not settings.STRIPE_API_BASE:
            self.stdout.write("No stand-in, no history of orders and gifts.")
            return
        standin = StandIn(settings.STRIPE_API_BASE)
        steps = sorted(
            [*order_history.steps(end=now), *gift_history.steps(end=now), *payouts],
            key=lambda step: step[0],
        )
        try:
            # The worker may not run yet: webhooks get lost, and events are fetched instead.
            standin.drop_webhooks(True)
            try:
                for at, run in steps:
                    standin.set_clock(at)
                    payment = run(at)
                    if payment is not None:
                        self._pay(standin, payment, at)
                    reconcile.catch_up(now=at)
                standin.set_clock(now)
                reconcile.catch_up(now=now)
            finally:
                standin.set_clock(None)
                standin.drop_webhooks(False)
        except StandInAway as error:
            raise CommandError(str(error)) from error
        ledger.seal(now)
        itemising.check_waiting(now=now)

    def _close_months(self, now: datetime, *, people: tuple[User, User]) -> None:
        """Compare with the provider and close all months but this and the last."""
        if not settings.STRIPE_API_BASE or closing.last_closed():
            return
        reconcile.run(now=now)
        last = (localdate(now).replace(day=1) - timedelta(days=1)).replace(day=1)
        closing.close_past(before=last, people=people, now=now)

    def _pay(self, standin: StandIn, payment: Payment, at: datetime) -> None:
        payment.refresh_from_db()
        if payment.state != Payment.State.OPEN or not payment.session_id:
            return
        standin.pay(payment.session_id)
        reconcile.catch_up(now=at)
        payment.refresh_from_db()
        if payment.charge_id:
            standin.settle(payment.charge_id)
