"""The pages of a signed-in customer: orders, details, wishes. Nobody may store them."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from weintl.accounts.models import User
from weintl.web import private_page

from .. import accounts, alerts, typed
from ..account_forms import AccountDetailsForm

View = Callable[..., HttpResponseBase]


def of_customer(view: View) -> View:
    """Let `view` run for whoever is signed in; lead others to the sign-in and back.

    A form that came after the sign-in had ended waits, and stands on its page again then.
    """

    @private_page
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if request.method == "POST":
            typed.keep(request.session, path=request.path, given=request.POST, now=timezone.now())
        query = urlencode({"next": request.path})
        return redirect(f"{resolve_url(settings.LOGIN_URL)}?{query}")

    return wrapped


def customer(request: HttpRequest) -> User:
    """Return who is signed in, on a page `of_customer`."""
    assert isinstance(request.user, User)
    return request.user


def waiting(request: HttpRequest) -> dict[str, str]:
    """Return what was typed into this page before the sign-in, and say that it is kept."""
    texts = typed.take(request.session, path=request.path, now=timezone.now())
    if texts:
        words = _("You had been signed out. What you typed is still here; please send it again.")
        messages.info(request, words)
    return texts


def shown(request: HttpRequest, template: str, status: int = 200, **context: Any) -> HttpResponse:
    """Answer with a page of the account."""
    return render(request, f"marketplace/{template}.html", context, status=status)


@of_customer
@require_safe
def orders(request: HttpRequest) -> HttpResponse:
    """List the orders, newest first, with those once placed as a guest."""
    accounts.join_orders(user=request.user)
    paginator = Paginator(accounts.orders_of(request.user), accounts.A_PAGE)
    page = paginator.get_page(request.GET.get("page"))
    start = (page.number - 1) * accounts.A_PAGE
    rows = accounts.orders_of(request.user)[start : start + accounts.A_PAGE]
    found = accounts.cards(rows, now=timezone.now())
    return shown(request, "account", here="orders", page=page, cards=found)


@of_customer
@require_safe
def order(request: HttpRequest, number: str) -> HttpResponse:
    """Lead to the page of an order of one's own; to nobody else's."""
    return redirect(get_object_or_404(accounts.orders_of(request.user), number=number))


@of_customer
@require_http_methods(["GET", "HEAD", "POST"])
def details(request: HttpRequest) -> HttpResponse:
    """Show and change name and language; list what mails were asked for."""
    user = customer(request)
    if request.method == "POST":
        form = AccountDetailsForm(request.POST)
        if form.is_valid():
            accounts.change_details(user=user, **form.cleaned_data)
            messages.success(request, _("Your details are kept."))
            return _see("marketplace:account_details")
        return _details(request, form, status=422)
    known = {
        "first_name": user.first_name,
        "last_name": user.last_name,
        "language": user.language or get_language(),
    }
    return _details(request, AccountDetailsForm(initial={**known, **waiting(request)}))


def _details(request: HttpRequest, form: AccountDetailsForm, status: int = 200) -> HttpResponse:
    wishes = accounts.alerts_of(request.user)
    return shown(request, "account_details", status, here="details", form=form, alerts=wishes)


@require_POST
@private_page
def alert_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget one wish for a mail; a second click finds it gone."""
    if not request.user.is_authenticated:
        query = urlencode({"next": reverse("marketplace:account_details")})
        return redirect(f"{resolve_url(settings.LOGIN_URL)}?{query}")
    alert = accounts.alerts_of(request.user).filter(pk=pk).first()
    if alert is not None:
        alerts.leave(alert=alert)
    messages.success(request, _("You get no mail about this piece."))
    return _see("marketplace:account_details")


def _see(name: str) -> HttpResponse:
    response = redirect(name)
    response.status_code = 303
    return response
