"""The database itself keeps closed months closed, whoever asks."""

import threading
import time
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.utils import timezone

from partners.calendar import keep_day
from partners.models import ClosedMonth, Entry, Seal, Transfer
from tests.factories.closing import IN_APRIL, IN_MARCH, MARCH, book, sealed
from tests.factories.partners import StaffFactory
from weintl.payments.models import Difference

pytestmark = pytest.mark.django_db


def run(sql: str, *params: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)


@pytest.fixture
def proposed():
    """March with one sealed entry, proposed, and a second person."""
    sealed(book("in march", IN_MARCH))
    row = ClosedMonth.objects.create(
        month=MARCH, proposed_by=StaffFactory(), proposed_at=timezone.now()
    )
    row.second = StaffFactory()
    return row


def close(row: ClosedMonth) -> None:
    run(
        "UPDATE partners_closedmonth SET approved_at = now(), approved_by_id = %s WHERE id = %s",
        row.second.pk,
        row.pk,
    )
    row.refresh_from_db()


def test_an_entry_is_accounted_on_the_day_it_happened_whatever_is_given():
    with transaction.atomic():
        run(
            "INSERT INTO partners_entry (kind, source_key, occurred_at, accounted_on, meta)"
            " VALUES ('sale', 'a', '2026-03-31 23:59:59+00', '2020-01-01', '{}')"
        )
        assert Entry.objects.get().accounted_on == date(2026, 3, 31)
        transaction.set_rollback(True)


def test_days_follow_the_zone_of_the_settings(settings):
    settings.DISPLAY_TIME_ZONE = "America/Chicago"
    try:
        keep_day()
        new_year = IN_MARCH.replace(month=1, day=1, hour=5)
        assert book("a", new_year).accounted_on == date(2025, 12, 31)
    finally:
        settings.DISPLAY_TIME_ZONE = "UTC"
        keep_day()


def test_transfers_bear_the_date_of_their_entry():
    book("a", IN_MARCH)
    assert list(Transfer.objects.values_list("accounted_on", flat=True)) == [IN_MARCH.date()]


def test_what_arrives_after_closing_is_dated_on_the_first_open_day(proposed):
    close(proposed)
    late = book("late", IN_MARCH + timedelta(days=1))
    assert late.occurred_at == IN_MARCH + timedelta(days=1)
    assert late.accounted_on == date(2026, 4, 1)
    assert late.transfers.get().accounted_on == date(2026, 4, 1)
    assert book("later", IN_APRIL).accounted_on == IN_APRIL.date()


def test_a_date_in_a_closed_month_cannot_be_given_by_sql(proposed):
    close(proposed)
    with transaction.atomic():
        run(
            "INSERT INTO partners_entry (kind, source_key, occurred_at, accounted_on, meta)"
            " VALUES ('sale', 'sly', '2026-03-20', '2026-03-20', '{}')"
        )
        assert Entry.objects.get(source_key="sly").accounted_on == date(2026, 4, 1)
        transaction.set_rollback(True)
    with pytest.raises(IntegrityError, match="append-only"):
        run("UPDATE partners_entry SET accounted_on = '2026-03-20'")


def test_closing_freezes_the_figures_and_the_place_in_the_chain(proposed):
    sealed(book("in april", IN_APRIL, 70))
    close(proposed)
    assert proposed.totals == {
        "provider:usd": [500, 0, 500, 0],
        "sales:usd": [0, 500, 0, 500],
    }
    assert (proposed.entries, proposed.chain_position) == (1, 2)
    assert proposed.chain_digest == Seal.objects.get(position=2).digest
    april = ClosedMonth.objects.create(
        month=date(2026, 4, 1), proposed_by=proposed.proposed_by, proposed_at=timezone.now()
    )
    april.second = proposed.second
    close(april)
    assert april.totals["provider:usd"] == [70, 0, 570, 0]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE partners_closedmonth SET approved_at = NULL, approved_by_id = NULL",
        "UPDATE partners_closedmonth SET totals = '{}'",
        "UPDATE partners_closedmonth SET month = '2026-02-01'",
        "DELETE FROM partners_closedmonth",
    ],
)
def test_a_closed_month_is_closed_for_ever(proposed, sql):
    close(proposed)
    with pytest.raises(IntegrityError, match="closed for ever"):
        run(sql)


