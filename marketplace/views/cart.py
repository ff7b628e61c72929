"""The cart's pages. Only here, at checkout and on an order's page is a cookie set or read."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from partners.cloth import Part
from partners.models import SplitRule
from weintl.accounts.models import User
from weintl.money import Money
from weintl.web import is_same_origin, private_page

from .. import cart as carts
from .. import drafts, offers, serving, trail
from ..forms import AddForm, CountryForm
from ..models import Cart, Variant
from ..offers import Offer, Wanted

KEY = "cart"


def of(request: HttpRequest) -> Cart | None:
    """Return the visitor's cart, None for none; makes no session."""
    return carts.find(request.session.get(KEY))


def take_along(request: HttpRequest, *, user: User) -> None:
    """Let what a guest chose join the cart of the account that they signed in to."""
    if user.is_staff:
        return
    cart, cuts = carts.take_along(cart=of(request), user=user, now=timezone.now())
    if cart is not None:
        request.session[KEY] = str(cart.public_id)
    for cut in cuts:
        if cut.kept:
            words = ngettext(
                "%(piece)s: only %(kept)d is there, so your cart has that one.",
                "%(piece)s: only %(kept)d are there, so your cart has those.",
                cut.kept,
            )
        else:
            words = _("%(piece)s did not come along: it is sold, or your cart is full.")
        messages.warning(request, words % {"piece": cut.variant.title, "kept": cut.kept})


def totals(offer: Offer) -> dict[str, Any]:
    """Return the amounts that a page shows of an offer; nothing where it has none."""
    quote = offer.quote
    if quote is None:
        return {}
    return {
        "quote": quote,
        "goods": quote.money("goods"),
        "discount": quote.money("discount"),
        "delivery": quote.money("shipping"),
        "gift": quote.money("gift"),
        "taxes": [
            (offer.rules[each.tax.rule_id].name, each.tax, Money(each.amount, quote.currency))
            for each in quote.taxes
        ],
        "total": quote.money("total"),
    }


def _parts(offer: Offer, rules: list[SplitRule], *, now: datetime) -> list[Part]:
    if offer.quote is None:
        return []
    return trail.promise_of(offer.items, offer.quote, rules, at=now)


@private_page
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Show what is in the cart, and what it costs now where it is to be sent."""
    now = timezone.now()
    kept = drafts.kept(request.session)
    wanted = Wanted(country=kept.get("country", ""), region=kept.get("region", ""))
    offer = offers.offer(cart=of(request), now=now, wanted=wanted)
    programmes = {item.variant.product.programme_id for item in offer.items}
    rules = SplitRule.objects.in_force(at=now).filter(programme_id__in=programmes)
    return render(
        request,
        "marketplace/cart.html",
        {
            "section": "shop",
            "offer": offer,
            "parts": _parts(offer, list(rules), now=now),
            "country_form": CountryForm(initial={"country": offer.country}),
            "unserved": serving.unserved_names(),
            "cart_count": sum(item.quantity for item in offer.items),
            **totals(offer),
        },
    )


@private_page
@require_POST
def country(request: HttpRequest) -> HttpResponse:
    """Keep where the parcel is to go, so that the cart shows what that costs."""
    form = CountryForm(request.POST)
    if form.is_valid():
        kept = drafts.kept(request.session)
        drafts.keep(request.session, {**kept, **form.cleaned_data}, names=[*kept, "country"])
    else:
        messages.error(request, _("Choose the country of the delivery address"))
    return _to_cart()


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
        if request.user.is_authenticated:
            take_along(request, user=request.user)
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
