"""Receipts in the admin: read, fetched on paper, exported as a sheet."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from partners.admin.ledger import Bounded
from weintl import pdf
from weintl.filters import LanguageFilter
from weintl.papers.keeping import Erased
from weintl.rows import ReadOnlyAdmin, link, link_to, shown

from .. import receipt_papers
from ..models import Receipt
from ..spreadsheets import ReceiptSheet
from .exporting import Exported
from .filters import ForeignFilter, YearFilter


class HoldsFilter(admin.SimpleListFilter):
    """Receipts that hold, or that are void."""

    title = _("validity")
    parameter_name = "valid"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the two."""
        return [("yes", pgettext_lazy("paper", "holds")), ("no", _("void"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Receipt]) -> QuerySet[Receipt]:
        """Keep the chosen ones."""
        if self.value() is None:
            return queryset
        return queryset.filter(voiding__isnull=self.value() == "yes")


@admin.register(Receipt)
class ReceiptAdmin(Exported, ReadOnlyAdmin):
    """What donors have on paper."""

    resource_class = ReceiptSheet
    list_display = ["number", "gift_link", "shown_eligible", "received_on", "validity", "papers"]
    list_filter = [HoldsFilter, YearFilter, LanguageFilter, ForeignFilter]
    search_fields = ["number", "gift__donor__email", "gift__donor__name", "gift__donor_name"]
    search_help_text = _("Number, e-mail or name")
    list_select_related = ["gift", "voiding"]
    ordering = ["-issued_at", "-pk"]
    paginator = Bounded
    show_full_result_count = False
    actions = ["export"]
    fieldsets = [
        (None, {"fields": ["number", "validity", "gift_link", "papers"]}),
        (_("Money"), {"fields": ["shown_total", "shown_advantage", "shown_eligible"]}),
        (_("Follow it"), {"fields": ["replaces_link", "replaced_by", "wording", "sha256"]}),
        (_("Times"), {"fields": ["received_on", "issued_at", "language"]}),
    ]

    @admin.display(description=_("gift"))
    def gift_link(self, receipt: Receipt) -> str | SafeString:
        """Lead to the gift."""
        return link_to(receipt.gift)

    @admin.display(description=_("validity"))
    def validity(self, receipt: Receipt) -> str:
        """Say whether it holds, and why not."""
        if not receipt.is_void:
            return str(pgettext_lazy("paper", "holds"))
        day = localdate(receipt.voiding.voided_at).isoformat()
        words = {"day": day, "reason": receipt.voiding.get_reason_display()}
        return str(_("void since %(day)s: %(reason)s") % words)

    @admin.display(description=_("received"))
    def shown_total(self, receipt: Receipt) -> str:
        """Write what was kept of the gift."""
        return shown(receipt.total)

    @admin.display(description=_("given in return"))
    def shown_advantage(self, receipt: Receipt) -> str:
        """Write what that was worth."""
        return shown(receipt.advantage)

    @admin.display(description=_("amount"), ordering="eligible_amount")
    def shown_eligible(self, receipt: Receipt) -> str:
        """Write what counts as given."""
        return shown(receipt.eligible)

    @admin.display(description=_("replaces"))
    def replaces_link(self, receipt: Receipt) -> str | SafeString:
        """Lead to the one before."""
        return link_to(receipt.replaces)

    @admin.display(description=_("replaced by"))
    def replaced_by(self, receipt: Receipt) -> str | SafeString:
        """Lead to the one after."""
        return link_to(Receipt.objects.filter(replaces=receipt).first())

    @admin.display(description=_("on paper"))
    def papers(self, receipt: Receipt) -> SafeString:
        """Lead to a copy in each language."""
        name = "admin:donations_receipt_paper"
        return format_html_join(
            " · ",
            "{}",
            (
                (link(reverse(name, args=[receipt.pk, code]), code.upper()),)
                for code, _name in settings.LANGUAGES
            ),
        )

    def get_urls(self) -> list[URLPattern]:
        """Add the papers."""
        view = self.admin_site.admin_view(self.paper)
        found = path("<int:pk>/paper/<slug:language>/", view, name="donations_receipt_paper")
        return [found, *super().get_urls()]

    def paper(self, request: HttpRequest, pk: int, language: str) -> HttpResponse:
        """Hand out a copy."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if language not in dict(settings.LANGUAGES):
            raise Http404
        receipt = get_object_or_404(Receipt.objects.select_related("voiding"), pk=pk)
        try:
            content = receipt_papers.as_pdf(receipt, language=language)
        except Erased as error:
            raise Http404(str(_("The donor was erased, and this paper too."))) from error
        return pdf.answer(content, name=f"{receipt.number}-{language}")

    @admin.action(description=_("Export as CSV"), permissions=["view"])
    def export(self, request: HttpRequest, queryset: QuerySet[Receipt]) -> HttpResponseBase:
        """Return the chosen ones as a sheet, oldest first; it names no donor."""
        return self.as_sheet(queryset)
