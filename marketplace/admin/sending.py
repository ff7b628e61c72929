"""Acts of who packs: send, mark as delivered, tell of a delay. Part of an order's page."""

import re
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from weintl.rows import link, link_to, table

from .. import orders, parcels
from ..models import Carrier, Delay, Order, Shipment, Unit
from .acts import UnitsForm, new_key, sent

KEY = r"\A[0-9a-f]{32}\Z"
QUEUE = "admin:marketplace_waitingorder_changelist"


class CarrierForm(forms.Form):
    """By whom a parcel goes, and under which number."""

    carrier = forms.ModelChoiceField(
        label=_("carrier"), queryset=Carrier.objects.none(), required=False
    )
    tracking_number = forms.CharField(label=_("tracking number"), max_length=80, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the carriers of today, and the parcel's own."""
        super().__init__(*args, **kwargs)
        own = self.initial.get("carrier")
        offered = Carrier.objects.filter(is_offered=True)
        if own is not None:
            offered |= Carrier.objects.filter(pk=own)
        field: Any = self.fields["carrier"]
        field.queryset = offered.order_by("name", "pk")


def key_of(request: HttpRequest) -> str:
    """Return the key that a form bore, empty for none and for what no form of ours bears."""
    key = request.POST.get("key", "")
    return key if re.fullmatch(KEY, key) else ""


class ParcelForm(UnitsForm, CarrierForm):
    """What goes into one parcel, and by whom it goes."""

    key = forms.RegexField(KEY, widget=forms.HiddenInput)
    field_order = ["units", "carrier", "tracking_number", "key"]


class ShipmentChoice(forms.ModelMultipleChoiceField):
    """Parcels of an order to tick."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, row: Any) -> str:
        """Write when it was sent, by whom it goes, and what is in it."""
        day = date_format(localtime(row.sent_at), "DATE_FORMAT")
        way = " ".join(filter(None, [str(row.carrier or ""), row.tracking_number]))
        return ", ".join(filter(None, [day, way, pieces_of(row)]))


class ArrivedForm(forms.Form):
    """Parcels that arrived; all that are under way are ticked at first."""

    shipments = ShipmentChoice(label=_("parcels"), queryset=Shipment.objects.none())

    def __init__(self, *args: Any, order: Order, **kwargs: Any) -> None:
        """Offer what is under way."""
        super().__init__(*args, **kwargs)
        under_way = Shipment.objects.under_way().filter(order=order).order_by("sent_at", "pk")  # type: ignore[attr-defined]
        field: Any = self.fields["shipments"]
        field.queryset = with_pieces(under_way)
        field.initial = [row.pk for row in under_way]

    @property
    def shipment_ids(self) -> list[int]:
        """Return the keys of what was ticked."""
        return [row.pk for row in self.cleaned_data.get("shipments", [])]


class DelayForm(forms.Form):
    """A later day, and why."""

    expected_on = forms.DateField(
        label=_("arrives by"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The day by which you are sure that it has arrived."),
    )
    reason = forms.ChoiceField(label=_("reason"), choices=Delay.Reason)
    words = forms.CharField(
        label=_("own words"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("In the buyer's language, shown above. Names no maker."),
    )
    key = forms.RegexField(KEY, widget=forms.HiddenInput)


def with_pieces(shipments: Any) -> Any:
    """Return parcels with carrier and pieces, in two queries however many there are."""
    return shipments.select_related("carrier", "order").prefetch_related("contents__unit__line")


def pieces_of(shipment: Any) -> str:
    """Return what is in a parcel read by `with_pieces`."""
    counts: dict[str, int] = {}
    for row in shipment.contents.all():
        name = row.unit.line.product_name
        counts[name] = counts.get(name, 0) + 1
    return ", ".join(f"{count} × {name}" if count > 1 else name for name, count in counts.items())


def back_of(request: HttpRequest, order: Order) -> str:
    """Return where an act leads back to: the queue that it began in, or the order."""
    if request.GET.get("from") == "queue" and request.user.has_perm(
        "marketplace.view_waitingorder"
    ):
        return reverse(QUEUE)
    return reverse("admin:marketplace_order_change", args=[order.pk])


def offered(request: HttpRequest, states: set[str]) -> list[str]:
    """Return the acts of packing that an order with pieces in these states allows."""
    if not request.user.has_perm("marketplace.change_order"):
        return []
    acts = ["send"] if Unit.State.PAID in states else []
    acts += ["deliver"] if Unit.State.SENT in states else []
    return [*acts, "delay"] if acts else []


class Sending:
    """What the admin of orders does with parcels."""

    _order: Callable[..., Order]
    _act: Callable[..., HttpResponse]

    def packing(self) -> dict[str, Callable[..., HttpResponse]]:
        """Return the pages by the word of their address."""
        return {"send": self.send_view, "deliver": self.deliver_view, "delay": self.delay_view}

    def send_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Book that pieces left the house in one parcel."""
        order = self._order(request, pk, "marketplace.change_order")
        request_key = f"order:{pk}:{key_of(request)}"
        if request.method == "POST" and order.shipments.filter(request_key=request_key).exists():
            messages.info(request, _("This parcel was sent already."))
            return HttpResponseRedirect(back_of(request, order))
        waiting = [unit for unit in Unit.objects.of(order) if unit.state == Unit.State.PAID]
        form = ParcelForm(sent(request), units=waiting, initial={"key": new_key()})

        def act() -> None:
            orders.mark_sent(
                order_id=pk,
                unit_ids=form.unit_ids,
                carrier=form.cleaned_data["carrier"],
                tracking_number=form.cleaned_data["tracking_number"],
                request_key=request_key,
                actor=request.user,
                now=timezone.now(),
            )

        return self._act(request, order, form, act, title=_("Mark as sent"))

    def deliver_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Book that parcels arrived."""
        order = self._order(request, pk, "marketplace.change_order")
        form = ArrivedForm(sent(request), order=order)

        def act() -> None:
            orders.mark_delivered(
                order_id=pk,
                shipment_ids=form.shipment_ids,
                actor=request.user,
                now=timezone.now(),
            )

        return self._act(request, order, form, act, title=_("Mark as delivered"))

    def delay_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Tell the buyer of a later day."""
        order = self._order(request, pk, "marketplace.change_order")
        form = DelayForm(sent(request), initial={"key": new_key()})

        def act() -> None:
            parcels.delay(
                order_id=pk,
                reason=form.cleaned_data["reason"],
                words=form.cleaned_data["words"],
                expected_on=form.cleaned_data["expected_on"],
                request_key=f"order:{pk}:{form.cleaned_data['key']}",
                actor=request.user,
                now=timezone.now(),
            )

        title = _("Tell of a delay (in the buyer's language: %s)") % order.language
        return self._act(request, order, form, act, title=title)

    @admin.display(description=_("parcels"))
    def shipment_lines(self, order: Order) -> str | SafeString:
        """Write the parcels of an order."""
        rows = with_pieces(order.shipments.order_by("sent_at", "pk"))
        head = [
            _("parcel"), _("pieces"), _("carrier"), _("tracking number"), _("expected until"),
            _("delivered"),
        ]  # fmt: skip
        return table(
            head,
            (
                (
                    link_to(row, date_format(localtime(row.sent_at), "DATE_FORMAT")),
                    pieces_of(row),
                    row.carrier or "–",
                    number_link(row),
                    _day(row.expected_to),
                    _day(row.delivered_at and localtime(row.delivered_at)),
                )
                for row in rows
            ),
        )

    @admin.display(description=_("delays told"))
    def delay_lines(self, order: Order) -> str | SafeString:
        """Write what the buyer was told of delays."""
        head = [_("said"), _("by"), _("arrives by"), _("reason"), _("own words")]
        rows = order.delays.select_related("said_by").order_by("said_at", "pk")
        return table(
            head,
            (
                (
                    date_format(localtime(row.said_at), "DATETIME_FORMAT"),
                    row.said_by or "–",
                    _day(row.expected_on),
                    row.get_reason_display(),
                    row.words or "–",
                )
                for row in rows
            ),
        )


def number_link(shipment: Shipment) -> str | SafeString:
    """Return the tracking number, leading to the carrier where its address is known."""
    address = shipment.follow_address
    if not address:
        return shipment.tracking_number or "–"
    return link(address, shipment.tracking_number)


def _day(day: Any) -> str:
    return date_format(day, "DATE_FORMAT") if day else "–"
