"""Who asked the provider for a change is kept, also where its answer is lost."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from donations import plan_wishes, plans
from donations.models import Gift, Plan, PlanChange
from tests.donations.test_plans import act, begin, breaches, fund, plan, renew, take_in
from tests.factories.partners import StaffFactory
from weintl.mail.models import Mail
from weintl.money import Money
from weintl.payments.models import Payment
from weintl.payments.sessions import NotPayable, ProviderUnavailable

__all__ = ["fund", "plan"]
pytestmark = pytest.mark.django_db
ACTS = {
    "pause": (plans.pause, "paused"),
    "skip": (plans.skip_next, "skipped"),
    "end": (plans.cancel, "ended"),
    "amount": (lambda plan, act: plans.change_amount(plan, Money(4000, "usd"), act), "amount"),
}


def told():
    return Mail.objects.filter(template="donations/plan_changed").count()


def lose_the_answer(standin, do, plan, given):
    standin.faults(drop_after_commit=True, count=20, method="DELETE")
    standin.faults(drop_after_commit=True, count=20, method="POST")
    with pytest.raises(ProviderUnavailable):
        do(plan, given)
    standin.clear_faults()


@pytest.mark.parametrize("name", ACTS)
def test_an_act_whose_answer_was_lost_is_kept_as_whose_it_was(plan, standin, name):
    do, kind = ACTS[name]
    somebody = StaffFactory()
    given = act("lost", by="staff", actor=somebody)
    lose_the_answer(standin, do, plan, given)
    assert not PlanChange.objects.filter(kind=kind).exists()
    take_in(standin)
    change = PlanChange.objects.get(kind=kind)
    assert (change.by, change.actor) == ("staff", somebody)
    assert change.before != change.after
    assert told() == 1
    # Sent again it is done already.
    do(Plan.objects.get(), given)
    take_in(standin)
    assert PlanChange.objects.count() == 2
    assert told() == 1
    assert Plan.objects.get().asked is None
    assert breaches() == []


def test_a_covered_fee_stays_where_the_answer_to_another_amount_was_lost(fund, standin):
    begin(fund, is_fee_covered=True)
    standin.pay(Payment.objects.get().session_id)
    take_in(standin)
    plan = Plan.objects.get()
    cover = plan.fee_cover_amount
    lose_the_answer(standin, ACTS["amount"][0], plan, act("lost"))
    take_in(standin)
    plan = Plan.objects.get()
    assert (plan.amount, plan.fee_cover_amount) == (4000, cover)
    renew(standin, plan)
    last = Gift.objects.order_by("-pk").first()
    assert (last.amount, last.fee_cover_amount) == (4000, cover)


def test_what_is_done_at_the_provider_is_kept_as_its_own_and_told(plan, standin):
    client = plans.subscriptions.client
    name = plan.subscription.subscription_id
    client.pause_subscription(name, idempotency_key="p")
    take_in(standin)
    client.resume_subscription(name, idempotency_key="r")
    take_in(standin)
    client.cancel_subscription(name)
    for _ in range(2):
        take_in(standin)
    kinds = list(PlanChange.objects.order_by("pk").values_list("kind", "by"))
    provider = "provider"
    assert kinds == [(kind, provider) for kind in ("begun", "paused", "resumed", "ended")]
    assert told() == 3


def test_what_the_provider_refused_or_never_did_is_nobodys_wish(plan, standin):
    standin.faults(status=503, count=20)
    with pytest.raises(ProviderUnavailable):
        plans.pause(plan, act("a", by="staff", actor=StaffFactory()))
    standin.clear_faults()
    kept = Plan.objects.get()
    assert kept.asked["kind"] == "paused"
    assert not plan_wishes.has_come(kept, now=act().now)
    kept.subscription.state = "paused"
    assert plan_wishes.has_come(kept, now=act().now)
    assert not plan_wishes.has_come(kept, now=act().now + timedelta(days=2))
    plans.subscriptions.client.cancel_subscription(plan.subscription.subscription_id)
    with pytest.raises(NotPayable):
        plans.pause(plan, act("b"))
    assert Plan.objects.get().asked is None


@pytest.mark.parametrize("asked", [{}, {"kind": "paused"}, [], "paused"])
def test_half_a_wish_is_refused_by_the_database(plan, asked):
    with pytest.raises(IntegrityError), transaction.atomic():
        Plan.objects.update(asked=asked)


def test_a_wish_of_no_kind_is_refused_by_the_database(plan):
    names = ["key", "by", "actor", "before", "amount", "at"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Plan.objects.update(asked={**dict.fromkeys(names, ""), "kind": "begun"})
