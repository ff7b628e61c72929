"""What has reached whom: the ledger's public totals, as a page and as data."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language

from partners import impact as public
from partners import open_data
from partners.models import Seal
from partners.models.ledger import PUBLIC_TOTALS_FROM
from partners.totals import totals
from weintl.web import public_page


def _newest_seal() -> Seal | None:
    return Seal.objects.order_by("-position").first()


@public_page
def impact(request: HttpRequest) -> HttpResponse:
    """Show the totals by use, programme and quarter, how each is computed, and the chain."""
    context = {
        "section": "impact",
        "reports": public.reports(totals(), known=public.public_programmes()),
        "threshold": PUBLIC_TOTALS_FROM,
        "seal": _newest_seal(),
        "time_zone": settings.DISPLAY_TIME_ZONE,
    }
    return render(request, "partners/impact.html", context)


@public_page
def impact_csv(request: HttpRequest) -> HttpResponse:
    """Return the totals as a table; the mark at its head tells spreadsheets of UTF-8."""
    said = open_data.rows(totals(), known=public.public_programmes())
    text = open_data.as_csv(said)
    response = HttpResponse(text.encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="impact-{get_language()}.csv"'
    response["X-Robots-Tag"] = "noindex"
    return response


@public_page
def impact_json(request: HttpRequest) -> HttpResponse:
    """Return the totals as data, with the meaning of each column."""
    said = open_data.rows(totals(), known=public.public_programmes())
    data = open_data.as_json(said, seal=_newest_seal(), threshold=PUBLIC_TOTALS_FROM)
    response = JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = f'inline; filename="impact-{get_language()}.json"'
    response["X-Robots-Tag"] = "noindex"
    return response
