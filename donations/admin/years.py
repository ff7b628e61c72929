"""Yearly statements in the admin: read, and printed."""

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from weintl import pdf
from weintl.money import Money
from weintl.papers.keeping import Erased
from weintl.rows import ReadOnlyAdmin, link, link_to, shown

from .. import year_papers
from ..models import YearStatement
from .filters import YearFilter


@admin.register(YearStatement)
class YearStatementAdmin(ReadOnlyAdmin):
    """What donors were given for a year that is over."""

    list_display = ["number", "donor_link", "year", "totals", "issued_at", "validity", "papers"]
    list_filter = [YearFilter]
    search_fields = ["number", "donor__email", "donor__name"]
    search_help_text = _("Number, e-mail or name")
    list_select_related = ["donor"]
    ordering = ["-issued_at", "-pk"]
    fieldsets = [
        (None, {"fields": ["number", "donor_link", "year", "totals", "validity", "papers"]}),
        (_("Follow it"), {"fields": ["receipt_numbers", "wording", "sha256", "issued_at"]}),
    ]

    @admin.display(description=_("donor"))
    def donor_link(self, statement: YearStatement) -> str | SafeString:
        """Lead to the donor."""
        return link_to(statement.donor)

    @admin.display(description=_("gift"))
    def totals(self, statement: YearStatement) -> str:
        """Write what counts, a currency each."""
        rows = statement.contents["totals"]
        return " · ".join(shown(Money(row["eligible"], row["currency"])) for row in rows)

    @admin.display(description=_("validity"))
    def validity(self, statement: YearStatement) -> str:
        """Say whether it holds."""
        if statement.replaced_at is None:
            return str(pgettext_lazy("paper", "holds"))
        return str(_("until %(day)s") % {"day": localdate(statement.replaced_at).isoformat()})

    @admin.display(description=_("receipts"))
    def receipt_numbers(self, statement: YearStatement) -> str:
        """Write which receipts it lists."""
        return ", ".join(row["receipt"] for row in statement.contents["rows"])

    @admin.display(description=_("on paper"))
    def papers(self, statement: YearStatement) -> SafeString:
        """Lead to it in each language."""
        name = "admin:donations_yearstatement_paper"
        return format_html_join(
            " · ",
            "{}",
            (
                (link(reverse(name, args=[statement.pk, code]), code.upper()),)
                for code, _name in settings.LANGUAGES
            ),
        )

    def get_urls(self) -> list[URLPattern]:
        """Add the papers."""
        view = self.admin_site.admin_view(self.paper)
        found = path("<int:pk>/paper/<slug:language>/", view, name="donations_yearstatement_paper")
        return [found, *super().get_urls()]

    def paper(self, request: HttpRequest, pk: int, language: str) -> HttpResponse:
        """Hand it out."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if language not in dict(settings.LANGUAGES):
            raise Http404
        statement = get_object_or_404(YearStatement, pk=pk)
        try:
            content = year_papers.as_pdf(statement, language=language)
        except Erased as error:
            raise Http404(str(_("The donor was erased, and this paper too."))) from error
        return pdf.answer(content, name=year_papers.file_name(statement.year, language))
