"""The chain seals what is complete and tells when the past was changed."""

import threading
from datetime import datetime

import pytest
from django.db import connection, connections, transaction

from partners import accounts, chain, ledger
from partners.ledger import Draft, Leg
from partners.models import Entry, Seal
from partners.tasks import seal_ledger
from tests.plugins.processes import wait_for

pytestmark = pytest.mark.django_db(transaction=True)


def post(key: str, now: datetime, amount: int = 5) -> None:
    legs = [Leg(accounts.provider("usd"), accounts.sales("usd"), amount)]
    ledger.post([Draft("correction", key, now, legs, {"key": key})])


def seal_all(now: datetime) -> None:
    """Seal until nothing is left: transactions of other databases may delay it."""

    def is_sealed() -> bool:
        ledger.seal(now)
        return not Entry.objects.filter(seal=None).exists()

    wait_for(is_sealed)


def by_hand(sql: str) -> None:
    """Change the past as only the database's owner could."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql)


@pytest.fixture
def sealed(now):
    for key in ("a", "b", "c"):
        post(key, now)
    seal_all(now)


def test_every_entry_gets_one_link_in_order(sealed, now):
    assert list(Seal.objects.order_by("position").values_list("position", "entry__source_key")) == [
        (1, "a"),
        (2, "b"),
        (3, "c"),
    ]
    assert ledger.seal(now) == 0
    assert list(chain.breaks()) == []


def test_a_digest_is_the_one_that_the_docs_describe(now):
    post("a", now)
    seal_all(now)
    entry = Entry.objects.get()
    assert (
        chain.canonical(chain.whole([entry.pk])[0])
        == (
            '{"accounted_on":"2026-11-24","kind":"correction","meta":{"key":"a"},'
            '"occurred_at":"2026-11-24T12:00:00.000000+00:00",'
            f'"recorded_at":"{entry.recorded_at.isoformat(timespec="microseconds")}",'
            '"reverses":null,"source_key":"a",'
            '"transfers":[["provider:usd","sales:usd",5,"usd"]]}'
        ).encode()
    )


def test_the_task_seals(now):
    post("a", now)
    wait_for(lambda: seal_ledger() or Seal.objects.exists())
    assert Seal.objects.count() == 1


def test_more_than_one_batch_is_one_chain(now, monkeypatch):
    monkeypatch.setattr(chain, "BATCH", 2)
    for key in "abcde":
        post(key, now)
    seal_all(now)
    assert list(Seal.objects.order_by("position").values_list("position", flat=True)) == [
        1, 2, 3, 4, 5,
    ]  # fmt: skip
    assert list(chain.breaks()) == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("UPDATE partners_transfer SET amount = 6 WHERE id = {b}", "entry b"),
        ("UPDATE partners_entry SET kind = 'gift' WHERE source_key = 'b'", "entry b"),
        ("UPDATE partners_entry SET meta = '{{}}' WHERE source_key = 'b'", "entry b"),
        (
            "UPDATE partners_entry SET occurred_at = occurred_at + interval '1 microsecond'"
            " WHERE source_key = 'b'",
            "entry b",
        ),
        (
            "UPDATE partners_entry SET accounted_on = accounted_on + 1 WHERE source_key = 'b'",
            "entry b",
        ),
        ("DELETE FROM partners_seal WHERE position = 2", "Seal 2 is missing"),
        ("DELETE FROM partners_transfer WHERE id = {b}", "entry b"),
        ("UPDATE partners_account SET code = 'bank:usd' WHERE code = 'sales:usd'", "entry a"),
    ],
)
def test_a_changed_past_is_told(sealed, change, sentence):
    transfer = Entry.objects.get(source_key="b").transfers.get()
    by_hand(change.format(b=transfer.pk))
    assert any(sentence in found for found in chain.breaks())


def test_what_a_running_transaction_writes_waits_and_so_does_what_is_newer(now):
    written, may_end = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            post("early", now)
            written.set()
            may_end.wait(30)
        connections.close_all()

    thread = threading.Thread(target=slow)
    thread.start()
    try:
        assert written.wait(30)
        # Another currency: the accounts of the first are locked by the slow one.
        legs = [Leg(accounts.provider("eur"), accounts.sales("eur"), 5)]
        ledger.post([Draft("correction", "late", now, legs)])
        assert ledger.seal(now) == 0
    finally:
        may_end.set()
        thread.join()
    seal_all(now)
    assert list(Seal.objects.order_by("position").values_list("entry__source_key", flat=True)) == [
        "early",
        "late",
    ]
