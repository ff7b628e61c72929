"""What search engines may list, in each language."""

from datetime import date, datetime

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from weintl.web import Listing

from .models import Helpline, Page, Statistic


class PageSitemap(Listing):
    """All public pages; the safety page and others marked so are left out."""

    def items(self) -> QuerySet[Page]:
        """Return the pages that may be listed."""
        return Page.objects.public(now=timezone.now()).filter(is_indexed=True)

    def get_languages_for_item(self, page: Page) -> list[str]:
        """Return the languages that the page is written in."""
        codes = [code for code, _name in settings.LANGUAGES]
        return [code for code in codes if getattr(page, f"title_{code}")]

    def lastmod(self, page: Page) -> datetime | None:
        """Return when the page was published."""
        return page.published_at


class FactSitemap(Listing):
    """The page of each public figure."""

    def items(self) -> QuerySet[Statistic]:
        """Return the figures that readers may see."""
        return Statistic.objects.public()

    def lastmod(self, figure: Statistic) -> date:
        """Return when the figure was last checked."""
        return figure.checked_on


class HelpSitemap(Listing):
    """Countries with helplines: whoever looks for a number shall find it."""

    def items(self) -> list[str]:
        """Return the codes of the countries."""
        codes = Helpline.objects.public().order_by("country").values_list("country", flat=True)
        return list(codes.distinct())

    def location(self, item: str) -> str:
        """Return the country's page in the language of the moment."""
        return reverse("awareness:help_country", args=[item.lower()])


SITEMAPS = {"pages": PageSitemap, "facts": FactSitemap, "help": HelpSitemap}
