"""What a donor's page shows of the gifts: each with its trail and its receipts."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, F, Prefetch, Sum
from django.utils.timezone import localdate

from weintl.money import Money
from weintl.payments.models import Dispute

from . import contests, standing
from .models import Donor, Gift, Receipt
from .standing import Standing

A_PAGE = 10


@dataclass(frozen=True, slots=True)
class Card:
    """One gift: where it stands in the books, and its receipts, first issued first."""

    gift: Gift
    standing: Standing
    receipts: Sequence[Receipt]

    @property
    def contest(self) -> Dispute.Standing | None:
        """Return how it stands where its payment is contested or was taken back."""
        disputes = self.gift.payment.disputes.all() if self.gift.payment else []
        standings = {dispute.standing for dispute in disputes}
        bad = (Dispute.Standing.LOST, Dispute.Standing.OPEN)
        return next((each for each in bad if each in standings), None)

    @property
    def is_good(self) -> bool:
        """Say whether it arrived, nothing went back and nobody contests it."""
        return self.gift.state == Gift.State.RECEIVED and self.contest is None


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the gifts, newest first."""

    cards: Sequence[Card]
    number: int
    has_next: bool

    @property
    def next(self) -> int:
        """Return the number of the page after it."""
        return self.number + 1

    @property
    def previous(self) -> int:
        """Return the number of the page before it; 0 for none."""
        return self.number - 1


@dataclass(frozen=True, slots=True)
class Total:
    """What arrived and was kept in one currency, of how many gifts."""

    money: Money
    count: int


def page_of(donor: Donor, *, number: int = 1) -> Page:
    """Return a page of a donor's gifts; six queries for any number of them.

    The pages are not counted: a reader goes on from one to the next.
    """
    receipts = Prefetch("receipts", Receipt.objects.select_related("voiding").order_by("pk"))
    start = (number - 1) * A_PAGE
    rows = Gift.objects.of_donor(donor).for_page().prefetch_related(receipts, "payment__disputes")
    found = list(rows[start : start + A_PAGE + 1])
    shown = found[:A_PAGE]
    stands = standing.of_each(shown) if shown else {}
    cards = [Card(gift, stands[gift.pk], list(gift.receipts.all())) for gift in shown]
    return Page(cards, number, len(found) > A_PAGE)


def totals_of(donor: Donor) -> list[Total]:
    """Return what a donor gave and we kept, by currency, the most gifts first."""
    received = Gift.objects.filter(donor=donor, received_at__isnull=False)
    kept = F("amount") + F("fee_cover_amount") - F("refunded_amount")
    rows = received.values("currency").annotate(kept=Sum(kept), count=Count("pk"))
    lost = contests.lost_of(received)
    return [
        Total(Money(row["kept"] - lost.get(row["currency"], 0), row["currency"]), row["count"])
        for row in rows.order_by("-count", "currency")
    ]


def since(donor: Donor) -> int | None:
    """Return the year of the first gift that arrived, where the organisation is."""
    first = (
        Gift.objects.filter(donor=donor, received_at__isnull=False).order_by("received_at").first()
    )
    return localdate(first.received_at).year if first else None
