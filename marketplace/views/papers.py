"""What a buyer gets on paper, behind the order's link."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from weintl import pdf
from weintl.papers.keeping import Erased
from weintl.web import private_page

from .. import invoice_papers
from ..models import Invoice


@private_page
@require_safe
def invoice(request: HttpRequest, token: str, number: str, language: str) -> HttpResponse:
    """Hand out an invoice or a credit note of the order as PDF."""
    if language not in dict(settings.LANGUAGES):
        raise Http404
    found = get_object_or_404(Invoice, order__token=token, number=number)
    try:
        content = invoice_papers.as_pdf(found, language=language)
    except Erased as error:
        raise Http404 from error
    return pdf.answer(content, name=f"{number}-{language}")
