"""The provider's payouts to our bank, with all that each is made of."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from weintl.payments.models import ProviderPayout, ProviderPayoutItem
from weintl.rows import ReadOnlyAdmin, link_to, link_to_list, minor, shown


@admin.register(ProviderPayout)
class ProviderPayoutAdmin(ReadOnlyAdmin):
    """What left the provider for our bank."""

    list_display = [
        "created_at", "shown_amount", "state", "arrives_on", "is_equal", "items_link",
    ]  # fmt: skip
    list_filter = ["state", "is_equal", "currency", "created_at"]
    date_hierarchy = "created_at"
    search_fields = ["payout_id", "items__transaction_id", "items__payment__reference"]
    search_help_text = _("An id of the provider, or the number of an order or gift in it")
    ordering = ["-created_at", "-pk"]
    fieldsets = [
        (None, {"fields": ["state", "shown_amount", "arrives_on", "failure_code"]}),
        (
            _("Compared with our books"),
            {"fields": ["is_equal", "itemised_at", "items_link", "differences_link"]},
        ),
        (_("Follow it"), {"fields": ["entries_link"]}),
        (
            _("At the provider"),
            {
                "fields": [
                    "payout_id",
                    "is_automatic",
                    "reconciliation_status",
                    "balance_transaction_id",
                    "failure_balance_transaction_id",
                ]
            },
        ),
        (_("Times"), {"fields": ["created_at", "settled_at", "failed_at", "next_check_at"]}),
    ]
    readonly_fields = ["shown_amount", "items_link", "differences_link", "entries_link"]
    needs: ClassVar = {"entries_link": "partners.view_entry"}

    @admin.display(description=_("amount"), ordering="amount")
    def shown_amount(self, row: ProviderPayout) -> str:
        """Write the amount."""
        return shown(row.money)

    @admin.display(description=_("what is in it"))
    def items_link(self, row: ProviderPayout) -> str:
        """Lead to its items."""
        words = _("Show")
        return link_to_list("payments_providerpayoutitem", words, provider_payout__id__exact=row.pk)

    @admin.display(description=_("differences"))
    def differences_link(self, row: ProviderPayout) -> str:
        """Lead to what differs."""
        words = _("Show")
        return link_to_list("payments_difference", words, provider_payout__id__exact=row.pk)

    @admin.display(description=_("ledger entries"))
    def entries_link(self, row: ProviderPayout) -> str:
        """Link what the ledger booked for it."""
        return link_to_list("partners_entry", _("Show"), q=f"to_bank/{row.payout_id}/")


@admin.register(ProviderPayoutItem)
class ProviderPayoutItemAdmin(ReadOnlyAdmin):
    """What payouts are made of."""

    list_display = [
        "occurred_at", "category", "payment_link", "shown_amount", "shown_fee", "shown_net",
        "payout_link",
    ]  # fmt: skip
    list_filter = ["category", "currency", "occurred_at"]
    list_select_related = ["payment", "provider_payout"]
    search_fields = ["transaction_id", "source_id", "payment__reference"]
    search_help_text = _("Number, or an id of the provider")
    ordering = ["-occurred_at", "-pk"]
    date_hierarchy = "occurred_at"
    fields = [
        "category", "payment_link", "payout_link", "shown_amount", "shown_fee", "shown_net",
        "occurred_at", "transaction_id", "source_id",
    ]  # fmt: skip
    readonly_fields = ["payment_link", "payout_link", "shown_amount", "shown_fee", "shown_net"]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Allow the list of one payout."""
        return lookup == "provider_payout__id__exact" or super().lookup_allowed(
            lookup, value, request
        )

    @admin.display(description=_("payout to our bank"))
    def payout_link(self, row: ProviderPayoutItem) -> str:
        """Lead to the payout."""
        return link_to(row.provider_payout)

    @admin.display(description=_("amount"), ordering="amount")
    def shown_amount(self, row: ProviderPayoutItem) -> str:
        """Write the amount."""
        return minor(row.amount, row.currency)

    @admin.display(description=_("fee"), ordering="fee_amount")
    def shown_fee(self, row: ProviderPayoutItem) -> str:
        """Write the fee."""
        return minor(row.fee_amount, row.currency)

    @admin.display(description=_("net"), ordering="net_amount")
    def shown_net(self, row: ProviderPayoutItem) -> str:
        """Write what is left of it."""
        return minor(row.net_amount, row.currency)