def test_closed_months_are_not_truncated(proposed):
    # Deferred checks that wait would refuse a TRUNCATE before the trigger does.
    run("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(IntegrityError, match="refused"):
        run("TRUNCATE partners_closedmonth")


def test_a_proposal_can_be_taken_back(proposed):
    run("DELETE FROM partners_closedmonth")
    assert not ClosedMonth.objects.exists()


@pytest.mark.parametrize("column", ["proposed_at = now()", "month = '2026-02-01'"])
def test_who_proposed_which_month_never_changes(proposed, column):
    with pytest.raises(IntegrityError, match="never changes"):
        run(f"UPDATE partners_closedmonth SET {column}")


def test_totals_cannot_be_made_up(proposed):
    run("UPDATE partners_closedmonth SET totals = '{\"a\": 1}', entries = 7")
    proposed.refresh_from_db()
    assert (proposed.totals, proposed.entries) == ({}, 0)


def test_a_month_is_not_closed_without_a_proposal(proposed):
    with pytest.raises(IntegrityError, match="proposed first"):
        run(
            "INSERT INTO partners_closedmonth (month, proposed_by_id, proposed_at, approved_by_id,"
            " approved_at, is_single_handed, totals, entries, chain_digest)"
            " VALUES ('2026-04-01', %s, now(), %s, now(), false, '{}', 0, '')",
            proposed.proposed_by_id,
            proposed.second.pk,
        )


def test_the_proposer_alone_closes_nothing(proposed):
    proposed.second = proposed.proposed_by
    with pytest.raises(IntegrityError, match="closed_month_second_person"):
        close(proposed)


def test_only_the_oldest_open_month_closes(proposed):
    sealed(book("in april", IN_APRIL))
    april = ClosedMonth.objects.create(
        month=date(2026, 4, 1), proposed_by=proposed.proposed_by, proposed_at=timezone.now()
    )
    april.second = proposed.second
    with pytest.raises(IntegrityError, match="not the oldest"):
        close(april)
    close(proposed)
    close(april)


def test_a_month_that_is_not_over_stays_open():
    today = timezone.now()
    sealed(book("now", today))
    row = ClosedMonth.objects.create(
        month=today.date().replace(day=1), proposed_by=StaffFactory(), proposed_at=today
    )
    row.second = StaffFactory()
    with pytest.raises(IntegrityError, match="not over"):
        close(row)


def test_an_entry_that_is_not_sealed_keeps_the_month_open(proposed):
    book("unsealed", IN_MARCH)
    with pytest.raises(IntegrityError, match="not sealed"):
        close(proposed)


def test_an_open_difference_keeps_the_month_open(proposed):
    Difference.objects.create(
        kind="unknown_to_us",
        object_id="txn_1",
        currency="usd",
        occurred_at=IN_MARCH,
        found_at=IN_APRIL,
    )
    with pytest.raises(IntegrityError, match="Differences"):
        close(proposed)


@pytest.mark.django_db(transaction=True)
def test_whoever_writes_while_a_month_is_being_closed_is_waited_for():
    """An entry dated before the closing and committed after it would slip in."""
    sealed(book("in march", IN_MARCH))
    row = ClosedMonth.objects.create(
        month=MARCH, proposed_by=StaffFactory(), proposed_at=timezone.now()
    )
    row.second = StaffFactory()
    written, may_end = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            book("slow", IN_MARCH)
            written.set()
            may_end.wait(30)
        connections.close_all()

    def let_go() -> None:
        time.sleep(0.3)
        may_end.set()

    threads = [threading.Thread(target=slow), threading.Thread(target=let_go)]
    threads[0].start()
    assert written.wait(30)
    threads[1].start()
    try:
        # By then it has been waited for, so its entry is seen.
        with pytest.raises(IntegrityError, match="not sealed"):
            close(row)
    finally:
        may_end.set()
        for thread in threads:
            thread.join()
    assert not ClosedMonth.objects.filter(approved_at__isnull=False).exists()


@pytest.mark.django_db(transaction=True)
def test_a_transaction_with_an_old_view_of_the_rows_writes_nothing():
    with (
        pytest.raises(IntegrityError, match="READ COMMITTED"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute(
            "INSERT INTO partners_entry (kind, source_key, occurred_at, meta)"
            " VALUES ('sale', 'a', now(), '{}')"
        )
