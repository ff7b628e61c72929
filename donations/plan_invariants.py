"""What must hold of repeated gifts; collected by donations/invariants.py."""

from collections.abc import Iterator

from django.db import connection

# What the provider charges each time is the gift and the fee that its donor covers.
OTHER_AMOUNT = """
SELECT p.id, p.amount + p.fee_cover_amount, s.amount
FROM donations_plan p JOIN payments_subscription s ON s.id = p.subscription_id
WHERE s.state IN ('active', 'past_due', 'paused')
  AND (p.amount + p.fee_cover_amount <> s.amount OR p.currency <> s.currency
       OR p.interval <> s.interval)
ORDER BY p.id
"""
# A gift of a plan was paid by a payment of the plan's own repeated payment, and no other is.
STRAY = """
SELECT g.id FROM donations_gift g
LEFT JOIN donations_plan p ON p.id = g.plan_id
JOIN payments_payment y ON y.id = g.payment_id
WHERE g.received_at IS NOT NULL
  AND p.subscription_id IS DISTINCT FROM y.subscription_id
ORDER BY g.id
"""
SILENT = """
SELECT p.id, s.state
FROM donations_plan p JOIN payments_subscription s ON s.id = p.subscription_id
WHERE s.state <> 'created' AND s.begun_at IS NOT NULL
  AND NOT EXISTS (SELECT FROM donations_planchange c WHERE c.plan_id = p.id)
ORDER BY p.id
"""


def _rows(sql: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


def check_plans_are_charged_as_agreed() -> Iterator[str]:
    """What is charged each time is what the plan says."""
    for plan, agreed, charged in _rows(OTHER_AMOUNT):
        yield f"Plan {plan} says {agreed}, the provider charges {charged}."


def check_gifts_of_plans_have_their_payments() -> Iterator[str]:
    """A gift belongs to the plan whose repeated payment has paid it."""
    for (gift,) in _rows(STRAY):
        yield f"Gift {gift} was paid by a payment of another plan, or of none."


def check_plans_tell_their_changes() -> Iterator[str]:
    """A plan that has begun says when."""
    for plan, state in _rows(SILENT):
        yield f"Plan {plan} is {state} and nothing says since when."


CHECKS = [
    check_plans_are_charged_as_agreed,
    check_gifts_of_plans_have_their_payments,
    check_plans_tell_their_changes,
]
