"""What search engines may list of the shop, in each language."""

from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse

from weintl.web import Listing

from .models import Category, Product


class ShopSitemap(Listing):
    """The shop's front page."""

    def items(self) -> list[str]:
        """Return the names of addresses."""
        return ["marketplace:shop"]

    def location(self, item: str) -> str:
        """Return the address in the language of the moment."""
        return reverse(item)


class CategorySitemap(Listing):
    """Categories that have pieces to show."""

    def items(self) -> list[Category]:
        """Return the categories that may be listed."""
        return list(Category.objects.tree().by_id.values())


class ProductSitemap(Listing):
    """All public products; a product that is sold out keeps its page."""

    def items(self) -> QuerySet[Product]:
        """Return the products that may be listed."""
        return Product.objects.public()

    def lastmod(self, product: Product) -> datetime | None:
        """Return when the product was published."""
        return product.published_at


SITEMAPS = {"shop": ShopSitemap, "categories": CategorySitemap, "products": ProductSitemap}
