"""Payment pages at the provider: open, ask, close. No card data and no script of theirs here."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from weintl.money import Money
from weintl.web import absolute

from . import booking, client, states, syncing, truth
from .handlers import handler_for
from .models import Payment, Subscription, Way
from .roots import Clue

logger = logging.getLogger(__name__)

STATE = Payment.State
SubmitType = Literal["pay", "donate"]
# The provider may forget idempotency keys after 24 hours; past that a second page could appear.
OPENABLE_FOR = timedelta(hours=23)
# It takes at most this many lines. Source: docs.stripe.com/api/checkout/sessions/create.
LINES = 100

# The least that it charges, in minor units, of most currencies, and of those where it is another.
# Source: docs.stripe.com/currencies#minimum-and-maximum-charge-amounts.
USUAL_LEAST_CHARGE = 50
LEAST_CHARGES = {"gbp": 30, "mxn": 1000}


class ProviderUnavailable(Exception):
    """The provider does not answer; `message` says so to the person who wants to pay."""

    message = _("The payment page cannot be reached right now. Please try again in a minute.")


class NotPayable(Exception):
    """The payment is decided or its page has closed; `message` says so."""

    message = _("This payment page has closed. Please start again.")


@dataclass(frozen=True)
class CheckoutLine:
    """One line of the payment page: `amount` is the price of one, in minor units."""

    name: str
    amount: int
    quantity: int
    description: str = ""


def least_charge(currency: str) -> Money:
    """Return the smallest amount for which a payment page can be opened."""
    return Money(LEAST_CHARGES.get(currency, USUAL_LEAST_CHARGE), currency)


def create_payment(
    *,
    purpose: str,
    reference: str,
    amount: Money,
    email: str,
    language: str,
    closes_at: datetime | None = None,
    subscription: Subscription | None = None,
    now: datetime,
) -> Payment:
    """Return a new payment, in the caller's transaction; the provider does not know of it yet.

    `purpose` and `reference` name what it pays, once. Its page closes at `closes_at`, within a
    day; without, CHECKOUT_LIFETIME after it is opened. Raises KeyError for an unknown purpose,
    IntegrityError where it exists.
    """
    handler_for(purpose)
    ends_at = closes_at or now + settings.CHECKOUT_LIFETIME
    return Payment.objects.create(
        purpose=purpose,
        reference=reference,
        amount=amount.amount,
        currency=amount.currency,
        email=email,
        language=language,
        created_at=now,
        session_expires_at=closes_at,
        subscription=subscription,
        next_check_at=ends_at + booking.GRACE,
    )


def open_checkout(
    *,
    payment: Payment,
    lines: list[CheckoutLine],
    success_path: str,
    cancel_path: str,
    submit_type: SubmitType = "pay",
    now: datetime,
) -> str:
    """Return the address of the payment page; repeated, that of the same page.

    Call it outside any transaction. Raises ValueError unless the lines sum to the payment's
    amount, ProviderUnavailable, or NotPayable once the payment is decided or the page closed.
    """
    if sum(line.amount * line.quantity for line in lines) != payment.amount:
        raise ValueError("The lines do not sum to the payment's amount.")
    if not 0 < len(lines) <= LINES:
        raise ValueError(f"A payment page shows 1 to {LINES} lines.")
    payment = _begin(payment, now=now)
    if payment.session_url:
        return payment.session_url
    params = _params(
        payment,
        lines=lines,
        success_path=success_path,
        cancel_path=cancel_path,
        submit_type=submit_type,
    )
    return _opened(payment, session=_create(payment, params=params, now=now))


def _create(payment: Payment, *, params: client.Json, now: datetime) -> client.Json:
    """Ask for the page under the row's key, so that a lost answer is found by asking again."""
    try:
        try:
            return client.create_session(params, idempotency_key=_key(payment))
        except client.Refused as error:
            if error.param != "expires_at":
                raise
            # An earlier try never arrived and its closing time is too near by now. Refusals
            # are not kept under a key, so the same key still means one page.
            payment = _begin(payment, now=now, is_renewed=True)
            params = {**params, "expires_at": _epoch(payment.session_expires_at)}
            return client.create_session(params, idempotency_key=_key(payment))
    except client.Broken as error:
        # A page that it may have made all the same is harmless: nobody has its address.
        Payment.objects.filter(pk=payment.pk).update(key_number=F("key_number") + 1)
        raise ProviderUnavailable from error
    except client.Unavailable as error:
        logger.warning("session.unavailable", extra={"payment": payment.pk, "reason": str(error)})
        raise ProviderUnavailable from error
    except client.Refused as error:
        logger.exception("session.refused", extra={"payment": payment.pk, "code": error.code})
        raise ProviderUnavailable from error


def _key(payment: Payment) -> str:
    return f"session:{payment.public_id}:{payment.key_number}"


