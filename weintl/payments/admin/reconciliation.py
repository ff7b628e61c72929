"""Comparisons with the provider and the differences that they found."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from weintl.accounts.freshness import fresh_sign_in
from weintl.payments import differences
from weintl.payments.forms import ResolveForm
from weintl.payments.models import Difference, Reconciliation
from weintl.rows import ReadOnlyAdmin, link_to, link_to_list, minor

ADVICE = {
    Difference.Kind.UNKNOWN_TO_US: _(
        "Money moved at the provider that no payment of ours explains: a charge made by hand in "
        "its dashboard, or a fee of its own. Find out what it was, have it booked if it is ours, "
        "and close this with the reason."
    ),
    Difference.Kind.UNKNOWN_TO_PROVIDER: _(
        "We booked what the provider does not list. Tell whoever runs the system at once; do not "
        "close this before it is understood."
    ),
    Difference.Kind.AMOUNT: _(
        "Both sides know it, with other amounts. Look at it in the provider's dashboard. If its "
        "amount is right, have ours corrected by an entry, and close this with the reason."
    ),
    Difference.Kind.BALANCE: _(
        "The sums differ though each item may agree. Look first at the other differences: once "
        "those are settled this one usually closes by itself at the next comparison."
    ),
}


@admin.register(Reconciliation)
class ReconciliationAdmin(ReadOnlyAdmin):
    """Comparisons with the provider."""

    list_display = [
        "cut_off_at",
        "currency",
        "is_equal",
        "transactions",
        "taken_in",
        "shown_provider",
        "shown_ledger",
    ]
    list_filter = ["is_equal", "currency", "cut_off_at"]
    search_fields = ["currency"]
    ordering = ["-run_at", "-pk"]
    date_hierarchy = "cut_off_at"
    fields = [
        "is_equal", "currency", "from_at", "cut_off_at", "run_at", "transactions", "taken_in",
        "shown_provider", "shown_flight", "shown_ledger", "differences_link",
    ]  # fmt: skip
    readonly_fields = ["shown_provider", "shown_flight", "shown_ledger", "differences_link"]

    @admin.display(description=_("booked by us, not yet by the provider"))
    def shown_flight(self, row: Reconciliation) -> str:
        """Write what the provider will book later."""
        return minor(row.in_flight, row.currency)

    @admin.display(description=_("differences"))
    def differences_link(self, row: Reconciliation) -> str:
        """Lead to what it found."""
        words = _("Show")
        return link_to_list("payments_difference", words, reconciliation__id__exact=row.pk)

    @admin.display(description=_("at the provider"))
    def shown_provider(self, row: Reconciliation) -> str:
        """Write the provider's balance with what is in flight."""
        return minor(row.provider_balance + row.in_flight, row.currency)

    @admin.display(description=_("in the ledger"))
    def shown_ledger(self, row: Reconciliation) -> str:
        """Write the ledger's balance."""
        return minor(row.ledger_balance, row.currency)


@admin.register(Difference)
class DifferenceAdmin(ReadOnlyAdmin):
    """What we and the provider do not agree on, until a person closes it with a reason."""

    list_display = [
        "found_at",
        "kind",
        "object_id",
        "shown_ours",
        "shown_theirs",
        "payment_link",
        "resolved_at",
    ]
    list_filter = [("resolved_at", admin.EmptyFieldListFilter), "kind", "currency", "found_at"]
    search_fields = ["object_id", "detail", "resolution", "payment__reference"]
    list_select_related = ["payment", "provider_payout"]
    ordering = ["-found_at", "-pk"]
    date_hierarchy = "found_at"
    fields = [
        "kind", "what_to_do", "object_id", "shown_ours", "shown_theirs", "detail",
        "payment_link", "payout_link", "reconciliation_link", "occurred_at", "found_at",
        "resolve_link", "resolved_at", "resolved_by", "resolution",
    ]  # fmt: skip
    readonly_fields = [
        "what_to_do",
        "payment_link",
        "payout_link",
        "reconciliation_link",
        "shown_ours",
        "shown_theirs",
        "resolve_link",
    ]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Allow the list of one payout's."""
        allowed = {"provider_payout__id__exact", "reconciliation__id__exact"}
        return lookup in allowed or super().lookup_allowed(lookup, value, request)

    @admin.display(description=_("what to do"))
    def what_to_do(self, row: Difference) -> str:
        """Say what such a difference usually is, and what is to be done."""
        return str(ADVICE[Difference.Kind(row.kind)])

    @admin.display(description=_("payout to our bank"))
    def payout_link(self, row: Difference) -> str:
        """Lead to the payout in which it was found."""
        return link_to(row.provider_payout)

    @admin.display(description=_("ours"))
    def shown_ours(self, row: Difference) -> str:
        """Write our amount."""
        return minor(row.ours, row.currency)

    @admin.display(description=_("theirs"))
    def shown_theirs(self, row: Difference) -> str:
        """Write the provider's amount."""
        return minor(row.theirs, row.currency)

    @admin.display(description=_("found by"))
    def reconciliation_link(self, row: Difference) -> str:
        """Link the comparison that found it."""
        return link_to(row.reconciliation)

    @admin.display(description=_("close it"))
    def resolve_link(self, row: Difference) -> str:
        """Link the page that closes it."""
        if row.resolved_at:
            return "–"
        url = reverse("admin:payments_difference_resolve", args=[row.pk])
        return format_html('<a href="{}">{}</a>', url, _("Close with a reason"))

    def get_urls(self) -> list[URLPattern]:
        """Add the page that closes a difference."""
        page = self.admin_site.admin_view(self.resolve)
        return [
            path("<int:pk>/resolve/", page, name="payments_difference_resolve"),
            *super().get_urls(),
        ]

    @fresh_sign_in
    def resolve(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask for a reason, then close the difference."""
        row = get_object_or_404(Difference, pk=pk)
        if not self.has_act_permission(request):
            return HttpResponse(status=403)
        form = ResolveForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            differences.resolve(
                difference_id=row.pk,
                reason=form.cleaned_data["reason"],
                actor=request.user,
                now=timezone.now(),
            )
            self.message_user(request, _("The difference is closed."))
            return HttpResponseRedirect(reverse("admin:payments_difference_changelist"))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Close a difference"),
            "opts": self.opts,
            "difference": row,
            "form": form,
            "ours": self.shown_ours(row),
            "theirs": self.shown_theirs(row),
        }
        return TemplateResponse(request, "payments/admin_resolve.html", context)
