"""What somebody typed into a page of the account when their sign-in had ended.

It waits in the session until they are signed in again, for that page only and once.
"""

from collections.abc import MutableMapping
from typing import Any

KEY = "typed"
LONGEST = 1_000
FIELDS = 40


def keep(session: MutableMapping[str, Any], *, path: str, given: Any) -> None:
    """Keep the texts of a form that came too late, without its token."""
    texts = {
        str(name)[:60]: str(value)[:LONGEST]
        for name, value in list(given.items())[:FIELDS]
        if name != "csrfmiddlewaretoken"
    }
    session[KEY] = {"path": path, "texts": texts}


def take(session: MutableMapping[str, Any], *, path: str) -> dict[str, str]:
    """Return what waits for this page and forget it; nothing for nothing."""
    kept = session.get(KEY)
    if not kept or kept.get("path") != path:
        return {}
    del session[KEY]
    return dict(kept["texts"])
