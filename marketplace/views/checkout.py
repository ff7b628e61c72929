"""Checkout in two pages: details, then all that will be charged. No script, no account needed."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from donations.forms import format_plain
from weintl.limits import too_many
from weintl.money import Money
from weintl.organisation.models import Organisation
from weintl.payments import sessions
from weintl.web import private_page

from .. import address_book, checkout, drafts, offers, stock
from ..forms import FIELDS, DetailsForm
from ..models import Cart, Order, SavedAddress, VoucherUse
from ..offers import Details, Extras, Offer, Shown, Wanted
from .cart import of, totals

SEE_OTHER = 303


@dataclass(frozen=True, slots=True)
class Given:
    """All that a shopper gave on the first page."""

    details: Details
    extras: Extras


@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def details(request: HttpRequest) -> HttpResponse:
    """Ask who buys and where the parcel goes; then lead to the page that shows all of it."""
    cart = of(request)
    if cart is None:
        return _to_cart(request, checkout.Empty.message)
    if request.method != "POST":
        return _details(request, cart, DetailsForm(initial=_kept(request, cart)))
    drafts.keep(request.session, request.POST, names=FIELDS)
    if request.POST.get("act") == "address":
        return _other_address(request)
    if _is_other_country(request):
        return _go("marketplace:checkout")
    form = DetailsForm(request.POST)
    if not form.is_valid():
        return _details(request, cart, form)
    wanted = Wanted.of(form.details(), form.extras())
    found = offers.offer(cart=cart, now=timezone.now(), wanted=wanted)
    if found.problem:
        form.add_error("country", found.problem)
    if found.voucher_problem:
        form.add_error("voucher", found.voucher_problem)
    if form.errors:
        return _details(request, cart, form)
    if form.cleaned_data["keep_address"] and request.user.is_authenticated:
        _keep_address(request, form)
    return _go("marketplace:review")


def _other_address(request: HttpRequest) -> HttpResponse:
    """Fill in an address of the book; all else stays as it was typed."""
    wanted = request.POST.get("saved", "")
    number = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 19 else 0
    address = _book(request).filter(pk=number).first()
    if address is not None:
        draft = {**drafts.kept(request.session), **address_book.place_of(address)}
        drafts.keep(request.session, draft, names=FIELDS)
    return _go("marketplace:checkout")


def _book(request: HttpRequest) -> QuerySet[SavedAddress]:
    signed_in = request.user.is_authenticated
    return address_book.of(request.user) if signed_in else SavedAddress.objects.none()


def _offered(request: HttpRequest, form: DetailsForm) -> list[tuple[SavedAddress, bool]]:
    """Return the addresses of the book, each with whether it is the one in the form."""
    typed = {name: str(form[name].value() or "") for name in address_book.PLACE}
    return [(each, address_book.place_of(each) == typed) for each in _book(request)]


def _keep_address(request: HttpRequest, form: DetailsForm) -> None:
    try:
        address_book.keep(user=request.user, place=form.cleaned_data, now=timezone.now())
    except address_book.Full as error:
        messages.info(request, str(error.message))


def _is_other_country(request: HttpRequest) -> bool:
    """Say whether the fields are another country's, and that they come next.

    Whoever only asked for them is told nothing; whoever went on must look at them first.
    """
    chosen = request.POST.get("country", "")
    if request.POST.get("act") == "country":
        return True
    if not chosen or chosen == request.POST.get("fields_of", chosen):
        return False
    messages.info(request, _("Addresses of this country have other fields. Please check them."))
    return True


def _details(request: HttpRequest, cart: Cart, form: DetailsForm) -> HttpResponse:
    wanted = Wanted(country=form.layout.country)
    offer = offers.offer(cart=cart, now=timezone.now(), wanted=wanted)
    if (offer.quote is None and not offer.problem) or not offer.is_open:
        return _not_now(request, cart, offer)
    return render(
        request,
        "marketplace/checkout.html",
        {
            "form": form,
            "was_unpaid": checkout.unpaid(cart=cart),
            "addresses": _offered(request, form),
            **_shown(offer),
        },
        status=422 if form.errors else 200,
    )


@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest) -> HttpResponse:
    """Show all that will be charged; once it is agreed to, lead to the payment page."""
    cart = of(request)
    if cart is None:
        return _to_cart(request, checkout.Empty.message)
    shown = offers.read_shown(request.POST.get("shown", ""))
    known = shown and checkout.placed(cart=cart, key=shown.key)
    if known:
        return _pay(request, cart, known)
    form = DetailsForm(drafts.kept(request.session) or _kept(request, cart))
    if not form.is_valid():
        return _details_first(request, cart)
    given = Given(form.details(), form.extras())
    if request.method != "POST":
        return _review(request, cart, given)
    if shown is None:
        words = _("This page was open for long. Please check it and go on.")
        return _review(request, cart, given, problem=words)
    if too_many(request, key="order", limit=settings.ORDERS_PER_HOUR, seconds=3600):
        words = _("Many orders came from your network. Nothing is lost: try again in an hour.")
        return _review(request, cart, given, problem=words, status=429)
    return _place(request, cart, given, shown)


def _details_first(request: HttpRequest, cart: Cart) -> HttpResponse:
    """Lead to the details; or to the order that another tab has paid, or to the empty cart."""
    if not offers.offer(cart=cart, now=timezone.now()).items:
        return _after_paying(request, cart)
    return _go("marketplace:checkout")


def _place(request: HttpRequest, cart: Cart, given: Given, shown: Shown) -> HttpResponse:
    now = timezone.now()
    checkout.release_earlier(cart=cart, key=shown.key, now=now)
    try:
        order = checkout.place_order(
            cart=cart,
            details=given.details,
            extras=given.extras,
            shown=shown,
            language=get_language() or "en",
            now=now,
            customer=request.user if request.user.is_authenticated else None,
        )
    except checkout.Empty:
        return _after_paying(request, cart)
    except checkout.Changed as error:
        return _review(request, cart, given, problem=str(error.message), differences=error.details)
    except (checkout.Refused, stock.SoldOut, stock.Busy) as error:
        return _review(request, cart, given, problem=str(error.message))
    return _pay(request, cart, order)


def _pay(request: HttpRequest, cart: Cart, order: Order) -> HttpResponse:
    if order.paid_at is not None:
        return _see(order)
    try:
        url = checkout.open_payment(order=order, now=timezone.now())
    except sessions.NotPayable as error:
        return _review(request, cart, _given_in(order), problem=str(error.message))
    except sessions.ProviderUnavailable as error:
        # The order stands, and the same form leads to its page once the provider answers.
        problem, key = str(error.message), order.submission_key
        return _review(request, cart, _given_in(order), problem=problem, key=key)
    response = HttpResponseRedirect(url)
    response.status_code = SEE_OTHER
    return response


def _review(
    request: HttpRequest,
    cart: Cart,
    given: Given,
    *,
    problem: str = "",
    differences: Sequence[str] = (),
    key: str = "",
    status: int = 422,
) -> HttpResponse:
    wanted = Wanted.of(given.details, given.extras)
    offer = offers.offer(cart=cart, now=timezone.now(), wanted=wanted)
    if offer.problem:
        return _go("marketplace:checkout")
    if offer.quote is None or not offer.is_open:
        return _not_now(request, cart, offer)
    return render(
        request,
        "marketplace/review.html",
        {
            "given": given.details,
            "problem": problem,
            "differences": differences,
            "shown": offers.write_shown(offer.quote, key=key),
            "was_unpaid": not problem and checkout.unpaid(cart=cart),
            **_shown(offer),
        },
        status=status if problem else 200,
    )


def _shown(offer: Offer) -> dict[str, Any]:
    """Return what both pages show of what is in the cart."""
    return {
        "section": "shop",
        "offer": offer,
        "items": offer.items,
        "cart_count": sum(item.quantity for item in offer.items),
        **totals(offer),
    }


def _kept(request: HttpRequest, cart: Cart) -> dict[str, Any]:
    """Return what was filled in before, so that nobody types it twice."""
    kept = drafts.kept(request.session)
    if set(kept) - {"country"}:
        return kept
    order = checkout.unpaid(cart=cart)
    if order is not None:
        return _typed(order)
    return {"country": Organisation.current().country} | _known(request) | kept


def _known(request: HttpRequest) -> dict[str, Any]:
    """Return what the account knows: its e-mail address, its first address."""
    if not request.user.is_authenticated:
        return {}
    address = _book(request).filter(is_default=True).first()
    place = address_book.place_of(address) if address else {"name": request.user.get_full_name()}
    return {"email": request.user.email, **place}


def _typed(order: Order) -> dict[str, str]:
    """Return an order's details and extras as they are typed."""
    given = _given_in(order)
    texts = {
        name: "on" if value is True else value or ""
        for name, value in asdict(given.details).items()
    }
    extras = given.extras
    if extras.gift:
        texts["gift_own"] = format_plain(Money(extras.gift, order.currency))
    return {**texts, "voucher": extras.voucher, "gift_fund": extras.gift_fund}


