"""Public pages of partners and programmes: who they are and what money reached them."""

from django.db.models import Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from partners.impact import attributed
from partners.models import Partner, Programme
from partners.models.ledger import PUBLIC_TOTALS_FROM
from weintl.web import public_page


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
