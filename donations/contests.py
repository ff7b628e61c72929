"""What a donor is told while the payment of a gift is contested, and how that gift is shown."""

from datetime import datetime

from django.db.models import QuerySet, Sum
from django.utils.translation import override

from weintl.mail import outbox
from weintl.mail.models import Mail
from weintl.payments.models import Dispute
from weintl.web import absolute

from .gifts import as_json
from .models import Gift

S = Dispute.Standing


def tell(*, gift: Gift, dispute: Dispute, now: datetime) -> Mail | None:
    """Queue the mail that says where the contest of a gift stands; once for each step.

    None for a mere question of the bank, and none to a donor who was erased. That it was opened
    is told only while it waits for an answer: whoever hears of it late hears how it ended.
    """
    step = dispute.standing
    if gift.donor.erased_at is not None or step not in {S.OPEN, S.WON, S.LOST}:
        return None
    if step == S.OPEN and not dispute.state.endswith("needs_response"):
        return None
    with override(gift.language):
        context = {
            "step": step.value,
            "name": gift.donor_name,
            "fund": gift.fund.name,
            "contested": as_json(dispute.money),
            "total": as_json(gift.total),
            "is_whole": dispute.amount >= gift.total.amount - gift.refunded_amount,
            "number": gift.number,
            "url": absolute(gift.get_absolute_url()),
        }
    return outbox.queue(
        key=f"gift/{gift.public_id}/contest/{dispute.pk}/{step.value}",
        template="donations/gift_contested",
        to=gift.donor.email,
        language=gift.language,
        context=context,
        cause=f"gift:{gift.pk}",
        now=now,
    )


def lost_of(gifts: QuerySet[Gift]) -> dict[str, int]:
    """Return what the bank took back of these gifts for good: minor units by currency."""
    payments = gifts.filter(payment__purpose="gift").values("payment")
    lost = Dispute.objects.filter(state="lost", payment__in=payments)
    rows = lost.values("currency").annotate(amount=Sum("amount")).order_by("currency")
    return {row["currency"]: row["amount"] for row in rows}
