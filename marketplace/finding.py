"""Searching products; named in the setting SEARCHES."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from weintl.money import Money
from weintl.money.formatting import format_money
from weintl.search.documents import columns, written
from weintl.search.searching import Hit, Searcher
from weintl.search.words import Words

from .models import Product
from .models.catalogue import PRODUCT_WORDS


class Products(Searcher):
    """Products that the shop shows, also those that are sold out."""

    name = _("Pieces")

    def rows(
        self, words: Words, *, kind: str, closely: bool, now: datetime, limit: int
    ) -> QuerySet[Any, Any]:
        """Return public products with slug and price."""
        document = PRODUCT_WORDS
        find = document.resemble if closely else document.search
        return columns(
            find(Product.objects.public().with_price(now=now), words),
            kind=kind,
            heading=written("name", words.language),
            address=written("slug", words.language),
            detail=Concat(
                Cast("price_amount", TextField()), Value(" "), "price_currency",
                output_field=TextField(),
            ),
            limit=limit,
        )  # fmt: skip

    def hit(self, *, heading: str, address: str, detail: str, excerpt: SafeString) -> Hit:
        """Return name, price and page."""
        amount, _space, currency = detail.partition(" ")
        price = format_money(Money(int(amount), currency)) if amount else ""
        url = reverse("marketplace:product", args=[address])
        return Hit(title=heading, url=url, detail=price, excerpt=excerpt)
