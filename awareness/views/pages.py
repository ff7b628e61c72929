"""Pages for readers. None of them sets a cookie."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from awareness import appendices, rendering
from awareness.models import Page
from weintl.web import public_page

LEAD_FIGURE = "modern-slavery-total"
TITLES = {
    "home": _("WE International"),
    "facts": _("Figures and their sources"),
    "help": _("Get help"),
    "safety": _("Leaving this site quickly"),
    "contact": _("Contact"),
}


def own_page(key: str) -> Page:
    """Return the text of a page with a view of its own.

    Help and exit work before anybody has written a text: then the page is unsaved and empty.
    """
    page = Page.objects.public(now=timezone.now()).select_related("picture").filter(key=key).first()
    return page or Page(key=key, kind=Page.Kind.OWN, title=str(TITLES[key]))


def body_of(page: Page) -> rendering.Body:
    """Return the page's text with its figures; nothing for a page that nobody has written."""
    if page.pk is None:
        return rendering.Body(parts=[], notes=[])
    return rendering.render(page=page, today=timezone.localdate())


@public_page
def home(request: HttpRequest) -> HttpResponse:
    """Show the statement, the four pillars, one figure, some pieces, and where to find help."""
    page = own_page("home")
    figure = rendering.lead_figure(key=LEAD_FIGURE, today=timezone.localdate())
    context = {
        "page": page,
        "page_object": page,
        "figure": figure,
    }
    return render(request, "awareness/home.html", context)


@public_page
def page(request: HttpRequest, path: str) -> HttpResponse:
    """Show a page of text with its sections, figures and neighbours."""
    now = timezone.now()
    public = Page.objects.public(now=now)
    shown = public.for_display().at(path).first()
    if shown is None:
        raise Http404
    kin = list(public.filter(parent_id=shown.parent_id or shown.pk))
    appendix = appendices.of(shown, kin=kin, now=now)
    context = {
        "page": shown,
        "page_object": shown,
        "section": shown.kind,
        "body": body_of(shown),
        "kin": kin if shown.kind != Page.Kind.LEGAL else [],
        "appendix": appendix,
        **(appendix.context if appendix else {}),
    }
    response = render(request, "awareness/page.html", context)
    if not shown.is_indexed:
        response["X-Robots-Tag"] = "noindex"
    return response
