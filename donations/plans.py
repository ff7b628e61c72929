"""Repeated gifts: begun on the give page, changed by their donor or by staff, each change kept.

The provider is asked first; what it answers is booked, and only then the change is written
down. How a plan stands is in its subscription: docs/staff/plans.md.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from weintl.mail import outbox
from weintl.money import Money
from weintl.payments import subscriptions
from weintl.payments.models import Subscription
from weintl.payments.sessions import NotPayable
from weintl.web import absolute

from . import plan_wishes
from .models import Donor, Fund, Plan, PlanChange

logger = logging.getLogger(__name__)

By, Kind = PlanChange.By, PlanChange.Kind
S = Subscription.State
CARD_SALT = "donations.plan_card"
# A mail about a declined card may lie in a mailbox for a while.
CARD_LINK_LIVES = 60 * 60 * 24 * 30


@dataclass(frozen=True, slots=True)
class Act:
    """Who changes a plan, and the key of the form: sent twice, it changes once."""

    by: str
    key: str
    now: datetime
    actor: Any = None


def begin(
    *,
    donor: Donor,
    fund: Fund,
    amount: Money,
    fee_cover: Money,
    interval: str,
    now: datetime,
) -> Plan:
    """Write a plan with its repeated payment, in the caller's transaction; nobody has paid yet."""
    plan = Plan(
        donor=donor,
        fund=fund,
        amount=amount.amount,
        fee_cover_amount=fee_cover.amount,
        currency=amount.currency,
        interval=interval,
        created_at=now,
    )
    plan.subscription = subscriptions.create(
        purpose="gift",
        reference=str(plan.public_id),
        amount=plan.total.amount,
        currency=amount.currency,
        interval=interval,
        now=now,
    )
    plan.save(force_insert=True)
    return plan


def of_subscription(subscription: Subscription) -> Plan:
    """Return the plan of a repeated payment, with donor and fund."""
    plans = Plan.objects.select_related("donor", "fund", "subscription")
    return plans.get(subscription=subscription)


def state_of(plan: Plan) -> dict[str, Any]:
    """Return what a change is told by: JSON of amounts, fund and state."""
    return {
        "amount": plan.amount,
        "fee_cover": plan.fee_cover_amount,
        "fund": plan.fund.key,
        "state": plan.subscription.state,
        "is_skipped": plan.subscription.skips_until is not None,
    }


def record(
    plan: Plan,
    kind: str,
    *,
    key: str,
    before: dict[str, Any],
    by: str,
    actor: Any = None,
    now: datetime,
) -> bool:
    """Write a change down, once for each key; say whether it was new."""
    _row, is_new = PlanChange.objects.get_or_create(
        key=f"{plan.pk}:{key}"[:120],
        defaults={
            "plan": plan,
            "kind": kind,
            "by": by,
            "actor": actor,
            "before": before,
            "after": state_of(plan),
            "changed_at": now,
        },
    )
    if is_new:
        logger.info("plan.changed", extra={"plan": plan.pk, "change": kind})
    return is_new


def is_done(plan: Plan, key: str) -> bool:
    """Say whether the form with this key has changed the plan."""
    return PlanChange.objects.filter(key=f"{plan.pk}:{key}"[:120]).exists()


def take_asked(plan: Plan, *, now: datetime) -> bool:
    """Write down what was asked for where it has come to be; say whether it was that."""
    wish: dict[str, Any] | None = plan.asked
    if wish is None or not plan_wishes.has_come(plan, now=now):
        return False
    if wish["kind"] == Kind.AMOUNT:
        plan.amount = wish["amount"]
        plan.save(update_fields=["amount"])
    actor = get_user_model().objects.filter(pk=wish["actor"]).first()
    before, by = wish["before"], wish["by"]
    if record(plan, wish["kind"], key=wish["key"], before=before, by=by, actor=actor, now=now):
        tell_changed(plan, wish["kind"], key=wish["key"], now=now)
    plan_wishes.forget(plan)
    return True


def _change(plan: Plan, kind: str, act: Act, do: Callable[[Subscription], Subscription]) -> Plan:
    """Do something at the provider, then write it down and tell the donor."""
    if is_done(plan, act.key) or plan_wishes.stands(plan, kind):
        return plan
    before = state_of(plan)
    with plan_wishes.asked(plan, kind, act, before=before):
        plan.subscription = do(plan.subscription)
    with transaction.atomic():
        if record(plan, kind, key=act.key, before=before, by=act.by, actor=act.actor, now=act.now):
            tell_changed(plan, kind, key=act.key, now=act.now)
        plan_wishes.forget(plan)
    return plan


