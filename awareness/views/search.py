"""Search over the whole site. What somebody looks for is nobody's business: nothing keeps it."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from awareness import need
from weintl.search.searching import search
from weintl.search.words import LONGEST, read
from weintl.web import private_page

HELP = "helplines"


@require_safe
@private_page
def search_page(request: HttpRequest) -> HttpResponse:
    """Show what was found by kind, helplines first for words that sound like need."""
    words = read(request.GET.get("q", ""), language=get_language() or "en")
    asked = request.GET.get("in", "")
    only = asked if asked in settings.SEARCHES else ""
    found = search(words, now=timezone.now(), only=only)
    in_need = bool(words.terms) and need.is_heard(words)
    context = {
        "section": "search",
        "words": words,
        "found": found,
        "groups": sorted(found.groups, key=lambda group: in_need and group.key != HELP),
        "only": only,
        "in_need": in_need,
        "lacks_line": in_need
        and bool(need.countries(words))
        and HELP not in [group.key for group in found.groups],
        "longest": LONGEST,
    }
    return render(request, "awareness/search.html", context)
