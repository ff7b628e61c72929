"""A donor's repeated gift: what it is, and every change of it; the mailed link to another card."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from weintl.payments.sessions import NotPayable, ProviderUnavailable
from weintl.web import private_page

from .. import plans
from ..models import DonorVisit, Plan
from ..plan_forms import ActForm, AmountForm, FundForm, new_key
from .portal import of_donor, see, shown

SIMPLE: dict[str, Callable[[Plan, plans.Act], Plan]] = {
    "skip": plans.skip_next,
    "unskip": plans.unskip,
    "pause": plans.pause,
    "resume": plans.resume,
    "end": plans.cancel,
}


@of_donor
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest, visit: DonorVisit, public_id: uuid.UUID) -> HttpResponse:
    """Show a plan with its gifts, and do what its forms ask for."""
    found = get_object_or_404(Plan.objects.of_donor(visit.donor), public_id=public_id)
    wanted = request.POST.get("act", "") if request.method == "POST" else ""
    amount = AmountForm(request.POST if wanted == "amount" else None, plan=found)
    fund = FundForm(request.POST if wanted == "fund" else None, plan=found)
    simple = ActForm(request.POST if wanted in {*SIMPLE, "card"} else None)
    form = {"amount": amount, "fund": fund}.get(wanted, simple)
    told, status = "", 200
    if wanted == "end" and "confirmed" not in request.POST:
        return shown(request, visit, "plan_end", plan=found, here="gifts", key=new_key())
    if wanted and form.is_valid():
        if wanted != "card" and plans.is_done(found, form.cleaned_data["key"]):
            # Sent twice, or sent again since its answer was lost.
            return _done(request, found)
        try:
            return _act(found, wanted, form.cleaned_data, request=request)
        except NotPayable:
            told = _("The payment provider could not do this. How it stands now is shown here.")
            found.subscription.refresh_from_db()
            status = 409
        except ProviderUnavailable as error:
            told, status = str(error.message), 503
    elif wanted:
        status = 422
    context: dict[str, Any] = {
        "plan": found,
        "amount": amount,
        "fund": fund,
        "form": form if form.is_bound else None,
        "told": told,
        "key": new_key(),
        "gifts": found.gifts.filter(received_at__isnull=False).order_by("-received_at")[:12],
    }
    return shown(request, visit, "plan", status, here="gifts", **context)


def _act(found: Plan, wanted: str, given: dict[str, Any], *, request: HttpRequest) -> HttpResponse:
    act = plans.Act(plans.By.DONOR, given["key"], timezone.now())
    if wanted == "card":
        back = reverse("donations:plan_card_typed", args=[found.public_id])
        return _to(plans.card_page(found, act, return_path=back))
    if wanted == "amount":
        plans.change_amount(found, given["amount"], act)
    elif wanted == "fund":
        plans.change_fund(found, given["fund"], act)
    else:
        SIMPLE[wanted](found, act)
    return _done(request, found)


def _done(request: HttpRequest, found: Plan) -> HttpResponse:
    messages.success(request, _("Done. A mail says what has changed."))
    return see("plan", found.public_id)


def _to(url: str) -> HttpResponse:
    return HttpResponseRedirect(url, status=303)


@of_donor
@require_safe
def card_typed(request: HttpRequest, visit: DonorVisit, public_id: uuid.UUID) -> HttpResponse:
    """Say that the way from the provider's page leads back; what is overdue waits for a button.

    Coming here proves nothing, and a GET changes nothing.
    """
    found = get_object_or_404(Plan.objects.of_donor(visit.donor), public_id=public_id)
    word = plans.card_word(found)
    return shown(request, visit, "plan_card_typed", plan=found, word=word, here="gifts")


@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def card(request: HttpRequest, word: str) -> HttpResponse:
    """Lead from a mailed link to the provider's page for another card, by a button alone."""
    found = plans.of_card_word(word)
    if found is None or not found.subscription.customer_id or found.subscription.ended_at:
        return render(request, "donations/plan_card_dead.html", {"section": "give"}, status=410)
    told, status = "", 200
    if request.method == "POST":
        act = plans.Act(plans.By.DONOR, new_key(), timezone.now())
        try:
            back = reverse("donations:plan_card_mended", args=[word])
            return _to(plans.card_page(found, act, return_path=back))
        except (NotPayable, ProviderUnavailable) as error:
            told, status = str(error.message), 503
    context = {"section": "give", "plan": found, "told": told}
    return render(request, "donations/plan_card.html", context, status=status)


@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def card_mended(request: HttpRequest, word: str) -> HttpResponse:
    """After another card was typed in: a button tries what is overdue with it."""
    found = plans.of_card_word(word)
    if found is None:
        return render(request, "donations/plan_card_dead.html", {"section": "give"}, status=410)
    told, status = "", 200
    if request.method == "POST":
        act = plans.Act(plans.By.DONOR, new_key(), timezone.now())
        try:
            found = plans.after_card(found, act)
        except NotPayable:
            told = _("This card was declined, too. Try another, or ask your bank.")
            status = 409
        except ProviderUnavailable as error:
            told, status = str(error.message), 503
        found.subscription.refresh_from_db()
    context = {
        "section": "give",
        "plan": found,
        "told": told,
        "is_overdue": found.subscription.state == plans.S.PAST_DUE,
        "again": reverse("donations:plan_card", args=[word]),
    }
    return render(request, "donations/plan_card_mended.html", context, status=status)
