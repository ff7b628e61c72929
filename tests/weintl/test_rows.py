"""How staff see rows."""

import pytest
from django.urls import reverse

from tests.factories.partners import PartnerFactory, StaffFactory
from weintl import rows
from weintl.money import Money


def test_amounts_are_written_with_their_currency_or_a_dash():
    assert rows.shown(Money(2600, "usd")) == "$26.00"
    assert rows.minor(2600, "usd") == "$26.00"
    assert rows.shown(None) == rows.minor(None, "usd") == rows.link_to(None) == "–"


def test_a_table_says_what_it_is_given_and_no_more():
    text = rows.table(["name"], [["<b>"], ["y"]])
    assert "&lt;b&gt;" in text
    assert text.count("<tr>") == 3
    assert rows.table(["name"], []) == "–"


def test_codes_kept_as_json_are_lines():
    text = rows.facts({"payment": "p", "units": [1, 2]})
    assert "<b>units</b> 1, 2" in text
    assert rows.facts({}) == "–"


def test_a_list_that_there_is_not_is_a_dash():
    assert rows.link_to_list("nowhere_nothing", "Show", q=1) == "–"
    assert "?q=a%2Fb" in rows.link_to_list("partners_entry", "Show", q="a/b")


@pytest.mark.django_db
def test_only_countries_in_use_are_offered(client):
    PartnerFactory(country="PT")
    PartnerFactory(country="GT", name="Elsewhere", slug="elsewhere")
    client.force_login(StaffFactory(is_superuser=True))
    address = reverse("admin:partners_partner_changelist")
    page = client.get(address).content.decode()
    assert "Portugal" in page
    assert "Afghanistan" not in page
    assert "Elsewhere" not in client.get(address, {"country": "PT"}).content.decode()
