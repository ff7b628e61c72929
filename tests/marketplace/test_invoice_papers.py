"""An invoice on paper is what was frozen, in both languages, and stays as it was first made."""

import shutil

import pytest
from django.utils.translation import override

from marketplace import invoice_papers, returns, tasks
from marketplace.models import Invoice
from marketplace.offers import Extras
from tests.factories.donations import FundFactory
from tests.factories.marketplace import AT, book_refund, on_shelf, order_of, pay, tax_of
from weintl import pdf
from weintl.papers.models import Paper

pytestmark = pytest.mark.django_db


@pytest.fixture
def order():
    tax_of("US", 55_000, name_en="Sales tax", name_es="Impuesto")
    fund = FundFactory(name_en="School", name_es="Escuela")
    scarf = on_shelf(consigned=2, product__name_en="Scarf", product__name_es="Bufanda")
    return pay(order_of({scarf: 2}, extras=Extras(gift=500, gift_fund=fund.key)))


def printed(invoice, language):
    """Return what the template is given, on one line."""
    buyer = invoice.order.invoices.get(kind="invoice").buyer.text.split("\n")
    with override(language):
        return str(invoice_papers.paper(invoice.contents, buyer, language))


def test_the_paper_names_the_gift_as_a_gift_and_the_tax_by_its_rate(order):
    words = printed(order.invoices.get(), "en")
    for wanted in ("Ana Ruiz", "Madison, WI 53703", "Scarf", "$24.95", "$49.90", "Sales tax, 5.5"):
        assert wanted in words
    assert "Sum of the sale" in words
    assert "Gift, not a sale: School" in words
    assert "Nothing is left to pay" in words


def test_it_speaks_spanish(order):
    words = printed(order.invoices.get(), "es")
    for wanted in ("Factura IN-2026-000001", "Bufanda", "24,95", "Donación, no venta: Escuela"):
        assert wanted in words


def test_a_credit_note_names_the_invoice(order):
    link = returns.refund(
        order_id=order.pk, goodwill=100, reason="", request_key="a", actor=None, now=AT
    )
    book_refund(link.refund)
    note = order.invoices.get(kind="credit_note")
    assert "IN-2026-000001 of November 24, 2026" in printed(note, "en")
    assert "Nota de crédito CN-2026-000001" in printed(note, "es")
    book_refund(link.refund, state="failed")
    assert "we owe it to you still" in printed(order.invoices.get(kind="reversal"), "en")


def test_a_later_template_changes_no_paper(order, tmp_path, monkeypatch):
    invoice = order.invoices.get()
    first = invoice_papers.as_pdf(invoice, language="en")
    assert first.startswith(b"%PDF-")
    shutil.copytree(pdf.PAPERS, tmp_path / "papers")
    (tmp_path / "papers" / "invoice.typ").write_text("Another")
    monkeypatch.setattr(pdf, "PAPERS", tmp_path / "papers")
    assert invoice_papers.as_pdf(invoice, language="en") == first
    other = invoice_papers.as_pdf(invoice, language="es")
    monkeypatch.undo()
    assert invoice_papers.as_pdf(invoice, language="es") == other


def test_what_was_issued_is_made_soon_after_in_the_buyer_s_language(order):
    assert tasks.keep_invoices() == 1
    assert tasks.keep_invoices() == 0
    assert list(Paper.objects.values_list("key", flat=True)) == ["invoice/IN-2026-000001/en.pdf"]
    assert not Invoice.objects.filter(waits_for_paper=True).exists()
