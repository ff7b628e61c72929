"""Stories. Nothing keeps a copy of them: a consent that is withdrawn is withdrawn at once."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from awareness.models import Story
from weintl.history import once_called
from weintl.web import private_page

# The address carries it, so nothing is stored: the tab and the history show a plain word.
QUIET = "quiet"


@require_safe
@private_page
def stories(request: HttpRequest) -> HttpResponse:
    """List the stories that may be read; say honestly when there are none."""
    rows = list(Story.objects.public(now=timezone.now()))
    return render(request, "awareness/stories.html", {"stories": rows, **_manner(request)})


@require_safe
@private_page
def story(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one story. One that is gone looks like one that never was."""
    public = Story.objects.public(now=timezone.now())
    found = public.at(slug).first() or once_called(public, slug, words=("slug_en", "slug_es"))
    if found is None:
        raise Http404
    manner = _manner(request)
    if found.slug != slug:
        # Not kept by caches either: the header is private_page's.
        return HttpResponsePermanentRedirect(found.get_absolute_url() + manner["query"])
    context = {"story": found, "page_object": found, **manner}
    return render(request, "awareness/story.html", context)


def _manner(request: HttpRequest) -> dict[str, object]:
    is_quiet = QUIET in request.GET
    return {"is_quiet": is_quiet, "query": f"?{QUIET}" if is_quiet else "", "section": "stories"}
