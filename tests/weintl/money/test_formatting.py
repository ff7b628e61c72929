"""Amounts and shares read as people of each language write them."""

import pytest

from weintl.money import Money
from weintl.money.formatting import format_money, format_rate, format_share


@pytest.mark.parametrize(
    ("value", "language", "text"),
    [
        (Money(6800, "usd"), "en", "$68.00"),
        (Money(3060, "usd"), "es", "30,60 $"),
        (Money(-3060, "usd"), "es", "-30,60 $"),
        (Money(123456789, "usd"), "en", "$1,234,567.89"),
        (Money(500, "jpy"), "en", "¥500"),
        (Money(1050, "eur"), "es", "10,50 €"),
    ],
)
def test_money_is_written_in_the_readers_language(value, language, text):
    assert format_money(value, language=language).replace("\xa0", " ") == text


def test_a_rate_is_written_exactly():
    assert format_rate(72_500, language="en") == "7.25\u00a0%"
    assert format_rate(72_500, language="es") == "7,25\u00a0%"


@pytest.mark.parametrize(
    ("part", "whole", "language", "text"),
    [
        (4500, 10000, "en", "45 %"),
        (1, 3, "en", "33.3 %"),
        (1, 3, "es", "33,3 %"),
        (-500, 10000, "en", "-5 %"),
        (1, 0, "en", ""),
    ],
)
def test_a_share_has_at_most_one_decimal(part, whole, language, text):
    assert format_share(part, whole, language=language).replace("\xa0", " ") == text
