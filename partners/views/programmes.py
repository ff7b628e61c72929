"""Public pages of partners and programmes: who they are and what money reached them."""

from collections.abc import Iterable

from django.db.models import Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django_countries import countries

from partners import atlas
from partners.impact import attributed
from partners.models import Partner, Programme
from partners.models.ledger import PUBLIC_TOTALS_FROM
from weintl.history import once_called
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
    context = {
        "section": "partners",
        "partners": shown,
        "countries": _by_country(shown),
        "atlas": atlas.draw(str(each.country) for each in shown),
    }
    return render(request, "partners/partners.html", context)


def _by_country(shown: Iterable[Partner]) -> list[tuple[str, list[Partner]]]:
    """Return (name of the country, its partners) in the order of the names."""
    found: dict[str, list[Partner]] = {}
    for each in shown:
        found.setdefault(str(countries.name(str(each.country))), []).append(each)
    return sorted(found.items())


@public_page
def partner(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one partner and its programmes."""
    public = Partner.objects.public().select_related("picture__consent")
    found = public.filter(slug=slug).first()
    if found is None:
        return _moved(once_called(public, slug, words=("slug",)))
    programmes = list(found.programmes.public().select_related("partner", "picture__consent"))
    context = {
        "section": "partners",
        "page_object": found,
        "partner": found,
        "programmes": programmes,
        "attributed": attributed(programmes),
        "threshold": PUBLIC_TOTALS_FROM,
    }
    return render(request, "partners/partner.html", context)


def _moved(found: Partner | Programme | None) -> HttpResponse:
    """Lead from an address of former times to the page. Raises Http404."""
    if found is None:
        raise Http404
    return redirect(found, permanent=True)


@public_page
def programme(request: HttpRequest, partner_slug: str, slug: str) -> HttpResponse:
    """Show one programme, what money reached it, and its pieces for sale."""
    public = Programme.objects.public().select_related("partner", "picture__consent")
    named = Q(slug_en=slug) | Q(slug_es=slug)
    shown = public.filter(named, partner__slug=partner_slug).first()
    if shown is None:
        houses = Partner.objects.public()
        of = houses.filter(slug=partner_slug).first() or once_called(
            houses, partner_slug, words=("slug",)
        )
        theirs = public.filter(partner=of)
        return _moved(
            theirs.filter(named).first() or once_called(theirs, slug, words=("slug_en", "slug_es"))
        )
    # The other language's word is understood, and sent to the page's own address.
    if request.path != shown.get_absolute_url():
        return redirect(shown, permanent=True)
    context = {
        "section": "partners",
        "page_object": shown,
        "programme": shown,
        "programme_list": [shown],
        "partner": shown.partner,
        "attributed": attributed([shown]),
        "threshold": PUBLIC_TOTALS_FROM,
    }
    return render(request, "partners/programme.html", context)
