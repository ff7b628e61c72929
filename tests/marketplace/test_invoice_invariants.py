"""Each check of invoices is broken on purpose and seen."""

import pytest
from django.db import connection

from marketplace import invoice_invariants as invariants
from marketplace import returns
from tests.factories.marketplace import AT, book_refund, on_shelf, order_of, pay

pytestmark = pytest.mark.django_db

BREACHES = [
    (
        invariants.check_invoices_are_what_was_paid,
        "DELETE FROM marketplace_invoicebuyer; DELETE FROM marketplace_invoice",
        "has 0 invoices",
    ),
    (
        invariants.check_invoices_are_what_was_paid,
        "UPDATE marketplace_invoice SET total_amount = total_amount + 1 WHERE kind = 'invoice'",
        "has 1 invoices of 3296",
    ),
    (
        invariants.check_credit_notes_are_what_went_back,
        "DELETE FROM marketplace_invoice WHERE kind = 'credit_note'",
        "with credit notes of 0",
    ),
    (
        invariants.check_credit_notes_are_what_went_back,
        "UPDATE payments_refund SET state = 'failed'",
        "is failed, with credit notes of 2495 and reversals of 0",
    ),
    (
        invariants.check_invoice_numbers,
        "UPDATE marketplace_invoice SET sequence = 2 WHERE kind = 'credit_note'",
        "Series CN of 2026 has 1 papers, the last is 2, and 1",
    ),
    (
        invariants.check_invoice_numbers,
        "UPDATE papers_counter SET last = 5 WHERE series = 'IN'",
        "and 5 numbers were given",
    ),
    (
        invariants.check_invoices_are_frozen,
        "UPDATE marketplace_invoice SET contents = jsonb_set(contents, '{paid}', '\"x\"')",
        "IN-2026-000001 is not what was issued",
    ),
    (
        invariants.check_invoices_are_frozen,
        "UPDATE marketplace_invoice SET contents = jsonb_set(contents, '{shipping}', '1'),"
        " sha256 = ''",
        "does not sum up",
    ),
    (
        invariants.check_invoices_are_frozen,
        "UPDATE marketplace_invoicebuyer SET text = 'Somebody else'",
        "names another buyer",
    ),
    (
        invariants.check_invoices_are_frozen,
        "DELETE FROM marketplace_invoicebuyer",
        "has no buyer",
    ),
]


@pytest.fixture
def order():
    order = pay(order_of({on_shelf(consigned=2): 1}))
    unit = returns.unrefunded(order)[0]
    link = returns.refund(
        order_id=order.pk, unit_ids=[unit.pk], reason="", request_key="a", actor=None, now=AT
    )
    book_refund(link.refund)
    return order


@pytest.mark.parametrize(("check", "sql", "sentence"), BREACHES)
def test_what_is_broken_is_told(order, check, sql, sentence):
    assert list(check()) == []
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql)
        cursor.execute("SET LOCAL session_replication_role = origin")
    found = list(check())
    assert any(sentence in told for told in found), found


def test_every_check_is_broken_somewhere():
    assert {check for check, _sql, _sentence in BREACHES} == set(invariants.CHECKS)
