"""The demonstration has a payout that was paid and one that waits, made by the real code."""

from datetime import timedelta

import pytest

from partners import invariants
from partners.models import Entry, Payout, Statement
from partners.seed import history
from tests.factories.partners import ProgrammeFactory, StaffFactory, piece, sell

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def run(now):
    people = {"author": StaffFactory(), "approver": StaffFactory()}
    for number, code in enumerate(history.ACCOUNTS, start=1):
        ProgrammeFactory(code=code)
        sold = now - 60 * DAY
        sell(piece(number, programme=code), at=sold, matures=sold + DAY)

    def run_all() -> None:
        for at, step in sorted(history.steps(end=now, **people), key=lambda step: step[0]):
            step(at)

    return run_all


def test_one_is_paid_with_its_statement_and_one_waits_and_all_of_it_once(run, now):
    run()
    states = dict(Payout.objects.values_list("programme__code", "state"))
    assert states == {history.PAID: "paid", history.WAITING: "draft"}
    paid = Payout.objects.get(state="paid")
    assert paid.approved_by not in (paid.proposed_by, paid.submitted_by)
    assert paid.closed_at < now
    assert Statement.objects.get().payout == paid
    for check in invariants.CHECKS:
        if check is not invariants.check_payments_are_posted:
            assert list(check()) == []
    before = Entry.objects.count(), Payout.objects.count()
    run()
    assert (Entry.objects.count(), Payout.objects.count()) == before


def test_without_keys_nothing_of_it_happens(run, settings):
    settings.ENCRYPTION_KEYS = []
    run()
    assert not Payout.objects.exists()


def test_where_nothing_was_sold_nothing_is_paid(now):
    for code in history.ACCOUNTS:
        ProgrammeFactory(code=code)
    for at, step in history.steps(end=now, author=StaffFactory(), approver=StaffFactory()):
        step(at)
    assert not Payout.objects.exists()
