"""Payments that their payers contest: what is to be answered, and until when."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from weintl.payments.models import Dispute
from weintl.rows import ReadOnlyAdmin, link_to_list, minor, shown, table

PARTS = ("amount", "fee", "net")


class StandingFilter(admin.SimpleListFilter):
    """Disputes that wait for somebody."""

    title = _("what is to be done")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer those that wait for us, and all that are not decided."""
        return [("answer", _("to answer, the most urgent first")), ("open", _("not decided"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Keep the chosen ones."""
        kept = {"answer": queryset.to_answer, "open": queryset.open_now}.get(self.value() or "")
        return kept() if kept else queryset


@admin.register(Dispute)
class DisputeAdmin(ReadOnlyAdmin):
    """Payments that their payers contest. They are answered at the provider."""

    list_display = ["opened_at", "payment_link", "state", "shown_amount", "evidence_due_at"]
    list_filter = [StandingFilter, "state", "opened_at"]
    date_hierarchy = "opened_at"
    search_fields = ["payment__reference", "payment__email", "dispute_id", "reason"]
    search_help_text = _("Number, e-mail, reason, or an id of the provider")
    list_select_related = ["payment"]
    ordering = ["-opened_at", "-pk"]
    fieldsets = [
        (None, {"fields": ["state", "shown_amount", "reason", "evidence_due_at"]}),
        (_("Follow it"), {"fields": ["payment_link", "entries_link"]}),
        (_("At the provider"), {"fields": ["dispute_id", "booked"]}),
        (_("Times"), {"fields": ["opened_at", "closed_at"]}),
    ]
    readonly_fields = ["payment_link", "shown_amount", "entries_link", "booked"]
    needs: ClassVar = {"entries_link": "partners.view_entry"}

    def get_ordering(self, request: HttpRequest) -> Any:
        """Put what is due first first, where the list shows what waits for an answer."""
        if request.GET.get(StandingFilter.parameter_name) == "answer":
            return ["evidence_due_at", "pk"]
        return ["-opened_at", "-pk"]

    @admin.display(description=_("ledger entries"))
    def entries_link(self, dispute: Dispute) -> str:
        """Link what the ledger booked for it."""
        return link_to_list("partners_entry", _("Show"), q=f"dispute/{dispute.dispute_id}/")

    @admin.display(description=_("balance transactions"))
    def booked(self, dispute: Dispute) -> str:
        """Write what the provider took and gave back, with its fee."""
        return table(
            [_("balance transaction"), _("amount"), _("fee"), _("net")],
            (
                (row["id"], *(minor(row[part], row["currency"]) for part in PARTS))
                for row in dispute.balance_transactions
            ),
        )

    @admin.display(description=_("amount"), ordering="amount")
    def shown_amount(self, dispute: Dispute) -> str:
        """Write the amount."""
        return shown(dispute.money)
