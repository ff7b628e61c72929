"""Amounts as people type them."""

import pytest

from donations import amounts
from weintl.money import Money


@pytest.mark.parametrize(
    ("text", "language", "cents"),
    [
        ("25", "en", 2500),
        ("25", "es", 2500),
        ("25.5", "en", 2550),
        ("25,5", "es", 2550),
        ("25,50", "en", 2550),
        ("25.50", "es", 2550),
        ("1,000.50", "en", 100050),
        ("1.000,50", "es", 100050),
        ("1.000,50", "en", 100050),
        ("1,000", "en", 100000),
        ("1.000", "es", 100000),
        ("1,000,000", "es", 100000000),
        ("1 000,50", "es", 100050),
        ("1\u202f000,50", "es", 100050),
        ("$ 40", "en", 4000),
        ("40 US$", "es", 4000),
        ("USD 40", "en", 4000),
        ("007", "en", 700),
        ("0", "en", 0),
        ("1'000.50", "en", 100050),
    ],
)
def test_what_is_clear_is_read(text, language, cents):
    assert amounts.parse(text, language=language, currency="usd") == Money(cents, "usd")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("1.000", "en"),
        ("1,000", "es"),
        ("1.2345", "en"),
        ("10,00,00", "en"),
        ("1,000.500", "en"),
        ("1.000.00", "es"),
        ("1,00.50", "en"),
        ("1000,000.50", "en"),
        ("-5", "en"),
        ("5e3", "en"),
        ("4O", "en"),
        ("1..5", "en"),
        (".50", "en"),
        ("5.", "en"),
        ("", "en"),
        ("$", "en"),
        ("1/2", "en"),
        ("٤٠", "en"),
        ("99999999999999999999", "en"),
        ("nan", "en"),
    ],
)
def test_what_is_not_clear_is_refused(text, language):
    with pytest.raises(amounts.NotAnAmount):
        amounts.parse(text, language=language, currency="usd")


def test_a_currency_without_cents_takes_none():
    assert amounts.parse("500", language="en", currency="jpy") == Money(500, "jpy")
    with pytest.raises(amounts.NotAnAmount):
        amounts.parse("500.5", language="en", currency="jpy")


def test_limits_are_kept_to_the_cent():
    assert amounts.within_limits(Money(200, "usd"))
    assert amounts.within_limits(Money(5_000_000, "usd"))
    with pytest.raises(amounts.OutOfRange) as small:
        amounts.within_limits(Money(199, "usd"))
    with pytest.raises(amounts.OutOfRange) as large:
        amounts.within_limits(Money(5_000_001, "usd"))
    assert (small.value.is_too_small, large.value.is_too_small) == (True, False)


@pytest.mark.parametrize(
    ("text", "yen"), [("¥12,345", 12_345), ("￥ 12345", 12_345), ("JPY 500", 500), ("500 jpy", 500)]
)
def test_yen_are_read_with_their_sign_and_without_decimals(text, yen):
    assert amounts.parse(text, language="en", currency="jpy") == Money(yen, "jpy")
    with pytest.raises(amounts.NotAnAmount):
        amounts.parse("12.50", language="en", currency="jpy")


def test_limits_without_a_minor_unit_are_no_smaller_than_those_with_one():
    assert amounts.least("jpy") == Money(200, "jpy")
    assert amounts.most("jpy") == Money(5_000_000, "jpy")
    assert amounts.least("kwd") == Money(2_000, "kwd")
    # Twenty times as much of a currency of which the provider takes twenty times as much.
    assert amounts.least("mxn") == Money(4_000, "mxn")
    assert amounts.most("mxn") == Money(100_000_000, "mxn")


def test_the_sign_beside_an_amount_is_the_currencys():
    assert [amounts.sign(code) for code in ("usd", "jpy", "kwd")] == ["$", "¥", "KWD"]
