"""Checkout: details, then the provider's payment page. No script, no account needed."""

from dataclasses import fields
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from weintl.payments import sessions
from weintl.web import private_page, too_many

from .. import checkout, stock
from ..checkout import Details, Shown
from ..forms import DetailsForm
from ..models import Cart, Order
from .cart import of

SEE_OTHER = 303


@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: HttpRequest) -> HttpResponse:
    """Ask for the details; once they are given, place the order and lead to its payment page."""
    cart = of(request)
    if cart is None:
        return _to_cart(request, checkout.Empty.message)
    if request.method != "POST":
        return _form(request, cart, DetailsForm(initial=_kept(cart)))
    form = DetailsForm(request.POST)
    shown = checkout.read_shown(request.POST.get("shown", ""))
    known = shown and checkout.placed(cart=cart, key=shown.key)
    if known:
        return _pay(request, cart, form, known)
    if not form.is_valid():
        return _form(request, cart, form)
    if shown is None:
        form.add_error(None, _("This page was open for long. Please check it and go on."))
        return _form(request, cart, form)
    if too_many(request, key="order", limit=settings.ORDERS_PER_HOUR, seconds=3600):
        words = _("Many orders came from your network. Nothing is lost: try again in an hour.")
        form.add_error(None, words)
        return _form(request, cart, form, status=429)
    return _place(request, cart, form, shown)


def _place(request: HttpRequest, cart: Cart, form: DetailsForm, shown: Shown) -> HttpResponse:
    now = timezone.now()
    checkout.release_earlier(cart=cart, key=shown.key, now=now)
    try:
        order = checkout.place_order(
            cart=cart,
            details=form.details(),
            shown=shown,
            language=get_language() or "en",
            now=now,
        )
    except checkout.Empty:
        return _after_paying(request, cart)
    except (checkout.Refused, stock.SoldOut, stock.Busy) as error:
        form.add_error(None, str(error.message))
        return _form(request, cart, form)
    return _pay(request, cart, form, order)


def _pay(request: HttpRequest, cart: Cart, form: DetailsForm, order: Order) -> HttpResponse:
    if order.paid_at is not None:
        return _see(order)
    try:
        url = checkout.open_payment(order=order, now=timezone.now())
    except sessions.NotPayable as error:
        form.add_error(None, str(error.message))
        return _form(request, cart, form)
    except sessions.ProviderUnavailable as error:
        # The order stands, and the same form leads to its page once the provider answers.
        form.add_error(None, str(error.message))
        return _form(request, cart, form, key=order.submission_key)
    response = HttpResponseRedirect(url)
    response.status_code = SEE_OTHER
    return response


def _form(
    request: HttpRequest, cart: Cart, form: DetailsForm, *, key: str = "", status: int = 422
) -> HttpResponse:
    offer = checkout.offer(cart=cart)
    if offer.quote is None or not offer.is_open:
        refused = checkout.Unavailable if offer.items else checkout.Empty
        return _to_cart(request, (refused if offer.is_open else checkout.Closed).message)
    return render(
        request,
        "marketplace/checkout.html",
        {
            "section": "shop",
            "form": form,
            "shown": checkout.write_shown(offer.quote, key=key),
            "items": offer.items,
            "goods": offer.quote.money("goods"),
            "delivery": offer.quote.money("shipping"),
            "total": offer.quote.money("total"),
            "cart_count": sum(item.quantity for item in offer.items),
        },
        status=status if form.errors else 200,
    )


def _kept(cart: Cart) -> dict[str, Any]:
    """Return what was filled in for an order that was not paid, so that nobody types it twice."""
    order = checkout.unpaid(cart=cart)
    if order is None:
        return {}
    return {each.name: str(getattr(order, each.name)) for each in fields(Details)}


def _after_paying(request: HttpRequest, cart: Cart) -> HttpResponse:
    """The cart is empty: perhaps because its order was paid on another tab just now."""
    latest = Order.objects.filter(cart=cart).order_by("-placed_at", "-pk").first()
    if latest is not None and latest.paid_at is not None:
        return _see(latest)
    return _to_cart(request, checkout.Empty.message)


def _see(order: Order) -> HttpResponse:
    response = redirect("marketplace:thanks", token=order.token)
    response.status_code = SEE_OTHER
    return response


def _to_cart(request: HttpRequest, message: Any) -> HttpResponse:
    messages.error(request, str(message))
    response = redirect("marketplace:cart")
    response.status_code = SEE_OTHER
    return response
