"""“Delete me”: the account goes at once; an order loses its names once nothing of it is open.

Amounts, pieces, payments, the ledger and invoices stay: the books have to add up, and the law
asks for invoices with their buyer. `invoices.erase_buyer` is for when the law asks no more.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.deletion import ProtectedError, RestrictedError
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _

from weintl.accounts.models import User
from weintl.mail.models import Mail
from weintl.payments import states
from weintl.payments.models import Dispute, Payment, Refund

from . import accounts, alerts
from .models import (
    Cart,
    Customer,
    Invoice,
    Order,
    OrderNote,
    ReturnRequest,
    SavedAddress,
    Unit,
    VoucherUse,
)
from .models.orders import new_token
from .orders import LOST_AFTER, RETURN_WINDOW

logger = logging.getLogger(__name__)
AT_ONCE = 200
S = Order.State
# Why an order still needs a name and an address; the first that holds is told.
REASONS: Mapping[str, Any] = {
    "is_contested": _("the payment is contested at the bank"),
    "is_refunding": _("money is on its way back"),
    "is_unpaid": _("its payment page is open"),
    "is_to_send": _("its parcel is being packed"),
    "is_on_its_way": _("its parcel is on its way"),
    "is_returning": _("a return is not settled"),
    "may_come_back": _("pieces can still be sent back, for 30 days after they arrived"),
    "is_being_told": _("a mail or a paper about it is being made"),
}
EMPTY = dict.fromkeys(
    ("email", "name", "street", "street_extra", "district", "city", "region", "postcode"), ""
)


class NotPossible(Exception):
    """The account cannot be deleted here; `message` says why."""

    message: Any = _(
        "This account has done work that the books name. Please write to us to have it deleted."
    )


class IsStaff(NotPossible):
    """Who works here is named in the books by what they did."""

    message = _(
        "This is the account of somebody who works here. Whoever manages the people switches"
        " it off; it is not deleted, since acts keep their author."
    )


@dataclass(frozen=True, slots=True)
class Waiting:
    """An order that is not erased yet, and why."""

    order: Order
    words: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What deleting an account would do now."""

    addresses: int
    alerts: int
    ready: list[Order]
    waiting: list[Waiting]


def with_reasons(orders: QuerySet[Order], *, now: datetime) -> QuerySet[Order]:
    """Add to each order whether it is open, one column for each of REASONS."""
    payment, units = OuterRef("payment_id"), Unit.objects.filter(line__order=OuterRef("pk"))
    cause = Concat(Value("order:"), Cast(OuterRef("pk"), CharField()))
    papers = Invoice.objects.filter(order=OuterRef("pk"))
    refunds = Refund.objects.filter(payment=payment, state__in=["requested", "pending"])
    sent = units.filter(state=Unit.State.SENT, sent_at__gt=now - LOST_AFTER)
    arrived = units.filter(state=Unit.State.DELIVERED, delivered_at__gt=now - RETURN_WINDOW)
    no_invoice = Q(paid_at__isnull=False) & ~Q(state=S.UNFILLABLE) & ~Exists(papers)
    return orders.annotate(
        is_contested=Exists(Dispute.objects.filter(payment=payment, closed_at=None)),
        is_refunding=Exists(refunds),
        is_unpaid=_whether(Q(state=S.AWAITING_PAYMENT) | Q(payment__state__in=states.UNDECIDED)),
        is_to_send=Exists(units.filter(state=Unit.State.PAID)),
        is_on_its_way=Exists(sent),
        is_returning=Exists(ReturnRequest.objects.open().filter(order=OuterRef("pk"))),
        may_come_back=Exists(arrived),
        is_being_told=_whether(
            Exists(Mail.objects.filter(cause=cause, state=Mail.State.QUEUED))
            | Exists(papers.filter(waits_for_paper=True))
            | no_invoice
        ),
    )


def _whether(condition: Any) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False))


def reason(order: Order) -> str:
    """Return why an order read by `with_reasons` is still open; "" if it is not."""
    return next((str(words) for name, words in REASONS.items() if getattr(order, name)), "")


