"""Read an amount of money as people type it, in either language. Pure; no float."""

import re

from babel.numbers import get_currency_symbol
from django.utils.translation import gettext_lazy as _

from weintl.money import Money, exponent
from weintl.payments import sessions

# In dollars, euros and the like. Without a minor unit, in hundreds of the smallest coin: 200
# yen, not 2. Where a unit is worth less, as many more (`weight`): 40 pesos.
LEAST_UNITS = 2
MOST_UNITS = 50_000
# What the card fee is told of where no amount is offered.
ORDINARY_UNITS = 40
# How each language writes 1000.50: what groups thousands and what begins the cents.
GROUP = {"en": ",", "es": "."}
SPACES = re.compile("[\\s\u00a0\u2009\u202f'’]")


class NotAnAmount(ValueError):
    """What was typed is not one clear amount of money."""

    message = _("Enter an amount in figures, such as 25 or 25.50.")
    whole_message = _("Enter a whole amount in figures, such as 2500: this currency has no cents.")


class OutOfRange(ValueError):
    """The amount is below the least or above the most that a gift may be."""

    def __init__(self, limit: Money, *, is_too_small: bool) -> None:
        """Keep the limit that was passed."""
        super().__init__(str(limit.amount))
        self.limit = limit
        self.is_too_small = is_too_small


def ordinary(currency: str) -> Money:
    """Return an amount as people give it, to tell what a card costs. Pure."""
    return of_units(ORDINARY_UNITS, currency)


def least(currency: str) -> Money:
    """Return the smallest gift: what is worth its card fee, and what the provider takes."""
    return max(of_units(LEAST_UNITS, currency), sessions.least_charge(currency))


def most(currency: str) -> Money:
    """Return the largest gift that the page takes; larger ones are arranged in person."""
    return of_units(MOST_UNITS, currency)


def of_units(number: int, currency: str) -> Money:
    """Return so many units of a currency like the dollar, as `weight` says. Pure."""
    return Money(number * weight(currency) * 10 ** max(exponent(currency), 2), currency)


def weight(currency: str) -> int:
    """Return how many units are worth about one dollar's: the provider's least charge tells.

    Such as 20 for pesos, of which it takes 10 where it takes 0.50 dollars; never below 1.
    """
    return max(sessions.least_charge(currency).amount // sessions.USUAL_LEAST_CHARGE, 1)


def sign(currency: str) -> str:
    """Return the sign that stands beside an amount, such as $; the code where there is none."""
    return str(get_currency_symbol(currency.upper(), locale="en_US"))


def parse(text: str, *, language: str, currency: str) -> Money:
    """Return the amount that `text` means to a reader of `language`.

    `1,000.50` and `1.000,50` are clear in both languages and taken in both. `1.000` means
    a thousand in Spanish; in English it is refused rather than guessed, and `1,000` the
    other way round. Raises NotAnAmount.
    """
    bare = _without_sign(SPACES.sub("", text), currency)
    # Twelve digits are far beyond any limit and far below what would be slow.
    if not bare.isascii() or len(bare) > 15 or not re.fullmatch(r"[0-9]+(?:[.,][0-9]+)*", bare):
        raise NotAnAmount
    places = exponent(currency)
    whole, cents = _halves(bare, group=GROUP.get(language[:2], ","), places=places)
    return Money(int(whole + cents.ljust(places, "0")), currency)


def _without_sign(text: str, currency: str) -> str:
    """Return `text` without the currency's code or sign at one of its ends."""
    # A wide yen sign is what Japanese keyboards write.
    signs = {currency, sign(currency), f"us{sign(currency)}" if currency == "usd" else "\uffe5"}
    either = "|".join(re.escape(each) for each in sorted(signs, key=len, reverse=True))
    return re.sub(rf"^(?:{either})|(?:{either})$", "", text, flags=re.IGNORECASE)


def _halves(bare: str, *, group: str, places: int) -> tuple[str, str]:
    """Return the digits before and after the decimal sign."""
    signs = re.sub(r"[0-9]", "", bare)
    if not signs:
        return bare, ""
    last = signs[-1]
    head, _sign, tail = bare.rpartition(last)
    if last not in signs[:-1] and 1 <= len(tail) <= places:
        # The last sign stands once and what follows is too short for thousands: cents.
        return _ungrouped(head, signs=signs[:-1]), tail
    # Otherwise all signs must group thousands, and be the one of the reader's language
    # unless they come more than once, which no decimal sign does.
    if len(set(signs)) > 1 or (len(signs) == 1 and last != group):
        raise NotAnAmount
    return _ungrouped(bare, signs=signs), ""


def _ungrouped(digits: str, *, signs: str) -> str:
    """Return `digits` without its grouping signs; raise NotAnAmount if they do not group."""
    if not signs:
        return digits
    parts = re.split(r"[.,]", digits)
    if len(set(signs)) > 1 or not 1 <= len(parts[0]) <= 3 or any(len(p) != 3 for p in parts[1:]):
        raise NotAnAmount
    return "".join(parts)


def within_limits(amount: Money) -> Money:
    """Return `amount`. Raises OutOfRange."""
    if amount < least(amount.currency):
        raise OutOfRange(least(amount.currency), is_too_small=True)
    if amount > most(amount.currency):
        raise OutOfRange(most(amount.currency), is_too_small=False)
    return amount
