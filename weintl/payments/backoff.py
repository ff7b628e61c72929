"""How long to wait before trying again."""

from datetime import timedelta
from random import SystemRandom

FIRST = timedelta(seconds=15)
LONGEST = timedelta(hours=6)
# After this many failures, spread over more than a day, a person must look.
ATTEMPTS = 16

_random = SystemRandom()


def delay(attempt: int, *, first: timedelta = FIRST) -> timedelta:
    """Return the wait after the `attempt`-th failure (from 1): doubling, capped, ± 20 %.

    The jitter keeps events that failed together from coming back together.
    """
    plain = min(first * 2 ** min(attempt - 1, 20), LONGEST)
    return plain * _random.uniform(0.8, 1.2)
