"""Sent pieces that nobody can buy again: damaged, or gone. Rules: docs/money.md."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .models import Unit, WriteOff
from .orders import NotPossible


@dataclass(frozen=True, slots=True)
class Spoilt:
    """Sent pieces that nobody can buy again, in whoever's hands they are, and why."""

    unit_ids: Sequence[int] = ()
    reason: str = ""


ALL_WHOLE = Spoilt()


def of(units: Sequence[Unit]) -> set[int]:
    """Return the keys of those of `units` that were written off."""
    return set(WriteOff.objects.filter(unit__in=units).values_list("unit_id", flat=True))


def record(units: Sequence[Unit], spoilt: Spoilt, *, actor: Any, now: datetime) -> None:
    """Write the spoilt ones of `units` off, once each.

    Raises NotPossible where one was not sent or is not among `units`, or without a reason.
    """
    if not spoilt.unit_ids:
        return
    # A refund that came to nothing may be tried again: what it wrote off stays so.
    before = of(units)
    out = {Unit.State.SENT, Unit.State.DELIVERED}
    new = [unit for unit in units if unit.state in out and unit.pk in spoilt.unit_ids]
    if set(spoilt.unit_ids) - {unit.pk for unit in new} - before or not spoilt.reason:
        raise NotPossible
    WriteOff.objects.bulk_create(
        WriteOff(unit=unit, reason=spoilt.reason, actor=actor, written_off_at=now) for unit in new
    )
