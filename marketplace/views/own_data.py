"""A customer's data: take them along, or have the account deleted."""

import json

from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from weintl.accounts.freshness import is_fresh
from weintl.web import private_page

from .. import erasing, own_data
from ..account_forms import DeleteForm
from .account import customer, of_customer, shown
from .cart import of


@of_customer
@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """Offer the download and lead to the deletion."""
    return shown(request, "account_data", here="data")


@of_customer
@require_safe
def download(request: HttpRequest) -> StreamingHttpResponse:
    """Send all that is kept about the customer as one readable file."""
    now, cart = timezone.now(), of(request)
    kept = own_data.of(user=request.user, cart_id=cart.pk if cart else None, now=now)
    text = json.JSONEncoder(indent=2, ensure_ascii=False).iterencode(kept)
    response = StreamingHttpResponse(text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="my-data-{now:%Y-%m-%d}.json"'
    return response


@of_customer
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest) -> HttpResponse:
    """Say what goes and what stays; with a fresh sign-in and a yes, delete the account."""
    now = timezone.now()
    try:
        plan = erasing.plan(user=request.user, now=now)
    except erasing.NotPossible as error:
        return _refused(request, error)
    if not is_fresh(request):
        return _prove(request)
    form = DeleteForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return shown(request, "account_delete", status, here="data", plan=plan, form=form)
    user_id, cart = customer(request).pk, of(request)
    try:
        erasing.delete_account(user_id=user_id, now=now, cart=cart)
    except erasing.NotPossible as error:
        return _refused(request, error)
    logout(request)
    response = redirect("marketplace:account_deleted")
    response.status_code = 303
    return response


def _refused(request: HttpRequest, error: erasing.NotPossible) -> HttpResponse:
    known = {"here": "data", "problem": str(error.message), "is_refused": True}
    return shown(request, "account_delete", 409, **known)


def _prove(request: HttpRequest) -> HttpResponse:
    """Ask for the password or the second factor, then come back to this page."""
    name = "mfa_reauthenticate" if is_mfa_enabled(request.user) else "account_reauthenticate"
    return redirect(f"{reverse(name)}?{urlencode({'next': request.path})}")


@private_page
@require_safe
def deleted(request: HttpRequest) -> HttpResponse:
    """Say that the account is gone."""
    return render(request, "marketplace/account_deleted.html")
