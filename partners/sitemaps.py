"""What search engines may list of partners and programmes, in each language."""

from django.db.models import QuerySet
from django.urls import reverse

from weintl.web import Listing

from .models import Partner, Programme


class PartnersSitemap(Listing):
    """The list of partners, and what has reached them."""

    def items(self) -> list[str]:
        """Return the names of addresses."""
        return ["partners:partners", "partners:impact"]

    def location(self, item: str) -> str:
        """Return the address in the language of the moment."""
        return reverse(item)


class PartnerSitemap(Listing):
    """Partners that are shown."""

    def items(self) -> QuerySet[Partner]:
        """Return the partners that may be listed."""
        return Partner.objects.public().order_by("pk")


class ProgrammeSitemap(Listing):
    """Programmes that are shown."""

    def items(self) -> QuerySet[Programme]:
        """Return the programmes that may be listed."""
        return Programme.objects.public().select_related("partner").order_by("pk")


SITEMAPS = {
    "partners": PartnersSitemap,
    "partner": PartnerSitemap,
    "programmes": ProgrammeSitemap,
}
