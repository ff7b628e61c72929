"""Split rules: approved by a second person, never two at once, never changed afterwards."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from partners.models import Partner, Programme, SplitRule
from tests.factories.partners import (
    LONG_AGO,
    PartnerFactory,
    ProgrammeFactory,
    SplitRuleFactory,
    StaffFactory,
    piece,
    sell,
)

pytestmark = pytest.mark.django_db


def span(start: datetime | None, end: datetime | None) -> DateTimeTZRange:
    return DateTimeTZRange(start, end, "[)")


def refused(match: str):
    return pytest.raises(IntegrityError, match=match)


def test_only_approved_rules_of_that_time_are_in_force(now):
    programme = ProgrammeFactory()
    rule = SplitRuleFactory(programme=programme, effective=span(LONG_AGO, now))
    SplitRuleFactory(programme=programme, approved_by=None, approved_at=None)
    assert list(SplitRule.objects.in_force(at=now)) == []
    assert list(SplitRule.objects.in_force(at=now - timedelta(seconds=1))) == [rule]


@pytest.mark.parametrize("ends", [(LONG_AGO, None), (LONG_AGO, LONG_AGO + timedelta(days=9))])
def test_a_rule_read_beside_something_else_is_the_same_rule(ends):
    rule = SplitRuleFactory(effective=span(*ends), product_code="scarf")
    (row,) = SplitRule.objects.rows().values_list("row", flat=True)
    read, stored = SplitRule.of_row(row), SplitRule.objects.get(pk=rule.pk)
    assert {**vars(read), "_state": None} == {**vars(stored), "_state": None}


def test_two_approved_rules_never_overlap(now):
    rule = SplitRuleFactory()
    with refused("split_rule_no_overlap"), transaction.atomic():
        SplitRuleFactory(programme=rule.programme, effective=span(now, None))
    SplitRuleFactory(programme=rule.programme, product_code="scarf")
    SplitRuleFactory(programme=rule.programme, approved_by=None, approved_at=None)


def test_the_author_does_not_approve_alone_unless_it_is_said():
    author = StaffFactory()
    with refused("split_rule_second_person"), transaction.atomic():
        SplitRuleFactory(created_by=author, approved_by=author)
    SplitRuleFactory(created_by=author, approved_by=author, is_single_handed=True)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"maker_pay_amount": -1}, "maker_pay_not_negative"),
        ({"programme_ppm": 1_000_001}, "share_at_most_all"),
        ({"legal_aid_ppm": 100_001}, "uses_sum_to_million"),
        ({"approved_at": None}, "approval_has_both"),
        ({"effective": DateTimeTZRange(empty=True)}, "time_not_empty"),
    ],
)
def test_rules_that_make_no_sense_are_refused(change, why):
    with refused(why), transaction.atomic():
        SplitRuleFactory(**change)


@pytest.mark.parametrize(
    "change",
    [
        {"maker_pay_amount": 800},
        {"programme_ppm": 1},
        {"product_code": "scarf"},
        {"reason": "another"},
        {"approved_by": None, "approved_at": None},
        {"effective": span(LONG_AGO + timedelta(days=1), None)},
        {"effective": span(LONG_AGO, LONG_AGO + timedelta(days=9))},
    ],
)
def test_an_approved_rule_is_not_changed(change):
    rule = SplitRuleFactory()
    with refused("approved"), transaction.atomic():
        SplitRule.objects.filter(pk=rule.pk).update(**change)


def test_an_approved_rule_may_be_ended_in_the_future_once_and_not_prolonged():
    rule = SplitRuleFactory()
    end = timezone.now() + timedelta(days=3)
    rules = SplitRule.objects.filter(pk=rule.pk)
    assert rules.update(effective=span(LONG_AGO, end)) == 1
    with refused("only be ended"), transaction.atomic():
        rules.update(effective=span(LONG_AGO, end + timedelta(days=1)))


def draft_beside_a_sale(now, begin: datetime) -> SplitRule:
    """Return a draft for one product of a programme that has sold by its own rule."""
    own = SplitRuleFactory(programme__code="loom")
    sell(piece(1), at=now)
    return SplitRuleFactory(
        programme=own.programme,
        product_code="scarf",
        effective=span(begin, None),
        approved_by=None,
        approved_at=None,
    )


def approved_in_sql(draft: SplitRule, **changes) -> int:
    fields = {"approved_by": StaffFactory(), "approved_at": timezone.now(), **changes}
    return SplitRule.objects.filter(pk=draft.pk).update(**fields)


@pytest.mark.parametrize("begin", [None, LONG_AGO])
def test_no_rule_begins_before_a_sale_that_was_shared_without_it(now, begin):
    draft = draft_beside_a_sale(now, begin)
    with refused("begins before sales"), transaction.atomic():
        approved_in_sql(draft)
    with refused("begins before sales"), transaction.atomic():
        SplitRuleFactory(
            programme=draft.programme, product_code="shawl", effective=span(begin, None)
        )


def test_a_rule_that_begins_after_the_last_sale_may(now):
    draft = draft_beside_a_sale(now - timedelta(days=900), timezone.now() - timedelta(days=1))
    assert approved_in_sql(draft) == 1


@pytest.mark.parametrize(
    "change", [{"programme_ppm": 1}, {"maker_pay_amount": 1}, {"created_by": None}]
)
def test_nothing_of_a_rule_is_changed_by_its_approval(now, change):
    draft = draft_beside_a_sale(now, timezone.now() + timedelta(days=1))
    with refused("while it is approved|has an author"), transaction.atomic():
        approved_in_sql(draft, **change)
    with refused("has an author"), transaction.atomic():
        SplitRule.objects.filter(pk=draft.pk).update(created_by=None)


def test_the_history_of_rules_stays():
    rule = SplitRuleFactory()
    with refused("append-only"), transaction.atomic():
        rule.history.all()._raw_delete("default")


def test_an_approved_rule_is_not_deleted_and_a_draft_is():
    rule = SplitRuleFactory()
    draft = SplitRuleFactory(programme=rule.programme, approved_by=None, approved_at=None)
    draft.maker_pay_amount = 5
    draft.save(update_fields=["maker_pay_amount"])
    draft.delete()
    with refused("stays"), transaction.atomic():
        rule.delete()


def test_a_programmes_code_never_changes():
    programme = ProgrammeFactory(code="loom")
    programme.name_en = "Another"
    programme.save()
    with refused("never changes"), transaction.atomic():
        Programme.objects.filter(pk=programme.pk).update(code="other")


def test_address_words_are_unique_within_a_partner_in_each_language():
    programme = ProgrammeFactory(slug_en="school", slug_es="escuela")
    ProgrammeFactory(slug_en="school", slug_es="escuela")
    with refused("slug_es"), transaction.atomic():
        ProgrammeFactory(partner=programme.partner, slug_en="else", slug_es="escuela")
    with refused("slug_en"), transaction.atomic():
        ProgrammeFactory(partner=programme.partner, slug_en="school", slug_es="otra")


def test_only_active_partners_and_programmes_are_public():
    shown = ProgrammeFactory()
    ProgrammeFactory(is_active=False, partner=shown.partner)
    ProgrammeFactory(partner=PartnerFactory(status=Partner.Status.PAUSED))
    assert list(Programme.objects.public()) == [shown]
    assert list(Partner.objects.public()) == [shown.partner]


def test_history_keeps_each_change_in_each_language():
    partner = PartnerFactory(summary_es="Antes")
    partner.summary_es = "Después"
    partner.save()
    assert [row.summary_es for row in partner.history.order_by("history_id")] == [
        "Antes",
        "Después",
    ]
    rule = SplitRuleFactory()
    assert rule.history.get().effective == span(datetime(2024, 1, 1, tzinfo=UTC), None)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM partners_historicalsplitrule")
        assert cursor.fetchone() == (1,)
