"""Which amounts a give page offers: those that staff recorded, each with what it makes possible.

None is offered without a sentence and its source; where none is recorded one writes one's own.
"""

from collections.abc import Sequence

from weintl.money import Money

from .models import Campaign, Suggestion


def offers(*, currency: str, campaign: Campaign | None = None) -> Sequence[Suggestion]:
    """Return what the page of `campaign`, or the give page, offers in `currency`; one query.

    A campaign's own amounts, else the general ones.
    """
    found = list(Suggestion.objects.shown(currency=currency, campaign=campaign))
    return [row for row in found if row.campaign_id is not None] or found


def first(offered: Sequence[Suggestion]) -> Money | None:
    """Return the amount that is shown as chosen at first: the second highest. Pure."""
    return offered[max(len(offered) - 2, 0)].money if offered else None
