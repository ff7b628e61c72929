"""What a gift counts for in its campaign: what the ledger has of it, less what is contested.

`count` writes it on the gift after each thing that happens to it; the database adds it up in
`CampaignTally`. A lost dispute leaves the gift in its fund, at the cost of operations, but the
campaign did not get it from its donors.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from weintl.money import Money

from . import refunding
from .models import Campaign, Gift

# Below it the number of gifts is not told: it would point to a person.
COUNT_FROM = 5


def count(gift: Gift) -> None:
    """Write down what a locked gift counts for now. Safe to repeat; last of what is booked."""
    if gift.campaign_id is None:
        return
    due = counts_for(gift)
    if due != gift.counted_amount:
        gift.counted_amount = due
        gift.save(update_fields=["counted_amount"])


def counts_for(gift: Gift) -> int:
    """Return it in minor units: the gift less refunds from its fund and contested amounts."""
    if gift.received_at is None or gift.payment is None:
        return 0
    disputes = gift.payment.disputes.order_by("pk")
    contested = sum(row.contested_amount for row in disputes)
    return max(gift.amount - refunding.taken_from(gift).amount - contested, 0)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a campaign has come, as its page tells it. `part` is in whole per cent."""

    standing: str
    raised: Money
    goal: Money
    part: int
    gift_count: int | None

    @property
    def bar(self) -> int:
        """Return the bar's length in per cent: full at the goal and beyond."""
        return min(self.part, 100)

    @property
    def is_reached(self) -> bool:
        """Say whether the goal has been reached."""
        return self.raised >= self.goal


def progress(campaign: Campaign, *, today: date) -> Progress:
    """Return how far a campaign has come; reads its row and its tally, no gift."""
    raised, goal = campaign.raised, campaign.goal
    return Progress(
        standing=campaign.standing(today=today),
        raised=raised,
        goal=goal,
        part=raised.amount * 100 // goal.amount,
        gift_count=campaign.gift_count if campaign.gift_count >= COUNT_FROM else None,
    )


def updates_of(campaign: Campaign, *, today: date) -> Any:
    """Return what is told of a campaign, newest first; what has a later day waits for it."""
    told = campaign.updates.filter(is_published=True, day__lte=today)
    told = told.select_related("picture__consent")
    return told.order_by("-day", "-pk")
