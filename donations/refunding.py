"""How a refund divides between a gift's fund and the fee that its donor covered."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Sum

from weintl.payments.models import Refund

from .models import Gift, GiftRefund


@dataclass(frozen=True, slots=True)
class Parts:
    """Minor units of one refund: from the fund, and from the fee covered on top."""

    amount: int
    fee_cover: int


def share(*, refund: int, gift: int, fee_cover: int, taken: Parts) -> Parts:
    """Return the parts of a refund of so many minor units. Pure.

    In proportion to what was paid; `taken` is what earlier refunds took. However a gift is
    refunded piece by piece, at the end each part has given exactly what it got. Raises
    ValueError if more would go back than is left.
    """
    paid = gift + fee_cover
    before = taken.amount + taken.fee_cover
    if refund <= 0 or before + refund > paid:
        raise ValueError("More would go back than is left of the gift.")
    # Rounded half up on the running total, so that roundings never add up.
    goal = (2 * fee_cover * (before + refund) + paid) // (2 * paid)
    # A refund that came back leaves parts off the running proportion; stay within what is left.
    least = refund - (gift - taken.amount)
    most = min(refund, fee_cover - taken.fee_cover)
    cover = min(max(goal - taken.fee_cover, least, 0), most)
    return Parts(amount=refund - cover, fee_cover=cover)


def taken_from(gift: Gift) -> Parts:
    """Return what refunds took from `gift` and did not bring back."""
    sums = gift.refunds.filter(is_returned=False).aggregate(
        amount=Sum("amount"), fee_cover=Sum("fee_cover_amount")
    )
    return Parts(amount=sums["amount"] or 0, fee_cover=sums["fee_cover"] or 0)


def left_of(gift: Gift) -> int:
    """Return what of `gift` no refund took, in minor units."""
    return gift.total.amount - gift.refunded_amount


def take_with_order(*, gift: Gift, refund: Refund, amount: int, now: datetime) -> None:
    """Note that a refund of its order took `amount` minor units of a locked gift's fund.

    The caller posts it. Safe to repeat.
    """
    GiftRefund.objects.get_or_create(
        refund=refund,
        defaults={
            "gift": gift,
            "amount": amount,
            "fee_cover_amount": 0,
            "currency": gift.currency,
            "refunded_at": now,
        },
    )
    keep_sum(gift)


def came_back(*, refund: Refund) -> None:
    """Note that the bank sent a refund back to us: its gift has it again."""
    GiftRefund.objects.filter(refund=refund).update(is_returned=True)


def keep_sum(gift: Gift) -> None:
    """Write how much of a locked gift was refunded, and the state that this means."""
    taken = taken_from(gift)
    gift.refunded_amount = taken.amount + taken.fee_cover
    if not gift.refunded_amount:
        gift.state = Gift.State.RECEIVED
    elif gift.refunded_amount < gift.total.amount:
        gift.state = Gift.State.PARTLY_REFUNDED
    else:
        gift.state = Gift.State.REFUNDED
    gift.save(update_fields=["refunded_amount", "state"])
