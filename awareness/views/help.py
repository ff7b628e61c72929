"""Help and safety. No cache of the device shall keep these pages."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from awareness import countries
from awareness.models import Helpline

from .pages import body_of, own_page

# As many small cards as fit on one printed page.
CARDS = 15


def discreet(request: HttpRequest) -> dict[str, Any]:
    """Return `discreet`: what links carry on while the reader wants a neutral title."""
    return {"discreet": "?discreet" if "discreet" in request.GET else ""}


# Not public_page: a number that is withdrawn must be gone at once, and no cache of the
# device shall keep the page.
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """List the helplines by country; the emergency numbers stand first."""
    own = own_page("help")
    context = {
        "page": own,
        "section": "help",
        "body": body_of(own),
        "countries": countries.with_lines(Helpline.objects.public(), today=timezone.localdate()),
        **discreet(request),
    }
    return render(request, "awareness/help.html", context)


def _country(code: str) -> countries.Country:
    """Return a country that has public helplines. Raises Http404."""
    lines = Helpline.objects.public().filter(country=code.upper())
    found = countries.with_lines(lines, today=timezone.localdate())
    if not found:
        raise Http404
    return found[0]


@require_safe
def country(request: HttpRequest, code: str) -> HttpResponse:
    """Show the lines of one country: an address to share, without any look-up."""
    context = {"country": _country(code), "section": "help", **discreet(request)}
    return render(request, "awareness/help_country.html", context)


@require_safe
def card(request: HttpRequest, code: str) -> HttpResponse:
    """Show small cards to print that bear nothing but numbers."""
    context = {
        "country": _country(code),
        "section": "help",
        "copies": range(CARDS),
        **discreet(request),
    }
    return render(request, "awareness/help_card.html", context)


@require_safe
def safety(request: HttpRequest) -> HttpResponse:
    """Say honestly what the exit button does and what it cannot do."""
    own = own_page("safety")
    context = {"page": own, "section": "help", "body": body_of(own), **discreet(request)}
    return render(request, "awareness/safety.html", context)
