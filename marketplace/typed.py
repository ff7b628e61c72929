"""What somebody typed into a page of the account when their sign-in had ended.

It waits in the session until they are signed in again: for that page only, once, and half an
hour at most, since others may use this browser later.
"""

from collections.abc import MutableMapping
from datetime import datetime, timedelta
from typing import Any

KEY = "typed"
LONGEST = 1_000
FIELDS = 40
WAITS = timedelta(minutes=30)


def keep(session: MutableMapping[str, Any], *, path: str, given: Any, now: datetime) -> None:
    """Keep the texts of a form that came too late, without its token."""
    texts = {
        str(name)[:60]: str(value)[:LONGEST]
        for name, value in list(given.items())[:FIELDS]
        if name != "csrfmiddlewaretoken"
    }
    session[KEY] = {"path": path, "texts": texts, "until": (now + WAITS).timestamp()}


def take(session: MutableMapping[str, Any], *, path: str, now: datetime) -> dict[str, str]:
    """Return what waits for this page and forget it; nothing for nothing."""
    kept = session.get(KEY)
    if not kept:
        return {}
    is_late = now.timestamp() >= kept["until"]
    if is_late or kept["path"] == path:
        del session[KEY]
    return {} if is_late or kept["path"] != path else dict(kept["texts"])
