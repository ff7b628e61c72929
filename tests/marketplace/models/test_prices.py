"""Sale prices: one at a time, and never more than usual."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from marketplace import checkout, pricing
from marketplace.models import Product, SalePrice, Unit, Variant
from tests.factories.marketplace import AT, VariantFactory, on_shelf, order_of, pay

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def on_sale(variant, amount=1995, *, begins=AT - DAY, days=10):
    return SalePrice.objects.create(
        variant=variant, price_amount=amount, starts_at=begins, ends_at=begins + days * DAY
    )


def test_two_sale_prices_of_a_variant_never_share_a_moment():
    variant = VariantFactory()
    on_sale(variant, days=10)
    on_sale(variant, begins=AT + 9 * DAY)
    on_sale(VariantFactory())
    with pytest.raises(IntegrityError), transaction.atomic():
        on_sale(variant, begins=AT + 8 * DAY)
    with pytest.raises(IntegrityError):
        on_sale(variant, begins=AT + 99 * DAY, days=0)


def test_a_price_that_is_no_less_is_refused_and_never_asked():
    variant = VariantFactory(price_amount=2495)
    with pytest.raises(ValidationError, match="less than"):
        SalePrice(variant=variant, price_amount=2495, starts_at=AT, ends_at=AT + DAY).full_clean()
    with pytest.raises(ValidationError, match="above zero"):
        SalePrice(variant=variant, price_amount=0, starts_at=AT, ends_at=AT + DAY).full_clean()
    on_sale(variant, 3000)
    assert Variant.objects.priced(now=AT).get().asked.amount == 2495
    assert pricing.asked(2495, 3000) == 2495


def test_the_sale_price_is_asked_from_its_beginning_to_its_end():
    variant = VariantFactory(price_amount=2495)
    on_sale(variant, 1995, begins=AT, days=2)
    moments = {AT - DAY: 2495, AT: 1995, AT + DAY: 1995, AT + 2 * DAY: 2495}
    for moment, amount in moments.items():
        assert Variant.objects.priced(now=moment).get().asked.amount == amount
        assert Product.objects.with_price(now=moment).get().price_amount == amount


def test_an_order_pays_the_sale_price_and_the_makers_get_what_they_always_get():
    usual, less = on_shelf(consigned=2), on_shelf(consigned=2)
    on_sale(less, 1995)
    order = pay(order_of({usual: 1, less: 1}))
    units = {unit.line.variant_id: unit for unit in Unit.objects.of(order)}
    assert units[less.pk].net_amount == 1995
    assert units[less.pk].maker_amount == units[usual.pk].maker_amount == 900


def test_a_sale_that_ends_while_somebody_orders_is_said():
    variant = on_shelf(consigned=2)
    on_sale(variant, 1995, begins=AT - DAY, days=1)
    with pytest.raises(checkout.Changed):
        order_of({variant: 1}, seen_at=AT - timedelta(minutes=1))