def _begin(payment: Payment, *, now: datetime, is_renewed: bool = False) -> Payment:
    """Fix when the page closes before it is asked for: a repeated request must be the same."""
    with transaction.atomic():
        payment = Payment.objects.select_for_update(no_key=True).get(pk=payment.pk)
        if payment.way != Way.PROVIDER:
            raise NotPayable
        if payment.state == STATE.OPEN and payment.session_url:
            if payment.session_expires_at and payment.session_expires_at <= now:
                raise NotPayable
            return payment
        if payment.state != STATE.CREATED or payment.created_at + OPENABLE_FOR <= now:
            raise NotPayable
        if payment.session_expires_at is None or is_renewed:
            payment.session_expires_at = now + settings.CHECKOUT_LIFETIME
            payment.next_check_at = payment.session_expires_at + booking.GRACE
            payment.save(update_fields=["session_expires_at", "next_check_at"])
        return payment


def _opened(payment: Payment, *, session: client.Json) -> str:
    url = str(session["url"] or "")
    with transaction.atomic():
        payment = Payment.objects.select_for_update(no_key=True).get(pk=payment.pk)
        if payment.state not in {STATE.CREATED, STATE.OPEN}:
            # Expired or paid meanwhile: the address must not be handed out any more.
            raise NotPayable
        states.move_payment(payment, to=STATE.OPEN)
        payment.session_id = session["id"]
        payment.session_url = url
        payment.save(update_fields=["state", "session_id", "session_url"])
    logger.info("session.opened", extra={"payment": payment.pk})
    return url


def _epoch(moment: datetime | None) -> int:
    return int(moment.timestamp()) if moment else 0


def _params(
    payment: Payment,
    *,
    lines: list[CheckoutLine],
    success_path: str,
    cancel_path: str,
    submit_type: SubmitType,
) -> client.Json:
    owner = {"payment": str(payment.public_id)}
    params: client.Json = {
        "mode": "payment",
        "submit_type": submit_type,
        "locale": "es" if payment.language.startswith("es") else "en",
        "line_items": [_line(line, currency=payment.currency) for line in lines],
        "client_reference_id": str(payment.public_id),
        "expires_at": _epoch(payment.session_expires_at),
        "success_url": absolute(success_path),
        "cancel_url": absolute(cancel_path),
        "metadata": owner,
        # Not copied from the page by itself, and events of intents and charges need it.
        "payment_intent_data": {"metadata": owner},
    }
    if payment.email:
        params["customer_email"] = payment.email
    if payment.subscription is not None:
        del params["payment_intent_data"]
        names = {**owner, "subscription": str(payment.subscription.public_id)}
        params |= {"mode": "subscription", "subscription_data": {"metadata": names}}
        recurring = {"interval": payment.subscription.interval}
        for line in params["line_items"]:
            line["price_data"]["recurring"] = recurring
    return params


def _line(line: CheckoutLine, *, currency: str) -> client.Json:
    product = {"name": line.name[:250]}
    if line.description:
        product["description"] = line.description[:500]
    price = {"currency": currency, "unit_amount": line.amount, "product_data": product}
    return {"quantity": line.quantity, "price_data": price}


def refresh(*, payment: Payment, now: datetime) -> Payment:
    """Return the payment as the provider sees it now, or as it stands where it does not answer.

    A decided payment is returned without asking.
    """
    if payment.state in states.UNDECIDED:
        syncing.check(payment_id=payment.pk, now=now)
    return Payment.objects.get(pk=payment.pk)


def expire(*, payment: Payment, now: datetime) -> Payment:
    """Close the payment page and return what came of it: expired, or paid just before.

    Raises ProviderUnavailable while that is not certain; the page may then still be paid.
    """
    payment = Payment.objects.get(pk=payment.pk)
    if payment.state not in states.UNDECIDED:
        return payment
    try:
        if payment.session_id is None:
            return _expire_unopened(payment, now=now)
        try:
            client.expire_session(payment.session_id)
        except client.Refused:
            logger.info("session.closed_already", extra={"payment": payment.pk})
        syncing.sync(payment_id=payment.pk, clue=Clue(), moment=now, now=now)
    except (client.Unavailable, truth.Mismatch, states.NotAllowed) as error:
        raise ProviderUnavailable from error
    return Payment.objects.get(pk=payment.pk)


def _expire_unopened(payment: Payment, *, now: datetime) -> Payment:
    """Expire a payment without a page; while a lost answer may have opened one, refuse."""
    with transaction.atomic():
        syncing.lock(payment)
        payment = Payment.objects.select_for_update(no_key=True).get(pk=payment.pk)
        closes_at = payment.session_expires_at
        if payment.session_id is not None or (closes_at is not None and closes_at > now):
            raise ProviderUnavailable
        if states.move_payment(payment, to=STATE.EXPIRED):
            payment.next_check_at = None
            payment.save()
            handler_for(payment.purpose).expired(payment, now=now)
    return payment
