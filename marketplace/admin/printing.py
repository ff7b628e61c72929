"""Packing slips from the lists of orders, an order's page, and a parcel's."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from weintl import pdf

from .. import slips
from ..models import Order, Shipment


class Printing:
    """What the admins of orders print. Slips are made anew each time and change nothing."""

    @admin.action(description=_("Print packing slips"), permissions=["view"])
    def print_slips(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Return one PDF with a slip for each chosen order."""
        # By key: the list's own query counts pieces, and its proxies are the same orders.
        chosen = list(queryset.order_by("paid_at", "pk").values_list("pk", flat=True))
        if len(chosen) > slips.MOST:
            words = _("Choose at most %(most)d orders at once.") % {"most": slips.MOST}
            messages.error(request, str(words))
            return None
        rows = list(Order.objects.filter(pk__in=chosen).order_by("paid_at", "pk"))
        try:
            content = slips.of_orders(rows, now=timezone.now())
        except slips.NothingToPack as error:
            messages.error(request, str(error.message))
            return None
        day = localtime(timezone.now()).date().isoformat()
        return pdf.answer(content, name=f"packing-{day}")

    def slip_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Return the slip of what waits in an order, or of all it has."""
        if not request.user.has_perm("marketplace.view_order"):
            raise PermissionDenied
        order = get_object_or_404(Order, pk=pk)
        try:
            content = slips.of_orders([order], now=timezone.now())
        except slips.NothingToPack as error:
            messages.error(request, str(error.message))
            return HttpResponseRedirect(reverse("admin:marketplace_order_change", args=[pk]))
        return pdf.answer(content, name=f"packing-{order.number}")


def slip_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the slip of a parcel that was sent."""
    if not request.user.has_perm("marketplace.view_shipment"):
        raise PermissionDenied
    shipment = get_object_or_404(Shipment.objects.select_related("order"), pk=pk)
    content = slips.of_shipment(shipment, now=timezone.now())
    return pdf.answer(content, name=f"packing-{shipment.order.number}-{shipment.pk}")