def change_amount(plan: Plan, amount: Money, act: Act) -> Plan:
    """Let each gift be `amount` from the next on; a covered fee stays as it was agreed.

    Raises sessions.NotPayable, sessions.ProviderUnavailable; nothing is changed then.
    """
    if is_done(plan, act.key) or (plan.asked is None and amount == plan.money):
        return plan
    before, total = state_of(plan), amount + plan.fee_cover
    with plan_wishes.asked(plan, Kind.AMOUNT, act, before=before, amount=amount.amount):
        plan.subscription = subscriptions.change_amount(
            plan.subscription, amount=total.amount, key=f"{plan.pk}:{act.key}", now=act.now
        )
    with transaction.atomic():
        plan.amount = amount.amount
        # Both: news of the new total may have come meanwhile, which knows of no covered fee.
        Plan.objects.filter(pk=plan.pk).update(
            amount=plan.amount, fee_cover_amount=plan.fee_cover_amount
        )
        if record(
            plan, Kind.AMOUNT, key=act.key, before=before, by=act.by, actor=act.actor, now=act.now
        ):
            tell_changed(plan, Kind.AMOUNT, key=act.key, now=act.now)
        plan_wishes.forget(plan)
    return plan


@transaction.atomic
def change_fund(plan: Plan, fund: Fund, act: Act) -> Plan:
    """Let gifts go to another fund from the next on; what was given stays where it is.

    Raises sessions.NotPayable for a plan that has ended: no gift comes any more.
    """
    if is_done(plan, act.key) or fund == plan.fund:
        return plan
    if plan.subscription.state == S.ENDED:
        raise NotPayable
    before = state_of(plan)
    plan.fund = fund
    plan.save(update_fields=["fund"])
    record(plan, Kind.FUND, key=act.key, before=before, by=act.by, actor=act.actor, now=act.now)
    tell_changed(plan, Kind.FUND, key=act.key, now=act.now)
    return plan


def skip_next(plan: Plan, act: Act) -> Plan:
    """Let the next gift fall out."""
    key = f"{plan.pk}:{act.key}"
    return _change(
        plan, Kind.SKIPPED, act, lambda row: subscriptions.skip_next(row, key=key, now=act.now)
    )


def unskip(plan: Plan, act: Act) -> Plan:
    """Let the next gift come after all."""
    key = f"{plan.pk}:{act.key}"
    return _change(
        plan, Kind.UNSKIPPED, act, lambda row: subscriptions.unskip(row, key=key, now=act.now)
    )


def pause(plan: Plan, act: Act) -> Plan:
    """Let nothing come until it is resumed."""
    key = f"{plan.pk}:{act.key}"
    return _change(
        plan, Kind.PAUSED, act, lambda row: subscriptions.pause(row, key=key, now=act.now)
    )


def resume(plan: Plan, act: Act) -> Plan:
    """Go on."""
    key = f"{plan.pk}:{act.key}"
    return _change(
        plan, Kind.RESUMED, act, lambda row: subscriptions.resume(row, key=key, now=act.now)
    )


def cancel(plan: Plan, act: Act) -> Plan:
    """End it now; no gift comes any more. What was given stays given."""
    return _change(plan, Kind.ENDED, act, lambda row: subscriptions.cancel(row, now=act.now))


def cancel_all(donor: Donor, *, now: datetime) -> None:
    """End all that a donor gives regularly, such as before the donor is erased.

    Raises sessions.NotPayable, sessions.ProviderUnavailable; those before it have ended then.
    """
    live = Plan.objects.live().filter(donor=donor)
    for each in live.select_related("donor", "fund", "subscription").order_by("pk"):
        cancel(each, Act(By.DONOR, "with the donor", now))


def card_page(plan: Plan, act: Act, *, return_path: str) -> str:
    """Return the provider's page for another card, and keep that it was asked for.

    Raises sessions.NotPayable, sessions.ProviderUnavailable.
    """
    url = subscriptions.card_page(
        plan.subscription, return_url=absolute(return_path), language=plan.donor.language
    )
    record(plan, Kind.CARD, key=act.key, before=state_of(plan), by=act.by, actor=act.actor,
           now=act.now)  # fmt: skip
    return url


