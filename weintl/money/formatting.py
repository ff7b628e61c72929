"""Money and rates as people read them, by language. Uses Babel's CLDR data."""

from decimal import Decimal

from babel.numbers import format_currency, format_decimal, get_currency_name
from django.utils.translation import get_language

from .values import Money, exponent

LOCALES = {"en": "en_US", "es": "es_ES"}


def locale_for(language: str | None = None) -> str:
    """Return Babel's locale for `language`, or for the active one."""
    return LOCALES.get((language or get_language() or "en")[:2], "en_US")


def format_money(value: Money, *, language: str | None = None) -> str:
    """Return `value` as text, such as $68.00 in English."""
    number = Decimal(value.amount).scaleb(-exponent(value.currency))
    text = format_currency(number, value.currency.upper(), locale=locale_for(language))
    # CLDR's European Spanish writes US$; the site has one dollar and writes it short.
    return text.replace("US$", "$")


def name_of(currency: str, *, language: str | None = None) -> str:
    """Return what a currency is called, such as Euro."""
    name = str(get_currency_name(currency.upper(), locale=locale_for(language)))
    return name[:1].upper() + name[1:]


def format_rate(ppm: int, *, language: str | None = None) -> str:
    """Return millionths in per cent, exactly, such as 7.25 %."""
    number = Decimal(ppm) / 10_000
    return format_decimal(number, format="0.####", locale=locale_for(language)) + "\u00a0%"


def format_share(part: int, whole: int, *, language: str | None = None) -> str:
    """Return `part` of `whole` in per cent with at most one decimal, such as 45 %."""
    if whole == 0:
        return ""
    tenths = (abs(part) * 2000 + abs(whole)) // (2 * abs(whole))
    number = Decimal(tenths if (part < 0) == (whole < 0) else -tenths) / 10
    return format_decimal(number, format="0.#", locale=locale_for(language)) + "\u00a0%"
