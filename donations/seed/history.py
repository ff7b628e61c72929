"""Ninety days of invented gifts that go through the real code, for demonstrations."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from donations import gifts
from donations.models import Campaign, Fund, Gift
from weintl.money import Money
from weintl.payments import refunds
from weintl.payments.models import Payment, Refund
from weintl.payments.sessions import NotPayable

Step = tuple[datetime, Callable[[datetime], Payment | None]]


@dataclass(frozen=True, slots=True)
class Planned:
    """One gift: so many days ago, by whom, for what. Addresses end in .example: nobody's."""

    days_ago: int
    name: str
    fund: str
    cents: int
    is_fee_covered: bool = False
    language: str = "en"
    campaign: str = ""

    @property
    def email(self) -> str:
        """Return the invented address."""
        first = self.name.partition(" ")[0].lower() or "someone"
        return f"{first}@donor.example"


PLAN = (
    Planned(88, "Rosa Lindqvist", "most-needed", 4000),
    Planned(79, "Teo Marsh", "education", 2000, is_fee_covered=True),
    Planned(71, "Lucia Ferrer", "legal-aid", 8000, language="es"),
    Planned(62, "Sam Okafor", "riverbank", 15000, is_fee_covered=True),
    Planned(53, "Rosa Lindqvist", "long-term-care", 4000),
    Planned(44, "Nadia Whitlock", "medical-psychological", 2550),
    Planned(33, "Pablo Rivas", "artisan-pay", 1000, language="es"),
    Planned(21, "June Castellan", "most-needed", 50000, is_fee_covered=True, campaign="winter"),
    Planned(12, "Teo Marsh", "education", 2000),
    Planned(4, "", "most-needed", 1000, campaign="winter"),
    Planned(66, "Ola Brandt", "most-needed", 2500, campaign="winter"),
    Planned(48, "Mirko Sand", "most-needed", 1500, campaign="winter"),
    Planned(29, "Clara Pons", "most-needed", 3000, language="es", campaign="winter"),
    Planned(15, "Ola Brandt", "education", 2500, is_fee_covered=True),
)
# One donor typed a nought too many and asked for the rest back.
REFUNDED, REFUNDED_CENTS, REFUND_AFTER = 5, 2295, timedelta(days=2)


def steps(*, end: datetime) -> list[Step]:
    """Return when each thing happens and what to call then, over the ninety days before `end`.

    A call does nothing that has been done before; it returns the payment that is to be paid.
    """
    found: list[Step] = []
    for number, planned in enumerate(PLAN):
        at = end - timedelta(days=planned.days_ago, hours=number, minutes=7 * number)
        found.append((at, _giving(number, planned)))
        if number == REFUNDED:
            found.append((at + REFUND_AFTER, _refunding(number, planned)))
    return found


def _start(number: int, planned: Planned, *, now: datetime) -> Gift:
    # A fund of this demonstration may be gone from a site that staff have changed.
    chosen = Fund.objects.filter(key=planned.fund).select_related("programme").first()
    return gifts.start(
        email=planned.email,
        name=planned.name,
        fund=chosen or Fund.objects.select_related("programme").order_by("position", "pk")[0],
        amount=Money(planned.cents, settings.BASE_CURRENCY),
        is_fee_covered=planned.is_fee_covered,
        language=planned.language,
        submission_key=f"demo-gift-{number:02d}",
        campaign=Campaign.objects.filter(slug_en=planned.campaign).first(),
        now=now,
    )


def _giving(number: int, planned: Planned) -> Callable[[datetime], Payment | None]:
    def run(now: datetime) -> Payment | None:
        gift = _start(number, planned, now=now)
        if gift.state != Gift.State.AWAITING_PAYMENT:
            return None
        try:
            gifts.open_page(gift=gift, now=now)
        except NotPayable:
            return None
        return gift.payment

    return run


def _refunding(number: int, planned: Planned) -> Callable[[datetime], Payment | None]:
    def run(now: datetime) -> Payment | None:
        gift = _start(number, planned, now=now)
        if gift.payment is None or gift.received_at is None:
            return None
        refund = refunds.request(
            payment=gift.payment,
            amount=Money(REFUNDED_CENTS, gift.currency),
            reason="Asked for the rest back",
            request_key="demo-gift-refund",
            actor=None,
            now=now,
        )
        if refund.state == Refund.State.REQUESTED:
            # While a demonstration is filled no worker runs that would send it.
            refunds.send(refund_id=refund.pk, now=now)
        return None

    return run
