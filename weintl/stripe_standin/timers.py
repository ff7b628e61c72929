"""What falls due: fees, refunds, debits, disputes and pages that close."""

import logging
from collections.abc import Callable

from . import charges, checkout, disputes, payouts, refunds, sessions, subscriptions
from .errors import ApiError
from .world import World

DUE: dict[str, Callable[[World, str], object]] = {
    "expire_session": sessions.expire_if_due,
    "fail_refund": refunds.fail,
    "finalize_invoice": subscriptions.finalize_invoice,
    "finish_debit": checkout.finish_debit_as_planned,
    "judge_dispute": disputes.judge,
    "open_dispute": disputes.open_planned,
    "pay_out": payouts.run_planned,
    "renew_subscription": subscriptions.renew,
    "retry_invoice": subscriptions.retry_invoice,
    "settle_charge": charges.settle,
    "succeed_refund": refunds.succeed,
}
logger = logging.getLogger(__name__)

# Those that a caller may want at once. A page closes, money goes to the bank, and a subscription
# moves on only when the time has come.
LATER = {"expire_session", "finalize_invoice", "pay_out", "renew_subscription", "retry_invoice"}
SOON = tuple(kind for kind in DUE if kind not in LATER)


def run_due(world: World) -> int:
    """Do all that is due, in its order and as of its time; return how much it was."""
    done = 0
    while True:
        with world.store.transaction():
            rows = world.store.execute(
                "SELECT * FROM timers WHERE due_provider <= ? OR due_true <= ? "
                "ORDER BY due_provider, id LIMIT 1",
                world.time(),
                world.true_time(),
            )
            if not rows:
                return done
            _run(world, rows[0]["id"], rows[0]["kind"], rows[0]["object"], rows[0]["due_provider"])
        done += 1


def run_soon(world: World) -> int:
    """Do at once what is planned for soon: fees, refunds, debits, verdicts."""
    done = 0
    for _ in range(1000):
        with world.store.transaction():
            kinds = ", ".join(f"'{kind}'" for kind in SOON)
            rows = world.store.execute(
                f"SELECT * FROM timers WHERE kind IN ({kinds}) "  # noqa: S608
                "ORDER BY due_provider, id LIMIT 1"
            )
            if not rows:
                break
            _run(world, rows[0]["id"], rows[0]["kind"], rows[0]["object"], rows[0]["due_provider"])
        done += 1
    return done


def _run(world: World, timer_id: int, kind: str, object_id: str, due: float) -> None:
    world.store.execute("DELETE FROM timers WHERE id = ?", timer_id)
    with world.moment(min(due, world.time())):
        try:
            DUE[kind](world, object_id)
        except ApiError as error:
            # Something else has decided it since, such as a refund that failed already.
            logger.info("timer.moot", extra={"kind": kind, "object": object_id, "why": str(error)})
