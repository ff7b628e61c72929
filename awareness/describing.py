"""Pages in the words of schema.org, for search engines."""

from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from weintl.web import absolute, crumbs, described

from .models import Page


def page(shown: Page) -> SafeString:
    """Return a public page and the way to it as JSON-LD."""
    url = absolute(shown.get_absolute_url())
    is_article = shown.kind == Page.Kind.UNDERSTAND
    data: dict[str, Any] = {
        "@type": "Article" if is_article else "WebPage",
        "headline" if is_article else "name": shown.title,
        "description": shown.description or shown.lede,
        "url": url,
        "inLanguage": get_language() if shown.is_translated else "en",
        "publisher": {"@type": "NGO", "url": absolute(reverse("awareness:home"))},
    }
    if shown.published_at:
        data["datePublished"] = shown.published_at.date().isoformat()
    if shown.reviewed_on:
        data["dateModified"] = shown.reviewed_on.isoformat()
    way = [(_("Home"), reverse("awareness:home"))]
    if shown.parent:
        way.append((shown.parent.title, shown.parent.get_absolute_url()))
    way.append((shown.title, shown.get_absolute_url()))
    return described(data, crumbs(way))
