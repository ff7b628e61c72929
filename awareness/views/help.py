"""Help and safety. No cache of the device shall keep these pages."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from awareness import countries
from awareness.models import Helpline

from .pages import body_of, own_page


# Not public_page: a number that is withdrawn must be gone at once, and no cache of the
# device shall keep the page.
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """List the helplines by country; the emergency numbers stand first."""
    own = own_page("help")
    context = {
        "page": own,
        "page_object": own,
        "section": "help",
        "body": body_of(own),
        "countries": countries.with_lines(Helpline.objects.public(), today=timezone.localdate()),
    }
    return render(request, "awareness/help.html", context)


@require_safe
def safety(request: HttpRequest) -> HttpResponse:
    """Say honestly what the exit button does and what it cannot do."""
    own = own_page("safety")
    context = {"page": own, "page_object": own, "section": "help", "body": body_of(own)}
    return render(request, "awareness/safety.html", context)
