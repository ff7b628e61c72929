"""Amounts are typed with decimals and kept in minor units."""

import pytest
from django.core.exceptions import ValidationError

from weintl.money.fields import MinorUnitsField
from weintl.money.forms import AmountField


@pytest.mark.parametrize(
    ("currency", "typed", "kept"),
    [("usd", "26.00", 2600), ("usd", "0.07", 7), ("usd", "26", 2600), ("jpy", "500", 500)],
)
def test_what_is_typed_becomes_minor_units_exactly(currency, typed, kept):
    assert AmountField(currency=currency).clean(typed) == kept


@pytest.mark.parametrize("typed", ["26.001", "-1", "x", ""])
def test_an_odd_amount_is_refused(typed):
    with pytest.raises(ValidationError):
        AmountField(currency="usd").clean(typed)


def test_nothing_stays_nothing_where_nothing_is_asked():
    assert AmountField(currency="usd", required=False).clean("") is None


def test_minor_units_are_shown_with_decimals_and_what_was_typed_as_typed():
    field = AmountField(currency="usd")
    assert field.prepare_value(2600) == "26.00"
    assert field.prepare_value("26,0") == "26,0"
    assert AmountField(currency="jpy").prepare_value(500) == "500"


def test_an_amount_that_was_left_alone_has_not_changed():
    field = AmountField(currency="usd")
    assert not field.has_changed(2600, "26.00")
    assert field.has_changed(2600, "26.01")


def test_the_columns_form_field_names_the_currency():
    field = MinorUnitsField("price").formfield()
    assert str(field.label) == "Price (USD)"
    assert field.clean("1.50") == 150
