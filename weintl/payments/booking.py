"""Book what the provider says about one payment: state, fee, refunds, disputes.

Called under the advisory lock and the payment's row lock. Everything is compared with what
stands in the row already, so repetition changes nothing and calls no handler twice.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings

from . import backoff, disputing, refunding, states
from .handlers import handler_for
from .models import Payment, Refund
from .truth import Json, Mismatch, Truth, at

STATE = Payment.State
# The page closes at the provider first; then it is asked what came of it.
GRACE = timedelta(minutes=2)
FIRST_CHECK = timedelta(minutes=1)


def book(payment: Payment, *, truth: Truth, moment: datetime, now: datetime) -> None:
    """Take over `truth` into `payment` and tell its handler what is new.

    `moment` is when the provider says that the news arose, for what bears no time of its own;
    `now` is the present. Raises Mismatch, states.NotAllowed or what the handler raises.
    """
    _compare(payment, truth)
    before = (payment.state, payment.fee_amount)
    _keep_ids(payment, truth)
    _book_state(payment, truth=truth, moment=moment, now=now)
    _book_fee(payment, truth)
    if truth.intent is not None and payment.state == STATE.SUCCEEDED:
        refunding.book(payment, found=truth.refunds, moment=moment)
        disputing.book(payment, found=truth.disputes, moment=moment)
    _plan_next_check(payment, is_news=before != (payment.state, payment.fee_amount), now=now)
    payment.save()
    if payment.state == STATE.SUCCEEDED:
        handler_for(payment.purpose).issue_papers(payment, now=moment)


def _compare(payment: Payment, truth: Truth) -> None:
    """Refuse facts that belong to something else: no amount is ever booked as if it were right."""
    session = truth.session
    if session is not None:
        _compare_page(payment, session)
    charge = truth.charge
    if charge is not None and charge["status"] == "succeeded":
        _same_amount(payment, object_id=charge["id"], theirs=charge["amount"], of=charge)
    transaction = truth.balance_transaction
    if transaction is not None and transaction["currency"] == payment.currency:
        _same_amount(
            payment, object_id=transaction["id"], theirs=transaction["amount"], of=transaction
        )


def _compare_page(payment: Payment, session: Json) -> None:
    owner = session.get("client_reference_id")
    if owner != str(payment.public_id):
        raise Mismatch(f"The page belongs to {owner}.", object_id=session["id"])
    if session.get("livemode") is not settings.STRIPE_LIVE:
        raise Mismatch("The page is of the other mode (live, test).", object_id=session["id"])
    _same_amount(payment, object_id=session["id"], theirs=session["amount_total"], of=session)


def _same_amount(payment: Payment, *, object_id: str, theirs: int, of: Json) -> None:
    if theirs != payment.amount or of["currency"] != payment.currency:
        raise Mismatch(
            f"{theirs} {of['currency']} at the provider, "
            f"{payment.amount} {payment.currency} in our row.",
            object_id=object_id,
            ours=payment.amount,
            theirs=theirs,
        )


def _keep_ids(payment: Payment, truth: Truth) -> None:
    charge = truth.charge
    found = {
        "session_id": truth.session and truth.session["id"],
        "invoice_id": truth.invoice_id,
        "intent_id": truth.intent and truth.intent["id"],
        # Others are not ours to keep: the next card or the next try makes another.
        "charge_id": charge["id"] if charge and charge["status"] == "succeeded" else None,
    }
    for name, value in found.items():
        if not value:
            continue
        if getattr(payment, name) not in {None, value}:
            raise Mismatch(f"Another {name} was booked before.", object_id=value)
        setattr(payment, name, value)
    if truth.session is not None:
        payment.session_expires_at = at(truth.session["expires_at"])


def _book_state(payment: Payment, *, truth: Truth, moment: datetime, now: datetime) -> None:
    to = _state_at_provider(payment, truth=truth, now=now)
    error = (truth.intent or {}).get("last_payment_error") or {}
    payment.failure_code = str(error.get("code") or "")[:80]
    if to is None:
        return
    if to == STATE.SUCCEEDED and truth.charge is not None and payment.succeeded_at is None:
        payment.succeeded_at = at(truth.charge["created"])
    if not states.move_payment(payment, to=to):
        return
    payment.save()
    handler = handler_for(payment.purpose)
    if to == STATE.SUCCEEDED and payment.succeeded_at is not None:
        handler.paid(payment, now=payment.succeeded_at)
    elif to == STATE.FAILED:
        handler.failed(payment, now=moment)
    elif to == STATE.EXPIRED:
        closed_at = payment.session_expires_at
        handler.expired(payment, now=min(closed_at, moment) if closed_at else moment)


def _state_at_provider(payment: Payment, *, truth: Truth, now: datetime) -> str | None:
    """Return the state that the provider's facts mean, None where they add nothing."""
    session, intent = truth.session, truth.intent
    if session is None and intent is not None:
        return STATE.SUCCEEDED if _is_taken(truth) else None
    if session is None:
        return _state_without_page(payment, now=now)
    if session["status"] == "open":
        return STATE.OPEN if payment.state == STATE.CREATED else None
    if session["status"] == "expired":
        return STATE.EXPIRED
    if intent is None:
        raise Mismatch("The page is complete without a payment.", object_id=session["id"])
    if intent["status"] == "succeeded" and session["payment_status"] == "paid":
        if truth.charge is None or truth.charge["status"] != "succeeded":
            raise Mismatch("The payment succeeded without a charge.", object_id=intent["id"])
        return STATE.SUCCEEDED
    if intent["status"] in {"requires_payment_method", "canceled"}:
        return STATE.FAILED
    return STATE.PROCESSING


