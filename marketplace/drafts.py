"""What a shopper typed at checkout, kept in the session until the order is paid.

So nothing is typed twice: after an error, on Back, on another tab, after an unpaid page.
"""

from collections.abc import Iterable, MutableMapping
from typing import Any

KEY = "checkout"
# Longer than any field takes: the form then says so, and the session stays small.
LONGEST = 1_000


def keep(session: MutableMapping[str, Any], given: Any, *, names: Iterable[str]) -> None:
    """Keep the named texts of a form that was sent, right or wrong."""
    session[KEY] = {name: str(given.get(name) or "")[:LONGEST] for name in names}


def kept(session: MutableMapping[str, Any]) -> dict[str, str]:
    """Return what was kept; nothing for nothing."""
    return dict(session.get(KEY) or {})


def forget(session: MutableMapping[str, Any]) -> None:
    """Forget it: the order is paid, and others may use this browser."""
    if KEY in session:
        del session[KEY]
