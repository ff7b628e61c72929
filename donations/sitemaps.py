"""What search engines may list of giving, in each language."""

from django.db.models import QuerySet
from django.urls import reverse

from weintl.web import Listing

from .models import Campaign


class GiveSitemap(Listing):
    """The page that asks for gifts; gifts and donors' own pages are nobody's to find."""

    def items(self) -> list[str]:
        """Return the names of addresses."""
        return ["donations:give"]

    def location(self, item: str) -> str:
        """Return the address in the language of the moment."""
        return reverse(item)


class CampaignSitemap(Listing):
    """Campaigns that are shown."""

    def items(self) -> QuerySet[Campaign]:
        """Return the campaigns that may be listed."""
        return Campaign.objects.public().order_by("pk")


SITEMAPS = {"give": GiveSitemap, "campaigns": CampaignSitemap}
