"""What always holds of payments, from the database alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce, Now

from . import states
from .models import OFFLINE, Payment, ProviderPayout, Refund, Way, WebhookEvent
from .models.payments import IS_ONLINE

EXPLAINED_WITHIN = timedelta(hours=1)


def check_events() -> Iterator[str]:
    """Each event of the provider is processed, ignored, or says why not."""
    silent = WebhookEvent.objects.filter(
        state=WebhookEvent.State.RECEIVED,
        received_at__lt=Now() - EXPLAINED_WITHIN,
        last_error="",
    )
    for event in silent.order_by("pk").iterator():
        yield f"Event {event.event_id} was received and nothing has been done about it."
    unexplained = WebhookEvent.objects.filter(
        Q(state=WebhookEvent.State.FAILED, last_error="")
        | Q(state=WebhookEvent.State.IGNORED, note="")
        | Q(state=WebhookEvent.State.PROCESSED, processed_at=None)
        | Q(
            state=WebhookEvent.State.PROCESSED,
            payment=None,
            provider_payout=None,
            subscription=None,
        )
    )
    for event in unexplained.order_by("pk").iterator():
        yield f"Event {event.event_id} is {event.state} without saying why or for what."


def check_refunded_amounts() -> Iterator[str]:
    """A payment's refunded amount is the sum of its refunds that left."""
    left = Coalesce(Sum("refunds__amount", filter=Q(refunds__state__in=states.LEFT)), 0)
    wrong = Payment.objects.annotate(left=left).exclude(refunded_amount=F("left"))
    for payment in wrong.order_by("pk").iterator():
        yield (
            f"Payment {payment.pk} says {payment.refunded_amount} were refunded, "
            f"its refunds sum to {payment.left}."
        )


def check_claimed_amounts() -> Iterator[str]:
    """A payment's refunds, requested ones included, never exceed it, in its own currency."""
    claimed = Coalesce(Sum("refunds__amount", filter=Q(refunds__state__in=states.LIVE)), 0)
    wrong = Payment.objects.annotate(claimed=claimed).filter(claimed__gt=F("amount"))
    for payment in wrong.order_by("pk").iterator():
        yield f"Payment {payment.pk} of {payment.amount} has refunds of {payment.claimed}."
    foreign = Refund.objects.exclude(currency=F("payment__currency")).order_by("pk")
    for refund in foreign.select_related("payment").iterator():
        yield f"Refund {refund.pk} of payment {refund.payment_id} is in another currency."


def check_states_and_times() -> Iterator[str]:
    """A payment's state fits its times and ids."""
    wrong = Payment.objects.filter(
        Q(state=Payment.State.SUCCEEDED, charge_id=None) & IS_ONLINE
        | Q(state=Payment.State.OPEN, session_id=None)
        | Q(state__in=states.UNDECIDED, next_check_at=None) & IS_ONLINE
        | Q(state=Payment.State.SUCCEEDED, fee_amount=None, next_check_at=None) & IS_ONLINE
        | Q(settled_at__lt=F("succeeded_at"))
        | (Q(fee_amount__isnull=False) & ~Q(state=Payment.State.SUCCEEDED))
    )
    for payment in wrong.order_by("pk").iterator():
        yield f"Payment {payment.pk} is {payment.state}; its times or ids do not fit."


def check_ways() -> Iterator[str]:
    """What was paid online goes back online, what by hand by hand, never before it came."""
    online = Q(way=Way.PROVIDER, payment__way=Way.PROVIDER)
    by_hand = Q(way__in=OFFLINE, payment__way__in=OFFLINE)
    for refund in Refund.objects.exclude(online | by_hand).order_by("pk").iterator():
        yield f"Refund {refund.pk} goes another way than payment {refund.payment_id} came."
    early = Refund.objects.filter(by_hand, refunded_at__lt=F("payment__succeeded_at"))
    for refund in early.order_by("pk").iterator():
        yield f"Refund {refund.pk} went back before payment {refund.payment_id} came."


def check_payouts_are_their_items() -> Iterator[str]:
    """A payout to our bank that was compared without difference is the sum of its items."""
    total = Coalesce(Sum("items__net_amount"), 0)
    wrong = ProviderPayout.objects.filter(is_equal=True).annotate(total=total)
    for payout in wrong.exclude(amount=F("total")).order_by("pk").iterator():
        yield f"Payout {payout.payout_id} of {payout.amount} has items of {payout.total}."


CHECKS = [
    check_events,
    check_refunded_amounts,
    check_claimed_amounts,
    check_states_and_times,
    check_ways,
    check_payouts_are_their_items,
]