def plan(*, user: Any, now: datetime) -> Plan:
    """Return what deleting the account would do. Raises NotPossible, IsStaff."""
    _check(user)
    accounts.join_orders(user=user)
    orders = with_reasons(
        Order.objects.filter(customer=user).order_by("-placed_at", "-pk"), now=now
    )
    ready, waiting = [], []
    for order in orders:
        words = reason(order)
        if words:
            waiting.append(Waiting(order, words))
        else:
            ready.append(order)
    return Plan(
        addresses=SavedAddress.objects.filter(customer=user).count(),
        alerts=accounts.alerts_of(user).count(),
        ready=ready,
        waiting=waiting,
    )


def delete_account(*, user_id: int, now: datetime, cart: Cart | None = None) -> bool:
    """Delete an account for good, and erase its orders that nothing needs any more.

    The others are erased by `erase_due`. False where the account is gone already, so a second
    click does nothing. Raises NotPossible, IsStaff; nothing is changed then.
    """
    if not _delete(user_id=user_id, now=now, cart=cart):
        return False
    erase_due(now=now)
    return True


@transaction.atomic
def _delete(*, user_id: int, now: datetime, cart: Cart | None) -> bool:
    user = User.objects.select_for_update().filter(pk=user_id).first()
    if user is None:
        return False
    _check(user)
    accounts.join_orders(user=user)
    for alert in accounts.alerts_of(user):
        alerts.leave(alert=alert)
    orders = Order.objects.filter(customer=user)
    Mail.objects.caused_by(f"account:{user_id}").delete()
    carts = set(orders.exclude(cart=None).values_list("cart", flat=True))
    carts.update(Cart.objects.filter(customer=user).values_list("pk", flat=True))
    if cart is not None:
        carts.add(cart.pk)
    orders.update(erase_asked_at=now)
    Cart.objects.filter(pk__in=carts).delete()
    kinds = ContentType.objects.get_for_models(User, Customer, for_concrete_models=False).values()
    # What staff did to the account stays in the admin's log, without the name.
    about = LogEntry.objects.filter(content_type__in=kinds, object_id=str(user_id))
    about.update(object_repr=f"#{user_id}")
    try:
        with transaction.atomic():
            user.delete()
    except (ProtectedError, RestrictedError) as error:
        raise NotPossible from error
    logger.info("account.deleted", extra={"user": user_id})
    return True


def _check(user: Any) -> None:
    if user.is_staff or user.is_superuser:
        raise IsStaff


def erase_due(*, now: datetime) -> int:
    """Erase orders of deleted accounts of which nothing is open now; return how many."""
    asked = Order.objects.filter(erase_asked_at__isnull=False, erased_at=None)
    due = [order.pk for order in with_reasons(asked.order_by("pk"), now=now) if not reason(order)]
    return sum(_erase(pk, now=now) for pk in due[:AT_ONCE])


@transaction.atomic
def _erase(pk: int, *, now: datetime) -> bool:
    """Take the names off one order, unless it was opened again; say whether it was done."""
    payment_id = Order.objects.values_list("payment_id", flat=True).get(pk=pk)
    # Whatever books a refund, a dispute or a parcel locks these two first.
    Payment.objects.select_for_update(no_key=True).filter(pk=payment_id).first()
    Order.objects.select_for_update(no_key=True).get(pk=pk)
    asked = Order.objects.filter(pk=pk, erase_asked_at__isnull=False, erased_at=None)
    order = with_reasons(asked, now=now).first()
    if order is None or reason(order):
        return False
    blank = {**EMPTY, "message": "", "token": new_token(), "customer": None, "erased_at": now}
    Order.objects.filter(pk=pk).update(**blank)
    Payment.objects.filter(pk=payment_id).update(email="")
    VoucherUse.objects.filter(order_id=pk).update(customer="")
    ReturnRequest.objects.filter(order_id=pk).update(words="")
    OrderNote.objects.filter(order_id=pk).update(words="")
    Mail.objects.caused_by(f"order:{pk}").delete()
    logger.info("order.erased", extra={"order": pk})
    return True
