"""Receive deliveries, once each, and correct what was received by a counter-delivery."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from weintl.accounts.models import User

from . import stock
from .models import Delivery, DeliveryLine


class NotPossible(ValueError):
    """A delivery cannot be received or corrected; `message` says why, to a person."""

    message: Any = _("This delivery cannot be received.")


class Empty(NotPossible):
    """It has no lines."""

    message = _("This delivery has no pieces.")


class OtherProgramme(NotPossible):
    """A piece is made in another programme than the delivery's."""

    message = _("A piece of this delivery belongs to another programme.")


class NotThere(NotPossible):
    """Pieces are to leave the shelf that are sold, held, or were never delivered so."""

    message = _("So many of these pieces are not on the shelf any more, or were not delivered.")


def receive(*, delivery_id: int, actor: User, now: datetime) -> bool:
    """Put a delivery's pieces on the shelf, or take those of a correction off it.

    Pieces bought outright are posted as paid from the bank. Says whether it was new: a delivery
    is received once. Raises Empty, OtherProgramme, NotThere, stock.Busy.
    """
    with transaction.atomic():
        delivery = Delivery.objects.select_for_update().get(pk=delivery_id)
        if delivery.received_at:
            return False
        # By ascending variant, as every change of stock locks its counters.
        lines = list(
            delivery.lines.select_related("variant__product__programme").order_by(
                "variant_id", "pk"
            )
        )
        if not lines:
            raise Empty
        if any(line.variant.product.programme_id != delivery.programme_id for line in lines):
            raise OtherProgramme
        if delivery.corrects_id:
            _check_correction(delivery.corrects_id, lines)
        for line in lines:
            _move(line, is_back=bool(delivery.corrects_id), actor=actor, now=now)
        delivery.received_by, delivery.received_at = actor, now
        delivery.save(update_fields=["received_by", "received_at"])
    return True


def _move(line: DeliveryLine, *, is_back: bool, actor: User, now: datetime) -> None:
    act = stock.give_back if is_back else stock.receive
    try:
        is_new = act(
            variant=line.variant,
            unit_cost=line.unit_cost_amount,
            source_key=line.source_key,
            actor=actor,
            now=now,
            **{line.supply: line.quantity},
        )
    except stock.NothingThere as error:
        raise NotThere from error
    if not is_new:
        # Something else bears its name: the delivery would be received without its pieces.
        raise NotPossible


def _check_correction(corrected_id: int, lines: list[DeliveryLine]) -> None:
    """See that no more goes back than came, at the cost at which it came. Raises NotThere."""
    # Its row is locked, so that two corrections are counted one after the other.
    Delivery.objects.select_for_update().get(pk=corrected_id)
    came = DeliveryLine.objects.filter(delivery_id=corrected_id)
    back = DeliveryLine.objects.filter(
        delivery__corrects_id=corrected_id, delivery__received_at__isnull=False
    )
    for line in lines:
        same = {
            "variant_id": line.variant_id,
            "supply": line.supply,
            "unit_cost_amount": line.unit_cost_amount,
        }
        left = _pieces(came.filter(**same)) - _pieces(back.filter(**same))
        if line.quantity > left:
            raise NotThere


def _pieces(lines: Any) -> int:
    return lines.aggregate(all=Sum("quantity"))["all"] or 0


def correct(*, delivery_id: int, reason: str, now: datetime) -> Delivery:
    """Return a counter-delivery with all lines of a received one, to be shortened and received.

    Raises NotPossible for what was not received, or is a correction itself.
    """
    with transaction.atomic():
        delivery = Delivery.objects.select_for_update().get(pk=delivery_id)
        if delivery.received_at is None or delivery.corrects_id:
            raise NotPossible
        counter = Delivery.objects.create(
            programme=delivery.programme,
            delivered_on=localdate(now),
            corrects=delivery,
            reason=reason,
        )
        DeliveryLine.objects.bulk_create(
            DeliveryLine(
                delivery=counter,
                variant_id=line.variant_id,
                quantity=line.quantity,
                supply=line.supply,
                unit_cost_amount=line.unit_cost_amount,
            )
            for line in delivery.lines.order_by("pk")
        )
    return counter
