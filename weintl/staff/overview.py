"""What waits for a person: the first thing that staff see after signing in."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from awareness import reviews
from awareness.models import ContactMessage, Page
from donations.models import GuardChange
from marketplace.models import (
    LowVariant,
    Order,
    OrderRefund,
    ReturnRequest,
    Shipment,
    WaitingOrder,
)
from partners.models import (
    Agreement,
    Allocation,
    BankDetails,
    CashCount,
    Document,
    DueDiligence,
    Payout,
    SplitRule,
)
from weintl.accounts.models import User
from weintl.mail.models import Mail
from weintl.payments.models import Difference, Dispute, Refund, WebhookEvent
from weintl.verify.models import BrokenRule


@dataclass(frozen=True)
class Waiting:
    """So many things of one kind that a person must look at, and where they are."""

    label: str
    count: int
    url: str


@dataclass(frozen=True)
class Kind:
    """One kind of thing: which rows wait for somebody, and how their list shows the same rows.

    Whoever is told of them may see the rows and has `right` too, where one is named.
    """

    label: str | Promise
    rows: Callable[[User], QuerySet[Any]]
    filters: dict[str, str] = field(default_factory=dict)
    right: str = ""


def _in_state(model: type[Model], state: str, label: str | Promise, *, right: str = "") -> Kind:
    rows = model._default_manager
    return Kind(label, lambda user: rows.filter(state=state), {"state__exact": state}, right)


def _expiring(model: Any, label: str | Promise) -> Kind:
    return Kind(label, lambda user: model.objects.expiring(), {"expiry": "soon"})


def _overdue(rows: Callable[..., QuerySet[Any]], label: str | Promise) -> Kind:
    filters = {"review": "overdue", "is_public__exact": "1"}
    return Kind(label, lambda user: rows(today=localdate()), filters)


KINDS = (
    Kind(
        _("Rules that are broken: tell whoever runs the system at once"),
        lambda user: BrokenRule.objects.filter(gone_at=None),
        {"gone_at__isempty": "1"},
    ),
    _in_state(WebhookEvent, "failed", _("Events that failed")),
    Kind(
        _("Differences with the payment provider"),
        lambda user: Difference.objects.filter(resolved_at__isnull=True),
    ),
    Kind(
        _("Orders that are late: send them, or tell their buyers"),
        lambda user: WaitingOrder.objects.late(today=localdate()),
        {"late": "yes"},
    ),
    Kind(_("Orders to send"), lambda user: WaitingOrder.objects.waiting()),
    Kind(
        _("Parcels that should have arrived"),
        lambda user: Shipment.objects.overdue(today=localdate()),
        {"way": "overdue"},
    ),
    Kind(
        _("Returns to answer"),
        lambda user: ReturnRequest.objects.filter(state="asked"),
        {"todo": "asked"},
        right="marketplace.change_returnrequest",
    ),
    Kind(
        _("Returns that came back: money to give back"),
        lambda user: ReturnRequest.objects.filter(state="received"),
        {"todo": "received"},
        right="payments.change_refund",
    ),
    Kind(_("Pieces that run low"), lambda user: LowVariant.objects.low()),  # type: ignore[attr-defined]
    _in_state(Order, "unfillable", _("Orders paid but unfillable")),
    Kind(
        _("Refunds made at the provider: pieces to be named"),
        lambda user: Order.objects.filter(pk__in=OrderRefund.objects.unnamed().values("order_id")),
        {"refund": "unnamed"},
    ),
    Kind(
        _("Gifts are locked: stolen cards were tried"),
        lambda user: GuardChange.objects.locked(),
    ),
    Kind(
        _("Refunds that the provider refused: find another way"),
        lambda user: Refund.objects.turned_down(),
        {"back": "refused"},
    ),
    Kind(
        _("Refunds that the bank sent back: find another way"),
        lambda user: Refund.objects.came_back(),
        {"back": "open"},
    ),
    Kind(
        _("Disputes to answer at the provider, each before its day"),
        lambda user: Dispute.objects.to_answer(),
        {"standing": "answer"},
    ),
    Kind(
        _("Split rules to approve"),
        lambda user: SplitRule.objects.filter(approved_at=None).exclude(created_by=user),
    ),
    _expiring(DueDiligence, _("Due diligence to repeat")),
    _expiring(Agreement, _("Agreements that end")),
    _expiring(Document, _("Partners' documents that expire")),
    Kind(
        _("Allocations to approve"),
        lambda user: Allocation.objects.filter(approved_at=None).exclude(proposed_by=user),
        {"approved": "no"},
    ),
    Kind(
        _("Differences of the cash box to approve"),
        lambda user: CashCount.objects.filter(approved_at=None).exclude(counted_by=user),
    ),
    _in_state(Payout, "draft", _("Payouts to submit")),
    _in_state(Payout, "submitted", _("Payouts to approve")),
    _in_state(Payout, "exported", _("Payouts that the bank has not confirmed")),
    Kind(
        _("Bank details to approve"),
        lambda user: BankDetails.objects.filter(approved_at=None).exclude(proposed_by=user),
    ),
    _in_state(Mail, "failed", _("Mails that could not be sent")),
    _in_state(Page, "review", _("Pages in review"), right="awareness.publish_page"),
    _in_state(ContactMessage, "new", _("Messages to read")),
    _overdue(reviews.overdue_figures, _("Figures to check again")),
    _overdue(reviews.overdue_helplines, _("Helplines to check again")),
)


def waiting_for(user: User) -> list[Waiting]:
    """Return what waits, for somebody who may see it; one COUNT a kind, none without right."""
    return [found for kind in KINDS for found in _waiting(kind, user)]


def _waiting(kind: Kind, user: User) -> Iterator[Waiting]:
    rows = kind.rows(user)
    meta = rows.model._meta
    rights = [f"{meta.app_label}.view_{meta.model_name}", *filter(None, [kind.right])]
    if not user.has_perms(rights) or not (count := rows.count()):
        return
    try:
        url = reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
    except NoReverseMatch:
        return
    query = f"?{urlencode(kind.filters)}" if kind.filters else ""
    yield Waiting(str(kind.label), count, url + query)
