"""Pages for readers. None of them sets a cookie."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from awareness import appendices, describing, publishing, rendering
from awareness.models import OldPath, Page
from weintl.kept.keeping import kept_page
from weintl.web import private_page

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
    page = (
        Page.objects.public(now=timezone.now())
        .select_related("picture__consent", "share_picture__consent")
        .filter(key=key)
        .first()
    )
    return page or Page(key=key, kind=Page.Kind.OWN, title=str(TITLES[key]))


def body_of(page: Page) -> rendering.Body:
    """Return the page's text with its figures; nothing for a page that nobody has written."""
    if page.pk is None:
        return rendering.Body(parts=[], notes=[])
    return rendering.render(page=page, today=timezone.localdate())


@kept_page
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


@kept_page
def page(request: HttpRequest, path: str) -> HttpResponse:
    """Show a page of text with its sections, figures and neighbours."""
    now = timezone.now()
    shown = Page.objects.public(now=now).for_display().at(path).first()
    if shown is None:
        return _moved(path, now=now)
    response = render(request, "awareness/page.html", _page_context(shown, now=now))
    if not shown.is_indexed:
        response["X-Robots-Tag"] = "noindex"
    return response


def _moved(path: str, *, now: datetime) -> HttpResponse:
    """Lead from an address that a page once had to where it stands now. Raises Http404."""
    old = OldPath.objects.filter(language=get_language(), path=path)
    kept = Page.objects.public(now=now).filter(pk__in=old.values("page_id")).first()
    if kept is None:
        raise Http404
    return redirect(kept, permanent=True)


def _page_context(shown: Page, *, now: datetime) -> dict[str, Any]:
    kin = list(Page.objects.public(now=now).filter(parent_id=shown.parent_id or shown.pk))
    appendix = appendices.of(shown, kin=kin, now=now)
    return {
        "page": shown,
        "page_object": shown,
        "section": shown.kind,
        "body": body_of(shown),
        "kin": kin if shown.kind != Page.Kind.LEGAL else [],
        "appendix": appendix,
        "described": describing.page(shown) if shown.is_public(now=now) else None,
        **(appendix.context if appendix else {}),
    }


@require_safe
@private_page
def preview(request: HttpRequest, token: str) -> HttpResponse:
    """Show a page as readers would see it, to whoever was given the address, for a week."""
    shown = publishing.read_preview(token)
    if shown is None:
        return render(request, "awareness/preview_over.html", status=410)
    context = _page_context(shown, now=timezone.now())
    # Its other languages are previews too: the page's own address may lead nowhere yet.
    context |= {"is_preview": True, "page_object": None}
    return render(request, "awareness/page.html", context)
