"""Work in the background: each task loads nothing and decides nothing, it makes one call."""

from celery import shared_task
from django.utils import timezone

from . import dispatch, fresh, itemising, reconcile, refunds, subscriptions, sweeper, syncing


@shared_task
def process_new() -> None:
    """Process the provider's events that nobody has looked at."""
    fresh.process()


@shared_task
def process_event(*, event_id: int) -> None:
    """Process one event of the provider."""
    dispatch.process(event_id=event_id, now=timezone.now())


@shared_task
def check_payment(*, payment_id: int) -> None:
    """Ask the provider about one payment."""
    syncing.check(payment_id=payment_id, now=timezone.now())


@shared_task
def check_subscription(*, pk: int) -> None:
    """Ask the provider about one repeated payment."""
    subscriptions.check(pk=pk, now=timezone.now())


@shared_task
def check_payout(*, payout_id: str) -> None:
    """Ask the provider about one payout to our bank, and compare what is in it."""
    itemising.check(payout_id=payout_id, now=timezone.now())


@shared_task
def send_refund(*, refund_id: int) -> None:
    """Send one refund to the provider."""
    refunds.send(refund_id=refund_id, now=timezone.now())


@shared_task
def sweep() -> None:
    """Queue what is due. Every minute."""
    sweeper.sweep(now=timezone.now())


@shared_task(name="weintl.payments.tasks.reconcile")
def reconcile_with_provider() -> None:
    """Compare our rows and the ledger with the provider. Once a day."""
    reconcile.run(now=timezone.now())
