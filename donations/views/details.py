"""What a donor says of themselves, and which mails they want."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from .. import consents, donors
from ..models import DonorVisit
from ..portal_forms import DetailsForm, MailsForm
from .portal import of_donor, see, shown


@of_donor
@require_http_methods(["GET", "HEAD", "POST"])
def details(request: HttpRequest, visit: DonorVisit) -> HttpResponse:
    """Show and change name, organisation, address and language."""
    donor = visit.donor
    known = {
        "name": donor.name,
        "organisation": donor.organisation,
        "address": donor.address,
        "language": donor.language,
    }
    form = DetailsForm(request.POST if request.method == "POST" else None, initial=known)
    if form.is_bound and form.is_valid():
        donors.change_details(donor=donor, **form.cleaned_data)
        messages.success(request, _("Your details are kept."))
        return see("details")
    status = 422 if form.is_bound else 200
    return shown(request, visit, "details", status, here="details", form=form)


@of_donor
@require_http_methods(["GET", "HEAD", "POST"])
def mails(request: HttpRequest, visit: DonorVisit) -> HttpResponse:
    """Show which mails come, and let the donor choose those that need a yes."""
    holding = consents.given(visit.donor)
    form = MailsForm(
        request.POST if request.method == "POST" else None, initial={"topics": list(holding)}
    )
    if form.is_bound and form.is_valid():
        consents.choose(
            donor=visit.donor,
            topics=form.cleaned_data["topics"],
            language=get_language() or settings.LANGUAGE_CODE,
            now=timezone.now(),
        )
        messages.success(request, _("Your choice is kept."))
        return see("mails")
    status = 422 if form.is_bound else 200
    given = list(holding.values())
    return shown(request, visit, "mails", status, here="mails", form=form, given=given)
