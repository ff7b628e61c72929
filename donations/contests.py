"""What a donor is told while the payment of a gift is contested, and how that gift is shown."""

from datetime import datetime

from django.db.models import QuerySet, Sum

from weintl.mail.models import Mail
from weintl.payments.models import Dispute

from . import gifts
from .models import Gift

S = Dispute.Standing


def tell(*, gift: Gift, dispute: Dispute, now: datetime) -> Mail | None:
    """Queue the mail that says where the contest of a gift stands; once for each step.

    None for a mere question of the bank, and none to a donor who was erased. That it was opened
    is told only while it waits for an answer: whoever hears of it late hears how it ended.
    """
    step = dispute.standing
    if step not in {S.OPEN, S.WON, S.LOST}:
        return None
    if step == S.OPEN and not dispute.state.endswith("needs_response"):
        return None
    return gifts.tell(
        gift=gift,
        key=f"gift/{gift.public_id}/contest/{dispute.pk}/{step.value}",
        template="donations/gift_contested",
        now=now,
        step=step.value,
        contested=gifts.as_json(dispute.money),
        total=gifts.as_json(gift.total),
        is_whole=dispute.amount >= gift.total.amount - gift.refunded_amount,
    )


def lost_of(some: QuerySet[Gift]) -> dict[str, int]:
    """Return what the bank took back of these gifts for good: minor units by currency."""
    payments = some.filter(payment__purpose="gift").values("payment")
    lost = Dispute.objects.filter(state="lost", payment__in=payments)
    rows = lost.values("currency").annotate(amount=Sum("amount")).order_by("currency")
    return {row["currency"]: row["amount"] for row in rows}
