"""Repeated payments: looked at under their lock, each invoice that was paid booked once.

An event is only a hint, as for single payments: the provider is asked under the lock, and what
it says is booked. A paid invoice becomes a payment of its own; the first one belongs to the
payment whose page began it all, and is never booked again as a renewal.
"""

from __future__ import annotations

import logging
import uuid
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from . import booking, client, sessions, states, syncing
from .handlers import subscription_handler_for
from .models import Payment, Subscription
from .roots import Clue
from .sessions import NotPayable, ProviderUnavailable
from .truth import Mismatch, at

logger = logging.getLogger(__name__)

S = Subscription.State
# A renewal stands as a draft for an hour and is tried then; the webhook comes before this.
AFTER_RENEWAL = timedelta(hours=3)
WHILE_OVERDUE = timedelta(hours=12)
STATES = {
    "active": S.ACTIVE,
    "trialing": S.ACTIVE,
    "past_due": S.PAST_DUE,
    "unpaid": S.PAST_DUE,
    "paused": S.PAUSED,
    "canceled": S.ENDED,
    "incomplete_expired": S.ENDED,
}


def create(
    *, purpose: str, reference: str, amount: int, currency: str, interval: str, now: datetime
) -> Subscription:
    """Return a new repeated payment, in the caller's transaction; nobody has paid yet.

    `purpose` and `reference` name what it pays, once; `amount` in minor units comes each
    `interval`. Raises KeyError for an unknown purpose, IntegrityError where it exists.
    """
    subscription_handler_for(purpose)
    return Subscription.objects.create(
        purpose=purpose,
        reference=reference,
        amount=amount,
        currency=currency,
        interval=interval,
        created_at=now,
    )


def sync(*, pk: int, subscription_id: str = "", now: datetime) -> Subscription:
    """Ask the provider about one repeated payment under its lock, and book the answer.

    `subscription_id` names it where our row does not know the provider's id yet; without, the
    page that began it does once it is paid. Raises client.Unavailable, Mismatch or what handlers
    raise; nothing is booked then.
    """
    with transaction.atomic():
        _lock(pk)
        row = Subscription.objects.get(pk=pk)
        if row.subscription_id is None:
            _lock_first_payment(row)
        known = row.subscription_id or subscription_id
        try:
            known = known or _named_by_page(row)
            if not known:
                return row
            found = client.subscription(known)
            invoices = _new_invoices(row, known)
        except client.Refused as error:
            raise Mismatch(
                f"The provider does not know {known or 'the page'}.",
                object_id=known or f"subscription:{pk}",
                kind="unknown_to_provider",
            ) from error
        row = Subscription.objects.select_for_update(no_key=True).get(pk=pk)
        _take_over(row, found, now=now)
        for invoice in invoices:
            _book(row, invoice, now=now)
    return Subscription.objects.get(pk=pk)


def _lock(pk: int) -> None:
    """Take the advisory lock until the transaction ends; that of a payment comes after it."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{syncing.LOCK_TIMEOUT}'")
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"subscription:{pk}"]
        )


def _lock_first_payment(row: Subscription) -> None:
    """Take the lock of the payment whose page begins it, before the id is written.

    To write a unique id locks out the check of the payment's key to this row, which comes when
    the payment is booked and waits: whoever books it would wait for us, and we for them.
    """
    for payment in row.payments.order_by("pk")[:1]:
        syncing.lock(payment)


def _named_by_page(row: Subscription) -> str:
    """Return the provider's id as the page that was paid names it; nothing before."""
    paged = row.payments.exclude(session_id=None).order_by("pk").first()
    if paged is None or paged.session_id is None:
        return ""
    return str(client.session(paged.session_id).get("subscription") or "")


def _new_invoices(row: Subscription, subscription_id: str) -> list[client.Json]:
    """Return invoices that are not booked as paid, oldest first."""
    paid = Payment.State.SUCCEEDED
    booked = set(row.payments.filter(state=paid).values_list("invoice_id", flat=True))
    found: list[client.Json] = []
    for invoice in client.invoices_of(subscription_id):
        if invoice["id"] in booked:
            # All that is older was booked with it or before.
            break
        found.append(invoice)
    return found[::-1]


