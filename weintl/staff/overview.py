"""What waits for a person: the first thing that staff see after signing in."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from awareness import reviews
from awareness.models import ContactMessage, Page
from marketplace.models import Order, OrderRefund
from partners.models import (
    Agreement,
    Allocation,
    BankDetails,
    Document,
    DueDiligence,
    Payout,
    SplitRule,
)
from weintl.accounts.models import User
from weintl.mail.models import Mail
from weintl.payments.models import Difference, Dispute, Refund, WebhookEvent
from weintl.verify.models import BrokenRule

CLOSED_DISPUTES = ("won", "lost", "warning_closed", "prevented")


@dataclass(frozen=True)
class Waiting:
    """So many things of one kind that a person must look at, and where they are."""

    label: str
    count: int
    url: str


def _waiting(user: User, label: object, rows: QuerySet, **filters: str) -> Waiting | None:
    meta = rows.model._meta
    if not user.has_perm(f"{meta.app_label}.view_{meta.model_name}"):
        return None
    count = rows.count()
    if not count:
        return None
    try:
        url = reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
    except NoReverseMatch:
        return None
    return Waiting(str(label), count, f"{url}?{urlencode(filters)}" if filters else url)


def waiting_for(user: User) -> list[Waiting]:
    """Return what waits, for somebody who may see it; one COUNT a kind, none without right."""
    today = localdate()
    rows = [
        _waiting(
            user,
            _("Rules that are broken: tell whoever runs the system at once"),
            BrokenRule.objects.filter(gone_at=None),
            gone_at__isempty="1",
        ),
        _waiting(
            user,
            _("Events that failed"),
            WebhookEvent.objects.filter(state="failed"),
            state__exact="failed",
        ),
        _waiting(
            user,
            _("Differences with the payment provider"),
            Difference.objects.filter(resolved_at__isnull=True),
        ),
        _waiting(
            user,
            _("Orders paid but unfillable"),
            Order.objects.filter(state="unfillable"),
            state__exact="unfillable",
        ),
        _waiting(
            user,
            _("Refunds made at the provider: pieces to be named"),
            Order.objects.filter(pk__in=OrderRefund.objects.unnamed().values("order_id")),
            refund="unnamed",
        ),
        _waiting(
            user,
            _("Refunds that the provider refused"),
            Refund.objects.filter(state="refused"),
            state__exact="refused",
        ),
        _waiting(user, _("Open disputes"), Dispute.objects.exclude(state__in=CLOSED_DISPUTES)),
        _waiting(
            user,
            _("Split rules to approve"),
            SplitRule.objects.filter(approved_at__isnull=True).exclude(created_by=user),
        ),
        *(
            _waiting(user, label, model.objects.expiring(), expiry="soon")
            for label, model in (
                (_("Due diligence to repeat"), DueDiligence),
                (_("Agreements that end"), Agreement),
                (_("Partners' documents that expire"), Document),
            )
        ),
        _waiting(
            user,
            _("Allocations to approve"),
            Allocation.objects.filter(approved_at__isnull=True).exclude(proposed_by=user),
            approved="no",
        ),
        _waiting(
            user,
            _("Payouts to submit"),
            Payout.objects.filter(state="draft"),
            state__exact="draft",
        ),
        _waiting(
            user,
            _("Payouts to approve"),
            Payout.objects.filter(state="submitted"),
            state__exact="submitted",
        ),
        _waiting(
            user,
            _("Payouts that the bank has not confirmed"),
            Payout.objects.filter(state="exported"),
            state__exact="exported",
        ),
        _waiting(
            user,
            _("Bank details to approve"),
            BankDetails.objects.filter(approved_at__isnull=True).exclude(proposed_by=user),
        ),
        _waiting(
            user,
            _("Mails that could not be sent"),
            Mail.objects.filter(state="failed"),
            state__exact="failed",
        ),
        _waiting(
            user,
            _("Pages in review"),
            Page.objects.filter(state="review"),
            state__exact="review",
        )
        if user.has_perm("awareness.publish_page")
        else None,
        _waiting(
            user,
            _("Messages to read"),
            ContactMessage.objects.filter(state="new"),
            state__exact="new",
        ),
        _waiting(
            user,
            _("Figures to check again"),
            reviews.overdue_figures(today=today),
            review="overdue",
            is_public__exact="1",
        ),
        _waiting(
            user,
            _("Helplines to check again"),
            reviews.overdue_helplines(today=today),
            review="overdue",
            is_public__exact="1",
        ),
    ]
    return [row for row in rows if row]
