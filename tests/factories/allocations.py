"""Pooled gifts and proposals to give them to a programme."""

from datetime import datetime

import factory

from partners import accounts, postings
from partners.models import Allocation
from tests.factories.partners import LONG_AGO, ProgrammeFactory, StaffFactory


class AllocationFactory(factory.django.DjangoModelFactory):
    """A proposal: 20.00 of the pool for education to a programme's education."""

    class Meta:
        model = Allocation

    pool = "education"
    programme = factory.SubFactory(ProgrammeFactory)
    use = "education"
    amount = 2_000
    currency = "usd"
    reason = "Exercise books"
    proposed_by = factory.SubFactory(StaffFactory)
    proposed_at = LONG_AGO


def fill_pool(amount: int, *, at: datetime, use: str = "education", key: str = "pool") -> None:
    """Let a gift of `amount` cents come for a use without a programme."""
    postings.post_gift(
        payment_key=key,
        currency="usd",
        amount=amount,
        fee_cover=0,
        fund=accounts.fund("usd", use=use),
        occurred_at=at,
    )
