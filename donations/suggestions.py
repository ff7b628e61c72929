"""Which amounts a give page offers: those that staff recorded, else plain round ones."""

from collections.abc import Sequence
from dataclasses import dataclass

from weintl.money import Money, exponent

from . import amounts
from .models import Campaign, Suggestion

# While nothing is recorded: minor units of a currency with cents, and no claim about them.
PLAIN = (1000, 2000, 4000, 8000)


@dataclass(frozen=True, slots=True)
class Offer:
    """One amount; what it makes possible and how we know, where staff recorded it."""

    money: Money
    suggestion: Suggestion | None = None


def offers(*, currency: str, campaign: Campaign | None = None) -> Sequence[Offer]:
    """Return what the page of `campaign`, or the give page, offers in `currency`; one query.

    A campaign's own amounts, else the general ones, else plain ones.
    """
    found = list(Suggestion.objects.shown(currency=currency, campaign=campaign))
    own = [row for row in found if row.campaign_id is not None]
    recorded = [Offer(row.money, row) for row in own or found]
    return recorded or plain(currency)


def plain(currency: str) -> Sequence[Offer]:
    """Return round amounts without a word on them. Pure."""
    scale = amounts.weight(currency) * 10 ** (max(exponent(currency), 2) - 2)
    return [Offer(Money(amount * scale, currency)) for amount in PLAIN]


def first(offered: Sequence[Offer]) -> Money:
    """Return the amount that is shown as chosen at first: the second highest. Pure."""
    return offered[max(len(offered) - 2, 0)].money
