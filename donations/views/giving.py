"""Give, and see where a gift stands. Everything here is private: nobody may store it."""

import logging
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partners.models import Partner, Programme
from weintl.organisation.models import Organisation
from weintl.payments import sessions
from weintl.web import private_page

from .. import amounts, campaigns, fees, gifts, guard, receipts, standing, suggestions
from ..forms import GiveForm, format_round
from ..models import Campaign, Gift
from .give_forms import GiveFormFor, begun_before, typed, wanted

logger = logging.getLogger(__name__)

# Seconds until the thank-you page asks again while the payment is not confirmed, each time.
WAITS = (2, 3, 5, 10, 20, 30, 60)
# On the give page; all of them have their own.
MOST_CAMPAIGNS = 6


@require_http_methods(["GET", "HEAD", "POST"])
def give(request: HttpRequest) -> HttpResponse:
    """Show the form; a good one leads on to the payment page, or to a mail first."""
    ours = Organisation.current()
    currencies = ours.currencies_of_gifts
    sent = request.POST if request.method == "POST" else request.GET
    before = begun_before(request)
    asked = before.currency if before else sent.get("show") or sent.get("currency_shown")
    currency = asked if asked in currencies else currencies[0]
    make = GiveFormFor(currency, currencies=currencies, before=before)
    return take(request, make, is_open=ours.are_gifts_open)


def take(request: HttpRequest, make: "GiveFormFor", *, is_open: bool) -> HttpResponse:
    """Answer for a page with the form that `make` makes, while `is_open`; else for one without.

    What the guard refuses is shown again as it was typed, in a new form. What is sent to a page
    that takes nothing any more is told that nothing was paid.
    """
    if not is_open or request.method != "POST":
        return _give_page(request, make(initial=wanted(request, make)), is_open=is_open)
    if "show" in request.POST:
        return _give_page(request, make(initial=typed(request, make)), is_open=is_open)
    form = make(request.POST)
    if not form.is_valid():
        return _give_page(request, form, is_open=is_open)
    try:
        return _take(request, form, now=timezone.now())
    except guard.TooOften as error:
        return _again(request, make, error.message, status=429)
    except (guard.NotTaken, gifts.FormUsed) as error:
        return _again(request, make, error.message, status=409)
    except sessions.NotPayable as error:
        # The page of this very form has closed: what is sent next must be a new gift.
        return _again(request, make, error.message, status=503)
    except sessions.ProviderUnavailable as error:
        form.add_error(None, error.message)
    return _give_page(request, form, is_open=is_open, status=503)


def _take(request: HttpRequest, form: GiveForm, *, now: datetime) -> HttpResponse:
    """Write the gift down and lead on. Raises what the guard, gifts and sessions raise."""
    data, email = form.cleaned_data, form.cleaned_data["email"]
    if data["website"]:
        logger.info("give.filled_by_a_program")
        raise guard.NotTaken
    guard.check_form(data["submission_key"])
    guard.count(request, email=email)
    level = guard.state()
    if level == guard.S.LOCKDOWN and not guard.is_known(email):
        # The same answer as for those who get a mail: nobody learns who has given.
        return redirect("donations:mail_first")
    gift = gifts.start(
        email=email,
        name=data["name"],
        fund=data["fund"],
        amount=data["amount"],
        is_fee_covered=data["is_fee_covered"],
        language=get_language() or settings.LANGUAGE_CODE,
        submission_key=data["submission_key"],
        extras=form.extras,
        campaign=form.campaign,
        interval=data["interval"],
        now=now,
    )
    if gift.received_at is not None:
        return redirect("donations:thanks", gift.token)
    if level != guard.S.CALM:
        gifts.mail_go_on(gift=gift, word=guard.go_on_word(gift), now=now)
        guard.count_mailed(now=timezone.now())
        return redirect("donations:mail_first")
    return HttpResponseRedirect(gifts.open_page(gift=gift, now=now), status=303)


def _again(request: HttpRequest, make: "GiveFormFor", words: Any, *, status: int) -> HttpResponse:
    """Show what was typed in a new form, with what stood against it."""
    again = request.POST.copy()
    again["submission_key"], again["website"] = guard.new_form(), ""
    form = make(again)
    form.add_error(None, words)
    return _give_page(request, form, is_open=True, status=status)


@require_safe
@private_page
def mail_first(request: HttpRequest) -> HttpResponse:
    """Say that the way goes on from the mailbox, whoever asks."""
    return render(request, "donations/mail_first.html", {"section": "give"})


