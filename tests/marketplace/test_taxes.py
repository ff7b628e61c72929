"""Which taxes an order bears, and that it bears them to the cent."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from marketplace import taxes
from marketplace.models import OrderTax, TaxRule
from tests.factories.marketplace import AT, on_shelf, order_of, tax_of

pytestmark = pytest.mark.django_db


def rates(country, region="", now=AT):
    goods, shipping, _rules = taxes.at(country=country, region=region, now=now)
    return goods and goods.ppm, shipping and shipping.ppm


def test_a_region_s_rule_goes_before_its_country_s():
    tax_of("US", 10_000, on_shipping=True)
    tax_of("US", 55_000, region="WI")
    assert rates("US", "WI") == (55_000, 10_000)
    assert rates("US", "CA") == rates("US") == (10_000, 10_000)
    assert rates("ES") == (None, None)


def test_rules_of_one_place_follow_each_other_and_never_overlap():
    tax_of("ES", 210_000, effective=DateTimeTZRange(None, AT))
    tax_of("ES", 220_000, effective=DateTimeTZRange(AT, None))
    assert rates("ES", now=AT - timedelta(seconds=1)) == (210_000, None)
    assert rates("ES") == (220_000, None)
    with pytest.raises(IntegrityError, match="no_overlap_on_goods"), transaction.atomic():
        tax_of("ES", 1)
    tax_of("ES", 1, on_goods=False, on_shipping=True)
    with pytest.raises(IntegrityError, match="no_overlap_on_shipping"), transaction.atomic():
        tax_of("ES", 2, on_goods=False, on_shipping=True)


def test_an_order_freezes_each_rule_s_tax():
    rule = tax_of("US", 55_000, region="WI", on_shipping=True)
    order = order_of({on_shelf(consigned=2): 2})
    # 49.90 and 8.00 at 5.5 %: 3.1845, half up once; 0.44 of it on delivery.
    assert (order.tax_amount, order.shipping_tax_amount, order.total_amount) == (318, 44, 6108)
    assert (order.charged_shipping_amount, order.net_shipping_amount) == (844, 800)
    row = order.taxes.get()
    assert (row.rule, row.base_amount, row.amount, row.rate_ppm) == (rule, 5790, 318, 55_000)
    with pytest.raises(IntegrityError, match="only ended"), transaction.atomic():
        TaxRule.objects.update(rate_ppm=1)
    TaxRule.objects.update(effective=DateTimeTZRange(None, AT + timedelta(days=1)))
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        OrderTax.objects.update(amount=1)


def test_an_inclusive_tax_leaves_the_total_as_it_was_shown():
    tax_of("US", 210_000, is_inclusive=True, on_shipping=True)
    order = order_of({on_shelf(consigned=1): 1})
    assert order.total_amount == 2495 + 800
    # 32.95 × 21/121 = 5.7186
    assert (order.tax_amount, order.included_tax_amount) == (572, 572)
    line = order.lines.get()
    assert line.net_amount + line.tax_amount == 2495
    assert order.net_shipping_amount + order.shipping_tax_amount == 800
