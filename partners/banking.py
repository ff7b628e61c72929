"""The ledger's side of the payment provider's payouts to our bank."""

from datetime import datetime

from weintl.payments.handlers import PayoutHandler
from weintl.payments.models import ProviderPayout

from . import accounts, ledger
from .ledger import Draft, Leg
from .models.ledger import Entry

Kind = Entry.Kind


class ProviderPayoutBooks(PayoutHandler):
    """One entry a payout, bank ← provider, and its mirror image if the money came back.

    The bank's account holds what is at our bank or on its way there.
    """

    def left(self, payout: ProviderPayout, *, now: datetime) -> None:
        """Write `to_bank/<provider's id>/sent`."""
        sides = (accounts.bank(payout.currency), accounts.provider(payout.currency))
        # Below zero the provider takes what we owe from our bank.
        debit, credit = sides if payout.amount >= 0 else sides[::-1]
        legs = [Leg(debit, credit, abs(payout.amount))]
        meta = {"to_bank": payout.payout_id}
        ledger.post([Draft(Kind.PROVIDER_PAYOUT, sent_key(payout), now, legs, meta)])

    def came_back(self, payout: ProviderPayout, *, now: datetime) -> None:
        """Write `to_bank/<provider's id>/returned`, the mirror image of its sending."""
        ledger.reverse(
            of_key=sent_key(payout),
            source_key=f"to_bank/{payout.payout_id}/returned",
            kind=Kind.PROVIDER_PAYOUT_RETURNED,
            occurred_at=now,
        )


def sent_key(payout: ProviderPayout) -> str:
    """Return the source key of the entry that a payout is booked under."""
    return f"to_bank/{payout.payout_id}/sent"
