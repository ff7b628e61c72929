"""What the provider says about one payment at this moment."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from . import client
from .client import Json
from .models import Payment
from .roots import Clue


class Mismatch(Exception):
    """The provider's facts and our row do not belong together; nothing is booked."""

    def __init__(
        self,
        message: str,
        *,
        object_id: str,
        ours: int | None = None,
        theirs: int | None = None,
        kind: str = "amount",
    ) -> None:
        """Keep what a person needs to see: the object and both amounts in minor units."""
        super().__init__(message)
        self.object_id = object_id
        self.ours = ours
        self.theirs = theirs
        self.kind = kind


@dataclass(frozen=True)
class Truth:
    """The provider's objects, as dicts; `session` is None while no page was opened."""

    session: Json | None = None
    invoice_id: str = ""
    intent: Json | None = None
    charge: Json | None = None
    balance_transaction: Json | None = None
    refunds: list[Json] = field(default_factory=list)
    disputes: list[Json] = field(default_factory=list)


def fetch(payment: Payment, *, clue: Clue) -> Truth:
    """Ask the provider for everything about `payment`; the caller holds its advisory lock.

    Raises client.Unavailable, or Mismatch where the provider does not know the page.
    """
    if payment.invoice_id and not payment.session_id:
        return _behind_invoice(payment, None, invoice_id=payment.invoice_id, clue=clue)
    session_id = payment.session_id or clue.session_id or _session_behind(clue)
    if not session_id:
        return Truth()
    try:
        session = client.session(session_id)
    except client.Refused as error:
        raise Mismatch(
            f"The provider does not know the page {session_id}.",
            object_id=session_id,
            ours=payment.amount,
            kind="unknown_to_provider",
        ) from error
    invoice_id = session.get("invoice")
    if payment.subscription_id is not None and invoice_id:
        # Pages that begin a repeated payment name no intent: their invoice does.
        return _behind_invoice(payment, session, invoice_id=str(invoice_id), clue=clue)
    return _of_intent(payment, session, _expanded(session.get("payment_intent")), clue=clue)


def _behind_invoice(
    payment: Payment, session: Json | None, *, invoice_id: str, clue: Clue
) -> Truth:
    intent_id = client.intent_of_invoice(invoice_id)
    intent = client.intent_with_charge(intent_id) if intent_id else None
    return replace(_of_intent(payment, session, intent, clue=clue), invoice_id=invoice_id)


def _of_intent(payment: Payment, session: Json | None, intent: Json | None, *, clue: Clue) -> Truth:
    charge = _expanded(intent.get("latest_charge")) if intent else None
    transaction = _expanded(charge.get("balance_transaction")) if charge else None
    if intent is None or charge is None:
        return Truth(session=session, intent=intent, charge=charge)
    asks_refunds = (
        charge.get("amount_refunded") or clue.kind == "refund" or payment.refunds.exists()
    )
    asks_disputes = charge.get("disputed") or clue.kind == "dispute" or payment.disputes.exists()
    return Truth(
        session=session,
        intent=intent,
        charge=charge,
        balance_transaction=transaction,
        refunds=client.refunds_of(intent["id"]) if asks_refunds else [],
        disputes=client.disputes_of(intent["id"]) if asks_disputes else [],
    )


def _session_behind(clue: Clue) -> str:
    """Return the page that made an intent, where an answer of ours was lost before we kept it."""
    if not clue.intent_id:
        return ""
    sessions = client.sessions_of(clue.intent_id)
    return str(sessions[0]["id"]) if sessions else ""


def _expanded(value: object) -> Json | None:
    return value if isinstance(value, dict) else None


def at(epoch: int) -> datetime:
    """Return the provider's epoch as an aware moment."""
    return datetime.fromtimestamp(epoch, UTC)
