"""Verify sees plans that are charged otherwise, stray gifts, and plans without a beginning."""

import pytest
from django.db import connection

from donations.models import PlanChange
from donations.plan_invariants import (
    CHECKS,
    check_gifts_of_plans_have_their_payments,
    check_plans_are_charged_as_agreed,
    check_plans_tell_their_changes,
)
from tests.factories.donations import AT, gift_received, plan_of
from weintl.payments.models import Payment, Subscription

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    gift = gift_received()
    plan = plan_of(gift.donor)
    PlanChange.objects.create(plan=plan, kind="begun", by="provider", changed_at=AT, key="k")
    Payment.objects.filter(pk=gift.payment_id).update(subscription=plan.subscription)
    gift.plan = plan
    gift.save(update_fields=["plan"])
    return plan


def found():
    return [words for check in CHECKS for words in check()]


def test_all_holds(plan):
    assert found() == []


@pytest.mark.parametrize("change", [{"amount": 2600}, {"currency": "eur"}])
def test_another_amount_or_currency_at_the_provider_is_seen(plan, change):
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
    Subscription.objects.update(**change)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = DEFAULT")
    assert len(list(check_plans_are_charged_as_agreed())) == 1


def test_a_gift_paid_by_something_else_is_seen(plan):
    Payment.objects.update(subscription=None)
    assert len(list(check_gifts_of_plans_have_their_payments())) == 1


def test_a_plan_without_a_beginning_is_seen(plan):
    plan_of(plan.donor)
    assert len(list(check_plans_tell_their_changes())) == 1
