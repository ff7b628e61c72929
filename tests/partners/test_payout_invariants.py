"""Each invariant of payouts and statements is broken on purpose and reported."""

from datetime import timedelta

import pytest
from django.db import connection

from partners import payout_invariants as invariants
from partners import payouts
from tests.factories.partners import (
    ProgrammeFactory,
    StaffFactory,
    approved_payout,
    bank_details,
    paid_payout,
    piece,
    sell,
    take_back,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def books(now):
    """A payout that failed, one paid with its statement, one sent back, one that waits."""
    loom = ProgrammeFactory(code="loom")
    bank_details(loom, at=now)
    sell(piece(1), piece(2), at=now - 9 * DAY, matures=now - DAY)
    take_back(piece(2), at=now - 2 * DAY, key="7", is_dispatched=True)
    failed = approved_payout(loom, at=now)
    payouts.mark_failed(payout=failed, reason="Closed", actor=StaffFactory(), now=now + DAY)
    paid_payout(loom, at=now + 2 * DAY, paid_at=now + 3 * DAY, fee=5)
    sell(piece(3), at=now + 4 * DAY, matures=now + 5 * DAY)
    payouts.propose(
        programme=loom, currency="usd", cut_off=now + 31 * DAY, actor=None, now=now + 31 * DAY
    )


def by_hand(sql: str) -> None:
    """Change the books as only the database's owner could."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql)
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_whole_books_break_nothing(books):
    assert {check.__name__: list(check()) for check in invariants.CHECKS} == {
        check.__name__: [] for check in invariants.CHECKS
    }


BREACHES = [
    (
        invariants.check_no_transfer_is_paid_twice,
        "DROP INDEX payout_item_once; UPDATE partners_payoutitem i SET payout_id ="
        " (SELECT max(id) FROM partners_payout), is_live = true"
        " FROM partners_payout p WHERE p.id = i.payout_id AND p.state = 'failed';"
        " UPDATE partners_payout SET state = 'dropped' WHERE state = 'failed'",
        "is in payouts 2026-11-loom-usd-2, 2026-12-loom-usd",
    ),
    (
        invariants.check_no_transfer_is_paid_twice,
        "UPDATE partners_payoutitem i SET is_live = false FROM partners_payout p"
        " WHERE p.id = i.payout_id AND p.state = 'paid'",
        "counts where it should not, or does not",
    ),
    (
        invariants.check_payouts_are_their_items,
        "UPDATE partners_payout SET amount = amount + 1 WHERE state = 'paid'",
        "has items of",
    ),
    (
        invariants.check_payouts_are_their_items,
        "UPDATE partners_payoutitem SET amount = amount + 1 WHERE amount = 900",
        "as it is not",
    ),
    (
        invariants.check_payouts_are_posted,
        "UPDATE partners_entry SET source_key = 'gone' WHERE kind = 'payout_paid'",
        "(paid): paid should be 2200 in the ledger and is 0",
    ),
    (
        invariants.check_payouts_are_posted,
        "UPDATE partners_payout SET state = 'exported' WHERE state = 'paid'",
        "paid should be 0 in the ledger and is 2200",
    ),
    (
        invariants.check_statement_numbers,
        "UPDATE partners_statement SET sequence = 2",
        "has 1 statements, the last is 2, and 1 numbers",
    ),
    (
        invariants.check_statement_numbers,
        "UPDATE papers_counter SET last = 2",
        "and 2 numbers were given",
    ),
    (
        invariants.check_statements_are_frozen,
        "UPDATE partners_statement SET contents = jsonb_set(contents, '{currency}', '\"eur\"')",
        "is not what was issued",
    ),
    (
        invariants.check_statements_are_frozen,
        "UPDATE partners_statement SET contents = jsonb_set(contents, '{movements,0,amount}', '1')",
        "does not sum up",
    ),
    (
        invariants.check_statements_are_frozen,
        "DELETE FROM partners_statementline WHERE id = (SELECT min(id) FROM"
        " partners_statementline)",
        "has other lines",
    ),
    (
        invariants.check_statements_are_frozen,
        "UPDATE partners_payout SET state = 'exported' WHERE state = 'paid'",
        "without being paid",
    ),
    (
        invariants.check_statements_equal_the_ledger,
        "UPDATE partners_transfer SET amount = amount + 1 WHERE id ="
        " (SELECT min(id) FROM partners_transfer WHERE amount = 250)",
        "the ledger says",
    ),
]


@pytest.mark.parametrize(("check", "sql", "sentence"), BREACHES)
def test_what_is_broken_is_told(books, check, sql, sentence):
    by_hand(sql)
    found = list(check())
    assert any(sentence in told for told in found), found


def test_every_check_is_broken_somewhere():
    assert {check for check, _sql, _sentence in BREACHES} == set(invariants.CHECKS)
