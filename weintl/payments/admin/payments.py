"""Payments, refunds and disputes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from weintl.payments import dispatch
from weintl.payments.handlers import handler_for
from weintl.payments.models import Dispute, Payment, Refund

from .rows import ReadOnly, ReadOnlyAdmin, minor, shown

# Asking the provider waits for its answers, one after the other.
ASK_AT_ONCE = 10


class RefundInline(ReadOnly, admin.TabularInline):
    """A payment's refunds."""

    model = Refund
    extra = 0
    show_change_link = True
    fields = ["created_at", "state", "shown_amount", "reason", "is_external", "refund_id"]
    readonly_fields = ["shown_amount"]

    @admin.display(description=_("amount"))
    def shown_amount(self, refund: Refund) -> str:
        """Write the amount."""
        return shown(refund.money)


class DisputeInline(ReadOnly, admin.TabularInline):
    """A payment's disputes."""

    model = Dispute
    extra = 0
    show_change_link = True
    fields = ["opened_at", "state", "shown_amount", "reason", "evidence_due_at"]
    readonly_fields = ["shown_amount"]

    @admin.display(description=_("amount"))
    def shown_amount(self, dispute: Dispute) -> str:
        """Write the amount."""
        return shown(dispute.money)


def _paid_for(payments: Iterable[Payment]) -> dict[int, str]:
    """Return the pages of what was paid for, by the payments' ids: one question a purpose."""
    by_purpose: dict[str, list[Payment]] = defaultdict(list)
    for payment in payments:
        by_purpose[payment.purpose].append(payment)
    urls: dict[int, str] = {}
    for purpose, own in by_purpose.items():
        try:
            urls |= handler_for(purpose).admin_urls(own)
        except (KeyError, ImportError):
            # An app that was taken out leaves its payments, without a link.
            continue
    return urls


class PaymentList(ChangeList):
    """A page of payments that knows where each leads, without asking for each."""

    def get_results(self, request: HttpRequest) -> None:
        """Read the rows, then what all of them paid for."""
        super().get_results(request)
        urls = _paid_for(self.result_list)
        for payment in self.result_list:
            payment.paid_for_url = urls.get(payment.pk, "")


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin):
    """Payments, with what each paid for and what came of it."""

    list_display = [
        "created_at",
        "purpose",
        "paid_for",
        "state",
        "shown_amount",
        "shown_refunded",
        "shown_fee",
        "email",
    ]
    list_display_links = ["created_at", "purpose"]
    list_filter = ["state", "purpose", "currency", "created_at"]
    search_fields = [
        "reference",
        "email",
        "public_id",
        "session_id",
        "intent_id",
        "charge_id",
        "balance_transaction_id",
        "refunds__refund_id",
    ]
    ordering = ["-created_at", "-pk"]
    show_full_result_count = False
    inlines = [RefundInline, DisputeInline]
    actions = ["ask_provider"]
    fieldsets = [
        (None, {"fields": ["purpose", "paid_for", "state", "failure_code", "events_link"]}),
        (
            _("Money"),
            {
                "fields": [
                    "shown_amount",
                    "shown_refunded",
                    "shown_fee",
                    "shown_net",
                    "exchange_rate",
                ]
            },
        ),
        (_("Person"), {"fields": ["email", "language"]}),
        (
            _("At the provider"),
            {"fields": ["session_id", "intent_id", "charge_id", "balance_transaction_id"]},
        ),
        (
            _("Times"),
            {
                "fields": [
                    "created_at",
                    "session_expires_at",
                    "succeeded_at",
                    "settled_at",
                    "checked_at",
                    "next_check_at",
                ]
            },
        ),
    ]
    readonly_fields = [
        "paid_for",
        "shown_amount",
        "shown_refunded",
        "shown_fee",
        "shown_net",
        "events_link",
    ]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """Use the list that asks once."""
        return PaymentList

    @admin.display(description=_("paid for"), ordering="reference")
    def paid_for(self, payment: Payment) -> str:
        """Link what was paid for, where its app says where it is."""
        url = getattr(payment, "paid_for_url", None)
        if url is None:
            url = _paid_for([payment]).get(payment.pk, "")
        if not url:
            return payment.reference
        return format_html('<a href="{}">{}</a>', url, payment.reference)

    @admin.display(description=_("amount"), ordering="amount")
    def shown_amount(self, payment: Payment) -> str:
        """Write the amount."""
        return shown(payment.money)

    @admin.display(description=_("refunded"), ordering="refunded_amount")
    def shown_refunded(self, payment: Payment) -> str:
        """Write what went back."""
        return minor(payment.refunded_amount or None, payment.currency)

    @admin.display(description=_("fee"), ordering="fee_amount")
    def shown_fee(self, payment: Payment) -> str:
        """Write the provider's fee."""
        return shown(payment.fee)

    @admin.display(description=_("net"))
    def shown_net(self, payment: Payment) -> str:
        """Write what the provider settled less its fee."""
        return shown(payment.net)

    @admin.display(description=_("events"))
    def events_link(self, payment: Payment) -> str:
        """Link the provider's events about this payment."""
        url = reverse("admin:payments_webhookevent_changelist")
        return format_html(
            '<a href="{}?payment__id__exact={}">{}</a>', url, payment.pk, payment.events.count()
        )

    @admin.action(description=_("Ask the provider now"), permissions=["act"])
    def ask_provider(self, request: HttpRequest, rows: QuerySet[Payment]) -> None:
        """Fetch and book what the provider says of the chosen payments."""
        chosen = list(rows.order_by("pk")[: ASK_AT_ONCE + 1])
        if len(chosen) > ASK_AT_ONCE:
            self.message_user(
                request, _("Choose at most ten payments at once."), level=messages.ERROR
            )
            return
        now = timezone.now()
        answers = [dispatch.check(payment_id=payment.pk, now=now) for payment in chosen]
        booked = sum(answers)
        self.message_user(
            request,
            ngettext("%(n)d payment is up to date.", "%(n)d payments are up to date.", booked)
            % {"n": booked},
        )
        if booked < len(answers):
            self.message_user(
                request,
                _("Some could not be brought up to date; see events and differences."),
                level=messages.WARNING,
            )


@admin.register(Refund)
class RefundAdmin(ReadOnlyAdmin):
    """Refunds, ours and those made at the provider."""

    list_display = ["created_at", "payment_link", "state", "shown_amount", "is_external", "reason"]
    list_filter = ["state", "is_external", "created_at"]
    search_fields = ["payment__reference", "payment__email", "refund_id", "request_key", "reason"]
    list_select_related = ["payment"]
    ordering = ["-created_at", "-pk"]
    exclude = ["payment", "amount", "currency"]
    readonly_fields = ["payment_link", "shown_amount"]

    @admin.display(description=_("amount"), ordering="amount")
    def shown_amount(self, refund: Refund) -> str:
        """Write the amount."""
        return shown(refund.money)


@admin.register(Dispute)
class DisputeAdmin(ReadOnlyAdmin):
    """Payments that their payers contest. They are answered at the provider."""

    list_display = ["opened_at", "payment_link", "state", "shown_amount", "evidence_due_at"]
    list_filter = ["state", "opened_at"]
    search_fields = ["payment__reference", "payment__email", "dispute_id", "reason"]
    list_select_related = ["payment"]
    ordering = ["-opened_at", "-pk"]
    exclude = ["payment", "amount", "currency"]
    readonly_fields = ["payment_link", "shown_amount"]

    @admin.display(description=_("amount"), ordering="amount")
    def shown_amount(self, dispute: Dispute) -> str:
        """Write the amount."""
        return shown(dispute.money)
