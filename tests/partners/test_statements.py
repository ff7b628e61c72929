"""A statement is numbered without gaps, frozen, and equals the ledger."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from partners import accounts, ledger, statements
from partners import closing as closing_months
from partners.models import Account, Statement
from partners.payout_invariants import check_statements_equal_the_ledger
from tests.factories.closing import IN_MARCH, MARCH, all_sealed, book, compared
from tests.factories.partners import (
    ProgrammeFactory,
    StaffFactory,
    bank_details,
    paid_payout,
    piece,
    sell,
    take_back,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
MOMENT = timedelta(microseconds=1)


@pytest.fixture
def loom(now):
    programme = ProgrammeFactory(code="loom")
    bank_details(programme, at=now)
    sell(piece(1), piece(2), at=now - 9 * DAY, matures=now - DAY)
    take_back(piece(2), at=now - 2 * DAY, key="7", is_dispatched=True)
    sell(piece(3), at=now - DAY)
    return programme


def balances(programme, at) -> dict[str, int]:
    return {
        account.code: ledger.balance_at(ledger.ref_of(account), at - MOMENT)
        for account in Account.objects.filter(
            programme=programme, kind__in=["maker_payable", "fund"]
        )
    }


def sums(statement) -> dict[str, int]:
    """Return opening plus movements, by account."""
    found = {row["account"]: row["opening"] for row in statement.contents["accounts"]}
    for row in statement.contents["movements"]:
        found[row["account"]] += row["amount"]
    return found


def closing(statement) -> dict[str, int]:
    return {row["account"]: row["closing"] for row in statement.contents["accounts"]}


def test_a_paid_payout_has_a_statement_that_equals_the_ledger(loom, now):
    statement = paid_payout(loom, at=now, paid_at=now + DAY).statement
    assert statement.number == "ST-2026-000001"
    assert sums(statement) == closing(statement) == balances(loom, now + DAY)
    assert {row["opening"] for row in statement.contents["accounts"]} == {0}
    references = {row["reference"] for row in statement.contents["movements"]}
    assert references == {"unit 1", "unit 2", "unit 3", "refund 7", "payout 2026-11-loom-usd"}
    assert statement.contents["payout"]["amount"] == 1_800 + 250 + 150
    assert statement.sha256 == statements.digest(statement.contents)


def test_what_is_pending_sums_to_the_closing(loom, now):
    statement = paid_payout(loom, at=now, paid_at=now + DAY).statement
    pending = statement.contents["pending"]
    assert sum(row["amount"] for row in pending) == sum(closing(statement).values()) == 1_300
    assert {row["state"] for row in pending} == {"undated"}


def test_the_next_one_goes_on_where_the_last_one_ended_also_with_what_was_dated_back(loom, now):
    first = paid_payout(loom, at=now, paid_at=now + DAY).statement
    sell(piece(4), at=now - 3 * DAY, matures=now)
    sell(piece(5), at=now + 2 * DAY, matures=now + 3 * DAY)
    second = paid_payout(loom, at=now + 31 * DAY, paid_at=now + 32 * DAY).statement
    assert second.starts_at == first.ends_at
    assert {row["account"]: row["opening"] for row in second.contents["accounts"]} == closing(first)
    assert sums(second) == closing(second) == balances(loom, now + 32 * DAY)
    assert "unit 4" in {row["reference"] for row in second.contents["movements"]}


def test_one_by_hand_covers_its_time(loom, now):
    statement = statements.issue(
        programme=loom,
        currency="usd",
        starts_at=now - 5 * DAY,
        ends_at=now,
        actor=StaffFactory(),
        now=now,
    )
    opening = {row["account"]: row["opening"] for row in statement.contents["accounts"]}
    assert opening == balances(loom, now - 5 * DAY)
    assert sums(statement) == closing(statement) == balances(loom, now)
    assert {row["reference"] for row in statement.contents["movements"]} == {"refund 7", "unit 3"}


@pytest.mark.parametrize(("start", "end"), [(1, 1), (1, 2), (1, -1)])
def test_a_time_ends_before_now_and_after_it_begins(loom, now, start, end):
    with pytest.raises(statements.NotPossible):
        statements.issue(
            programme=loom,
            currency="usd",
            starts_at=now - start * DAY,
            ends_at=now - end * DAY,
            actor=StaffFactory(),
            now=now,
        )


def test_numbers_have_no_gaps_and_begin_anew_each_year(loom, now):
    def issue(at) -> str:
        return statements.issue(
            programme=loom,
            currency="usd",
            starts_at=at - DAY,
            ends_at=at,
            actor=StaffFactory(),
            now=at,
        ).number

    assert [issue(now), issue(now), issue(now + 60 * DAY), issue(now + 2 * DAY)] == [
        "ST-2026-000001",
        "ST-2026-000002",
        "ST-2027-000001",
        "ST-2026-000003",
    ]


def test_a_gift_is_told_without_its_payment(loom, now):
    ledger.post(
        [
            ledger.Draft(
                "gift",
                "payment/0f9c-secret/paid",
                now,
                [ledger.Leg(accounts.provider("usd"), accounts.fund("usd", "loom"), 700)],
            )
        ]
    )
    statement = paid_payout(loom, at=now + DAY, paid_at=now + 2 * DAY).statement
    assert "0f9c" not in str(statement.contents)
    assert Statement.objects.count() == 1


def test_issuing_twice_issues_once(loom, now):
    payout = paid_payout(loom, at=now, paid_at=now + DAY)
    again = statements.issue_for(payout=payout, actor=None, now=now + 2 * DAY)
    assert again == payout.statement


def of_days(programme, first, last) -> Statement:
    """Issue a statement of the days from `first` up to, and without, `last`."""
    return statements.issue(
        programme=programme,
        currency="usd",
        starts_at=datetime(2026, *first, tzinfo=UTC),
        ends_at=datetime(2026, *last, tzinfo=UTC),
        actor=StaffFactory(),
        now=timezone.now(),
    )


def opening(statement) -> dict[str, int]:
    return {row["account"]: row["opening"] for row in statement.contents["accounts"]}


def test_what_came_after_its_month_was_closed_is_told_on_the_day_that_it_is_booked_on():
    """Else it stood in no statement: March was issued before it came, April would not tell."""
    programme = ProgrammeFactory(code="loom")
    sell(piece(1), at=IN_MARCH)
    book("in march", IN_MARCH)
    all_sealed()
    compared(datetime(2026, 4, 1, tzinfo=UTC))
    march = of_days(programme, (3, 1), (4, 1))
    row = closing_months.propose(month=MARCH, actor=StaffFactory(), now=timezone.now())
    closing_months.approve(
        closing_id=row.pk, actor=StaffFactory(), now=timezone.now(), four_eyes=True
    )
    take_back(piece(1), at=IN_MARCH + DAY, key="7", is_dispatched=False)
    april, again = of_days(programme, (4, 1), (5, 1)), of_days(programme, (3, 1), (4, 1))
    assert closing(march) == closing(again) == opening(april)
    assert sums(april) == closing(april)
    assert sum(closing(april).values()) == 0
    said = {(row["day"], row["booked"]) for row in april.contents["movements"]}
    assert said == {((IN_MARCH + DAY).date().isoformat(), "2026-04-01")}
    later = of_days(programme, (4, 2), (5, 1))
    assert later.contents["movements"] == []
    assert opening(later) == closing(april)
    assert list(check_statements_equal_the_ledger()) == []
