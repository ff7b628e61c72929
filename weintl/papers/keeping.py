"""Keep a paper the first time it is made, and hand out the same bytes ever after."""

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256

from .models import Paper


class Erased(RuntimeError):
    """The paper held personal data, and they were erased."""


def keep(key: str, make: Callable[[], bytes]) -> bytes:
    """Return the paper that is kept under `key`; made by `make` if there is none yet.

    Of two that are made at once one is kept, and both callers get that one. Raises Erased.
    """
    kept = Paper.objects.filter(key=key).first()
    if kept is None:
        content = make()
        made = Paper(key=key, content=content, sha256=sha256(content).hexdigest())
        Paper.objects.bulk_create([made], ignore_conflicts=True)
        kept = Paper.objects.get(key=key)
    if kept.content is None:
        raise Erased(key)
    return bytes(kept.content)


def erase(prefix: str, *, now: datetime) -> int:
    """Erase the bytes of all papers whose key begins so; their hashes stay. Return how many."""
    return Paper.objects.filter(key__startswith=prefix, erased_at=None).update(
        content=None, erased_at=now
    )
