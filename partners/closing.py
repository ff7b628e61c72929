"""Close months: what stands in the way, who proposes, who approves. docs/staff/closing.md."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Min, Q, QuerySet
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from weintl.accounts.models import User
from weintl.payments.models import Difference, Payment, Reconciliation, Refund, Way, WebhookEvent

from .chain import seal
from .models.closing import ClosedMonth
from .models.ledger import Account, Entry

UNSETTLED = (WebhookEvent.State.RECEIVED, WebhookEvent.State.FAILED)


class NotPossible(ValueError):
    """A month cannot be closed; `message` says why, to a person."""

    message: Any = _("This month cannot be closed.")


class NotOldest(NotPossible):
    """An earlier month is open, or this one is closed or proposed already."""

    message = _("Only the oldest open month can be closed, once.")


class InTheWay(NotPossible):
    """Something of the month is not settled."""

    message = _("Something stands in the way of closing this month.")


class SecondPersonNeeded(NotPossible):
    """Who proposed it tried to approve it."""

    message = _("You proposed it: another person closes the month.")


@dataclass(frozen=True, slots=True)
class Obstacle:
    """So many things that keep a month open, and the admin's list of them."""

    label: Any
    count: int
    model: str = ""
    query: dict[str, str] = field(default_factory=dict)


def next_month(month: date) -> date:
    """Return the first day of the month after the one that `month` lies in."""
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1)


def end_of(month: date) -> datetime:
    """Return the moment at which the month ends, in the zone that days are counted in."""
    return timezone.make_aware(datetime.combine(next_month(month), datetime.min.time()))


def last_closed() -> ClosedMonth | None:
    """Return the newest closed month."""
    return ClosedMonth.objects.filter(approved_at__isnull=False).order_by("-month").first()


def oldest_open() -> date | None:
    """Return the first day of the oldest open month; None before anything was booked."""
    closed = last_closed()
    if closed:
        return next_month(closed.month)
    first: date | None = Entry.objects.aggregate(day=Min("accounted_on"))["day"]
    return first.replace(day=1) if first else None


def obstacles(*, month: date, now: datetime) -> list[Obstacle]:
    """Return what keeps `month` from being closed; nothing if it can be.

    The same number of statements, however much there is.
    """
    end = end_of(month)
    if now < end:
        return [Obstacle(_("The month is not over."), 1)]
    found = [
        Obstacle(
            _("Differences with the payment provider"),
            Difference.objects.filter(resolved_at=None, occurred_at__lt=end).count(),
            "payments_difference",
            {"resolved_at__isempty": "1"},
        ),
        Obstacle(
            _("Events not processed"),
            WebhookEvent.objects.filter(state__in=UNSETTLED, occurred_at__lt=end).count(),
            "payments_webhookevent",
            {"state__in": ",".join(UNSETTLED)},
        ),
        Obstacle(
            _("Refunds not sent"),
            Refund.objects.filter(state=Refund.State.REQUESTED, created_at__lt=end).count(),
            "payments_refund",
            {"state__exact": Refund.State.REQUESTED.value},
        ),
        Obstacle(
            _("Payments whose fee is not known"),
            _without_fee().filter(succeeded_at__lt=end).count(),
            "payments_payment",
            {"state__exact": Payment.State.SUCCEEDED.value},
        ),
        Obstacle(
            _("Currencies not compared with the provider beyond the end of the month"),
            _uncompared(end),
            "payments_reconciliation",
        ),
        Obstacle(_("Entries not sealed"), _unsealed(month).count(), "partners_entry"),
        *(one for path in settings.CLOSING_CHECKS for one in import_string(path)(end=end)),
    ]
    return [one for one in found if one.count]


def _without_fee() -> QuerySet[Payment]:
    """Return payments whose fee the provider has not said; by hand there is none."""
    paid = Payment.objects.filter(state=Payment.State.SUCCEEDED, way=Way.PROVIDER)
    return paid.filter(fee_amount=None)


def _uncompared(end: datetime) -> int:
    """Count the currencies whose newest comparison ends before `end`."""
    wanted = set(
        Account.objects.filter(kind=Account.Kind.PROVIDER).values_list("currency", flat=True)
    )
    beyond = Reconciliation.objects.filter(cut_off_at__gte=end).values_list("currency", flat=True)
    return len(wanted - set(beyond.order_by().distinct()))


def _unsealed(month: date) -> QuerySet[Entry]:
    span = Q(accounted_on__gte=month, accounted_on__lt=next_month(month))
    return Entry.objects.filter(span, seal=None)


def close_past(*, before: date, people: tuple[User, User], now: datetime) -> int:
    """Close, for a demonstration, every month before `before` as two people would.

    Stops where something stands in the way; does nothing where a month is closed already.
    Returns how many.
    """
    closed = 0
    if last_closed():
        return closed
    proposer, approver = people
    while (month := oldest_open()) and month < before:
        try:
            row = propose(month=month, actor=proposer, now=now)
        except NotPossible:
            break
        approve(closing_id=row.pk, actor=approver, now=now, four_eyes=True)
        closed += 1
    return closed


def propose(*, month: date, actor: User, now: datetime) -> ClosedMonth:
    """Propose the oldest open month for closing. Raises NotOldest, InTheWay."""
    seal(now)
    with transaction.atomic():
        if month != oldest_open() or ClosedMonth.objects.filter(month=month).exists():
            raise NotOldest
        if obstacles(month=month, now=now):
            raise InTheWay
        return ClosedMonth.objects.create(month=month, proposed_by=actor, proposed_at=now)


def withdraw(*, closing_id: int) -> bool:
    """Take back a proposal; say whether it was one."""
    return bool(ClosedMonth.objects.filter(pk=closing_id, approved_at=None).delete()[0])


def approve(*, closing_id: int, actor: User, now: datetime, four_eyes: bool) -> ClosedMonth:
    """Close a proposed month for ever; the database freezes its totals. Twice changes nothing.

    With `four_eyes` its proposer may not; without, the act is marked as single-handed for
    ever. Raises SecondPersonNeeded, NotOldest, InTheWay, ClosedMonth.DoesNotExist.
    """
    with transaction.atomic():
        row = ClosedMonth.objects.select_for_update().get(pk=closing_id)
        if row.approved_at:
            return row
        row.is_single_handed = row.proposed_by_id == actor.pk
        if row.is_single_handed and four_eyes:
            raise SecondPersonNeeded
        with connection.cursor() as cursor:
            # Alone with the books: what runs ends first, and nothing new is written meanwhile.
            cursor.execute("SET LOCAL lock_timeout = '20s'")
            cursor.execute("SELECT pg_advisory_xact_lock(721093)")
        if row.month != oldest_open():
            raise NotOldest
        if obstacles(month=row.month, now=now):
            raise InTheWay
        row.approved_by, row.approved_at = actor, now
        row.save(update_fields=["approved_by", "approved_at", "is_single_handed"])
        row.refresh_from_db()
    return row
