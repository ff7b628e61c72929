"""Gifts in another currency than our balance at the provider: the books follow what it settled.

When a gift is paid it is booked in its own currency, for that is all that is known. What the
provider says that it made of it takes that place (design: the ledger posts what was settled),
and so does what it takes for a refund. A gift that goes back as a whole leaves its fund as it
was: refunds are taken at the gift's own rate, and what the rate has moved since stands with the
provider's fees, which operations bear. Receipts stay in the currency that was given.
"""

from datetime import datetime
from functools import partial

from django.db.models import Sum

from partners import exchanges
from partners.exchanges import GiftShares
from partners.postings import GiftPart
from weintl.money import allocate
from weintl.payments.models import Payment, Refund

from .models import Gift, GiftRefund


def shares_of(gift: Gift, payment: Payment) -> GiftShares:
    """Return what of the settled amount is the fund's and what covers the fee, in minor units."""
    parts = allocate(payment.settled_amount or 0, [gift.amount, gift.fee_cover_amount])
    return GiftShares(*parts)


def of_gift(gift: Gift, payment: Payment, *, now: datetime) -> None:
    """Put what the provider settled in the place of what was booked. Safe to repeat."""
    exchanges.post_gift_exchanged(
        payment_key=str(payment.public_id),
        paid=_booked(gift, gift.amount, gift.fee_cover_amount),
        shares=shares_of(gift, payment),
        currency=payment.settled_currency,
        occurred_at=now,
    )


def of_refund(gift: Gift, payment: Payment, refund: Refund) -> None:
    """Do the same for a refund, and for its return where it failed, as far as each is settled.

    The caller holds the gift's lock. Safe to repeat.
    """
    part = GiftRefund.objects.filter(refund=refund).first()
    if part is None or refund.settled_amount is None or refund.settled_at is None:
        return
    shares = _frozen(gift, payment, part)
    post = partial(
        exchanges.post_gift_refund_exchanged,
        refund_key=str(refund.pk),
        refunded=_booked(gift, part.amount, part.fee_cover_amount),
        shares=shares,
        currency=payment.settled_currency,
    )
    post(settled=refund.settled_amount, occurred_at=refund.settled_at)
    if refund.failure_settled_amount is not None and refund.failed_at is not None:
        post(settled=refund.failure_settled_amount, occurred_at=refund.failed_at, is_return=True)


def _booked(gift: Gift, amount: int, fee_cover: int) -> GiftPart:
    return GiftPart(amount, fee_cover, gift.fund.account(gift.currency))


def _frozen(gift: Gift, payment: Payment, part: GiftRefund) -> GiftShares:
    """Return a refund's parts at the gift's rate, worked out once; all refunds sum to the gift."""
    if part.settled_amount is None or part.settled_fee_cover_amount is None:
        whole = shares_of(gift, payment)
        others = gift.refunds.filter(is_returned=False, settled_amount__isnull=False)
        before = others.exclude(pk=part.pk).aggregate(
            amount=Sum("amount", default=0),
            fee_cover=Sum("fee_cover_amount", default=0),
            settled=Sum("settled_amount", default=0),
            settled_cover=Sum("settled_fee_cover_amount", default=0),
        )
        part.settled_amount = (
            _part(whole.amount, before["amount"] + part.amount, gift.amount) - before["settled"]
        )
        part.settled_fee_cover_amount = (
            _part(
                whole.fee_cover,
                before["fee_cover"] + part.fee_cover_amount,
                gift.fee_cover_amount,
            )
            - before["settled_cover"]
        )
        part.save(update_fields=["settled_amount", "settled_fee_cover_amount"])
    return GiftShares(part.settled_amount, part.settled_fee_cover_amount)


def _part(settled: int, taken: int, whole: int) -> int:
    """Return which of `settled` belongs to `taken` of `whole`, half up; all of it for all."""
    return (2 * settled * taken + whole) // (2 * whole) if whole else 0
