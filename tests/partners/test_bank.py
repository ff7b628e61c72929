"""Bank details are unreadable at rest, approved by a second person who knows them, then wait."""

import logging
from datetime import timedelta

import pytest
from django.db import connection

from partners import bank
from partners.models import BankDetails
from tests.factories.partners import ProgrammeFactory, StaffFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
NUMBER = "DE89 3704 0044 0532 0130 00"


@pytest.fixture
def proposed(now):
    return bank.propose(
        programme=ProgrammeFactory(code="loom"),
        account=bank.Account("Loom Cooperative", NUMBER, "COBADEFF", "DE"),
        reason="First details",
        actor=StaffFactory(),
        now=now,
    )


def approve(details, now, **changes) -> BankDetails:
    known = {"number": "de89370400440532013000", "actor": StaffFactory(), "four_eyes": True}
    return bank.approve(details=details, now=now, **{**known, **changes})


def test_no_table_and_no_log_holds_them_in_clear(proposed, now, caplog):
    with caplog.at_level(logging.DEBUG):
        approve(proposed, now)
        opened = bank.opened(proposed)
    assert opened.number == NUMBER
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(b::text, ' ') FROM partners_bankdetails b")
        stored = cursor.fetchone()[0]
    for text in (stored, caplog.text, repr(opened), str(proposed)):
        assert "0532" not in text
        assert "Cooperative" not in text
    assert proposed.masked == "•••• 3000"


def test_who_proposed_does_not_approve(proposed, now):
    with pytest.raises(bank.SecondPersonNeeded):
        approve(proposed, now, actor=proposed.proposed_by)
    alone = approve(proposed, now, actor=proposed.proposed_by, four_eyes=False)
    assert alone.is_single_handed


def test_the_second_person_must_know_the_number(proposed, now):
    with pytest.raises(bank.NotTheSame):
        approve(proposed, now, number="DE89370400440532013001")
    assert BankDetails.objects.get().approved_at is None


def test_they_are_in_force_a_week_later_and_a_change_stops_all_until_then(proposed, now):
    programme = proposed.programme
    approver = approve(proposed, now).approved_by
    assert approve(proposed, now + DAY, actor=approver).approved_at == now
    for late in (proposed.proposed_by, StaffFactory()):
        with pytest.raises(bank.AlreadyApproved):
            approve(proposed, now + DAY, actor=late)
    with pytest.raises(bank.NoneInForce):
        bank.in_force(programme_id=programme.pk, at=now + 7 * DAY - timedelta(seconds=1))
    assert bank.in_force(programme_id=programme.pk, at=now + 7 * DAY) == proposed
    newer = bank.propose(
        programme=programme,
        account=bank.Account("Loom", "12345678", "", "US"),
        reason="Moved",
        actor=StaffFactory(),
        now=now + 8 * DAY,
    )
    assert bank.in_force(programme_id=programme.pk, at=now + 8 * DAY) == proposed
    approve(newer, now + 8 * DAY, number="1234-5678")
    with pytest.raises(bank.NoneInForce):
        bank.in_force(programme_id=programme.pk, at=now + 9 * DAY)
    assert bank.in_force(programme_id=programme.pk, at=now + 15 * DAY) == newer


@pytest.mark.parametrize(
    ("number", "is_right"),
    [
        (NUMBER, True),
        ("DE89 3704 0044 0532 0130 01", False),
        ("001234567890", True),
        ("GB82WEST12345698765432", True),
        ("GB82WEST12345698765433", False),
    ],
)
def test_check_digits_of_ibans_are_checked(number, is_right):
    assert bank.is_checked(number) == is_right


def test_short_numbers_show_less():
    assert (bank.masked("12345"), bank.masked("12345678")) == ("•••• 45", "•••• 5678")