@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def go_on(request: HttpRequest, word: str) -> HttpResponse:
    """Lead from a mailed link to the payment page, by a press of a button alone."""
    gift = guard.gift_of(word)
    if gift is None:
        return render(request, "donations/go_on_dead.html", {"section": "give"}, status=410)
    if gift.received_at is not None:
        return redirect("donations:thanks", gift.token)
    told, status = "", 200
    if request.method == "POST":
        try:
            return HttpResponseRedirect(gifts.open_page(gift=gift, now=timezone.now()), status=303)
        except (sessions.NotPayable, sessions.ProviderUnavailable) as error:
            told, status = str(error.message), 503
    context = {"gift": gift, "section": "give", "told": told}
    return render(request, "donations/go_on.html", context, status=status)


def _give_page(
    request: HttpRequest, form: GiveForm, *, is_open: bool, status: int = 200
) -> HttpResponse:
    example = suggestions.first(form.offers) or amounts.ordinary(form.currency)
    price = fees.terms(form.currency)
    context = {
        "form": form,
        "section": "give",
        "is_open": is_open,
        "is_back_unpaid": "unpaid" in request.GET or (request.method == "POST" and not is_open),
        "example": format_round(example),
        "example_fee": fees.cover(example),
        "fee_rate_ppm": price.rate_ppm,
        "fee_fixed": price.fixed_amount,
    }
    if form.errors and status == 200:
        status = 422
    today = localdate()
    if form.campaign is None:
        shown = list(Campaign.objects.listed(today=today).for_page()[:MOST_CAMPAIGNS])
        context["campaigns"] = [(each, campaigns.progress(each, today=today)) for each in shown]
        return render(request, "donations/give.html", context, status=status)
    context |= {
        "page_object": form.campaign,
        "campaign": form.campaign,
        "progress": campaigns.progress(form.campaign, today=today),
        "updates": campaigns.updates_of(form.campaign, today=today),
    }
    return render(request, "donations/campaign.html", context, status=status)


@require_safe
@private_page
def thanks(request: HttpRequest, token: str) -> HttpResponse:
    """Say what is known of the payment: the return from the payment page proves nothing.

    Asks the provider once; while it is open the page loads itself again, without script.
    """
    gift = get_object_or_404(Gift.objects.for_page(), token=token)
    text = request.GET.get("again", "0")
    turn = int(text) if text in {str(number) for number in range(len(WAITS))} else 0
    if gift.payment is not None and gift.state in gifts.UNPAID and turn == 0:
        sessions.refresh(payment=gift.payment, now=timezone.now())
        gift = Gift.objects.for_page().get(pk=gift.pk)
    is_waiting = gift.state == Gift.State.AWAITING_PAYMENT
    response = render(
        request,
        "donations/thanks.html",
        {"gift": gift, "section": "give", "is_waiting": is_waiting},
    )
    if is_waiting and turn + 1 < len(WAITS):
        response["Refresh"] = f"{WAITS[turn]}; url={request.path}?again={turn + 1}"
    return response


@require_safe
@private_page
def gift(request: HttpRequest, token: str) -> HttpResponse:
    """Show one gift and where it stands in the books."""
    found = get_object_or_404(Gift.objects.for_page(), token=token)
    stands = standing.of(found)
    context = {
        "gift": found,
        "section": "give",
        "standing": stands,
        "parts": stands.parts(found.fund) if stands.kept else [],
        "programme": _shown(found.fund.programme),
        "paper_languages": settings.LANGUAGES,
        "receipts": receipts.of_gift(found) if found.received_at else [],
        "disputes": found.payment.disputes.order_by("pk") if found.payment else [],
    }
    return render(request, "donations/gift.html", context)


def _shown(programme: Programme | None) -> Programme | None:
    """Return `programme` if the site has a page of it; reads nothing more."""
    if programme is None or not programme.is_active:
        return None
    return programme if programme.partner.status == Partner.Status.ACTIVE else None


@require_POST
@private_page
def mail_again(request: HttpRequest, token: str) -> HttpResponse:
    """Send the thank-you mail once more, to the donor's address and nowhere else."""
    found = get_object_or_404(Gift.objects.select_related("donor", "fund"), token=token)
    if found.received_at is None:
        messages.error(request, _("There is nothing to send yet: the gift has not arrived."))
    else:
        gifts.thank_again(gift=found, now=timezone.now())
        messages.success(request, _("The e-mail is on its way to you."))
    return redirect("donations:gift", token)
