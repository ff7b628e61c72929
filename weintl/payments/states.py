"""The states of payments and refunds, and the only moves between them.

A trigger of the database holds the same table (migration 0002_triggers). Only `booking` and
the two places that give up a request move anything, each under the payment's row lock.
"""

from __future__ import annotations

from .models import Payment, Refund

P = Payment.State
R = Refund.State

PAYMENT_MOVES: dict[str, frozenset[str]] = {
    P.CREATED: frozenset({P.OPEN, P.PROCESSING, P.SUCCEEDED, P.FAILED, P.EXPIRED}),
    P.OPEN: frozenset({P.PROCESSING, P.SUCCEEDED, P.FAILED, P.EXPIRED}),
    P.PROCESSING: frozenset({P.SUCCEEDED, P.FAILED}),
    # Failed and expired are not for ever: money can still arrive, and then it is received.
    P.FAILED: frozenset({P.PROCESSING, P.SUCCEEDED}),
    P.EXPIRED: frozenset({P.PROCESSING, P.SUCCEEDED, P.FAILED}),
    P.SUCCEEDED: frozenset(),
}

REFUND_MOVES: dict[str, frozenset[str]] = {
    R.REQUESTED: frozenset({R.PENDING, R.SUCCEEDED, R.REFUSED}),
    R.PENDING: frozenset({R.SUCCEEDED, R.FAILED}),
    # A bank can send a refund back weeks after it succeeded.
    R.SUCCEEDED: frozenset({R.FAILED}),
    # The provider had taken the request after all; its answer was lost.
    R.REFUSED: frozenset({R.PENDING, R.SUCCEEDED}),
    R.FAILED: frozenset(),
}

UNDECIDED = frozenset({P.CREATED, P.OPEN, P.PROCESSING})
# Money that left and has not come back.
LEFT = frozenset({R.PENDING, R.SUCCEEDED})
# Money that left or is about to.
LIVE = LEFT | {R.REQUESTED}


class NotAllowed(Exception):
    """What the provider says contradicts what was booked; a person must look."""


def move_payment(payment: Payment, *, to: str) -> bool:
    """Set the state; say whether it changed. Saves nothing. Raises NotAllowed."""
    if payment.state == to:
        return False
    if to not in PAYMENT_MOVES[payment.state]:
        raise NotAllowed(f"A payment that is {payment.state} cannot become {to}.")
    payment.state = to
    return True


def move_refund(refund: Refund, *, to: str) -> bool:
    """Set the state; say whether it changed. Saves nothing. Raises NotAllowed."""
    if refund.state == to:
        return False
    if to not in REFUND_MOVES[refund.state]:
        raise NotAllowed(f"A refund that is {refund.state} cannot become {to}.")
    refund.state = to
    return True
