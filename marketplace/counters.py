"""The counters of the shelf: locked in the order of their keys, and moved under a guard.

Only `marketplace.stock` and `marketplace.counting` call it: every move says why it was made.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from .models import Stock, StockMove

# Long enough for a queue of shoppers, short enough that each gets an answer.
LOCK_TIMEOUT = "5s"


class SoldOut(Exception):
    """Fewer pieces are free than were asked for; `variant_ids` names what is short."""

    message = _("Something in your cart has just been sold.")

    def __init__(self, variant_ids: Sequence[int]) -> None:
        """Keep which."""
        super().__init__(f"Not enough of {', '.join(str(pk) for pk in variant_ids)}.")
        self.variant_ids = list(variant_ids)


class Busy(Exception):
    """The counters stayed locked for too long."""

    message = _("Many people are buying right now. Please try again in a moment.")


class NothingThere(Exception):
    """A piece is to be sent that the shelf does not have."""

    message = _("The shelf has no such piece. Receive it first.")


def lock(variant_ids: Iterable[int]) -> dict[int, Stock]:
    """Return {variant id: counters}, locked in key order until the transaction ends.

    Counters that are missing are made. Raises Busy.
    """
    wanted = sorted(set(variant_ids))
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
    try:
        # A savepoint: after a refused lock the caller's transaction can still go on.
        with transaction.atomic():
            rows = _lock_rows(wanted)
            if len(rows) < len(wanted):
                missing = [Stock(variant_id=pk) for pk in wanted if pk not in rows]
                Stock.objects.bulk_create(missing, ignore_conflicts=True)
                rows = _lock_rows(wanted)
    except OperationalError as error:
        raise Busy from error
    return rows


def _lock_rows(variant_ids: list[int]) -> dict[int, Stock]:
    # NO KEY: a plain FOR UPDATE would collide with the locks that foreign keys take.
    rows = Stock.objects.filter(variant_id__in=variant_ids).order_by("pk")
    return {row.variant_id: row for row in rows.select_for_update(no_key=True)}


def move(
    stock: Stock,
    *,
    source_key: str,
    reason: str,
    now: datetime,
    actor: Any = None,
    **changes: int,
) -> bool:
    """Change locked counters and write the move; False where the key stands already.

    Raises SoldOut where the guard refuses it.
    """
    if StockMove.objects.filter(source_key=source_key).exists():
        return False
    rows = Stock.objects.filter(pk=stock.pk)
    taken = changes.get("held", 0) + changes.get("allocated", 0)
    if taken > 0:
        limit = F("owned") + F("consigned") + F("backorder_limit") - F("allocated") - taken
        rows = rows.filter(held__lte=limit)
    if not rows.update(**{name: F(name) + change for name, change in changes.items()}):
        raise SoldOut([stock.variant_id])
    StockMove.objects.create(
        variant_id=stock.variant_id,
        source_key=source_key,
        reason=reason,
        actor=actor,
        moved_at=now,
        **changes,
    )
    for name, change in changes.items():
        setattr(stock, name, getattr(stock, name) + change)
    return True
