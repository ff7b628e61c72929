"""What to send, what is under way, and who takes it."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from modeltranslation.admin import TranslationAdmin

from weintl.history import HistoryAdmin
from weintl.rows import ReadOnlyAdmin, link, link_to, table

from .. import orders, parcels, stock
from ..models import Carrier, Shipment, Unit, WaitingOrder
from .acts import new_key, sent
from .printing import Printing, slip_answer
from .sending import CarrierForm, key_of, number_link, pieces_of, with_pieces


class LateFilter(admin.SimpleListFilter):
    """Orders that should have left by now."""

    title = _("late")
    parameter_name = "late"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer the late ones."""
        return [("yes", _("should have left by now"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Keep the late ones, if asked."""
        return queryset.late(today=localdate()) if self.value() == "yes" else queryset


class QueueForm(ActionForm):
    """The act, and by whom all of it goes; one submission sends once."""

    carrier = forms.ModelChoiceField(
        label=_("carrier"),
        queryset=Carrier.objects.filter(is_offered=True).order_by("name", "pk"),
        required=False,
    )
    # The admin writes the label of every field of this form, hidden ones too.
    key = forms.CharField(
        label="", widget=forms.HiddenInput, max_length=32, initial=new_key, required=False
    )


@admin.register(WaitingOrder)
class WaitingOrderAdmin(Printing, ReadOnlyAdmin):
    """The queue of who packs: paid orders with pieces that wait, oldest first."""

    list_display = ["number_link", "age", "due", "country", "pieces", "present", "send_link"]
    list_display_links = None
    list_filter = [LateFilter, "hides_prices"]
    search_fields = ["number", "name", "email", "lines__product_name"]
    search_help_text = _("Number, name, e-mail or piece")
    ordering = ["paid_at", "pk"]
    list_per_page = 50
    actions = ["send_all", "print_slips"]
    action_form = QueueForm

    def has_act_permission(self, request: HttpRequest) -> bool:
        """Let those send who may change orders."""
        return request.user.has_perm("marketplace.change_order")

    def get_queryset(self, request: HttpRequest) -> Any:
        """Keep what waits, with the number of its pieces."""
        waits = Q(lines__units__state=Unit.State.PAID)
        rows: Any = super().get_queryset(request)
        return rows.waiting().annotate(waiting=Count("lines__units", filter=waits, distinct=True))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Lead to the order: it has one page."""
        if not self.has_view_permission(request) or request.method == "POST":
            raise PermissionDenied
        return HttpResponseRedirect(reverse("admin:marketplace_order_change", args=[object_id]))

    @admin.display(description=_("order"), ordering="number")
    def number_link(self, order: WaitingOrder) -> SafeString:
        """Link the order."""
        address = reverse("admin:marketplace_order_change", args=[order.pk])
        return format_html("{}<br><bdi>{}</bdi>", link(address, order.number), order.name)

    @admin.display(description=_("paid"), ordering="paid_at")
    def age(self, order: WaitingOrder) -> str:
        """Write how long ago it was paid."""
        if order.paid_at is None:
            return "–"
        days = (localdate() - localdate(order.paid_at)).days
        if not days:
            return str(_("today"))
        return ngettext("%(days)d day ago", "%(days)d days ago", days) % {"days": days}

    @admin.display(description=_("to be sent by"), ordering="due_on")
    def due(self, order: WaitingOrder) -> str | SafeString:
        """Write until when it is to leave, and mark what is late."""
        if order.due_on is None:
            return "–"
        day = date_format(order.due_on, "DATE_FORMAT")
        if order.due_on >= localdate():
            return day
        return format_html('<strong class="late">{}</strong> {}', _("late:"), day)

    @admin.display(description=_("pieces"), ordering="waiting")
    def pieces(self, order: Any) -> int:
        """Return how many wait."""
        return int(order.waiting)

    @admin.display(description=_("present"))
    def present(self, order: WaitingOrder) -> str:
        """Say what is different about a present."""
        words = [_("no prices in the parcel")] if order.hides_prices else []
        words += [_("a card")] if order.message else []
        return ", ".join(map(str, words)) or "–"

    @admin.display(description=_("send"))
    def send_link(self, order: WaitingOrder) -> SafeString:
        """Lead to the form of one parcel, and back here."""
        address = reverse("admin:marketplace_order_send", args=[order.pk])
        # Without the number a list of such links would all be called the same.
        hidden = format_html('<span class="visually-hidden"> {}</span>', order.number)
        return link(f"{address}?from=queue", format_html("{}{}", _("Send"), hidden))

    @admin.action(description=_("Mark all their pieces as sent"), permissions=["act"])
    def send_all(self, request: HttpRequest, queryset: QuerySet[WaitingOrder]) -> None:
        """Send each order whole, in one parcel without a number; say which could not be sent."""
        chosen = QueueForm(request.POST).fields["carrier"]
        try:
            carrier = chosen.clean(request.POST.get("carrier", ""))
        except forms.ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
            return
        key = key_of(request) or new_key()
        done = 0
        for pk, number in queryset.order_by("pk").values_list("pk", "number"):
            try:
                orders.mark_sent(
                    order_id=pk,
                    carrier=carrier,
                    request_key=f"queue:{pk}:{key}",
                    actor=request.user,
                    now=timezone.now(),
                )
            except (orders.NotPossible, stock.NothingThere, stock.Busy) as error:
                self.message_user(request, f"{number}: {error.message}", messages.ERROR)
            else:
                done += 1
        if done:
            words = ngettext("%(done)d order was sent.", "%(done)d orders were sent.", done)
            self.message_user(request, words % {"done": done}, messages.SUCCESS)


class WayFilter(admin.SimpleListFilter):
    """Parcels by whether they arrived."""

    title = _("state")
    parameter_name = "way"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer what is under way, what should have arrived, and what arrived."""
        return [
            ("open", _("under way")),
            ("overdue", _("should have arrived by now")),
            ("arrived", _("delivered")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Keep the chosen ones."""
        kept = {
            "open": queryset.under_way,
            "overdue": lambda: queryset.overdue(today=localdate()),
            "arrived": lambda: queryset.filter(delivered_at__isnull=False),
        }
        return kept.get(self.value() or "", lambda: queryset)()


@admin.register(Shipment)
class ShipmentAdmin(ReadOnlyAdmin):
    """Parcels that left the house."""

    change_form_template = "marketplace/admin/shipment.html"
    list_display = ["parcel", "order_link", "carrier", "number", "sent_at", "until", "arrived"]
    list_filter = [WayFilter, "carrier", "sent_at"]
    list_select_related = ["order", "carrier"]
    search_fields = ["tracking_number", "order__number", "order__name"]
    search_help_text = _("Tracking number, number of the order, or name")
    date_hierarchy = "sent_at"
    ordering = ["-sent_at", "-pk"]
    actions = ["mark_delivered"]
    fields = ["order_link", "contents", "carrier", "number", "sent_at", "sent_by"]
    fields += ["expected_from", "expected_to", "delivered_at", "changes"]
    readonly_fields = ["order_link", "contents", "number", "changes"]

    @admin.display(description=_("parcel"), ordering="pk")
    def parcel(self, shipment: Shipment) -> int:
        """Return its own number."""
        return int(shipment.pk)

    @admin.display(description=_("order"), ordering="order__number")
    def order_link(self, shipment: Shipment) -> str | SafeString:
        """Link the order."""
        return link_to(shipment.order)

    @admin.display(description=_("tracking number"), ordering="tracking_number")
    def number(self, shipment: Shipment) -> str | SafeString:
        """Lead to the carrier."""
        return number_link(shipment)

    @admin.display(description=_("expected until"), ordering="expected_to")
    def until(self, shipment: Shipment) -> date | None:
        """Return the last day on which it is expected."""
        return shipment.expected_to

    @admin.display(description=_("delivered"), ordering="delivered_at")
    def arrived(self, shipment: Shipment) -> str:
        """Write the day."""
        at = shipment.delivered_at
        return date_format(localtime(at), "DATE_FORMAT") if at else "–"

    @admin.display(description=_("pieces"))
    def contents(self, shipment: Shipment) -> str:
        """Write what is in it."""
        return pieces_of(with_pieces(Shipment.objects.filter(pk=shipment.pk)).get())

    @admin.display(description=_("what was said of it"))
    def changes(self, shipment: Any) -> str | SafeString:
        """Write who said when by whom it goes and when it comes."""
        head = [_("when"), _("who"), _("carrier"), _("tracking number"), _("expected until")]
        rows = shipment.history.select_related("history_user", "carrier")
        return table(
            head,
            (
                (
                    date_format(localtime(row.history_date), "DATETIME_FORMAT"),
                    row.history_user or "–",
                    row.carrier or "–",
                    row.tracking_number or "–",
                    date_format(row.expected_to, "DATE_FORMAT") if row.expected_to else "–",
                )
                for row in rows.order_by("history_date", "history_id")
            ),
        )

    @admin.action(description=_("Mark as delivered"), permissions=["act"])
    def mark_delivered(self, request: HttpRequest, queryset: QuerySet[Shipment]) -> None:
        """Book that each of them arrived; what arrived before stays as it is."""
        done = 0
        for row in queryset.select_related("order").order_by("order_id", "pk"):
            try:
                orders.mark_delivered(
                    order_id=row.order_id,
                    shipment_ids=[row.pk],
                    actor=request.user,
                    now=timezone.now(),
                )
            except orders.NotPossible as error:
                self.message_user(request, f"{row}: {error.message}", messages.ERROR)
            else:
                done += 1
        if done:
            words = ngettext("%(done)d parcel arrived.", "%(done)d parcels arrived.", done)
            self.message_user(request, words % {"done": done}, messages.SUCCESS)

    def get_urls(self) -> list[URLPattern]:
        """Add the page that corrects carrier and number, and the parcel's slip."""
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/track/", view(self.track), name="marketplace_shipment_track"),
            path("<int:pk>/slip/", view(slip_answer), name="marketplace_shipment_slip"),
            *super().get_urls(),
        ]

    def track(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Correct carrier and number; the buyer is told once."""
        if not self.has_act_permission(request):
            raise PermissionDenied
        row = get_object_or_404(Shipment.objects.select_related("order", "carrier"), pk=pk)
        first = {"carrier": row.carrier_id, "tracking_number": row.tracking_number}
        form = CarrierForm(sent(request), initial=first)
        back = reverse("admin:marketplace_shipment_change", args=[pk])
        if request.method == "POST" and form.is_valid():
            is_new = parcels.correct_tracking(
                shipment_id=pk,
                carrier=form.cleaned_data["carrier"],
                tracking_number=form.cleaned_data["tracking_number"],
                actor=request.user,
                now=timezone.now(),
            )
            told = _("Corrected. The buyer is told by mail.") if is_new else _("Nothing changed.")
            self.message_user(request, told, messages.SUCCESS if is_new else messages.INFO)
            return HttpResponseRedirect(back)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Correct carrier and number"),
            "opts": self.opts,
            "row": row,
            "back": back,
            "form": form,
            "words": f"{row.order}, {row.order.name}",
        }
        return TemplateResponse(request, "marketplace/admin/act.html", context)


@admin.register(Carrier)
class CarrierAdmin(HistoryAdmin, TranslationAdmin):
    """Who takes parcels."""

    list_display = ["name", "tracking_address", "is_offered"]
    list_filter = ["is_offered"]
    search_fields = ["name_en", "name_es"]
    ordering = ["name", "pk"]
    fields = ["name", "tracking_address", "is_offered"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Untick it instead: parcels name it."""
        return False
