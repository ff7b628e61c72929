"""The buyer's own pages, behind an unguessable link."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from weintl.payments import sessions, states
from weintl.web import private_page

from .. import drafts, invoices, parcels, return_requests, trail
from ..models import Order, ReturnRequest, Unit

# A page that waits for the provider's word looks again by itself, so often and no more.
LOOKS = 8
SECONDS = 3


def _find(token: str) -> Order:
    return get_object_or_404(Order.objects.select_related("payment", "gift__fund"), token=token)


@private_page
@require_safe
def order(request: HttpRequest, token: str) -> HttpResponse:
    """Show an order and, once paid, where each cent of it is."""
    found = _find(token)
    now = timezone.now()
    context = {"section": "shop", "order": found, "lines": found.lines.order_by("position", "pk")}
    if found.paid_at is not None:
        followed = trail.follow(found, now=now)
        shipments = parcels.follow(found, [each.unit for each in followed.units])
        context["trail"] = followed
        context["parcels"] = shipments
        context["invoices"] = invoices.of_order(found)
        context["paper_languages"] = settings.LANGUAGES
        context["steps"] = parcels.steps(found, shipments)
        context["delay"] = parcels.last_delay(found)
        context["disputes"] = list(found.payment.disputes.order_by("pk")) if found.payment else []
        waits = any(each.unit.state == Unit.State.PAID for each in followed.units)
        context["may_cancel"] = waits and not context["disputes"]
        requests = return_requests.of_order(found)
        context["returns"] = requests
        context["may_return"] = not context["disputes"] and _may_return(
            [each.unit for each in followed.units], requests, now=now
        )
    return render(request, "marketplace/order.html", context)


def _may_return(units: Iterable[Unit], requests: Iterable[ReturnRequest], *, now: datetime) -> bool:
    """Say whether a piece could be sent back that no request names yet."""
    asked = {
        piece.unit_id for request in requests for piece in request.pieces.all() if piece.is_open
    }
    return any(
        return_requests.may_come_back(unit, now=now) for unit in units if unit.pk not in asked
    )


@private_page
@require_safe
def thanks(request: HttpRequest, token: str) -> HttpResponse:
    """Say how the order stands; a browser that comes here proves nothing.

    While the payment is open the provider is asked once, and the page looks again by itself.
    """
    found = _find(token)
    looked = request.GET.get("look", "0")
    looks = int(looked) if looked.isascii() and looked.isdigit() and len(looked) < 3 else 0
    payment = found.payment
    if payment is not None and payment.state in states.UNDECIDED and looks in (0, LOOKS):
        payment = sessions.refresh(payment=payment, now=timezone.now())
        found.refresh_from_db()
    is_waiting = payment is not None and payment.state in states.UNDECIDED
    if found.paid_at is not None:
        drafts.forget(request.session)
    response = render(
        request,
        "marketplace/thanks.html",
        {
            "section": "shop",
            "order": found,
            "payment": payment,
            "lines": found.lines.order_by("position", "pk"),
            "is_waiting": is_waiting,
            "looks_again": is_waiting and looks < LOOKS,
        },
    )
    if is_waiting and looks < LOOKS:
        response["Refresh"] = f"{SECONDS}; url={request.path}?look={looks + 1}"
    return response