def _take_over(row: Subscription, found: client.Json, *, now: datetime) -> None:
    """Write down state, amount and period, and tell the handler what was before."""
    was, item = row.state, found["items"]["data"][0]
    row.subscription_id = found["id"]
    row.customer_id = str(found["customer"])
    row.state = STATES.get(found["status"], row.state)
    if found["status"] == "incomplete":
        return
    row.amount = item["price"]["unit_amount"] * item["quantity"]
    row.period_end = at(item["current_period_end"])
    pause = found["pause_collection"]
    row.skips_until = at(pause["resumes_at"]) if pause and pause["resumes_at"] else None
    row.begun_at = row.begun_at or at(found["start_date"])
    if row.state == S.ENDED:
        row.ended_at = row.ended_at or at(found["ended_at"] or found["canceled_at"])
        row.end_reason = str((found["cancellation_details"] or {}).get("reason") or "")[:80]
    if row.state == S.ACTIVE:
        row.decline_code = ""
    row.next_check_at = _next_check(row, now=now)
    row.save()
    subscription_handler_for(row.purpose).changed(row, was=was, now=now)


def _next_check(row: Subscription, *, now: datetime) -> datetime | None:
    if row.state == S.ENDED or row.period_end is None:
        return None
    if row.state == S.PAUSED:
        return now + timedelta(days=7)
    if row.state == S.PAST_DUE:
        return now + WHILE_OVERDUE
    return max(row.period_end + AFTER_RENEWAL, now + timedelta(hours=1))


def _book(row: Subscription, invoice: client.Json, *, now: datetime) -> None:
    if invoice["status"] == "open" and invoice["attempted"]:
        _declined(row, invoice, now=now)
        return
    if invoice["status"] != "paid" or not invoice["amount_paid"]:
        return
    payment = row.payments.filter(invoice_id=invoice["id"]).first()
    if payment is None and invoice["billing_reason"] == "subscription_create":
        payment = row.payments.filter(invoice_id=None).order_by("pk").first()
    if payment is None:
        payment = _further(row, invoice, now=now)
    syncing.sync(payment_id=payment.pk, clue=Clue(), moment=_paid_at(invoice, now), now=now)


def _further(row: Subscription, invoice: client.Json, *, now: datetime) -> Payment:
    """Write the payment of a paid renewal; unique by its invoice."""
    handler = subscription_handler_for(row.purpose)
    reference = handler.renewed(
        row, invoice_id=invoice["id"], amount=invoice["amount_paid"], now=now
    )
    before = row.payments.order_by("pk").first()
    payment = Payment.objects.create(
        purpose=row.purpose,
        reference=reference,
        amount=invoice["amount_paid"],
        currency=invoice["currency"],
        email=before.email if before else "",
        language=before.language if before else "en",
        subscription=row,
        invoice_id=invoice["id"],
        created_at=now,
        next_check_at=now + booking.GRACE,
    )
    handler.joined(payment)
    return payment


def _paid_at(invoice: client.Json, now: datetime) -> datetime:
    paid = invoice["status_transitions"]["paid_at"]
    return at(paid) if paid else now


def _declined(row: Subscription, invoice: client.Json, *, now: datetime) -> None:
    """Keep why the card was declined, and let the handler tell, once for each try."""
    intent_id = client.intent_of_invoice(invoice["id"])
    error = client.payment_intent(intent_id).get("last_payment_error") if intent_id else None
    code = (error or {}).get("decline_code") or (error or {}).get("code") or "generic_decline"
    row.decline_code = str(code)[:80]
    row.save(update_fields=["decline_code"])
    handler = subscription_handler_for(row.purpose)
    again = invoice["next_payment_attempt"]
    tried_again_at = at(again) if again else None
    handler.declined(row, attempt=invoice["attempt_count"], tried_again_at=tried_again_at, now=now)


def pass_card_on(row: Subscription) -> None:
    """Let renewals take the card that the customer typed last on the provider's page.

    That page names it at the customer alone, and a subscription that began on a pay page has
    a card of its own, which wins. Outside any transaction. Raises client.Unavailable.
    Source: docs.stripe.com/customer-management/portal-deep-links.
    """
    if row.subscription_id is None or not row.customer_id or row.state == S.ENDED:
        return
    try:
        card = client.card_of_customer(row.customer_id)
        if not card or card == client.subscription(row.subscription_id)["default_payment_method"]:
            return
        # A key of its own each time: an old answer under the same key would change nothing.
        key = f"card:{uuid.uuid4()}"
        params = {"default_payment_method": card}
        client.update_subscription(row.subscription_id, params, idempotency_key=key)
    except client.Refused as error:
        extra = {"subscription": row.pk, "code": error.code}
        logger.warning("subscription.card_refused", extra=extra)


def check(*, pk: int, now: datetime) -> bool:
    """Ask about one repeated payment; say whether it answered. For callers that come back."""
    try:
        pass_card_on(Subscription.objects.get(pk=pk))
        sync(pk=pk, now=now)
    except (client.Unavailable, Mismatch) as error:
        logger.warning("subscription.unchecked", extra={"subscription": pk, "reason": str(error)})
        return False
    return True


