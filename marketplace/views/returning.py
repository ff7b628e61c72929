"""The buyer asks to send pieces back, and may take the wish back."""

from contextlib import suppress

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from weintl.web import private_page

from .. import orders, return_requests
from ..forms import ReturnForm
from ..models import Order


@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, token: str) -> HttpResponse:
    """Offer what can be sent back; write the wish down once for a form's key."""
    order = get_object_or_404(Order.objects.select_related("payment"), token=token)
    now = timezone.now()
    units = return_requests.returnable(order, now=now)
    form = ReturnForm(request.POST if request.method == "POST" else None, units=units)
    key = f"order:{order.pk}:return:{form.own_key}"
    if request.method == "POST" and order.return_requests.filter(request_key=key).exists():
        return redirect(order)
    status = 200
    if form.is_bound and form.is_valid():
        try:
            return_requests.ask(
                order_id=order.pk,
                unit_ids=form.unit_ids,
                reason=form.cleaned_data["reason"],
                words=form.cleaned_data["words"],
                request_key=key,
                now=now,
            )
            return redirect(order)
        except orders.NotPossible:
            form.add_error(None, _("These pieces have changed meanwhile. Please look again."))
            form.offer(return_requests.returnable(order, now=now))
            status = 409
    elif form.is_bound:
        status = 422
    context = {"section": "shop", "order": order, "form": form}
    return render(request, "marketplace/return.html", context, status=status)


@private_page
@require_POST
def withdraw(request: HttpRequest, token: str, pk: int) -> HttpResponse:
    """Take a wish back; where it went on meanwhile, the order's page shows how it stands."""
    order = get_object_or_404(Order, token=token)
    wish = get_object_or_404(order.return_requests, pk=pk)
    with suppress(orders.NotPossible):
        return_requests.withdraw(request_id=wish.pk)
    return redirect(order)
