"""Staff follow a regular gift and change it for its donor; each change says who."""

import pytest
from django.urls import reverse
from django.utils import timezone

from donations.models import PlanChange
from tests.factories.donations import FundFactory, gift_received, plan_of
from weintl.payments.models import Subscription

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    return plan_of(gift_received().donor, now=timezone.now())


def page(plan, act="change"):
    return reverse(f"admin:donations_plan_{act}", args=[plan.pk])


def test_the_list_and_the_page_show_it_and_offer_what_its_state_allows(staff, plan):
    assert str(plan) in staff.get(reverse("admin:donations_plan_changelist")).content.decode()
    text = staff.get(page(plan)).content.decode()
    for act in ("amount", "fund", "skip", "pause", "end"):
        assert page(plan, act) in text
    for act in ("unskip", "resume"):
        assert page(plan, act) not in text


def test_another_purpose_is_kept_with_who_did_it(staff, plan):
    FundFactory(key="legal-aid", use="legal_aid", name_en="Legal help")
    given = {"fund": "legal-aid", "key": "b" * 32}
    for _ in range(2):
        assert staff.post(page(plan, "fund"), given).url == page(plan)
    change = PlanChange.objects.get()
    assert (change.by, change.actor.email) == ("staff", "staff@example.org")
    text = staff.get(page(plan)).content.decode()
    assert "Legal help" in text
    assert "fee_cover" not in text
    assert "staff@example.org" in text


@pytest.mark.parametrize("act", ["resume", "unskip", "end"])
def test_an_act_that_its_state_does_not_offer_changes_nothing(staff, plan, act):
    if act == "end":
        Subscription.objects.update(state="ended", ended_at=timezone.now())
    for ask in (staff.get, lambda url: staff.post(url, {"key": "b" * 32})):
        answer = ask(page(plan, act))
        assert answer.url == page(plan)
        assert "nothing was changed" in staff.get(page(plan)).content.decode()
    assert not PlanChange.objects.exists()


def test_a_provider_that_refuses_is_said_beside_the_form(staff, plan, standin):
    answer = staff.post(page(plan, "pause"), {"key": "b" * 32})
    assert answer.status_code == 200
    assert "could not do this" in answer.content.decode()
    assert not PlanChange.objects.exists()


def test_a_form_that_was_sent_twice_is_said_to_be_done(staff, plan):
    kept = {"amount": 1, "fee_cover": 0, "fund": "x", "state": "active"}
    PlanChange.objects.create(
        plan=plan, kind="paused", by="staff", key=f"{plan.pk}:{'b' * 32}",
        changed_at=timezone.now(), before=kept, after=kept,
    )  # fmt: skip
    Subscription.objects.update(state="paused")
    answer = staff.post(page(plan, "pause"), {"key": "b" * 32}, follow=True).content.decode()
    assert "the donor is told by mail" in answer
    assert "nothing was changed" not in answer


def test_a_skip_is_told_before_and_after(staff, plan):
    kept = {"amount": 1, "fee_cover": 0, "fund": "x", "state": "active"}
    PlanChange.objects.create(
        plan=plan, kind="skipped", by="staff", key="k", changed_at=timezone.now(),
        before={**kept, "is_skipped": False}, after={**kept, "is_skipped": True},
    )  # fmt: skip
    assert "</b> skipped" in staff.get(page(plan)).content.decode()


def test_a_provider_that_is_away_is_told_without_a_payment_page(staff, plan, standin):
    standin.faults(status=503, count=20)
    text = staff.post(page(plan, "pause"), {"key": "b" * 32}).content.decode()
    assert "provider does not answer" in text
    assert "payment page" not in text


def test_why_a_card_was_declined_is_said_in_words(staff, plan):
    Subscription.objects.update(state="past_due", decline_code="insufficient_funds")
    assert "the money was short (insufficient_funds)" in staff.get(page(plan)).content.decode()
