"""Each invariant of yearly statements, broken."""

from datetime import UTC, datetime

import pytest
from django.db import connection

from donations import year_invariants
from donations.models import YearStatement
from tests.factories.donations import DonorFactory, year_issued

pytestmark = pytest.mark.django_db
AFTER = datetime(2027, 1, 3, 12, tzinfo=UTC)


@pytest.fixture
def statement(paid):
    ana = DonorFactory()
    paid(donor=ana)
    paid(donor=ana)
    return year_issued(ana, now=AFTER)


def forced(sql):
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(sql)
        cursor.execute("SET session_replication_role = origin")


def breaches():
    return [breach for check in year_invariants.CHECKS for breach in check()]


def test_what_was_issued_holds(statement):
    assert breaches() == []
    forced("UPDATE donations_yearstatement SET replaced_at = now()")
    assert breaches() == [
        f"Yearly statement {statement.number} and its lines differ in whether it holds."
    ]


def test_other_words_other_receipts_and_another_donor_are_told(statement):
    forced('UPDATE donations_yearstatement SET contents = contents || \'{"issued": "1999"}\'')
    assert breaches() == [f"Yearly statement {statement.number} is not what was issued."]
    forced("UPDATE donations_yearstatement SET text = 'Eva'")
    assert len(breaches()) == 2
    forced("DELETE FROM donations_yearline WHERE id = (SELECT min(id) FROM donations_yearline)")
    assert f"Yearly statement {statement.number} lists other receipts than it says." in breaches()


def test_a_gift_on_two_statements_is_told(statement):
    forced(
        "INSERT INTO donations_yearstatement (number, donor_id, year, issued_at, wording, contents,"
        " sha256, text, salt) SELECT 'S-2', donor_id, 2025, issued_at, wording, contents, sha256,"
        " text, salt FROM donations_yearstatement"
    )
    other = YearStatement.objects.get(number="S-2")
    forced("DROP INDEX year_line_stated_once")
    forced(
        "INSERT INTO donations_yearline (statement_id, receipt_id, is_live)"
        f" SELECT {other.pk}, min(receipt_id), true FROM donations_yearline"
    )
    gift = statement.lines.order_by("receipt").first().receipt.gift_id
    assert f"Gift {gift} stands on more than one yearly statement that holds." in breaches()
