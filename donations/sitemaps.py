"""What search engines may list of giving, in each language."""

from django.urls import reverse

from weintl.web import Listing


class GiveSitemap(Listing):
    """The page that asks for gifts; gifts and donors' own pages are nobody's to find."""

    def items(self) -> list[str]:
        """Return the names of addresses."""
        return ["donations:give"]

    def location(self, item: str) -> str:
        """Return the address in the language of the moment."""
        return reverse(item)


SITEMAPS = {"give": GiveSitemap}
