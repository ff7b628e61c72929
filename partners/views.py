"""Public pages of partners and programmes: who they are and what money reached them."""

from dataclasses import dataclass
from itertools import groupby

from django.db.models import Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from weintl.money import Money
from weintl.web import public_page

from .cloth import Part
from .models import Account, Partner, Programme, Use
from .models.ledger import PUBLIC_TOTALS_FROM


@dataclass(frozen=True)
class Attributed:
    """What came to a programme in one currency, by use; it sums to `total`."""

    total: Money
    parts: list[Part]


def attributed(programme: Programme) -> list[Attributed]:
    """Return what the ledger attributes to `programme`, one item a currency, in one query.

    Empty while the entries are so few that they might point to a person.
    """
    accounts = list(Account.objects.attributed_to(programme))
    found = []
    for currency, group in groupby(accounts, key=lambda account: account.currency):
        parts = [
            Part(_use(account), Money(account.balance, currency), _words(account))
            for account in group
            if account.is_enough
        ]
        total = Money.sum((part.money for part in parts), currency=currency)
        if total.amount > 0:
            found.append(Attributed(total, parts))
    return found


def _use(account: Account) -> str:
    if account.kind == Account.Kind.MAKER_PAYABLE:
        return Use.ARTISAN_PAY.value
    return account.use or "fund"


def _words(account: Account) -> str:
    """Say of a programme's own fund what it is for: `fund` alone would mean ours."""
    is_whole = account.kind == Account.Kind.FUND and not account.use
    return _("For the programme as a whole") if is_whole else ""


@public_page
def partners(request: HttpRequest) -> HttpResponse:
    """List the partners with their programmes."""
    programmes = Programme.objects.public().select_related("partner")
    shown = (
        Partner.objects.public()
        .select_related("picture")
        .prefetch_related(Prefetch("programmes", queryset=programmes))
    )
    return render(request, "partners/partners.html", {"section": "partners", "partners": shown})


@public_page
def partner(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one partner and its programmes."""
    found = get_object_or_404(
        Partner.objects.public().select_related("picture__consent"), slug=slug
    )
    programmes = found.programmes.public().select_related("partner", "picture__consent")
    context = {
        "section": "partners",
        "page_object": found,
        "partner": found,
        "programmes": programmes,
    }
    return render(request, "partners/partner.html", context)


@public_page
def programme(request: HttpRequest, partner_slug: str, slug: str) -> HttpResponse:
    """Show one programme, what money reached it, and its pieces for sale."""
    shown = (
        Programme.objects.public()
        .filter(Q(slug_en=slug) | Q(slug_es=slug), partner__slug=partner_slug)
        .select_related("partner", "picture__consent")
        .first()
    )
    if shown is None:
        raise Http404
    # The other language's word is understood, and sent to the page's own address.
    if request.path != shown.get_absolute_url():
        return redirect(shown, permanent=True)
    context = {
        "section": "partners",
        "page_object": shown,
        "programme": shown,
        "partner": shown.partner,
        "attributed": attributed(shown),
        "threshold": PUBLIC_TOTALS_FROM,
    }
    return render(request, "partners/programme.html", context)
