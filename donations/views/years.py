"""A donor's yearly statements."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from weintl import pdf
from weintl.papers.keeping import Erased

from .. import year_papers, years
from ..models import Donor, DonorVisit
from .portal import of_donor, shown


@of_donor
@require_safe
def list_years(request: HttpRequest, visit: DonorVisit) -> HttpResponse:
    """List the years in which something counts, each with its statement."""
    found = years.years_of(visit.donor, now=timezone.now())
    languages = settings.LANGUAGES
    return shown(request, visit, "years", here="years", years=found, paper_languages=languages)


@of_donor
@require_safe
def paper(request: HttpRequest, visit: DonorVisit, year: int, language: str) -> HttpResponse:
    """Hand out the statement of a year; of the present one, what there is so far."""
    return answer(visit.donor, year, language)


def answer(donor: Donor, year: int, language: str) -> HttpResponse:
    """Return the statement of a donor's year as PDF. Raises Http404 where there is none."""
    now = timezone.now()
    if language not in dict(settings.LANGUAGES):
        raise Http404
    name = year_papers.file_name(year, language)
    if year == timezone.localdate(now).year:
        contents = years.so_far(donor, now=now)
        if contents is None:
            raise Http404
        return pdf.answer(
            year_papers.provisional(contents, donor, language=language), name=f"{name}-provisional"
        )
    statement = years.issue_due(donor, year, now=now)
    if statement is None:
        raise Http404
    try:
        return pdf.answer(year_papers.as_pdf(statement, language=language), name=name)
    except Erased as error:
        raise Http404 from error