def after_card(plan: Plan, act: Act) -> Plan:
    """Try what is overdue with the card that was just typed in; look at the rest.

    Raises sessions.NotPayable where that card is declined, too, sessions.ProviderUnavailable.
    """
    row = plan.subscription
    if row.state == S.PAST_DUE:
        plan.subscription = subscriptions.pay_what_is_open(row, key=act.key, now=act.now)
    elif row.state != S.ENDED:
        subscriptions.check(pk=row.pk, now=act.now)
        plan.subscription.refresh_from_db()
    return plan


def card_word(plan: Plan) -> str:
    """Return the signed word of the mailed link that leads to another card, and to that alone."""
    return signing.dumps(str(plan.public_id), salt=CARD_SALT)


def of_card_word(word: str) -> Plan | None:
    """Return the plan of a mailed link; None where the word is not ours or too old."""
    try:
        public_id = signing.loads(word, salt=CARD_SALT, max_age=CARD_LINK_LIVES)
    except signing.BadSignature:
        return None
    plans = Plan.objects.select_related("donor", "fund", "subscription")
    return plans.filter(public_id=public_id).first()


def _context(plan: Plan) -> dict[str, Any]:
    total, row = plan.total, plan.subscription
    with override(plan.donor.language):
        next_on = skipped_on = ""
        if row.period_end is not None and row.state in {S.ACTIVE, S.PAST_DUE}:
            next_on = day_of(row.period_end)
        if row.skips_until is not None:
            next_on, skipped_on = "", next_on
        return {
            "name": plan.donor.name,
            "fund": plan.fund.name,
            "total": {"amount": total.amount, "currency": total.currency},
            "interval": plan.get_interval_display(),
            "next_on": next_on,
            "skipped_on": skipped_on,
            "url": absolute(reverse("donations:way_in")),
        }


def tell_changed(plan: Plan, kind: str, *, key: str, now: datetime) -> None:
    """Confirm a change by mail; to an erased donor nobody writes."""
    if plan.donor.erased_at is not None:
        return
    outbox.queue(
        key=f"plan/{plan.pk}/{kind}/{key}"[:200],
        template="donations/plan_changed",
        to=plan.donor.email,
        language=plan.donor.language,
        context={**_context(plan), "kind": kind},
        cause=f"donor:{plan.donor_id}",
        now=now,
    )


def day_of(moment: datetime) -> str:
    """Return the day of `moment` where the organisation is, in the active language."""
    return formats.date_format(timezone.localdate(moment), "DATE_FORMAT")


def tell_declined(
    plan: Plan, *, attempt: int, tried_again_at: datetime | None, now: datetime
) -> None:
    """Say that a gift did not come, why, when it is tried again, and how to mend it; once a try.

    `tried_again_at` is the provider's plan, None where it has none.
    """
    if plan.donor.erased_at is not None:
        return
    with override(plan.donor.language):
        url = absolute(reverse("donations:plan_card", args=[card_word(plan)]))
        again = day_of(tried_again_at) if tried_again_at else ""
    row = plan.subscription
    until = row.period_end.date().isoformat() if row.period_end else ""
    outbox.queue(
        key=f"plan/{plan.pk}/declined/{until}/{attempt}",
        template="donations/plan_declined",
        to=plan.donor.email,
        language=plan.donor.language,
        context={**_context(plan), "mend": url, "why": why(row.decline_code), "again": again},
        cause=f"donor:{plan.donor_id}",
        now=now,
    )


def tell_ended(plan: Plan, *, now: datetime) -> None:
    """Say that no gift comes any more since the card could not be charged."""
    if plan.donor.erased_at is not None:
        return
    with override(plan.donor.language):
        give_url = absolute(reverse("donations:give"))
    outbox.queue(
        key=f"plan/{plan.pk}/ended",
        template="donations/plan_ended",
        to=plan.donor.email,
        language=plan.donor.language,
        context={**_context(plan), "give_url": give_url},
        cause=f"donor:{plan.donor_id}",
        now=now,
    )


# The provider's words -> what a donor can do about it. Source: docs.stripe.com/declines/codes.
EXPIRED = frozenset({"expired_card", "lost_card", "stolen_card", "pickup_card"})
SHORT = frozenset(
    {"insufficient_funds", "card_velocity_exceeded", "withdrawal_count_limit_exceeded"}
)


def why(code: str) -> str:
    """Return the kind of reason that mails tell by: `expired`, `short`, `bank`."""
    if code in EXPIRED:
        return "expired"
    return "short" if code in SHORT else "bank"


def words_of(interval: str) -> str:
    """Return how often, in the active language."""
    return _("each year") if interval == "year" else _("each month")
