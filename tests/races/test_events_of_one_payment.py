"""Many events of one payment at once: the lock makes the end certain, without it it is not."""

import threading
from datetime import UTC, datetime

import pytest
from django.db import connection, connections, transaction

from tests.plugins.processes import PATIENCE, wait_for
from tests.weintl.payments.conftest import (  # noqa: F401, the fixtures are used by name
    calls,
    happened,
    make_payment,
    payment,
    receive,
    recording,
    running_standin,
    standin,
)
from weintl.payments import booking, client, dispatch, syncing, truth
from weintl.payments.models import Payment, WebhookEvent
from weintl.payments.roots import Clue

pytestmark = pytest.mark.django_db(transaction=True)


def in_threads(jobs):
    """Run all jobs at the same moment, each on its own connection; raise what they raise."""
    failures = []
    gate = threading.Barrier(len(jobs))

    def run(job):
        gate.wait()
        try:
            job()
        except Exception as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[job]) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=PATIENCE)
    if failures:
        raise failures[0]


def test_many_events_at_once_have_one_effect(payment, standin):  # noqa: F811
    charge = standin.pay(payment.session_id)["charge"]
    standin.settle_charge(charge)
    for number in range(3):
        client.create_refund(
            intent_id=client.charge(charge)["payment_intent"],
            amount=500,
            metadata={},
            idempotency_key=f"race-{payment.public_id}-{number}",
        )
    rows = [receive(event) for event in happened(standin)]
    events = [row.pk for row in rows if row.state == "received"]
    assert len(events) >= 6
    now = datetime.now(UTC)

    def job(pk):
        return lambda: dispatch.process(event_id=pk, now=now)

    in_threads([job(pk) for pk in events * 2])
    payment.refresh_from_db()
    assert (payment.state, payment.refunded_amount) == ("succeeded", 1500)
    assert calls(payment) == ["paid", "settled"] + ["refunded pending"] * 3
    left = WebhookEvent.objects.exclude(state__in=["processed", "ignored"])
    assert not left.exists(), list(left.values("last_error"))


def test_the_provider_is_asked_only_once_the_lock_is_held(payment, standin):  # noqa: F811
    """Had it been asked while it waited, the answer would be older than the payment."""

    def check():
        syncing.check(payment_id=payment.pk, now=datetime.now(UTC))
        connections.close_all()

    waiting = threading.Thread(target=check)
    with transaction.atomic():
        syncing.lock(payment)
        waiting.start()
        waiting.join(timeout=0.7)
        assert waiting.is_alive()
        standin.pay(payment.session_id)
    waiting.join(timeout=PATIENCE)
    payment.refresh_from_db()
    assert payment.state == "succeeded"


def _somebody_waits_for_a_lock():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'advisory'"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        return cursor.fetchone()[0]


def book_late(payment, *, fetched, may_book, now, is_locked):  # noqa: F811
    """Fetch, wait, then book what was fetched: as `syncing.sync` does, with a pause between."""
    with transaction.atomic():
        if is_locked:
            syncing.lock(payment)
        found = truth.fetch(payment, clue=Clue())
        fetched.set()
        if is_locked:
            # The other one cannot look before this one has booked.
            wait_for(_somebody_waits_for_a_lock)
        else:
            may_book.wait(timeout=PATIENCE)
        row = Payment.objects.select_for_update(no_key=True).get(pk=payment.pk)
        booking.book(row, truth=found, moment=now, now=now)
    connection.close()


@pytest.mark.parametrize("is_locked", [True, False])
def test_an_older_answer_overwrites_a_newer_one_only_without_the_lock(
    payment,  # noqa: F811
    standin,  # noqa: F811
    is_locked,
):
    """The control: with `is_locked` false the same interleaving ends wrong."""
    standin.pay(payment.session_id, card="4000000000000002")
    now = datetime.now(UTC)
    fetched, may_book = threading.Event(), threading.Event()
    slow = threading.Thread(
        target=book_late,
        args=[payment],
        kwargs={
            "fetched": fetched,
            "may_book": may_book,
            "now": now,
            "is_locked": is_locked,
        },
    )
    slow.start()
    assert fetched.wait(timeout=PATIENCE)
    # Between the slow one's look and its booking the payer's next card succeeds.
    standin.pay(payment.session_id)

    def quick():
        with transaction.atomic():
            if is_locked:
                syncing.lock(payment)
            found = truth.fetch(payment, clue=Clue())
            row = Payment.objects.select_for_update(no_key=True).get(pk=payment.pk)
            booking.book(row, truth=found, moment=now, now=now)
        connections.close_all()
        may_book.set()

    other = threading.Thread(target=quick)
    other.start()
    other.join(timeout=PATIENCE)
    slow.join(timeout=PATIENCE)
    payment.refresh_from_db()
    assert payment.state == "succeeded"
    # The decline was the slow one's news: told after the success it is stale.
    assert payment.failure_code == ("" if is_locked else "card_declined")
