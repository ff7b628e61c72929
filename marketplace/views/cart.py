"""The cart's pages. Only here, at checkout and on an order's page is a cookie set or read."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from partners.models import SplitRule
from weintl.web import is_same_origin, private_page

from .. import cart as carts
from .. import checkout, trail
from ..forms import AddForm
from ..models import Cart, Variant

KEY = "cart"


def of(request: HttpRequest) -> Cart | None:
    """Return the visitor's cart, None for none; makes no session."""
    return carts.find(request.session.get(KEY))


@private_page
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Show what is in the cart, and what it costs now."""
    now = timezone.now()
    offer = checkout.offer(cart=of(request), now=now)
    programmes = {item.variant.product.programme_id for item in offer.items}
    rules = SplitRule.objects.in_force(at=now).filter(programme_id__in=programmes)
    return render(
        request,
        "marketplace/cart.html",
        {
            "section": "shop",
            "offer": offer,
            "quote": offer.quote,
            "goods": offer.quote and offer.quote.money("goods"),
            "delivery": offer.quote and offer.quote.money("shipping"),
            "total": offer.quote and offer.quote.money("total"),
            "parts": trail.promise_of(offer.items, list(rules), at=now) if offer.quote else [],
            "cart_count": sum(item.quantity for item in offer.items),
        },
    )


@csrf_exempt
@private_page
@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """Put a piece into the cart.

    The product page is the same for everybody and bears no token: the browser must vouch that
    the page is ours, else a page with a token asks.
    """
    if is_same_origin(request):
        return _add(request)
    form = AddForm(request.POST)
    form.is_valid()
    given = form.cleaned_data
    variant = Variant.objects.for_sale(now=timezone.now()).filter(sku=given.get("sku", "")).first()
    if variant is None:
        return redirect("marketplace:shop")
    return render(
        request,
        "marketplace/confirm_add.html",
        {"section": "shop", "variant": variant, "quantity": given.get("quantity") or 1},
    )


@private_page
@require_POST
def add_confirmed(request: HttpRequest) -> HttpResponse:
    """Put a piece into the cart; the form bore a token."""
    return _add(request)


def _add(request: HttpRequest) -> HttpResponse:
    form = AddForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose from 1 to 99 pieces."))
        return _to_cart()
    try:
        cart = carts.add_line(
            cart=of(request),
            sku=form.cleaned_data["sku"],
            quantity=form.cleaned_data["quantity"] or 1,
            now=timezone.now(),
        )
    except (carts.NotForSale, carts.CartFull) as error:
        messages.error(request, str(error.message))
    else:
        request.session[KEY] = str(cart.public_id)
        messages.success(request, _("The piece is in your cart."))
    return _to_cart()


@private_page
@require_POST
def update(request: HttpRequest) -> HttpResponse:
    """Take over quantities, or take a line out."""
    cart = of(request)
    if cart is None:
        return _to_cart()
    quantities = {
        name.removeprefix("quantity-"): int(value)
        for name, value in request.POST.dict().items()
        if name.startswith("quantity-") and value.isascii() and value.isdigit() and len(value) < 4
    }
    if "remove" in request.POST:
        quantities = {request.POST["remove"]: 0}
    carts.change(cart=cart, quantities=quantities, now=timezone.now())
    return _to_cart()


def _to_cart() -> HttpResponse:
    response = redirect("marketplace:cart")
    response.status_code = 303
    return response
