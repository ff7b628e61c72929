"""What falls due: fees, refunds, debits, disputes and pages that close."""

import logging
import sqlite3
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
    "resume_collection": subscriptions.resume_collection,
    "retry_invoice": subscriptions.retry_invoice,
    "settle_charge": charges.settle,
    "succeed_refund": refunds.succeed,
}
logger = logging.getLogger(__name__)

# Those that a caller may want at once. A page closes, money goes to the bank, and a subscription
# moves on only when the time has come.
LATER = {"expire_session", "finalize_invoice", "pay_out", "renew_subscription",
         "resume_collection", "retry_invoice"}  # fmt: skip
SOON = tuple(kind for kind in DUE if kind not in LATER)
# Those that a caller may have decided before their time comes.
MAY_BE_MOOT = {"fail_refund", "finish_debit", "judge_dispute", "open_dispute", "succeed_refund"}


# A timer that failed is tried again after so many seconds, longer each time, up to the last.
WAITS = (5, 30, 120, 600)


def run_due(world: World) -> int:
    """Do all that is due, in its order and as of its time; return how much it was."""
    return _run_all(world, "due_provider <= ? OR due_true <= ?", world.time, world.true_time)


def run_soon(world: World) -> int:
    """Do at once what is planned for soon: fees, refunds, debits, verdicts."""
    kinds = ", ".join(f"'{kind}'" for kind in SOON)
    return _run_all(world, f"kind IN ({kinds})", most=1000)


def _run_all(
    world: World, which: str, *moments: Callable[[], float], most: int | None = None
) -> int:
    done = 0
    while done != most:
        with world.store.transaction():
            rows = world.store.execute(
                f"SELECT * FROM timers WHERE ({which}) AND retry_at <= ? "  # noqa: S608
                "ORDER BY due_provider, id LIMIT 1",
                *(moment() for moment in moments),
                world.true_time(),
            )
            if not rows:
                break
            _run(world, rows[0])
        done += 1
    return done


def _run(world: World, timer: sqlite3.Row) -> None:
    """Do one thing that is due. One that fails leaves no trace and is kept for another try."""
    kind, object_id = timer["kind"], timer["object"]
    try:
        with world.store.savepoint(), world.moment(min(timer["due_provider"], world.time())):
            world.store.execute("DELETE FROM timers WHERE id = ?", timer["id"])
            DUE[kind](world, object_id)
    except ApiError as error:
        if kind not in MAY_BE_MOOT:
            _keep(world, timer, error)
            return
        world.store.execute("DELETE FROM timers WHERE id = ?", timer["id"])
        # Something else has decided it since, such as a refund that failed already.
        logger.info("timer.moot", extra={"kind": kind, "object": object_id, "why": str(error)})
    except Exception as error:
        _keep(world, timer, error)


def _keep(world: World, timer: sqlite3.Row, error: Exception) -> None:
    wait = WAITS[min(timer["failures"], len(WAITS) - 1)]
    world.store.execute(
        "UPDATE timers SET failures = failures + 1, retry_at = ?, error = ? WHERE id = ?",
        world.true_time() + wait, f"{type(error).__name__}: {error}", timer["id"],
    )  # fmt: skip
    logger.error(
        "timer.failed", exc_info=error, extra={"kind": timer["kind"], "object": timer["object"]}
    )
