"""The database itself refuses what the ledger does not allow, whoever asks."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from partners import accounts, ledger
from partners.ledger import Draft, Leg
from partners.models import Account, Entry, Seal, Transfer
from tests.factories.partners import ProgrammeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def posted(now):
    """Two entries, one of them sealed, and an account in another currency."""
    ProgrammeFactory(code="loom")
    pay = Leg(accounts.artisan_cost("usd"), accounts.maker_payable("usd", "loom"), 900)
    euro = Leg(accounts.provider("eur"), accounts.sales("eur"), 5)
    entries = ledger.post([Draft("sale", "a", now, [pay]), Draft("sale", "b", now, [euro])])
    Seal.objects.create(entry=entries[0], position=1, digest="0" * 64, sealed_at=now)
    return entries


def run(sql: str, *params: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE partners_entry SET kind = 'gift'",
        "UPDATE partners_entry SET kind = 'gift' WHERE false",
        "DELETE FROM partners_entry",
        "TRUNCATE partners_entry CASCADE",
        "UPDATE partners_transfer SET amount = amount + 1",
        "DELETE FROM partners_transfer",
        "TRUNCATE partners_transfer CASCADE",
        "UPDATE partners_seal SET digest = ''",
        "DELETE FROM partners_seal",
        "TRUNCATE partners_seal",
        "DELETE FROM partners_account",
        "TRUNCATE partners_account CASCADE",
        "UPDATE partners_maturity SET matures_at = now()",
        "DELETE FROM partners_maturity",
        "TRUNCATE partners_maturity",
    ],
)
def test_what_is_written_stays(posted, sql):
    # Deferred checks that wait would refuse a TRUNCATE before the trigger does.
    run("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(IntegrityError, match="append-only"):
        run(sql)


@pytest.mark.parametrize(
    "change",
    [
        "code = 'other'",
        "kind = 'bank'",
        "currency = 'eur'",
        "programme_id = NULL",
        "use = 'education'",
        "is_credit_normal = NOT is_credit_normal",
        "has_floor = false",
    ],
)
def test_what_an_account_is_never_changes(posted, change):
    with pytest.raises(IntegrityError, match="never changes"):
        run(f"UPDATE partners_account SET {change} WHERE kind = 'maker_payable'")


@pytest.mark.parametrize("column", ["debits", "credits"])
def test_an_accounts_sums_are_not_set_by_hand(posted, column):
    with pytest.raises(IntegrityError, match="by its transfers only"):
        run(f"UPDATE partners_account SET {column} = {column} + 1")


def test_an_account_begins_at_zero(posted):
    with pytest.raises(IntegrityError, match="begin at zero"):
        run(
            "INSERT INTO partners_account"
            " (code, kind, currency, use, is_credit_normal, has_floor, debits, credits)"
            " VALUES ('x', 'bank', 'usd', '', false, false, 5, 0)"
        )


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE partners_attributed SET amount = 0",
        "DELETE FROM partners_attributed",
        "SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE partners_attributed",
        "INSERT INTO partners_attributed (account_id, quarter, amount)"
        " SELECT id, '2020-01-01', 1 FROM partners_account LIMIT 1",
    ],
)
def test_sums_of_quarters_are_kept_by_transfers_only(posted, change):
    with pytest.raises(IntegrityError, match="kept by transfers only"):
        run(change)


TRANSFER = (
    "INSERT INTO partners_transfer"
    " (entry_id, debit_id, credit_id, amount, currency, occurred_at)"
    " SELECT e.id, d.id, c.id, %s, %s, e.occurred_at"
    " FROM partners_entry e, partners_account d, partners_account c"
    " WHERE e.source_key = %s AND d.code = %s AND c.code = %s"
)


@pytest.mark.parametrize(
    ("why", "transfer"),
    [
        ("transfer_credit_currency", (5, "usd", "b", "provider:usd", "sales:eur")),
        ("transfer_debit_currency", (5, "eur", "b", "provider:usd", "sales:eur")),
        ("transfer_two_accounts", (5, "usd", "b", "provider:usd", "provider:usd")),
        ("transfer_amount_positive", (0, "eur", "b", "provider:eur", "sales:eur")),
        ("transfer_amount_positive", (-5, "eur", "b", "provider:eur", "sales:eur")),
    ],
)
def test_a_transfer_that_makes_no_sense_is_refused(posted, why, transfer):
    with pytest.raises(IntegrityError, match=why):
        run(TRANSFER, *transfer)


def test_a_transfer_bears_the_time_of_its_entry(posted, now):
    entry, provider, sales = (
        posted[1],
        Account.objects.get(code="provider:eur"),
        Account.objects.get(code="sales:eur"),
    )
    with pytest.raises(IntegrityError, match="together with its entry"), transaction.atomic():
        Transfer.objects.create(
            entry=entry,
            debit=provider,
            credit=sales,
            amount=1,
            currency="eur",
            occurred_at=now.replace(year=2020),
        )


def test_an_entry_without_transfers_is_refused_at_the_end_of_its_transaction(now):
    with pytest.raises(IntegrityError, match="has no transfers"), transaction.atomic():
        Entry.objects.create(kind="sale", source_key="bare", occurred_at=now)
        run("SET CONSTRAINTS ALL IMMEDIATE")


def test_who_wrote_an_entry_and_when_cannot_be_pretended(now):
    with transaction.atomic():
        run(
            "INSERT INTO partners_entry"
            " (kind, source_key, occurred_at, recorded_at, meta, transaction_id)"
            " VALUES ('sale', 'a', now(), '2001-01-01', '{}', 1)"
        )
        entry = Entry.objects.get()
        assert entry.recorded_at.year > 2001
        assert entry.transaction_id > 1
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_an_entry_is_whole_when_its_transaction_ends(now):
    legs = [Leg(accounts.provider("eur"), accounts.sales("eur"), 5)]
    ledger.post([Draft("sale", "b", now, legs)])
    with pytest.raises(IntegrityError, match="together with its entry"):
        run(TRANSFER, 5, "eur", "b", "provider:eur", "sales:eur")
    assert ledger.balance(accounts.sales("eur")) == 5


def test_the_view_of_legs_balances(posted):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT account, sum(debit), sum(credit) FROM ledger_leg GROUP BY 1 ORDER BY 1"
        )
        assert cursor.fetchall() == [
            ("artisan_cost:usd", 900, 0),
            ("maker_payable:usd:loom", 0, 900),
            ("provider:eur", 5, 0),
            ("sales:eur", 0, 5),
        ]


def test_the_triggers_are_in_force_in_tests_too():
    with connection.cursor() as cursor:
        cursor.execute("SHOW session_replication_role")
        assert cursor.fetchone() == ("origin",)


def test_refusals_are_database_errors_that_django_knows(posted):
    with pytest.raises(DatabaseError), transaction.atomic():
        Entry.objects.update(kind="gift")
