"""Payments, refunds and disputes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, ClassVar

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from weintl.payments import syncing
from weintl.payments.handlers import handler_for
from weintl.payments.models import Dispute, Payment, Refund, Subscription
from weintl.rows import ReadOnly, ReadOnlyAdmin, link, link_to, link_to_list, minor, shown, table

# Asking the provider waits for its answers, one after the other.
ASK_AT_ONCE = 10
PARTS = ("amount", "fee", "net")
PURPOSES = {"order": _("Orders"), "gift": _("Gifts")}


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


class PurposeFilter(admin.SimpleListFilter):
    """Payments by what they are for."""

    title = _("purpose")
    parameter_name = "purpose"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer the purposes that the settings name."""
        return [(purpose, PURPOSES.get(purpose, purpose)) for purpose in settings.PAYMENT_HANDLERS]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Payment]) -> QuerySet[Payment]:
        """Keep the chosen one's."""
        return queryset.filter(purpose=self.value()) if self.value() else queryset


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin):
    """Payments, with what each paid for and what came of it."""

    list_display = [
        "__str__",
        "state",
        "shown_amount",
        "shown_refunded",
        "shown_fee",
        "created_at",
        "email",
        "paid_for",
    ]
    list_filter = ["state", PurposeFilter, "currency", "created_at"]
    date_hierarchy = "created_at"
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
    search_help_text = _("Number, e-mail, or an id of the provider")
    ordering = ["-created_at", "-pk"]
    inlines = [RefundInline, DisputeInline]
    actions = ["ask_provider"]
    fieldsets = [
        (None, {"fields": ["state", "failure_code"]}),
        (_("Follow it"), {"fields": ["paid_for", "events_link", "entries_link"]}),
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
        "entries_link",
    ]
    needs: ClassVar = {
        "events_link": "payments.view_webhookevent",
        "entries_link": "partners.view_entry",
    }

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
            return str(payment)
        return link(url, str(payment))

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
        count = payment.events.count()
        words = ngettext("%(n)d event", "%(n)d events", count) % {"n": count}
        return link_to_list("payments_webhookevent", words, payment__id__exact=payment.pk)

    @admin.display(description=_("ledger entries"))
    def entries_link(self, payment: Payment) -> str:
        """Link what the ledger booked for the payment itself."""
        return link_to_list("partners_entry", _("Show"), q=f"payment/{payment.public_id}")

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
        answers = [syncing.check(payment_id=payment.pk, now=now) for payment in chosen]
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


class StandingFilter(admin.SimpleListFilter):
    """Refunds that wait for somebody: the money is still here."""

    title = _("money still here")
    parameter_name = "back"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer those that the bank sent back, and those that the provider refused."""
        return [
            ("open", _("came back, nothing given since")),
            ("refused", _("refused, nothing given since")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Keep those that wait, if asked."""
        if self.value() == "refused":
            return queryset.turned_down()
        return queryset.came_back() if self.value() == "open" else queryset


@admin.register(Refund)
class RefundAdmin(ReadOnlyAdmin):
    """Refunds, ours and those made at the provider."""

    list_display = ["created_at", "payment_link", "state", "shown_amount", "is_external", "reason"]
    list_filter = ["state", StandingFilter, "is_external", "created_at"]
    date_hierarchy = "created_at"
    search_fields = ["payment__reference", "payment__email", "refund_id", "request_key", "reason"]
    search_help_text = _("Number, e-mail, reason, or an id of the provider")
    list_select_related = ["payment"]
    ordering = ["-created_at", "-pk"]
    fieldsets = [
        (None, {"fields": ["state", "shown_amount", "reason", "requested_by", "is_external"]}),
        (_("Follow it"), {"fields": ["payment_link", "entries_link"]}),
        (
            _("At the provider"),
            {
                "fields": [
                    "refund_id",
                    "balance_transaction_id",
                    "failure_reason",
                    "failure_balance_transaction_id",
                ]
            },
        ),
        (
            _("Times"),
            {
                "fields": [
                    "created_at",
                    "refunded_at",
                    "settled_at",
                    "failed_at",
                    "attempts",
                    "next_attempt_at",
                ]
            },
        ),
    ]
    readonly_fields = ["payment_link", "shown_amount", "entries_link"]
    needs: ClassVar = {"entries_link": "partners.view_entry"}

    @admin.display(description=_("ledger entries"))
    def entries_link(self, refund: Refund) -> str:
        """Link what the ledger booked for it."""
        return link_to_list("partners_entry", _("Show"), q=f"refund/{refund.pk}/")

    @admin.display(description=_("amount"), ordering="amount")
    def shown_amount(self, refund: Refund) -> str:
        """Write the amount."""
        return shown(refund.money)


@admin.register(Subscription)
class SubscriptionAdmin(ReadOnlyAdmin):
    """Payments that come again, as the provider keeps them; changed where they are for."""

    list_display = ["created_at", "purpose", "state", "shown_amount", "interval", "period_end"]
    list_filter = ["state", "interval"]
    search_fields = ["subscription_id", "customer_id", "reference"]
    search_help_text = _("An id of the provider, or ours")
    ordering = ["-created_at", "-pk"]
    fields = ["purpose", "reference", "state", "shown_amount", "interval", "period_end"]
    fields += ["skips_until", "decline_code", "end_reason", "created_at", "begun_at", "ended_at"]
    fields += ["subscription_id", "customer_id", "next_check_at", "payment_lines"]
    readonly_fields = ["shown_amount", "payment_lines"]

    @admin.display(description=_("each time"), ordering="amount")
    def shown_amount(self, row: Subscription) -> str:
        """Write what comes each time."""
        return shown(row.money)

    @admin.display(description=_("payments"))
    def payment_lines(self, row: Subscription) -> str | SafeString:
        """Link the newest payments of it."""
        found = row.payments.order_by("-created_at", "-pk")[:24]
        return table(
            [_("payment"), _("state"), _("amount")],
            ((link_to(one), one.get_state_display(), shown(one.money)) for one in found),
        )
