"""What the provider changed into another currency, as the ledger has it. The table: docs/money.md.

Safe to repeat, as all of postings.py.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from . import accounts, ledger
from .ledger import Draft, Leg
from .models.ledger import Account, Entry
from .postings import GiftPart, backwards, gift_legs

Kind = Entry.Kind


@dataclass(frozen=True, slots=True)
class GiftShares:
    """What of a gift, or of a refund, is its fund's and what the fee that was covered."""

    amount: int
    fee_cover: int


def post_gift_exchanged(
    *,
    payment_key: str,
    paid: GiftPart,
    shares: GiftShares,
    currency: str,
    occurred_at: datetime,
) -> list[Entry]:
    """Write that the provider changed a gift's money into `currency`, of which it is `shares`.

    `paid` is what was booked, in the gift's own currency: it is taken out again. Key
    `payment/<payment_key>/exchanged`. May be paid out at once.
    """
    held, own = accounts.provider(currency), paid.fund.currency
    changed = GiftPart(shares.amount, shares.fee_cover, replace(paid.fund, currency=currency))
    legs = [*backwards(gift_legs(accounts.provider(own), own, paid))]
    legs += gift_legs(held, currency, changed)
    key = f"payment/{payment_key}/exchanged"
    meta = {"payment": str(payment_key)}
    new = ledger.post([Draft(Kind.EXCHANGE, key, occurred_at, legs, meta)])
    ledger.set_maturity(source_keys=[key], kind=Account.Kind.FUND, matures_at=occurred_at)
    return new


def post_gift_refund_exchanged(
    *,
    refund_key: str,
    refunded: GiftPart,
    shares: GiftShares,
    currency: str,
    settled: int,
    occurred_at: datetime,
    is_return: bool = False,
) -> list[Entry]:
    """Write what the provider took in `currency` for a refund, or gave back where it failed.

    The fund gives `shares`, at the rate of the gift itself; what `settled` is beyond or below,
    since the rate has moved, stands with the provider's fees. Key `refund/<refund_key>/exchanged`
    or, with `is_return`, `…/returned`.
    """
    own, held = refunded.fund.currency, accounts.provider(currency)
    changed = GiftPart(shares.amount, shares.fee_cover, replace(refunded.fund, currency=currency))
    moved = settled - shares.amount - shares.fee_cover
    legs = [
        *gift_legs(accounts.provider(own), own, refunded),
        *backwards(gift_legs(held, currency, changed)),
        Leg(accounts.fees(currency), held, max(moved, 0)),
        Leg(held, accounts.fees(currency), max(-moved, 0)),
    ]
    if is_return:
        legs = backwards(legs)
    key = f"refund/{refund_key}/{'returned' if is_return else 'exchanged'}"
    new = ledger.post([Draft(Kind.EXCHANGE, key, occurred_at, legs, {"refund": str(refund_key)})])
    ledger.set_maturity(source_keys=[key], kind=Account.Kind.FUND, matures_at=occurred_at)
    return new
