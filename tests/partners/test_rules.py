"""A second person approves; a new rule ends the one that it follows."""

from datetime import timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from partners import rules, splits
from partners.models import SplitRule
from tests.factories.partners import LONG_AGO, ProgrammeFactory, SplitRuleFactory, StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock():
    """The real time: the database compares an end with its own clock."""
    return timezone.now()


@pytest.fixture
def programme():
    return ProgrammeFactory()


def draft(programme, start, end=None, **fields) -> SplitRule:
    return SplitRuleFactory(
        programme=programme,
        effective=DateTimeTZRange(start, end, "[)"),
        approved_by=None,
        approved_at=None,
        **fields,
    )


def test_another_person_puts_a_rule_in_force(programme, clock):
    rule = draft(programme, LONG_AGO)
    other = StaffFactory()
    rules.approve(rule=rule, actor=other, now=clock, four_eyes=True)
    (kept,) = SplitRule.objects.in_force(at=clock)
    assert (kept.approved_by, kept.approved_at, kept.is_single_handed) == (other, clock, False)


def test_the_author_may_not(programme, clock):
    rule = draft(programme, LONG_AGO)
    with pytest.raises(rules.SecondPersonNeeded):
        rules.approve(rule=rule, actor=rule.created_by, now=clock, four_eyes=True)
    assert not SplitRule.objects.in_force(at=clock).exists()


def test_an_organisation_of_one_person_is_marked_for_ever(programme, clock):
    rule = draft(programme, LONG_AGO)
    rules.approve(rule=rule, actor=rule.created_by, now=clock, four_eyes=False)
    assert SplitRule.objects.get().is_single_handed


def test_what_was_changed_meanwhile_is_not_approved(programme, clock):
    rule = draft(programme, LONG_AGO)
    SplitRule.objects.update(maker_pay_amount=1)
    with pytest.raises(rules.Rewritten):
        rules.approve(rule=rule, actor=StaffFactory(), now=clock, four_eyes=True)
    assert not SplitRule.objects.in_force(at=clock).exists()


def test_a_products_own_rule_leaves_alone_what_was_sold_under_the_programmes(programme, clock):
    common = SplitRuleFactory(programme=programme)
    own = draft(programme, LONG_AGO, product_code="scarf")
    rules.approve(rule=own, actor=StaffFactory(), now=clock, four_eyes=True)
    live = list(SplitRule.objects.all())
    assert splits.rule_for(programme.pk, "scarf", clock, live) == common
    soon = clock + timedelta(minutes=2)
    assert splits.rule_for(programme.pk, "scarf", soon, live) == own
    assert splits.rule_for(programme.pk, "bowl", soon, live) == common


def test_approving_twice_changes_nothing(programme, clock):
    rule = draft(programme, LONG_AGO)
    first, second = StaffFactory(), StaffFactory()
    rules.approve(rule=rule, actor=first, now=clock, four_eyes=True)
    again = rules.approve(rule=rule, actor=second, now=clock, four_eyes=True)
    assert again.approved_by == first


def test_a_rule_that_begins_later_ends_the_one_before_it(programme, clock):
    old = SplitRuleFactory(programme=programme)
    start = clock + timedelta(days=10)
    new = draft(programme, start)
    rules.approve(rule=new, actor=StaffFactory(), now=clock, four_eyes=True)
    old.refresh_from_db()
    assert old.effective.upper == start
    known = list(SplitRule.objects.all())
    assert splits.rule_for(programme.pk, "x", start - timedelta(seconds=1), known) == old
    assert splits.rule_for(programme.pk, "x", start, known) == new


def test_the_past_is_not_rewritten(programme, clock):
    old = SplitRuleFactory(programme=programme)
    new = draft(programme, clock - timedelta(days=10))
    kept = rules.approve(rule=new, actor=StaffFactory(), now=clock, four_eyes=True)
    assert kept.effective.lower == clock + rules.AHEAD
    known = list(SplitRule.objects.all())
    assert splits.rule_for(programme.pk, "x", clock, known) == old
    assert splits.rule_for(programme.pk, "x", clock + rules.AHEAD, known) == new


def test_a_rule_that_is_planned_already_is_not_pushed_aside(programme, clock):
    SplitRuleFactory(
        programme=programme, effective=DateTimeTZRange(clock + timedelta(days=5), None, "[)")
    )
    new = draft(programme, clock)
    with pytest.raises(rules.Overlaps):
        rules.approve(rule=new, actor=StaffFactory(), now=clock, four_eyes=True)
    over = draft(programme, LONG_AGO, clock + timedelta(days=5))
    rules.approve(rule=over, actor=StaffFactory(), now=clock, four_eyes=True)
    gone = draft(programme, LONG_AGO, clock)
    with pytest.raises(rules.Overlaps):
        rules.approve(rule=gone, actor=StaffFactory(), now=clock, four_eyes=True)


def test_a_rule_ends_in_the_future_and_within_its_time(programme, clock):
    rule = SplitRuleFactory(programme=programme)
    for wrong in (clock, clock - timedelta(days=1), LONG_AGO):
        with pytest.raises(rules.NotInFuture):
            rules.end(rule=rule, at=wrong, now=clock)
    end = clock + timedelta(days=5)
    rules.end(rule=rule, at=end, now=clock)
    with pytest.raises(rules.NotInFuture):
        rules.end(rule=rule, at=end + timedelta(days=1), now=clock)
    assert SplitRule.objects.in_force(at=end - timedelta(seconds=1)).exists()
    assert not SplitRule.objects.in_force(at=end).exists()
