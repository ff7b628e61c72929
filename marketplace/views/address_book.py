"""The customer's book of addresses: list, add, change, remove."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from weintl.organisation.models import Organisation

from .. import address_book
from ..account_forms import AddressForm
from ..models import SavedAddress
from .account import customer, of_customer, shown, waiting


@of_customer
@require_safe
def addresses(request: HttpRequest) -> HttpResponse:
    """List the addresses, the one that is used first on top."""
    found = list(address_book.of(request.user))
    is_full = len(found) >= address_book.LIMIT
    return shown(request, "account_addresses", here="addresses", addresses=found, is_full=is_full)


@of_customer
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Keep another address."""
    if request.method == "POST":
        return _sent(request, None)
    known = {"country": Organisation.current().country, "name": customer(request).get_full_name()}
    return _form(request, AddressForm(initial={**known, **waiting(request)}), None)


@of_customer
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Write an address anew."""
    address = get_object_or_404(address_book.of(request.user), pk=pk)
    if request.method == "POST":
        return _sent(request, address)
    known = {
        "label": address.label,
        "is_default": address.is_default,
        **address_book.place_of(address),
    }
    return _form(request, AddressForm(initial={**known, **waiting(request)}), address)


@of_customer
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then forget an address; a second click finds it gone."""
    address = address_book.of(request.user).filter(pk=pk).first()
    if request.method == "POST":
        address_book.remove(user=request.user, pk=pk)
        messages.success(request, _("The address is removed."))
        return _list()
    if address is None:
        raise Http404
    return shown(request, "account_address_remove", here="addresses", address=address)


@of_customer
@require_http_methods(["GET", "HEAD", "POST"])
def use_first(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the checkout begin with an address; whoever only comes by sees the list."""
    if request.method == "POST":
        try:
            address_book.use_first(user=request.user, pk=pk)
        except SavedAddress.DoesNotExist as error:
            raise Http404 from error
        messages.success(request, _("The checkout begins with this address."))
    return _list()


def _sent(request: HttpRequest, address: SavedAddress | None) -> HttpResponse:
    chosen = request.POST.get("country", "")
    if request.POST.get("act") == "country" or chosen != request.POST.get("fields_of", chosen):
        # The fields of another country come next, with all that was typed.
        return _form(request, AddressForm(initial=request.POST.dict()), address)
    form = AddressForm(request.POST)
    if form.is_valid():
        try:
            if address is None:
                address_book.add(user=request.user, entry=form.entry(), now=timezone.now())
            else:
                address_book.change(user=request.user, pk=address.pk, entry=form.entry())
        except address_book.SameLabel as error:
            form.add_error("label", str(error.message))
        except address_book.Refused as error:
            form.add_error(None, str(error.message))
        except SavedAddress.DoesNotExist as error:
            raise Http404 from error
        else:
            messages.success(request, _("The address is kept."))
            return _list()
    return _form(request, form, address, status=422)


def _form(request: HttpRequest, form: AddressForm, address: Any, status: int = 200) -> HttpResponse:
    known = {"here": "addresses", "form": form, "address": address}
    return shown(request, "account_address", status, **known)


def _list() -> HttpResponse:
    response = redirect("marketplace:account_addresses")
    response.status_code = 303
    return response
