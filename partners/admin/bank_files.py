"""Files for the bank in the admin: what is in one, and fetching it again."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from partners import exports
from partners.models import BankFile
from weintl import encryption
from weintl.accounts.freshness import fresh_sign_in
from weintl.rows import ReadOnlyAdmin, link_to, minor, table

from .payout_acts import NO_KEY


@admin.register(BankFile)
class BankFileAdmin(ReadOnlyAdmin):
    """Files for the bank, to be fetched again."""

    change_form_template = "partners/admin/bank_file.html"
    list_display = ["number", "currency", "created_at", "created_by"]
    list_select_related = ["created_by"]
    search_fields = ["number", "rows__payout__number"]
    date_hierarchy = "created_at"
    ordering = ["-created_at", "-pk"]
    fields = ["number", "currency", "created_at", "created_by", "sha256", "payout_table"]

    @admin.display(description=_("payouts"))
    def payout_table(self, kept: BankFile) -> str:
        """Lead to each payout in it."""
        rows = kept.rows.select_related("payout").order_by("position")
        return table(
            [_("payout"), _("amount")],
            ((link_to(row.payout), minor(row.payout.amount, row.payout.currency)) for row in rows),
        )

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Offer the file to those who may act."""
        may = {"may_act": self.has_act_permission(request)}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **may})

    def get_urls(self) -> list[URLPattern]:
        """Add the file itself."""
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/file/", view(self.fetch), name="partners_bankfile_file"),
            *super().get_urls(),
        ]

    @fresh_sign_in
    def fetch(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Hand out the file, made again and compared; who fetched it is logged."""
        if not self.has_act_permission(request):
            raise PermissionDenied
        kept = get_object_or_404(BankFile, pk=pk)
        try:
            content = exports.remake(kept)
        except (encryption.NoKey, encryption.Unreadable):
            self.message_user(request, NO_KEY, messages.ERROR)
            return HttpResponseRedirect(reverse("admin:partners_bankfile_change", args=[pk]))
        self.log_change(request, kept, str(_("fetched")))
        answer = HttpResponse(content, content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="bank-{kept.number}.csv"'
        answer["Cache-Control"] = "no-store"
        return answer
