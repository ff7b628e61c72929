"""What search engines may list, in each language."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from weintl.web import Listing

from .models import Page


class PageSitemap(Listing):
    """All public pages; the safety page and others marked so are left out."""

    def items(self) -> QuerySet[Page]:
        """Return the pages that may be listed."""
        return Page.objects.public(now=timezone.now()).filter(is_indexed=True)

    def lastmod(self, page: Page) -> datetime | None:
        """Return when the page was published."""
        return page.published_at


SITEMAPS = {"pages": PageSitemap}
