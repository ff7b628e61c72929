"""Staff find invoices, fetch them and take them out as a sheet."""

import csv
import io

import pytest
from django.urls import reverse

from marketplace import invoices, returns
from marketplace.models import Invoice
from tests.factories.marketplace import AT, book_refund, on_shelf, order_of, pay, tax_of

pytestmark = pytest.mark.django_db
LIST = "admin:marketplace_invoice_changelist"


@pytest.fixture
def order():
    tax_of("US", 55_000)
    order = pay(order_of({on_shelf(consigned=3): 1}))
    link = returns.refund(
        order_id=order.pk, goodwill=100, reason="", request_key="a", actor=None, now=AT
    )
    book_refund(link.refund)
    return order


def test_the_list_is_searched_by_number_order_and_buyer(staff, order):
    for wanted in ("CN-2026", order.number, "ana@example.org", "Ruiz"):
        page = staff.get(reverse(LIST), {"q": wanted}).content.decode()
        assert "CN-2026-000001" in page, wanted
    assert "CN-2026-000001" not in staff.get(reverse(LIST), {"q": "Nobody"}).content.decode()


def test_the_list_takes_the_same_statements_for_more_rows(
    staff, order, django_assert_max_num_queries
):
    with django_assert_max_num_queries(20) as few:
        staff.get(reverse(LIST))
    for _number in range(3):
        pay(order_of({on_shelf(consigned=1): 1}))
    with django_assert_max_num_queries(len(few)):
        staff.get(reverse(LIST))


def test_order_and_invoice_lead_to_the_papers(staff, order):
    invoice = order.invoices.get(kind="invoice")
    page = staff.get(reverse("admin:marketplace_order_change", args=[order.pk])).content.decode()
    path = reverse("admin:marketplace_invoice_paper", args=[invoice.pk, "es"])
    assert path in page
    page = staff.get(reverse("admin:marketplace_invoice_change", args=[invoice.pk]))
    assert path in page.content.decode()
    assert "CN-2026-000001" in page.content.decode()
    assert staff.get(path).content.startswith(b"%PDF-")
    assert staff.get(path.replace("/es/", "/fr/")).status_code == 404
    invoices.erase_buyer(order, now=AT)
    assert staff.get(path).status_code == 404


def test_the_sheet_sums_to_what_was_kept_and_names_no_buyer(staff, order):
    chosen = list(Invoice.objects.values_list("pk", flat=True))
    answer = staff.post(reverse(LIST), {"action": "export", "_selected_action": chosen})
    text = answer.content.decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["number"] for row in rows] == ["IN-2026-000001", "CN-2026-000001"]
    assert [row["total"] for row in rows] == ["34.32", "-1.00"]
    assert rows[0]["tax"] == "1.37"
    assert "Ana" not in text
