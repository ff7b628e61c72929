"""Searching products; `Products` is named in the setting SEARCHES."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import F, Func, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from weintl.money import Money
from weintl.money.formatting import format_money
from weintl.search import spelling
from weintl.search.documents import Document, columns, ranked, written
from weintl.search.searching import Hit, Searcher
from weintl.search.words import Words

from . import browsing, pricing
from .models import Listing, Variant

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
        likeness = 0.0
        meant = spelling.meant(words) if closely else None
        if meant is not None:
            words, likeness = meant.words, meant.likeness
            if not browsing.having(words).exists():
                words = replace(words, is_any=True)
        met = browsing.having(words).public()
        if closely and meant is None:
            met = met.none()
        priced = Variant.objects.filter(product=OuterRef("product"), is_active=True)
        asked = priced.priced(now=now).annotate(asked=pricing.ASKED).order_by("asked")
        best = Listing.objects.filter(pk__in=browsing.newest(met)).alias(
            vector=F(f"vector_{words.language}")
        )
        found = ranked(best, words, text=WORDS.summary(words.language))
        if closely:
            # Comparable with what is merely like the words among other kinds.
            found = found.annotate(rank=Value(likeness) + F("rank") * Value(0.001))
        return columns(
            found,
            kind=kind,
            heading=written("product__name", words.language),
            address=written("product__slug", words.language),
            detail=Subquery(asked.values("asked")[:1]),
            limit=limit,
            total=Subquery(
                met.values(every=Func(template="count(*)", output_field=IntegerField()))
            ),
        )

    def hit(self, *, heading: str, address: str, detail: str, excerpt: SafeString) -> Hit:
        """Return name, price and page."""
        price = format_money(Money(int(detail), settings.BASE_CURRENCY)) if detail else ""
        url = reverse("marketplace:product", args=[address])
        return Hit(title=heading, url=url, detail=price, excerpt=excerpt)
