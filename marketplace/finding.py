"""Searching products; `Products` is named in the setting SEARCHES."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from weintl.money import Money
from weintl.money.formatting import format_money
from weintl.search.documents import Document, alike, columns, ranked, written
from weintl.search.searching import Hit, Searcher
from weintl.search.words import Words

from . import pricing
from .models import ListingText, Product, Variant

# What excerpts are taken from.
WORDS = Document(
    heading=(),
    body=("product__description", "product__made_by", "product__material", "product__size"),
)


class Products(Searcher):
    """Products that the shop shows, also those that are sold out."""

    name = _("Pieces")

    def rows(
        self, words: Words, *, kind: str, closely: bool, now: datetime, limit: int
    ) -> QuerySet[Any, Any]:
        """Return public products with slug and price."""
        shown = Product.objects.public().order_by()
        texts = ListingText.objects.filter(language=words.language, product__in=shown)
        priced = Variant.objects.filter(product=OuterRef("product"), is_active=True)
        asked = priced.priced(now=now).annotate(asked=pricing.ASKED).order_by("asked")
        found = (alike if closely else ranked)(texts, words, text=WORDS.summary(words.language))
        return columns(
            found,
            kind=kind,
            heading=written("product__name", words.language),
            address=written("product__slug", words.language),
            detail=Subquery(asked.values("asked")[:1]),
            limit=limit,
        )

    def hit(self, *, heading: str, address: str, detail: str, excerpt: SafeString) -> Hit:
        """Return name, price and page."""
        price = format_money(Money(int(detail), settings.BASE_CURRENCY)) if detail else ""
        url = reverse("marketplace:product", args=[address])
        return Hit(title=heading, url=url, detail=price, excerpt=excerpt)
