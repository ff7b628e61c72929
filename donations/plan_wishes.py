"""What somebody asked the provider to do to a plan, kept before it is asked.

Its answer may be lost, or news of it may come first: whoever hears of it then can still write
down who wanted it, and tell the donor.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from weintl.payments.models import Subscription
from weintl.payments.sessions import NotPayable

from .models import Plan, PlanChange

Kind, S = PlanChange.Kind, Subscription.State
# What comes later than this is somebody else's doing, at the provider.
LIVES = timedelta(days=1)
# What state each makes of a plan.
GOALS = {Kind.PAUSED: S.PAUSED, Kind.RESUMED: S.ACTIVE, Kind.ENDED: S.ENDED}


@contextmanager
def asked(
    plan: Plan, kind: str, act: Any, *, before: dict[str, Any], amount: int | None = None
) -> Iterator[None]:
    """Keep who asks for what; forget it where the provider refuses. The block asks.

    `act` is a `plans.Act`; `amount` in minor units, of another amount alone.
    """
    plan.asked = {
        "kind": kind,
        "key": act.key,
        "by": act.by,
        "actor": act.actor.pk if act.actor else None,
        "before": before,
        "amount": amount,
        "at": act.now.isoformat(),
    }
    Plan.objects.filter(pk=plan.pk).update(asked=plan.asked)
    try:
        yield
    except NotPayable:
        forget(plan)
        raise


def forget(plan: Plan) -> None:
    """Keep no more what was asked last, unless something else was asked since."""
    if plan.asked is not None:
        Plan.objects.filter(pk=plan.pk, asked__key=plan.asked["key"]).update(asked=None)
        plan.asked = None


def has_come(plan: Plan, *, now: datetime) -> bool:
    """Say whether the plan stands as was asked, and did not before."""
    wish, row = plan.asked, plan.subscription
    if wish is None or now - datetime.fromisoformat(wish["at"]) > LIVES:
        return False
    if wish["kind"] == Kind.AMOUNT:
        return row.amount == wish["amount"] + plan.fee_cover_amount != plan.total.amount
    if wish["kind"] in {Kind.SKIPPED, Kind.UNSKIPPED}:
        is_skipped = row.skips_until is not None
        return is_skipped is (wish["kind"] == Kind.SKIPPED) is not wish["before"]["is_skipped"]
    return row.state == GOALS[Kind(wish["kind"])] != wish["before"]["state"]


def stands(plan: Plan, kind: str) -> bool:
    """Say whether a plan stands so already, as where an older page asks for it once more.

    Nothing but its end is sure while the provider owes an answer.
    """
    row = plan.subscription
    if plan.asked is not None and row.state != S.ENDED:
        return False
    if kind in {Kind.SKIPPED, Kind.UNSKIPPED}:
        return row.state == S.ACTIVE and (row.skips_until is not None) is (kind == Kind.SKIPPED)
    return row.state == GOALS[Kind(kind)]
