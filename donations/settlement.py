"""What becomes of a gift when its payment changes."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from partners import postings
from weintl.background import enqueue
from weintl.payments.handlers import PaymentHandler
from weintl.payments.models import Dispute, Payment, Refund

from . import campaigns, contests, exchanging, gifts, receipts, refunding
from .models import Gift, GiftRefund
from .models.gifts import number_of


class GiftSettlement(PaymentHandler):
    """Keeps gifts, their funds' accounts and their donors' mails in step with payments."""

    def paid(self, payment: Payment, *, now: datetime) -> None:
        """Credit the fund, at once payable, and thank; also when the page had closed before."""
        gift = _locked(payment)
        postings.post_gift(
            payment_key=str(payment.public_id),
            currency=gift.currency,
            amount=gift.amount,
            fee_cover=gift.fee_cover_amount,
            fund=gift.fund.account(gift.currency),
            occurred_at=now,
            way=payment.way,
            is_mature=gift.currency == settings.BASE_CURRENCY,
        )
        campaigns.count(gifts.receive(gift=gift, payment=payment, now=now))

    def settled(self, payment: Payment, *, now: datetime) -> None:
        """Book the real fee: the fund bears it unless its donor covered it."""
        gift = _locked(payment)
        currency = payment.settled_currency
        postings.let_gift_mature(payment_key=str(payment.public_id), at=now)
        if currency != gift.currency:
            exchanging.of_gift(gift, payment, now=now)
            for refund in payment.refunds.order_by("pk"):
                self.refund_settled(payment, refund)
        postings.post_fee(
            payment_key=str(payment.public_id),
            currency=currency,
            fee=payment.fee_amount or 0,
            occurred_at=now,
            fund=None if gift.fee_cover_amount else gift.fund.account(currency),
        )

    def failed(self, payment: Payment, *, now: datetime) -> None:
        """Write it down; the donor can give again."""
        gifts.close_unpaid(gift=_locked(payment), state=Gift.State.FAILED)

    def declined(self, payment: Payment, *, now: datetime) -> None:
        """Let the guard of the give page look whether somebody tries stolen cards."""
        enqueue("donations.tasks.judge_declines", payment_id=payment.pk)

    def expired(self, payment: Payment, *, now: datetime) -> None:
        """Write it down; the donor can give again."""
        gifts.close_unpaid(gift=_locked(payment), state=Gift.State.EXPIRED)

    def refunded(self, payment: Payment, refund: Refund, *, now: datetime) -> None:
        """Take the refund from the fund and the covered fee in proportion, or bring it back."""
        gift = _locked(payment)
        part: GiftRefund | None = None
        if refund.state == Refund.State.FAILED:
            refunding.came_back(refund=refund)
            postings.post_refund_failed(refund_key=str(refund.pk), occurred_at=now)
            if back := GiftRefund.objects.filter(refund=refund).select_related("gift").first():
                gifts.tell_of_return(part=back, now=now)
        else:
            part = self._part(gift, refund, now=now)
            postings.post_gift_refund(
                refund_key=str(refund.pk),
                currency=gift.currency,
                amount=part.amount,
                fee_cover=part.fee_cover_amount,
                fund=gift.fund.account(gift.currency),
                occurred_at=now,
                way=refund.way,
            )
        refunding.keep_sum(gift)
        campaigns.count(gift)
        if part is not None:
            # The mail says whether anything is left.
            part.gift = gift
            gifts.tell_of_refund(part=part, now=now)

    def refund_settled(self, payment: Payment, refund: Refund) -> None:
        """Change what was booked of a refund into what the provider took for it."""
        if payment.settled_currency not in {"", payment.currency}:
            exchanging.of_refund(_locked(payment), payment, refund)

    def disputed(self, payment: Payment, dispute: Dispute, *, now: datetime) -> None:
        """Park what is contested; what is lost, operations bears: the gift stays in its fund.

        Its campaign counts neither until it is won. Its donor is told of each step.
        """
        gift = _locked(payment)
        self._book(dispute, now=now)
        campaigns.count(gift)
        contests.tell(gift=gift, dispute=dispute, now=now)

    def _book(self, dispute: Dispute, *, now: datetime) -> None:
        taken = [row for row in dispute.balance_transactions if row["amount"] < 0]
        given_back = [row for row in dispute.balance_transactions if row["amount"] > 0]
        if not taken:
            return
        key, currency = dispute.dispute_id, str(taken[0]["currency"])
        postings.post_dispute_opened(
            dispute_key=key,
            currency=currency,
            amount=dispute.withdrawn_amount,
            fee=sum(row["fee"] for row in taken),
            occurred_at=now,
        )
        if given_back:
            postings.post_dispute_won(
                dispute_key=key,
                currency=currency,
                amount=dispute.reinstated_amount,
                fee_returned=-sum(row["fee"] for row in given_back),
                occurred_at=now,
            )
        elif dispute.state == "lost":
            postings.post_dispute_lost(
                dispute_key=key,
                currency=currency,
                amount=dispute.withdrawn_amount,
                occurred_at=now,
            )

    def issue_papers(self, payment: Payment, *, now: datetime) -> None:
        """Issue the gift's receipt; make it void and issue another when money went back."""
        gift = Gift.objects.select_related("fund", "donor", "payment").get(payment=payment)
        if receipts.issue_due(gift, now=now):
            enqueue("donations.tasks.keep_receipts")

    def admin_urls(self, payments: Sequence[Payment]) -> dict[int, str]:
        """Return the admin pages of the gifts."""
        gifts = Gift.objects.filter(payment__in=payments).values_list("payment_id", "pk")
        return {pid: reverse("admin:donations_gift_change", args=[pk]) for pid, pk in gifts}

    @classmethod
    def title(cls, reference: str) -> str:
        """Return the number that the donor sees."""
        return str(_("Gift %s") % number_of(reference))

    def _part(self, gift: Gift, refund: Refund, *, now: datetime) -> GiftRefund:
        """Return the refund's parts, divided when it is first heard of and never again."""
        kept = GiftRefund.objects.filter(refund=refund).select_related("gift__donor").first()
        if kept is not None:
            return kept
        parts = refunding.share(
            refund=refund.amount,
            gift=gift.amount,
            fee_cover=gift.fee_cover_amount,
            taken=refunding.taken_from(gift),
        )
        return GiftRefund.objects.create(
            gift=gift,
            refund=refund,
            amount=parts.amount,
            fee_cover_amount=parts.fee_cover,
            currency=gift.currency,
            refunded_at=now,
        )


def _locked(payment: Payment) -> Gift:
    """Return the payment's gift, locked. Raises Gift.DoesNotExist: no payment stands alone."""
    rows = Gift.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("fund__programme", "donor").get(payment=payment)
