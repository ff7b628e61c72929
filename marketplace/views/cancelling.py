"""The buyer cancels pieces that were not sent: choose, see what comes back, say yes."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from weintl.money import Money
from weintl.payments import refunds
from weintl.web import private_page

from .. import orders, returns, stock
from ..forms import CancelForm
from ..models import Order


@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, token: str) -> HttpResponse:
    """Offer the pieces that wait; with `confirmed` cancel those chosen, once for a form's key."""
    order = get_object_or_404(Order.objects.select_related("payment"), token=token)
    units = returns.cancellable(order)
    form = CancelForm(request.POST if request.method == "POST" else None, units=units)
    key = f"order:{order.pk}:buyer:{form.own_key}"
    if "confirmed" in request.POST and order.refunds.filter(refund__request_key=key).exists():
        return redirect(order)
    chosen, back, has_delivery, status = None, None, False, 200
    if form.is_bound and form.is_valid() and "edit" not in request.POST:
        if "confirmed" in request.POST:
            try:
                returns.cancel(
                    order_id=order.pk,
                    unit_ids=form.unit_ids,
                    reason="Cancelled by the buyer",
                    request_key=key,
                    actor=None,
                    now=timezone.now(),
                )
                return redirect(order)
            except (orders.NotPossible, refunds.TooMuch, stock.Busy):
                form.add_error(None, _("These pieces have changed meanwhile. Please look again."))
                form.offer(returns.cancellable(order))
                status = 409
        else:
            chosen = [unit for unit in units if unit.pk in form.unit_ids]
    elif form.is_bound and "edit" not in request.POST:
        status = 422
    if chosen:
        delivery = returns.left_shipping(order)[0] if returns.is_last(order, chosen) else 0
        amount = sum(unit.charged_amount for unit in chosen) + delivery
        back, has_delivery = Money(amount, order.currency), delivery > 0
    context = {
        "section": "shop",
        "order": order,
        "form": form,
        "chosen": chosen,
        "back": back,
        "has_delivery": has_delivery,
    }
    return render(request, "marketplace/cancel.html", context, status=status)
