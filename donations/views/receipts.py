"""A donor's receipts, behind the gift's link."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from weintl import pdf
from weintl.papers.keeping import Erased
from weintl.web import private_page

from .. import receipt_papers
from ..models import Receipt


@private_page
@require_safe
def receipt(request: HttpRequest, token: str, number: str, language: str) -> HttpResponse:
    """Hand out a copy of a receipt of the gift as PDF; of one that is void, what says so."""
    if language not in dict(settings.LANGUAGES):
        raise Http404
    rows = Receipt.objects.select_related("voiding")
    found = get_object_or_404(rows, gift__token=token, number=number)
    try:
        content = receipt_papers.as_pdf(found, language=language)
    except Erased as error:
        raise Http404 from error
    return pdf.answer(content, name=f"{number}-{language}")
