"""A buyer asks to send pieces back; staff answer, look at what came, and give the money back.

Asking, answering and receiving move no money and no stock: `returns.refund` does, which also
closes the request. Rules: docs/staff/returns.md.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from . import notices, returns
from .models import Order, OrderRefund, ReturnPiece, ReturnRequest, Unit
from .orders import LOST_AFTER, RETURN_WINDOW, NotPossible
from .write_offs import ALL_WHOLE, Spoilt

logger = logging.getLogger(__name__)
S = ReturnRequest.State
C = ReturnPiece.Condition


class NothingCame(NotPossible):
    """No piece of the request was in the parcel."""

    message: Any = _("Say of at least one piece how it came back; or decline the return.")


def may_come_back(unit: Unit, *, now: datetime) -> bool:
    """Say whether a piece is with its buyer and the time to send it back is not over.

    Counted from its arrival; where nobody ever said that it arrived, until it counts as lost.
    """
    if unit.state == Unit.State.DELIVERED:
        return unit.delivered_at is not None and unit.delivered_at > now - RETURN_WINDOW
    return (
        unit.state == Unit.State.SENT
        and unit.sent_at is not None
        and unit.sent_at > now - LOST_AFTER
    )


def returnable(order: Order, *, now: datetime) -> list[Unit]:
    """Return the pieces that the buyer may ask to send back; none while a payment is contested."""
    payment = order.payment
    if order.paid_at is None or payment is None or payment.disputes.exists():
        return []
    asked = set(
        ReturnPiece.objects.filter(request__order=order, is_open=True).values_list(
            "unit_id", flat=True
        )
    )
    return [
        unit
        for unit in returns.unrefunded(order)
        if unit.pk not in asked and may_come_back(unit, now=now)
    ]


@transaction.atomic
def ask(
    *,
    order_id: int,
    unit_ids: Sequence[int],
    reason: str,
    words: str = "",
    request_key: str,
    now: datetime,
) -> ReturnRequest:
    """Write down that the buyer wants to send pieces back.

    The same `request_key` returns the same request. Raises NotPossible where a piece cannot be
    sent back, or is asked for already.
    """
    order = returns.lock(order_id)
    known = ReturnRequest.objects.filter(request_key=request_key).first()
    if known is not None:
        return known
    wanted = set(unit_ids)
    units = [unit for unit in returnable(order, now=now) if unit.pk in wanted]
    if not units or len(units) != len(wanted):
        raise NotPossible
    request = ReturnRequest.objects.create(
        order=order, reason=reason, words=words, asked_at=now, request_key=request_key
    )
    ReturnPiece.objects.bulk_create(ReturnPiece(request=request, unit=unit) for unit in units)
    notices.return_asked(request, units=units, now=now)
    logger.info("return.asked", extra={"return": request.pk})
    return request


@transaction.atomic
def withdraw(*, request_id: int) -> None:
    """Let the buyer take the wish back while nothing has come. Raises NotPossible."""
    request = _locked(request_id, S.ASKED, S.AGREED)
    request.state = S.WITHDRAWN
    request.save(update_fields=["state"])
    request.pieces.update(is_open=False)


@transaction.atomic
def agree(*, request_id: int, words: str, actor: Any, now: datetime) -> None:
    """Tell the buyer where to send the pieces. Raises NotPossible unless it was just asked."""
    request = _locked(request_id, S.ASKED)
    _answer(request, S.AGREED, words=words, actor=actor, now=now)


@transaction.atomic
def decline(*, request_id: int, words: str, actor: Any, now: datetime) -> None:
    """Say no, and why; also after looking at what came. Raises NotPossible."""
    request = _locked(request_id, *ReturnRequest.OPEN)
    if not words:
        raise NotPossible
    request.pieces.update(is_open=False)
    _answer(request, S.DECLINED, words=words, actor=actor, now=now)


def _answer(request: ReturnRequest, state: str, *, words: str, actor: Any, now: datetime) -> None:
    request.state = state
    request.answer, request.answered_by, request.answered_at = words, actor, now
    request.save(update_fields=["state", "answer", "answered_by", "answered_at"])
    notices.return_answered(request, units=_units(request), now=now)
    logger.info("return.answered", extra={"return": request.pk, "state": state})


@transaction.atomic
def receive(
    *, request_id: int, conditions: Mapping[int, str], actor: Any, now: datetime
) -> ReturnRequest:
    """Write down how each piece of an agreed request came back, by the key of its unit.

    Moves neither stock nor money yet. Raises NotPossible, NothingCame.
    """
    request = _locked(request_id, S.AGREED)
    pieces = list(request.pieces.order_by("unit_id"))
    if {piece.unit_id for piece in pieces} != set(conditions):
        raise NotPossible
    if all(condition == C.MISSING for condition in conditions.values()):
        raise NothingCame
    for piece in pieces:
        piece.condition = conditions[piece.unit_id]
        # What did not come may be asked for again.
        piece.is_open = piece.condition != C.MISSING
    ReturnPiece.objects.bulk_update(pieces, ["condition", "is_open"])
    request.state, request.received_by, request.received_at = S.RECEIVED, actor, now
    request.save(update_fields=["state", "received_by", "received_at"])
    logger.info("return.received", extra={"return": request.pk})
    return request


def refund(
    *, request_id: int, with_shipping: bool, goodwill: int = 0, actor: Any, now: datetime
) -> OrderRefund:
    """Give the money of what came back to the buyer; spoilt pieces are written off.

    A second call returns the same refund. Raises NotPossible (not received yet, or a piece was
    refunded otherwise), refunds.TooMuch, stock.Busy.
    """
    with transaction.atomic():
        request = ReturnRequest.objects.get(pk=request_id)
        returns.lock(request.order_id)
        request.refresh_from_db()
        if request.state == S.REFUNDED and request.refund is not None:
            return request.refund
        if request.state != S.RECEIVED:
            raise NotPossible
        pieces = list(request.pieces.filter(is_open=True))
        return returns.refund(
            order_id=request.order_id,
            unit_ids=[piece.unit_id for piece in pieces],
            with_shipping=with_shipping,
            goodwill=goodwill,
            spoilt=spoilt_of(pieces),
            reason=f"Return {request.pk}: {request.reason}",
            request_key=f"return:{request.pk}",
            actor=actor,
            now=now,
        )


def spoilt_of(pieces: Sequence[ReturnPiece]) -> Spoilt:
    """Return which of them are to be written off."""
    spoilt = [piece.unit_id for piece in pieces if piece.condition == C.DAMAGED]
    return Spoilt(spoilt, "Came back damaged") if spoilt else ALL_WHOLE


def of_order(order: Order) -> list[ReturnRequest]:
    """Return the requests of an order with their pieces, newest first; two queries."""
    rows = order.return_requests.prefetch_related("pieces__unit__line")
    return list(rows.order_by("-asked_at", "-pk"))


def _locked(request_id: int, *states: str) -> ReturnRequest:
    """Lock payment, order and request; raise NotPossible unless it is in one of `states`."""
    order_id = ReturnRequest.objects.values_list("order_id", flat=True).get(pk=request_id)
    returns.lock(order_id)
    request = ReturnRequest.objects.select_related("order").get(pk=request_id)
    if request.state not in states:
        raise NotPossible
    return request


def _units(request: ReturnRequest) -> list[Unit]:
    return list(Unit.objects.of(request.order).filter(return_pieces__request=request))
