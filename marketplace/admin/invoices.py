"""Invoices and credit notes in the admin: read, fetched on paper, exported as a sheet."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from partners.sheets import sheet
from weintl import pdf
from weintl.money import exponent
from weintl.papers.keeping import Erased
from weintl.rows import ReadOnlyAdmin, link, link_to, minor, shown, table

from .. import invoice_papers
from ..models import Invoice, Order

# Names for machines: never translated, never renamed.
HEAD = (
    "number", "kind", "issued", "order", "corrects", "country", "currency",
    "net", "tax", "gift", "total", "sha256",
)  # fmt: skip


def paper_links(invoice: Invoice) -> SafeString:
    """Lead to the paper in each language."""
    return format_html_join(
        " · ",
        "{}",
        (
            (
                link(
                    reverse("admin:marketplace_invoice_paper", args=[invoice.pk, code]),
                    f"PDF, {name}",
                ),
            )
            for code, name in settings.LANGUAGES
        ),
    )


def invoice_table(order: Order) -> str | SafeString:
    """Return what was issued for an order, with its papers."""
    rows = order.invoices.order_by("issued_at", "pk")
    head = [_("number"), _("kind"), _("total"), _("on paper")]
    return table(
        head,
        (
            (link_to(row), row.get_kind_display(), shown(row.total), paper_links(row))
            for row in rows
        ),
    )


@admin.register(Invoice)
class InvoiceAdmin(ReadOnlyAdmin):
    """What was issued, and what it corrects; nobody changes any of it."""

    list_display = ["number", "kind", "shown_total", "order_link", "corrects_link", "issued_at"]
    list_filter = ["kind", "year", "issued_at"]
    list_select_related = ["order", "corrects"]
    search_fields = ["number", "order__number", "order__name", "order__email"]
    search_help_text = _("Number of the paper or the order, the buyer's name or e-mail")
    date_hierarchy = "issued_at"
    ordering = ["-issued_at", "-pk"]
    actions = ["export"]
    fields = [
        "number", "kind", "order_link", "corrects_link", "correction_links", "issued_at",
        "shown_total", "papers", "tax_lines", "sha256",
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Invoice]:
        """Leave the contents where they are while only a list is shown."""
        found = super().get_queryset(request)
        name = request.resolver_match and str(request.resolver_match.url_name)
        return found.defer("contents") if name and name.endswith("changelist") else found

    @admin.display(description=_("order"), ordering="order__number")
    def order_link(self, invoice: Invoice) -> str:
        """Lead to the order."""
        return link_to(invoice.order)

    @admin.display(description=_("corrects"))
    def corrects_link(self, invoice: Invoice) -> str:
        """Lead to what it corrects."""
        return link_to(invoice.corrects)

    @admin.display(description=_("corrected by"))
    def correction_links(self, invoice: Invoice) -> str | SafeString:
        """Lead to what corrects it."""
        rows = invoice.corrections.order_by("pk")
        return format_html_join(", ", "{}", ((link_to(row),) for row in rows)) or "–"

    @admin.display(description=_("total"), ordering="total_amount")
    def shown_total(self, invoice: Invoice) -> str:
        """Write the total."""
        return shown(invoice.total)

    @admin.display(description=_("on paper"))
    def papers(self, invoice: Invoice) -> SafeString:
        """Lead to the paper in each language."""
        return paper_links(invoice)

    @admin.display(description=_("tax"))
    def tax_lines(self, invoice: Invoice) -> str | SafeString:
        """Write the tax by rate."""
        said, language = invoice.contents, "en"
        rows = (
            (
                f"{tax['name'][language]}, {invoice_papers.rate(tax, language)}",
                minor(tax["amount"], invoice.currency),
            )
            for tax in said["taxes"]
        )
        return table([_("tax"), _("amount")], rows)

    def get_urls(self) -> list[URLPattern]:
        """Add the papers."""
        view = self.admin_site.admin_view(self.paper)
        found = path("<int:pk>/paper/<slug:language>/", view, name="marketplace_invoice_paper")
        return [found, *super().get_urls()]

    def paper(self, request: HttpRequest, pk: int, language: str) -> HttpResponse:
        """Hand out the paper."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if language not in dict(settings.LANGUAGES):
            raise Http404
        invoice = get_object_or_404(Invoice, pk=pk)
        try:
            content = invoice_papers.as_pdf(invoice, language=language)
        except Erased as error:
            raise Http404(str(_("The buyer was erased, and this paper too."))) from error
        return pdf.answer(content, name=f"{invoice.number}-{language}")

    @admin.action(description=_("Export as CSV"), permissions=["view"])
    def export(self, request: HttpRequest, queryset: QuerySet[Invoice]) -> HttpResponse:
        """Return the chosen ones as a sheet, oldest first; it names no buyer."""
        # Across all pages there may be very many: only what the sheet needs is read.
        rows = queryset.select_related("order", "corrects").order_by("issued_at", "pk")
        content = sheet(HEAD, (_cells(row) for row in rows.iterator(chunk_size=1000)))
        answer = HttpResponse(content, content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{_file_name(timezone.now())}"'
        return answer


def _file_name(now: datetime) -> str:
    return f"invoices-{localtime(now).date().isoformat()}.csv"


def _cells(invoice: Invoice) -> tuple[Any, ...]:
    """Return an invoice's cells; what corrects one in the other direction is below zero."""
    sign = -1 if invoice.kind == Invoice.Kind.CREDIT_NOTE else 1
    places = -exponent(invoice.currency)
    tax = invoice_papers.tax_of(invoice.contents)
    gift = (invoice.contents["gift"] or {}).get("amount", 0)
    amounts = (invoice.total_amount - gift - tax, tax, gift, invoice.total_amount)
    return (
        invoice.number,
        invoice.kind,
        localtime(invoice.issued_at).date().isoformat(),
        invoice.order.number,
        invoice.corrects.number if invoice.corrects else "",
        str(invoice.order.country),
        invoice.currency.upper(),
        *(Decimal(sign * amount).scaleb(places) for amount in amounts),
        invoice.sha256,
    )