def _given_in(order: Order) -> Given:
    details = Details(**{each.name: getattr(order, each.name) for each in fields(Details)})
    use = VoucherUse.objects.filter(order=order).select_related("voucher").first()
    return Given(
        replace(details, country=str(order.country)),
        Extras(
            voucher=use.voucher.code if use else "",
            gift=order.gift_amount,
            gift_fund=order.gift.fund.key if order.gift else "",
        ),
    )


def _not_now(request: HttpRequest, cart: Cart, offer: Offer) -> HttpResponse:
    if not offer.is_open:
        return _to_cart(request, checkout.Closed.message)
    if offer.items:
        return _to_cart(request, checkout.Unavailable.message)
    return _after_paying(request, cart)


def _after_paying(request: HttpRequest, cart: Cart) -> HttpResponse:
    """The cart is empty: perhaps because its order was paid on another tab just now."""
    latest = Order.objects.filter(cart=cart).order_by("-placed_at", "-pk").first()
    if request.method == "POST" and latest is not None and latest.paid_at is not None:
        return _see(latest)
    return _to_cart(request, checkout.Empty.message)


def _see(order: Order) -> HttpResponse:
    return _go("marketplace:thanks", token=order.token)


def _to_cart(request: HttpRequest, message: Any) -> HttpResponse:
    messages.error(request, str(message))
    return _go("marketplace:cart")


def _go(name: str, **parts: Any) -> HttpResponse:
    response = redirect(name, **parts)
    response.status_code = SEE_OTHER
    return response