def _is_taken(truth: Truth) -> bool:
    """Say whether the intent of an invoice has its money."""
    charge = truth.charge
    is_paid = charge is not None and charge["status"] == "succeeded"
    return truth.intent is not None and truth.intent["status"] == "succeeded" and is_paid


def _state_without_page(payment: Payment, *, now: datetime) -> str | None:
    """Give up a payment whose page nobody ever saw, once any such page must have closed."""
    if payment.state != STATE.CREATED:
        return None
    closes_at = payment.session_expires_at or payment.created_at + settings.CHECKOUT_LIFETIME
    return STATE.EXPIRED if closes_at <= now else None


def _book_fee(payment: Payment, truth: Truth) -> None:
    transaction = truth.balance_transaction
    if (
        transaction is None
        or payment.state != STATE.SUCCEEDED
        or payment.balance_transaction_id is not None
    ):
        return
    payment.balance_transaction_id = transaction["id"]
    payment.settled_currency = transaction["currency"]
    payment.settled_amount = transaction["amount"]
    payment.fee_amount = transaction["fee"]
    payment.net_amount = transaction["net"]
    rate = transaction.get("exchange_rate")
    payment.exchange_rate = None if rate is None else Decimal(str(rate))
    payment.settled_at = at(transaction["created"])
    payment.save()
    handler_for(payment.purpose).settled(payment, now=payment.settled_at)


def _plan_next_check(payment: Payment, *, is_news: bool, now: datetime) -> None:
    """Set when the sweeper asks again: never while nothing is open, ever more rarely without news.

    Pending refunds count as open: their outcome can take days.
    """
    payment.checked_at = now
    payment.checks = 0 if is_news else payment.checks + 1
    is_open = (
        payment.state in states.UNDECIDED
        or (payment.state == STATE.SUCCEEDED and payment.fee_amount is None)
        or payment.refunds.filter(state=Refund.State.PENDING).exists()
    )
    if not is_open:
        payment.next_check_at = None
        return
    wait = backoff.delay(payment.checks + 1, first=FIRST_CHECK)
    payment.next_check_at = now + wait
    if payment.state == STATE.OPEN and payment.session_expires_at is not None:
        payment.next_check_at = max(payment.next_check_at, payment.session_expires_at + GRACE)
