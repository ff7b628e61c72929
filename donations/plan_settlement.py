"""What becomes of a repeated gift when the provider says something new."""

from datetime import datetime

from weintl.payments.handlers import SubscriptionHandler
from weintl.payments.models import Payment, Subscription

from . import plans
from .models import Gift, Plan
from .plans import By, Kind

S = Subscription.State
# What a step of the repeated payment is to its plan, where nobody here asked for it.
STEPS = {
    (S.CREATED, S.ACTIVE): Kind.BEGUN,
    (S.CREATED, S.ENDED): Kind.ENDED,
    (S.ACTIVE, S.PAST_DUE): Kind.OVERDUE,
    (S.PAST_DUE, S.ACTIVE): Kind.MENDED,
    (S.ACTIVE, S.PAUSED): Kind.PAUSED,
    (S.PAST_DUE, S.PAUSED): Kind.PAUSED,
    (S.PAUSED, S.ACTIVE): Kind.RESUMED,
    (S.PAUSED, S.PAST_DUE): Kind.OVERDUE,
    (S.ACTIVE, S.ENDED): Kind.ENDED,
    (S.PAST_DUE, S.ENDED): Kind.ENDED,
    (S.PAUSED, S.ENDED): Kind.ENDED,
}
# Done by a person, at the provider: the donor is told as of any change.
BY_HAND = {Kind.PAUSED, Kind.RESUMED, Kind.ENDED}


class PlanSettlement(SubscriptionHandler):
    """Keeps plans, their gifts and their donors' mails in step with repeated payments."""

    def renewed(
        self, subscription: Subscription, *, invoice_id: str, amount: int, now: datetime
    ) -> str:
        """Write the gift that a further payment is; once for each invoice.

        Where another amount was agreed than the provider took, all of it is the gift.
        """
        plan = plans.of_subscription(subscription)
        first = plan.gifts.order_by("pk").first()
        is_as_agreed = amount == plan.total.amount
        gift, _is_new = Gift.objects.get_or_create(
            submission_key=f"invoice:{invoice_id}"[:64],
            defaults={
                "donor": plan.donor,
                "donor_name": first.donor_name if first else plan.donor.name,
                "giver": first.giver if first else Gift.Giver.PERSON,
                "organisation_name": first.organisation_name if first else "",
                "is_anonymous": first.is_anonymous if first else False,
                "fund": plan.fund,
                "plan": plan,
                "amount": plan.amount if is_as_agreed else amount,
                "fee_cover_amount": plan.fee_cover_amount if is_as_agreed else 0,
                "currency": plan.currency,
                "language": plan.donor.language,
                "created_at": now,
            },
        )
        return str(gift.public_id)

    def joined(self, payment: Payment) -> None:
        """Let the gift of a renewal know its payment."""
        Gift.objects.filter(public_id=payment.reference).update(payment=payment)

    def changed(self, subscription: Subscription, *, was: str, now: datetime) -> None:
        """Keep each step of the plan that nobody here took: begun, overdue, mended, ended."""
        plan = plans.of_subscription(subscription)
        # What a donor or staff asked for is kept as theirs, also where its answer was lost.
        is_theirs = plans.take_asked(plan, now=now)
        self._follow_amount(plan)
        if was == subscription.state or is_theirs:
            return
        kind = STEPS.get((S(was), S(subscription.state)))
        if kind is None:
            return
        until = subscription.period_end.isoformat() if subscription.period_end else ""
        key = f"{kind}:{until}"
        if kind in {Kind.PAUSED, Kind.RESUMED}:
            # It may come more than once in a period.
            key += f":{now.isoformat()}"
        before = {**plans.state_of(plan), "state": was}
        is_new = plans.record(plan, kind, key=key, before=before, by=By.PROVIDER, now=now)
        if is_new and subscription.end_reason == "payment_failed":
            plans.tell_ended(plan, now=now)
        elif is_new and kind in BY_HAND and was != S.CREATED:
            plans.tell_changed(plan, kind, key=key, now=now)

    def _follow_amount(self, plan: Plan) -> None:
        """Take over an amount that was changed at the provider; a covered fee is part of it."""
        if plan.subscription.amount != plan.total.amount:
            # As it was read: whoever changes it here at the same time knows better.
            changed = Plan.objects.filter(
                pk=plan.pk, amount=plan.amount, fee_cover_amount=plan.fee_cover_amount
            )
            changed.update(amount=plan.subscription.amount, fee_cover_amount=0)

    def declined(
        self,
        subscription: Subscription,
        *,
        attempt: int,
        tried_again_at: datetime | None,
        now: datetime,
    ) -> None:
        """Tell the donor, once for each try; after the last one that it has ended is enough."""
        if subscription.state == S.ENDED:
            return
        plan = plans.of_subscription(subscription)
        plans.tell_declined(plan, attempt=attempt, tried_again_at=tried_again_at, now=now)
