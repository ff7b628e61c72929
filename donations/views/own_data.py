"""A donor's data: take them along, or be erased."""

import json
from datetime import datetime

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from weintl.payments.sessions import NotPayable, ProviderUnavailable
from weintl.web import private_page

from .. import erasing, own_data, plans, portal
from ..models import DonorVisit, Plan
from ..portal_forms import EraseForm
from .portal import forget, of_donor, see, shown


@of_donor
@require_safe
def data(request: HttpRequest, visit: DonorVisit) -> HttpResponse:
    """Offer the download and lead to the erasure."""
    gives = Plan.objects.live().filter(donor=visit.donor).exists()
    return shown(request, visit, "data", here="data", is_giving=gives)


@of_donor
@require_safe
def download(request: HttpRequest, visit: DonorVisit) -> StreamingHttpResponse:
    """Send all that is kept about the donor as one readable file."""
    now = timezone.now()
    kept = own_data.of(visit.donor, now=now)
    text = json.JSONEncoder(indent=2, ensure_ascii=False).iterencode(kept)
    response = StreamingHttpResponse(text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="my-giving-{now:%Y-%m-%d}.json"'
    return response


@of_donor
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest, visit: DonorVisit) -> HttpResponse:
    """Say what goes, what stays and what has to wait; with a yes, erase the donor.

    What comes regularly ends first: whom nobody knows any more, nobody may go on charging.
    """
    now = timezone.now()
    form = EraseForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_bound and form.is_valid():
        try:
            plans.cancel_all(visit.donor, now=now)
        except (NotPayable, ProviderUnavailable):
            form.add_error(None, _("Your regular gift could not be ended now. Try again soon."))
            status = 503
        else:
            return _erased(visit, now=now)
    elif form.is_bound:
        status = 422
    plan = erasing.plan(visit.donor, now=now, is_own=True)
    return shown(request, visit, "erase", status, here="data", form=form, plan=plan)


def _erased(visit: DonorVisit, *, now: datetime) -> HttpResponse:
    is_done = erasing.erase(visit.donor, now=now)
    if not is_done:
        portal.close(visit.donor, now=now)
    response = see("erased" if is_done else "erased_later")
    forget(response)
    return response


@private_page
@require_safe
def erased(request: HttpRequest) -> HttpResponse:
    """Say that the donor is gone."""
    return render(request, "donations/erased.html", {"section": "give"})


@private_page
@require_safe
def erased_later(request: HttpRequest) -> HttpResponse:
    """Say that the donor goes as soon as nothing is open."""
    return render(request, "donations/erased.html", {"section": "give", "is_later": True})
