"""The way to a donor's page, and its gifts. Everything here is private: nobody may store it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from weintl.limits import too_many
from weintl.web import private_page

from .. import overview, portal
from ..models import DonorVisit, Plan
from ..portal_forms import WayInForm

# Mails asked for in an hour, and links tried, from one network.
PER_HOUR = 10
TRIES = 60
MOST_DIGITS = 6
View = Callable[..., HttpResponseBase]


def of_donor(view: View) -> View:
    """Let `view` run for whom a page is open, with the visit; lead others to the way in."""

    @private_page
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        visit = visit_of(request)
        if visit is not None:
            return view(request, visit, *args, **kwargs)
        if _word(request) or request.method == "POST":
            messages.info(request, _("Your page is closed. Ask for a new link to open it again."))
        response = see("way_in")
        forget(response)
        return response

    return wrapped


def visit_of(request: HttpRequest) -> DonorVisit | None:
    """Return the open visit of this browser."""
    return portal.visit_of(_word(request), now=timezone.now())


def _word(request: HttpRequest) -> str:
    return next((request.COOKIES[n] for n in settings.SCOPED_COOKIES if n in request.COOKIES), "")


def shown(
    request: HttpRequest, visit: DonorVisit, template: str, status: int = 200, **context: Any
) -> HttpResponse:
    """Answer with one of the pages of a donor."""
    known = {"section": "give", "donor": visit.donor, "visit": visit}
    return render(request, f"donations/{template}.html", {**known, **context}, status=status)


def see(name: str, *args: Any) -> HttpResponse:
    """Lead to a page after an act, so that reloading does not repeat it."""
    response = redirect(f"donations:{name}", *args)
    response.status_code = 303
    return response


def remember(response: HttpResponseBase, word: str) -> None:
    """Let this browser come back until the visit ends; no other page of the site hears of it."""
    for name, path in settings.SCOPED_COOKIES.items():
        response.set_cookie(
            name,
            word,
            max_age=int(portal.VISIT_LIVES.total_seconds()),
            path=path,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )


def forget(response: HttpResponseBase) -> None:
    """Take the word from this browser."""
    for name, path in settings.SCOPED_COOKIES.items():
        response.delete_cookie(name, path=path, samesite="Lax")


@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def way_in(request: HttpRequest) -> HttpResponse:
    """Ask for an address and mail it a link, if gifts came from there; the answer is the same."""
    form = WayInForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_bound and form.is_valid():
        if not too_many(request, key="giving", limit=PER_HOUR, seconds=3600):
            if not form.cleaned_data["website"]:
                language = get_language() or settings.LANGUAGE_CODE
                email = form.cleaned_data["email"]
                portal.ask(email=email, language=language, now=timezone.now())
            return see("link_sent")
        form.add_error(None, _("Many requests came from your network. Try again in an hour."))
        status = 429
    elif form.is_bound:
        status = 422
    elif visit_of(request) is not None:
        return see("mine")
    context = {"section": "give", "form": form}
    return render(request, "donations/way_in.html", context, status=status)


@private_page
@require_safe
def link_sent(request: HttpRequest) -> HttpResponse:
    """Say what happens now, whatever was typed."""
    return render(request, "donations/link_sent.html", {"section": "give"})


@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, word: str) -> HttpResponse:
    """Show a button; opened by POST, the link is used up and the page is open for a time."""
    now = timezone.now()
    if too_many(request, key="giving-link", limit=TRIES, seconds=3600):
        problem = _("Many requests came from your network. Try again in an hour.")
        return _dead(request, problem, status=429)
    try:
        if request.method == "POST":
            nonce = request.POST.get("nonce", "")
            visit_word = portal.open_by_link(word, nonce=nonce, now=now)
            response = see("mine")
            remember(response, visit_word)
            return response
        portal.named(word, now=now)
    except portal.Expired as error:
        return _dead(request, str(error.message), status=410)
    except portal.NoLink as error:
        status = 410 if isinstance(error, portal.Used) else 404
        return _dead(request, str(error.message), status=status)
    context = {"section": "give", "nonce": portal.new_nonce()}
    return render(request, "donations/link.html", context)


def _dead(request: HttpRequest, problem: str, *, status: int) -> HttpResponse:
    context = {"section": "give", "problem": problem, "has_page": visit_of(request) is not None}
    return render(request, "donations/link_dead.html", context, status=status)


@private_page
@require_POST
def by_account(request: HttpRequest) -> HttpResponse:
    """Open the page of who is signed in, without a mail."""
    word = None
    if request.user.is_authenticated:
        word = portal.open_by_account(request.user, now=timezone.now())
    if word is None:
        messages.info(
            request, _("No gift has come from the confirmed addresses of your account yet.")
        )
        return see("way_in")
    response = see("mine")
    remember(response, word)
    return response


@of_donor
@require_safe
def mine(request: HttpRequest, visit: DonorVisit) -> HttpResponse:
    """List the gifts, each with where it stands and its receipts."""
    text = request.GET.get("page", "1")
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < MOST_DIGITS else 1
    context: dict[str, Any] = {
        "here": "gifts",
        "page": overview.page_of(visit.donor, number=max(number, 1)),
        "totals": overview.totals_of(visit.donor),
        "plans": list(Plan.objects.of_donor(visit.donor)[:20]),
        "paper_languages": settings.LANGUAGES,
    }
    return shown(request, visit, "mine", **context)


@of_donor
@require_POST
def leave(request: HttpRequest, visit: DonorVisit) -> HttpResponse:
    """Close the page in this browser."""
    portal.leave(visit, now=timezone.now())
    messages.success(request, _("Your page is closed in this browser."))
    response = see("way_in")
    forget(response)
    return response
