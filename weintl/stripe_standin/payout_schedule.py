"""When money that has become available goes to the bank: by hand, daily or weekly."""

from .errors import ApiError
from .world import DAY, World

MANUAL, DAILY, WEEKLY = "manual", "daily", "weekly"
INTERVALS = (MANUAL, DAILY, WEEKLY)
TIMER = "pay_out"
# The epoch's first Monday, midnight UTC.
FIRST_MONDAY = 4 * DAY


def interval(world: World) -> str:
    """Return the interval in force."""
    chosen: str = world.store.setting("payouts", world.config.payouts)
    return chosen


def choose(world: World, name: str) -> None:
    """Pay out by another interval from now on. Raises ApiError for one that does not exist."""
    if name not in INTERVALS:
        raise ApiError(f"The interval is one of {', '.join(INTERVALS)}.")
    world.store.set("payouts", name)


def run_after(moment: int, *, name: str) -> int:
    """Return the first midnight, or Monday's midnight, UTC, at or after `moment`."""
    step, start = (7 * DAY, FIRST_MONDAY) if name == WEEKLY else (DAY, 0)
    return start - (start - moment) // step * step


def plan(world: World, *, available_on: int) -> None:
    """Plan the run that takes what is available from then on, once however much it takes."""
    name = interval(world)
    if name == MANUAL:
        return
    # After the second in which something became available, not in it.
    due = run_after(max(available_on, world.now()) + 1, name=name)
    if not world.store.execute(
        "SELECT id FROM timers WHERE kind = ? AND due_provider = ?", TIMER, due
    ):
        world.schedule_at(TIMER, name, at=due)
