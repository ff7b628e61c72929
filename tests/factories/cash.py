"""Cash in the box, and counts of it."""

from datetime import datetime
from uuid import uuid4

from partners import accounts, cash, ledger
from partners.ledger import Draft, Leg
from partners.models import CashCount
from tests.factories.partners import StaffFactory
from weintl.money import Money


def put_in(amount: int, *, at: datetime, key: str = "") -> None:
    """Let a sale bring `amount` cents in cash."""
    leg = Leg(accounts.cash_box("usd"), accounts.sales("usd"), amount)
    ledger.post([Draft("sale", key or f"test/{uuid4().hex}", at, [leg])])


def counted(amount: int, *, now: datetime, reason: str = "Change given wrong") -> CashCount:
    """Return a count of `amount` cents."""
    return cash.count(
        counted=Money(amount, "usd"),
        day=now.date(),
        reason=reason,
        key=uuid4().hex,
        actor=StaffFactory(),
        now=now,
    )
