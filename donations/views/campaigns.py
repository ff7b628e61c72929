"""A campaign's page: what it is for, how far it has come, and the form while it runs."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods

from weintl.history import once_called
from weintl.organisation.models import Organisation

from ..models import Campaign
from .give_forms import GiveFormFor, begun_before
from .giving import take


@require_http_methods(["GET", "HEAD", "POST"])
def campaign(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a campaign and, while it runs, the form of a gift to it."""
    public = Campaign.objects.public().for_page()
    found = public.at(slug).first()
    if found is None:
        found = once_called(public, slug, words=("slug_en", "slug_es"))
        if found is None:
            raise Http404
        return redirect(found, permanent=True)
    # The other language's word is understood, and sent to the page's own address.
    if request.path != found.get_absolute_url() and request.method != "POST":
        return redirect(found, permanent=True)
    is_running = found.standing(today=localdate()) == Campaign.Standing.RUNNING
    # Closing a fund ends what is asked for it, as on the give page.
    is_open = is_running and found.fund.is_open and Organisation.current().are_gifts_open
    return take(
        request, GiveFormFor(found.currency, found, before=begun_before(request)), is_open=is_open
    )