def _provider(row: Subscription, act: Any, *, now: datetime) -> Subscription:
    """Do something at the provider, outside any transaction, and book what came of it.

    Raises NotPayable where the provider refuses it, ProviderUnavailable where nothing is sure.
    """
    if row.subscription_id is None or row.state == S.ENDED:
        raise NotPayable
    try:
        act(row.subscription_id)
        return sync(pk=row.pk, now=now)
    except client.Refused as error:
        logger.warning("subscription.refused", extra={"subscription": row.pk, "code": error.code})
        raise NotPayable from error
    except (client.Unavailable, Mismatch) as error:
        raise ProviderUnavailable from error


def change_amount(row: Subscription, *, amount: int, key: str, now: datetime) -> Subscription:
    """Let another amount (minor units) come from the next period on; once for each `key`."""

    def act(subscription_id: str) -> None:
        item = client.subscription(subscription_id)["items"]["data"][0]
        price = {
            "currency": row.currency,
            "product": item["price"]["product"],
            "recurring": {"interval": row.interval},
            "unit_amount": amount,
        }
        params = {
            "items": [{"id": item["id"], "quantity": 1, "price_data": price}],
            "proration_behavior": "none",
        }
        client.update_subscription(subscription_id, params, idempotency_key=f"amount:{key}")

    return _provider(row, act, now=now)


def skip_next(row: Subscription, *, key: str, now: datetime) -> Subscription:
    """Let the next payment fall out; the one after it comes as usual."""
    assert row.period_end is not None
    until = row.period_end + timedelta(days=2)
    pause = {"behavior": "void", "resumes_at": int(until.timestamp())}

    def act(subscription_id: str) -> None:
        client.update_subscription(
            subscription_id, {"pause_collection": pause}, idempotency_key=f"skip:{key}"
        )

    return _provider(row, act, now=now)


def unskip(row: Subscription, *, key: str, now: datetime) -> Subscription:
    """Let the next payment come after all."""

    def act(subscription_id: str) -> None:
        client.update_subscription(
            subscription_id, {"pause_collection": ""}, idempotency_key=f"unskip:{key}"
        )

    return _provider(row, act, now=now)


def pause(row: Subscription, *, key: str, now: datetime) -> Subscription:
    """Let nothing come until it is resumed."""
    return _provider(
        row, lambda sid: client.pause_subscription(sid, idempotency_key=f"pause:{key}"), now=now
    )


def resume(row: Subscription, *, key: str, now: datetime) -> Subscription:
    """Go on. Where the paid period is over, the next payment comes at once."""
    return _provider(
        row, lambda sid: client.resume_subscription(sid, idempotency_key=f"resume:{key}"), now=now
    )


def cancel(row: Subscription, *, now: datetime) -> Subscription:
    """End it now: nothing comes any more. One that never began is closed in our row alone."""
    if row.subscription_id is None:
        # What was ended must not begin from a page that is still open.
        for payment in row.payments.filter(state__in=states.UNDECIDED):
            sessions.expire(payment=payment, now=now)
        try:
            # It may have begun without our having heard of it.
            row = sync(pk=row.pk, now=now)
        except (client.Unavailable, Mismatch) as error:
            raise ProviderUnavailable from error
    if row.state == S.ENDED:
        return row
    if row.subscription_id is None:
        Subscription.objects.filter(pk=row.pk, state=S.CREATED).update(state=S.ENDED, ended_at=now)
        return Subscription.objects.get(pk=row.pk)
    return _provider(row, client.cancel_subscription, now=now)


def card_page(row: Subscription, *, return_url: str, language: str) -> str:
    """Return the address where another card is typed in. Raises NotPayable, ProviderUnavailable."""
    if not row.customer_id or row.state == S.ENDED:
        raise NotPayable
    try:
        return client.portal_page(row.customer_id, return_url=return_url, language=language)
    except client.Refused as error:
        raise NotPayable from error
    except client.Unavailable as error:
        raise ProviderUnavailable from error


def pay_what_is_open(row: Subscription, *, key: str, now: datetime) -> Subscription:
    """Try the card for what is overdue, such as after another one was typed in."""

    def act(subscription_id: str) -> None:
        pass_card_on(row)
        for invoice in client.invoices_of(subscription_id):
            if invoice["status"] == "open":
                tries = invoice["attempt_count"]
                client.pay_invoice(
                    invoice["id"], idempotency_key=f"pay:{invoice['id']}:{tries}:{key}"
                )
            elif invoice["status"] == "paid":
                return

    return _provider(row, act, now=now)
