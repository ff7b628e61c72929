"""Reports in the admin: for who may see orders, in the person's words, kept on mistakes."""

import html
from datetime import date

import pytest
from django.contrib.auth.models import Group

from marketplace.report_pages import spans
from tests.factories.marketplace import AT, on_shelf, order_of, pay
from tests.factories.partners import StaffFactory
from weintl.staff import groups

pytestmark = pytest.mark.django_db

SALES, SHELVES = "/admin/sales/", "/admin/shelves/"
DAYS = {"by": "product", "since": "2026-01-01", "until": "2027-12-31"}


@pytest.fixture
def sold():
    scarf = on_shelf(consigned=3, product__name_en="Scarf", product__name_es="Bufanda")
    pay(order_of({scarf: 1}, now=AT), now=AT)


def member(client, name: str):
    groups.ensure()
    person = StaffFactory()
    person.groups.add(Group.objects.get(name=name))
    client.force_login(person)
    return client


@pytest.mark.parametrize("group", ["shop", "finance", "auditor"])
def test_those_who_see_orders_read_them(client, sold, group):
    member(client, group)
    text = html.unescape(client.get(SALES, DAYS).content.decode())
    assert "Scarf" in text
    assert "$24.95" in text
    assert client.get(SHELVES).status_code == 200


@pytest.mark.parametrize("group", ["editor", "partners"])
@pytest.mark.parametrize("address", [SALES, SHELVES])
def test_others_do_not(client, group, address):
    assert member(client, group).get(address).status_code == 403


def test_csv_in_spanish(client, sold):
    page = member(client, "auditor").get(
        SALES, {**DAYS, "format": "csv"}, headers={"accept-language": "es"}
    )
    assert 'filename="sales-product-2026-01-01-2027-12-31.csv"' in page["Content-Disposition"]
    assert "Bufanda,1,24.95" in page.content.decode()


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"since": "2027-01-01", "until": "2026-01-01"}, "The last day lies before the first."),
        ({"since": "yesterday"}, "Enter a valid date."),
        ({"by": "moon"}, "Select a valid choice."),
    ],
)
def test_a_mistake_is_told_and_what_was_typed_is_kept(client, wrong, told):
    page = member(client, "shop").get(SALES, {**DAYS, **wrong, "format": "csv"})
    text = html.unescape(page.content.decode())
    assert page.status_code == 200
    assert told in text
    kept = wrong.get("since", DAYS["since"])
    assert f'value="{kept}"' in text


def test_without_any_choice_it_is_this_year_by_month(client):
    page = member(client, "shop").get(SALES)
    assert "Nothing was sold or taken back in these days." in page.content.decode()
    assert "<b>Month</b>" in page.content.decode()


def test_the_usual_spans():
    usual = spans(today=date(2026, 3, 5))
    found = {str(words): (first, last) for words, first, last in usual}
    assert found == {
        "this month": (date(2026, 3, 1), date(2026, 3, 31)),
        "last month": (date(2026, 2, 1), date(2026, 2, 28)),
        "this quarter": (date(2026, 1, 1), date(2026, 3, 5)),
        "this year": (date(2026, 1, 1), date(2026, 3, 5)),
        "last year": (date(2025, 1, 1), date(2025, 12, 31)),
    }
