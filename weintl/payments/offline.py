"""Money that comes and goes without the provider: cash and bank transfers, recorded by staff.

The same handlers hear of it as of what the provider reports, in one transaction with it. The
provider is asked nothing: there is no fee, and nothing of it stands in its balance.
"""

from __future__ import annotations

import logging
from datetime import date, datetime, time
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from weintl.money import Money
from weintl.money.formatting import format_money

from . import refunding, states, syncing
from .handlers import handler_for
from .models import OFFLINE, Payment, Refund, Way

logger = logging.getLogger(__name__)

STATE = Payment.State
# Of the database: the ledger's accounts that never fall below zero, the cash box among them.
FLOOR = "account_floor"


class NotPossible(Exception):
    """It cannot be recorded so; `message` says why to staff."""

    message: Any = gettext_lazy("This is not recorded by hand, or it was recorded before.")


class NotTheAmount(NotPossible):
    """More or less came than is to be paid; `message` says how much that is."""

    def __init__(self, due: Money) -> None:
        """Name what is due."""
        super().__init__(f"{due.amount} {due.currency} are due.")
        words = _("Exactly %s is to be paid. Nothing was recorded: settle the difference first.")
        self.message = words % format_money(due)


class NotThatDay(NotPossible):
    """The day lies in the future, or before there was anything to pay."""

    message = gettext_lazy("The day lies in the future, or before the day on which it was due.")


class NotEnoughCash(NotPossible):
    """The cash box holds less than is to be given out of it."""

    message = gettext_lazy("The cash box does not hold so much. Put cash in first, or transfer it.")


def create_payment(
    *,
    purpose: str,
    reference: str,
    way: str,
    amount: Money,
    email: str,
    language: str,
    now: datetime,
) -> Payment:
    """Return a new payment in cash or by bank transfer, in the caller's transaction.

    It waits for `receive`. Raises ValueError for another way, KeyError for an unknown purpose,
    IntegrityError where `purpose` and `reference` have one.
    """
    if way not in OFFLINE:
        raise ValueError("The provider's payments are made by sessions.create_payment.")
    handler_for(purpose)
    return Payment.objects.create(
        purpose=purpose,
        reference=reference,
        way=way,
        amount=amount.amount,
        currency=amount.currency,
        email=email,
        language=language,
        created_at=now,
    )


def receive(
    *,
    payment_id: int,
    amount: Money,
    reference: str,
    day: date,
    actor: Any,
    now: datetime,
) -> Payment:
    """Record that the money of a payment by hand came in on `day`, and tell its handler.

    Recorded twice with the same reference it is the same; it may come after the payment had
    expired. Raises NotPossible, NotTheAmount, NotThatDay, or what the handler raises; nothing
    is written then.
    """
    with transaction.atomic():
        payment = _locked(payment_id)
        if payment.way not in OFFLINE or not reference:
            raise NotPossible
        if payment.state == STATE.SUCCEEDED:
            if payment.offline_reference == reference and payment.money == amount:
                return payment
            raise NotPossible
        if (amount.amount, amount.currency) != (payment.amount, payment.currency):
            raise NotTheAmount(payment.money)
        came_at = _moment(day, since=payment.created_at, now=now)
        states.move_payment(payment, to=STATE.SUCCEEDED)
        payment.succeeded_at = came_at
        payment.offline_reference = reference
        payment.recorded_by = actor
        payment.save()
        handler = handler_for(payment.purpose)
        handler.paid(payment, now=came_at)
        handler.issue_papers(payment, now=came_at)
    logger.info("payment.received_by_hand", extra={"payment": payment.pk, "way": payment.way})
    return payment


def call_off(*, payment_id: int, now: datetime) -> Payment:
    """Expect the money of a payment by hand no more; its handler lets go what it holds.

    Money that comes all the same may still be recorded. Raises NotPossible once it came.
    """
    with transaction.atomic():
        payment = _locked(payment_id)
        if payment.way not in OFFLINE or payment.state == STATE.SUCCEEDED:
            raise NotPossible
        if states.move_payment(payment, to=STATE.EXPIRED):
            payment.save(update_fields=["state"])
            handler_for(payment.purpose).expired(payment, now=now)
    return payment


def give_back(
    *, refund_id: int, way: str, reference: str, day: date, actor: Any, now: datetime
) -> Refund:
    """Record that a refund was given back in cash or by bank transfer on `day`.

    Recorded twice with the same way and reference it is the same. Raises NotPossible,
    NotThatDay, NotEnoughCash, or what the handler raises; nothing is written then.
    """
    try:
        with transaction.atomic():
            refund = _give_back(
                refund_id, way=way, reference=reference, day=day, actor=actor, now=now
            )
    except IntegrityError as error:
        constraint = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
        if way == Way.CASH and constraint == FLOOR:
            raise NotEnoughCash from error
        raise
    logger.info("refund.given_by_hand", extra={"refund": refund.pk, "way": refund.way})
    return refund


def _give_back(
    refund_id: int, *, way: str, reference: str, day: date, actor: Any, now: datetime
) -> Refund:
    payment = _locked(Refund.objects.values_list("payment_id", flat=True).get(pk=refund_id))
    refund = Refund.objects.select_for_update(no_key=True).get(pk=refund_id)
    if refund.way not in OFFLINE or way not in OFFLINE or not reference:
        raise NotPossible
    if refund.state == Refund.State.SUCCEEDED:
        if (refund.way, refund.offline_reference) == (way, reference):
            return refund
        raise NotPossible
    went_at = _moment(day, since=refund.created_at, now=now)
    states.move_refund(refund, to=Refund.State.SUCCEEDED)
    refund.way = way
    refund.offline_reference = reference
    refund.recorded_by = actor
    refund.refunded_at = went_at
    refund.save()
    payment.refunded_amount = refunding.left(payment)
    payment.save(update_fields=["refunded_amount"])
    handler = handler_for(payment.purpose)
    handler.refunded(payment, refund, now=went_at)
    handler.issue_papers(payment, now=went_at)
    return refund


def _locked(payment_id: int) -> Payment:
    """Take the payment's locks, as news from the provider does."""
    syncing.lock(Payment.objects.get(pk=payment_id))
    return Payment.objects.select_for_update(no_key=True).get(pk=payment_id)


def _moment(day: date, *, since: datetime, now: datetime) -> datetime:
    """Return the moment for a day that staff name: now for today, else its noon.

    Never before `since`, the moment at which it was first due. Raises NotThatDay.
    """
    today = timezone.localdate(now)
    if day > today or day < timezone.localdate(since):
        raise NotThatDay
    if day == today:
        return now
    noon = timezone.make_aware(datetime.combine(day, time(12)))
    return max(noon, since)
