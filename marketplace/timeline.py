"""What happened to an order, in one list: for staff, oldest first. Reads only."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from weintl.mail.models import Mail
from weintl.money.formatting import format_money
from weintl.payments.models import Dispute

from .models import Order, Unit


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened: when, in words, who of staff did it, and the row that says so."""

    at: datetime
    words: str
    who: Any = None
    row: Model | None = None


def of(order: Order) -> list[Moment]:
    """Return what happened to `order`, oldest first; as many queries for any length."""
    found = [moment for part in PARTS for moment in part(order)]
    # The provider tells whole seconds: within one, the order of PARTS is that of the events.
    return sorted(found, key=lambda moment: moment.at.replace(microsecond=0))


def _money(order: Order) -> Iterator[Moment]:
    placed = _("Placed: %s") % format_money(order.total)
    yield Moment(order.placed_at, placed, order.entered_by)
    payment = order.payment
    if order.paid_at is not None:
        yield Moment(order.paid_at, _("Paid"), row=payment)
    if order.erase_asked_at is not None:
        yield Moment(order.erase_asked_at, _("The buyer's account was deleted"))
    if order.erased_at is not None:
        yield Moment(order.erased_at, _("Name and address erased"))


def _papers(order: Order) -> Iterator[Moment]:
    for paper in order.invoices.order_by("issued_at", "pk"):
        words = f"{paper.get_kind_display()} {paper.number}"
        yield Moment(paper.issued_at, words, row=paper)


def _parcels(order: Order) -> Iterator[Moment]:
    rows = order.shipments.select_related("sent_by", "carrier").order_by("pk")
    for parcel in rows:
        way = " ".join(filter(None, [str(parcel.carrier or ""), parcel.tracking_number]))
        words = _("Parcel sent: %s") % way if way else _("Parcel sent")
        yield Moment(parcel.sent_at, words, parcel.sent_by, parcel)
        if parcel.delivered_at:
            yield Moment(parcel.delivered_at, _("Parcel delivered"), row=parcel)
    if order.is_handed_over:
        given = Unit.objects.filter(line__order=order, sent_at__isnull=False).first()
        if given is not None and given.sent_at is not None:
            yield Moment(given.sent_at, _("Handed over"))


def _delays(order: Order) -> Iterator[Moment]:
    for delay in order.delays.select_related("said_by").order_by("pk"):
        day = date_format(delay.expected_on, "DATE_FORMAT")
        yield Moment(delay.said_at, _("Delay told, until %s") % day, delay.said_by)


def _returns(order: Order) -> Iterator[Moment]:
    rows = order.return_requests.select_related("order", "answered_by", "received_by")
    for wish in rows.order_by("pk"):
        asked = _("Return asked: %s") % wish.get_reason_display()
        yield Moment(wish.asked_at, asked, row=wish)
        if wish.answered_at is not None:
            is_no = wish.state == wish.State.DECLINED
            answer = _("Return declined") if is_no else _("Return agreed")
            yield Moment(wish.answered_at, answer, wish.answered_by, wish)
        if wish.received_at is not None:
            yield Moment(wish.received_at, _("Return received"), wish.received_by, wish)


def _refunds(order: Order) -> Iterator[Moment]:
    rows = order.refunds.select_related("refund__payment", "refund__requested_by")
    for link in rows.order_by("pk"):
        refund, amount = link.refund, format_money(link.refund.money)
        kind = link.get_kind_display()
        asked = _("Refund of %(amount)s: %(kind)s") % {"amount": amount, "kind": kind}
        yield Moment(refund.created_at, asked, refund.requested_by, refund)
        if refund.refunded_at is not None:
            yield Moment(refund.refunded_at, _("%s left us") % amount, row=refund)
        if refund.failed_at is not None:
            yield Moment(refund.failed_at, _("%s came back from the bank") % amount, row=refund)
        if link.named_at is not None:
            yield Moment(link.named_at, _("Pieces of a refund named"))


def _disputes(order: Order) -> Iterator[Moment]:
    for dispute in Dispute.objects.filter(payment=order.payment_id).order_by("pk"):
        amount = format_money(dispute.money)
        yield Moment(dispute.opened_at, _("Contested: %s") % amount, row=dispute)
        if dispute.closed_at is not None:
            yield Moment(dispute.closed_at, _("Contest ended: %s") % dispute.state, row=dispute)


def _mails(order: Order) -> Iterator[Moment]:
    for mail in Mail.objects.caused_by(f"order:{order.pk}").order_by("pk"):
        words = _("Mail: %s") % (mail.subject or mail.template)
        yield Moment(mail.sent_at or mail.created_at, words, row=mail)


def _notes(order: Order) -> Iterator[Moment]:
    for note in order.notes.select_related("author").order_by("pk"):
        yield Moment(note.written_at, _("Note: %s") % note.words, note.author)


PARTS: tuple[Callable[[Order], Iterator[Moment]], ...] = (
    _money, _papers, _parcels, _delays, _returns, _refunds, _disputes, _mails, _notes,
)  # fmt: skip
