"""Invoices are issued once, with what was sold and to whom, and never change."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from marketplace import invoice_papers, invoices, returns
from marketplace.invoice_invariants import CHECKS
from marketplace.models import Invoice, InvoiceBuyer, Order, Unit
from marketplace.offers import Extras
from tests.factories.donations import FundFactory
from tests.factories.marketplace import (
    AT,
    book_refund,
    end_unpaid,
    external_refund,
    on_shelf,
    order_of,
    pay,
    tax_of,
    voucher_of,
)
from weintl.organisation.models import Organisation
from weintl.papers.keeping import Erased

pytestmark = pytest.mark.django_db


@pytest.fixture
def scarf():
    return on_shelf(consigned=6, product__name_en="Scarf", product__name_es="Bufanda")


def numbers():
    return list(Invoice.objects.order_by("pk").values_list("number", "total_amount"))


def breaches():
    return [sentence for check in CHECKS for sentence in check()]


def refund_of(order, count=1, **more):
    units = list(returns.unrefunded(order))[:count]
    given = {"reason": "x", "request_key": f"k{Invoice.objects.count()}", "actor": None, "now": AT}
    ids = [unit.pk for unit in units]
    return returns.refund(order_id=order.pk, unit_ids=ids, **{**given, **more})


def test_a_paid_order_has_one_invoice_of_what_was_paid(scarf):
    order = order_of({scarf: 2})
    assert numbers() == []
    paid = pay(order)
    assert numbers() == [("IN-2026-000001", paid.total_amount)]
    assert invoices.issue_due(paid, now=AT) == []
    unpaid = end_unpaid(order_of({scarf: 1}))
    assert invoices.issue_due(unpaid, now=AT) == []
    assert breaches() == []


def test_it_says_all_that_an_invoice_says(scarf):
    ours = Organisation.unfilled()
    ours.address, ours.tax_number = "412 Harbour Street\nMadison", "12-3456789"
    ours.save()
    tax_of("ES", 210_000, is_inclusive=True, name_en="VAT", name_es="IVA", on_shipping=True)
    voucher_of("TEN")
    fund = FundFactory(name_en="School", name_es="Escuela")
    order = pay(
        order_of(
            {scarf: 2},
            language="es",
            country="ES",
            city="Sevilla",
            postcode="41001",
            extras=Extras(voucher="TEN", gift=500, gift_fund=fund.key),
        )
    )
    invoice = order.invoices.get()
    said = invoice.contents
    assert said["lines"][0]["name"] == {"en": "Scarf", "es": "Bufanda"}
    assert [said["goods"], said["discount"], said["shipping"]] == [4990, 499, 800]
    assert said["taxes"][0]["name"] == {"en": "VAT", "es": "IVA"}
    assert (said["taxes"][0]["base"], said["taxes"][0]["amount"]) == (5291, order.tax_amount)
    assert said["gift"] == {"fund": {"en": "School", "es": "Escuela"}, "amount": 500}
    assert (said["sale"], said["total"]) == (5291, order.total_amount)
    assert said["issuer"]["tax_number"] == "12-3456789"
    assert "Ana" not in str(said)
    assert invoice.buyer.text.split("\n")[::3] == ["Ana Ruiz", "España"]
    assert breaches() == []


def test_tax_on_top_is_a_part_of_the_sale(scarf):
    tax_of("US", 55_000, on_shipping=True)
    order = pay(order_of({scarf: 1}))
    assert order.tax_amount > 0
    assert order.invoices.get().contents["sale"] == order.total_amount
    book_refund(refund_of(order, with_shipping=True).refund)
    assert breaches() == []


def test_what_goes_back_is_credited_by_rate_with_a_number_of_its_own(scarf):
    tax_of("US", 55_000)
    tax_of("US", 100_000, on_goods=False, on_shipping=True, name_en="Freight")
    order = pay(order_of({scarf: 2}))
    link = refund_of(order, goodwill=150, with_shipping=True)
    assert order.invoices.count() == 1
    book_refund(link.refund, state="pending")
    book_refund(link.refund)
    note = order.invoices.get(kind="credit_note")
    unit = link.units.get()
    assert (note.number, note.corrects.number) == ("CN-2026-000001", "IN-2026-000001")
    assert note.total_amount == link.refund.amount
    assert [row["amount"] for row in note.contents["taxes"]] == [
        unit.tax_amount,
        order.shipping_tax_amount,
    ]
    assert [row["name"]["en"] for row in note.contents["taxes"]] == ["Tax", "Freight"]
    assert note.contents["goodwill"] == 150
    assert breaches() == []


def test_a_refund_that_came_back_undoes_its_credit_note(scarf):
    order = pay(order_of({scarf: 1}))
    link = refund_of(order)
    book_refund(link.refund)
    book_refund(link.refund, state="failed")
    assert [number for number, _total in numbers()] == [
        "IN-2026-000001",
        "CN-2026-000001",
        "RV-2026-000001",
    ]
    assert breaches() == []
    again = returns.refund(
        order_id=order.pk, goodwill=link.refund.amount, reason="", request_key="b", actor=None,
        now=AT,
    )  # fmt: skip
    book_refund(again.refund)
    assert breaches() == []


def test_a_refund_made_at_the_provider_waits_until_its_pieces_are_named(scarf):
    order = pay(order_of({scarf: 2}))
    unit = Unit.objects.of(order).first()
    refund = external_refund(order, unit.charged_amount)
    assert order.invoices.count() == 1
    assert breaches() == []
    returns.name_pieces(
        order_refund_id=refund.order_refund.pk, unit_ids=[unit.pk], with_shipping=False,
        goodwill=0, actor=None, now=AT,
    )  # fmt: skip
    assert order.invoices.get(kind="credit_note").total_amount == unit.charged_amount
    assert breaches() == []


def test_what_was_paid_too_late_was_never_sold():
    single = on_shelf(consigned=1)
    late = end_unpaid(order_of({single: 1}))
    pay(order_of({single: 1}))
    late = pay(late)
    assert late.state == Order.State.UNFILLABLE
    assert not late.invoices.exists()
    book_refund(late.refunds.get().refund)
    assert not late.invoices.exists()
    assert breaches() == []


def test_orders_of_before_get_theirs_in_the_order_of_payment(scarf):
    later = pay(order_of({scarf: 1}), now=AT + timedelta(hours=1))
    first = pay(order_of({scarf: 1}), now=AT)
    book_refund(refund_of(later).refund)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("DELETE FROM marketplace_invoicebuyer")
        cursor.execute("DELETE FROM marketplace_invoice")
        cursor.execute("DELETE FROM papers_counter")
        cursor.execute("SET LOCAL session_replication_role = origin")
    assert len(breaches()) == 3
    assert invoices.issue_missing(now=AT + timedelta(days=9)) == 3
    assert invoices.issue_missing(now=AT + timedelta(days=9)) == 0
    assert [first.invoices.get().number, later.invoices.get(kind="invoice").number] == [
        "IN-2026-000001",
        "IN-2026-000002",
    ]
    assert first.invoices.get().issued_at == first.paid_at
    assert breaches() == []


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("UPDATE marketplace_invoice SET total_amount = 1", "stays as it was"),
        ("UPDATE marketplace_invoice SET contents = '{}', waits_for_paper = false", "stays as"),
        ("DELETE FROM marketplace_invoice", "stays as it was"),
        ("TRUNCATE marketplace_invoice CASCADE", "stays"),
        ("UPDATE marketplace_invoicebuyer SET text = 'x'", "may be erased"),
        ("DELETE FROM marketplace_invoicebuyer", "may be erased"),
        (
            "INSERT INTO marketplace_invoice (number, series, year, sequence, kind, order_id,"
            " corrects_id, currency, total_amount, language, issued_at, contents, sha256,"
            " waits_for_paper) SELECT 'x', series, year, 9, 'invoice', order_id, null, currency,"
            " 1, 'en', issued_at, contents, '', true FROM marketplace_invoice",
            "next number",
        ),
    ],
)
def test_what_is_issued_stays(scarf, sql, why):
    pay(order_of({scarf: 1}))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(IntegrityError, match=why), transaction.atomic():
            cursor.execute(sql)


def test_who_bought_can_be_erased_and_all_else_holds(scarf):
    order = pay(order_of({scarf: 1}))
    book_refund(refund_of(order).refund)
    invoice = order.invoices.get(kind="invoice")
    invoice_papers.as_pdf(invoice, language="en")
    invoice_papers.as_pdf(order.invoices.get(kind="credit_note"), language="es")
    assert invoices.erase_buyer(order, now=AT) == 2
    assert invoices.erase_buyer(order, now=AT) == 0
    buyer = InvoiceBuyer.objects.get()
    assert (buyer.text, buyer.salt, buyer.erased_at) == ("", "", AT)
    for language in ("en", "es"):
        with pytest.raises(Erased):
            invoice_papers.as_pdf(invoice, language=language)
    assert invoice_papers.keep_waiting() == 2
    assert breaches() == []


def test_an_invoice_takes_few_statements(scarf, django_assert_max_num_queries):
    order = pay(order_of({scarf: 2}))
    found = Order.objects.select_related("gift__fund").get(pk=order.pk)
    with django_assert_max_num_queries(2):
        invoices.issue_due(found, now=AT)
