"""Deliveries in the admin: written down, received once, corrected by a counter-delivery."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from marketplace import deliveries, stock
from marketplace.models import Delivery, DeliveryLine
from partners.sheets import sheet
from weintl.accounts.freshness import fresh_sign_in
from weintl.money import exponent
from weintl.rows import link_to, minor, table

CHANGE = "admin:marketplace_delivery_change"
HEAD = ("delivery", "programme", "delivered_on", "sku", "piece", "supply", "pieces", "cost_of_one")


class ReceivedFilter(admin.SimpleListFilter):
    """Deliveries by whether they are on the shelf."""

    title = _("state")
    parameter_name = "received"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer both."""
        return [("no", _("to receive")), ("yes", _("received"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Keep the chosen ones."""
        if self.value() not in ("no", "yes"):
            return queryset
        return queryset.filter(received_at__isnull=self.value() == "no")


class LineInline(admin.TabularInline):
    """The pieces of a delivery, as long as it is not received."""

    model = DeliveryLine
    extra = 1
    autocomplete_fields = ["variant"]

    readonly_fields = ["cost"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Ask for the cost of one, or write it as an amount."""
        last = "unit_cost_amount" if self._is_open(obj) else "cost"
        return ["variant", "quantity", "supply", last]

    @admin.display(description=_("cost of one"))
    def cost(self, line: DeliveryLine) -> str:
        """Write the amount."""
        return minor(line.unit_cost_amount, line.variant.currency)

    def get_queryset(self, request: HttpRequest) -> Any:
        """Fetch the variants at once."""
        return super().get_queryset(request).select_related("variant")

    def _is_open(self, obj: Delivery | None) -> bool:
        return obj is None or obj.received_at is None

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Before it is received; a correction has the lines of what it corrects."""
        is_correction = bool(obj and obj.corrects_id)
        return self._is_open(obj) and not is_correction and super().has_add_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Before it is received."""
        return self._is_open(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Before it is received, by those who may change it."""
        return self.has_change_permission(request, obj)


class CorrectForm(forms.Form):
    """Asks why."""

    reason = forms.CharField(label=_("Reason"), max_length=250)


@admin.register(Delivery)
class DeliveryAdmin(admin.ModelAdmin):
    """Goods in."""

    change_form_template = "marketplace/admin/delivery_change.html"
    list_display = ["__str__", "delivered_on", "pieces", "reference", "received_at", "received_by"]
    list_filter = [ReceivedFilter, "programme"]
    list_select_related = ["programme", "received_by"]
    search_fields = ["reference", "programme__code", "programme__name_en", "programme__name_es"]
    search_help_text = _("Reference, or programme")
    ordering = ["-delivered_on", "-pk"]
    date_hierarchy = "delivered_on"
    autocomplete_fields = ["programme"]
    inlines = [LineInline]

    def get_queryset(self, request: HttpRequest) -> Any:
        """Count the pieces at once."""
        return super().get_queryset(request).annotate(counted=Sum("lines__quantity"))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show what became of it once it is there."""
        asked = ["programme", "delivered_on", "reference"]
        told = ["corrected", "reason", "received_at", "received_by", "corrected_by"]
        return [*asked, *told] if obj else asked

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Fix the programme of a correction, and what is told."""
        told = ["corrected", "reason", "received_at", "received_by", "corrected_by"]
        return [*told, *(["programme"] if obj and obj.corrects_id else [])]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Before it is received."""
        return super().has_change_permission(request, obj) and not (obj and obj.received_at)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Before it is received, by those who may change it."""
        return obj is not None and self.has_change_permission(request, obj)

    @admin.display(description=_("pieces"))
    def pieces(self, delivery: Any) -> int:
        """Return how many came, below zero for a correction."""
        counted = delivery.counted or 0
        return -counted if delivery.corrects_id else counted

    @admin.display(description=_("corrects"))
    def corrected(self, delivery: Delivery) -> str:
        """Lead to what it corrects."""
        return link_to(delivery.corrects)

    @admin.display(description=_("corrected by"))
    def corrected_by(self, delivery: Delivery) -> str:
        """Lead to its corrections."""
        rows = delivery.corrections.select_related("programme").order_by("pk")
        return table([_("delivery"), _("reason")], ((link_to(row), row.reason) for row in rows))

    def get_urls(self) -> list[URLPattern]:
        """Add the pages that receive and correct, and the list as a file."""
        view, name = self.admin_site.admin_view, "marketplace_delivery"
        return [
            path("<int:pk>/receive/", view(self.receive), name=f"{name}_receive"),
            path("<int:pk>/correct/", view(self.correct), name=f"{name}_correct"),
            path("<int:pk>/list.csv", view(self.csv), name=f"{name}_csv"),
            *super().get_urls(),
        ]

    def _row(self, request: HttpRequest, pk: int) -> Delivery:
        """Return the delivery. Raises PermissionDenied for those who may not change stock."""
        if not request.user.has_perm("marketplace.change_delivery"):
            raise PermissionDenied
        return get_object_or_404(Delivery.objects.select_related("programme"), pk=pk)

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def receive(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask, then put its pieces on the shelf."""
        row = self._row(request, pk)
        if request.method != "POST":
            title = (
                _("Take these pieces off the shelf?")
                if row.corrects_id
                else _("Put these pieces on the shelf?")
            )
            return self._ask(request, row, None, title)
        is_bought = row.lines.filter(supply=DeliveryLine.Supply.OWNED).exists()
        return self._pay_for(request, row) if is_bought else self._take_in(request, row)

    @fresh_sign_in
    def _pay_for(self, request: HttpRequest, row: Delivery) -> HttpResponse:
        """Take in what books money as paid to makers: a fresh proof of who it is comes first."""
        return self._take_in(request, row)

    def _take_in(self, request: HttpRequest, row: Delivery) -> HttpResponse:
        try:
            deliveries.receive(
                delivery_id=row.pk,
                actor=request.user,  # type: ignore[arg-type]
                now=timezone.now(),
            )
        except (deliveries.NotPossible, stock.Busy) as error:
            messages.error(request, error.message)
        else:
            messages.success(request, _("Shelf and books are up to date."))
        return HttpResponseRedirect(reverse(CHANGE, args=[row.pk]))

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def correct(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask why, then open the counter-delivery."""
        row = self._row(request, pk)
        form = CorrectForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                counter = deliveries.correct(
                    delivery_id=pk, reason=form.cleaned_data["reason"], now=timezone.now()
                )
            except deliveries.NotPossible as error:
                form.add_error(None, error.message)
            else:
                words = _("Leave only what was wrong, then receive this counter-delivery.")
                messages.success(request, words)
                return HttpResponseRedirect(reverse(CHANGE, args=[counter.pk]))
        return self._ask(request, row, form, _("Correct this delivery?"))

    @method_decorator(require_safe)
    def csv(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Hand out the list of its pieces, no cell a formula."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = get_object_or_404(Delivery.objects.select_related("programme"), pk=pk)
        rows = [
            (
                row.pk, row.programme.code, row.delivered_on.isoformat(), line.variant.sku,
                str(line.variant.title), line.supply, line.quantity,
                Decimal(line.unit_cost_amount).scaleb(-exponent(line.variant.currency)),
            )
            for line in _lines(row)
        ]  # fmt: skip
        response = HttpResponse(sheet(HEAD, rows), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="delivery-{row.pk}.csv"'
        return response

    def _ask(self, request: HttpRequest, row: Delivery, form: Any, title: Any) -> HttpResponse:
        lines = (
            (line.variant, line.get_supply_display(), line.quantity,
             minor(line.unit_cost_amount, line.variant.currency))
            for line in _lines(row)
        )  # fmt: skip
        head = [_("variant"), _("supply"), _("pieces"), _("cost of one")]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": title,
            "row": row,
            "back": reverse(CHANGE, args=[row.pk]),
            "form": form,
            "facts": [
                (_("programme"), row.programme),
                (_("delivered"), row.delivered_on),
                (_("pieces"), table(head, lines)),
            ],
        }
        return TemplateResponse(request, "partners/admin/ask.html", context)


def _lines(row: Delivery) -> Any:
    return row.lines.select_related("variant__product").order_by("pk")
