"""A buyer fetches papers by the order's link, and nobody else's."""

import pytest

from marketplace import invoices, returns
from tests.factories.marketplace import AT, book_refund, on_shelf, order_of, pay

pytestmark = pytest.mark.django_db


@pytest.fixture
def order():
    return pay(order_of({on_shelf(consigned=2): 1}))


def address(order, number="IN-2026-000001", language="en"):
    return f"/en/orders/{order.token}/papers/{number}/{language}/"


def test_the_page_leads_to_each_paper_in_each_language(client, order):
    link = returns.refund(
        order_id=order.pk, goodwill=100, reason="", request_key="a", actor=None, now=AT
    )
    book_refund(link.refund)
    page = client.get(f"/en/orders/{order.token}/").content.decode()
    for number in ("IN-2026-000001", "CN-2026-000001"):
        for language in ("en", "es"):
            path = address(order, number, language)
            assert path in page
            answer = client.get(path)
            assert answer["Content-Type"] == "application/pdf"
            assert answer["Cache-Control"] == "no-store"
            assert answer.content.startswith(b"%PDF-")


def test_there_is_none_before_the_order_is_paid(client):
    order = order_of({on_shelf(consigned=2): 1})
    assert "papers/" not in client.get(f"/en/orders/{order.token}/").content.decode()
    assert client.get(address(order)).status_code == 404


def test_another_order_s_link_an_unknown_language_and_an_erased_buyer_find_nothing(client, order):
    other = pay(order_of({on_shelf(consigned=2): 1}))
    assert client.get(address(order, "IN-2026-000002")).status_code == 404
    assert client.get(address(other, "IN-2026-000002")).status_code == 200
    assert client.get(address(order, language="fr")).status_code == 404
    assert client.post(address(order)).status_code == 405
    invoices.erase_buyer(order, now=AT)
    assert client.get(address(order)).status_code == 404
