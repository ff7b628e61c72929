"""What lists and search read of a product: narrow rows that the database keeps by itself.

Written by triggers alone (`marketplace/migrations/0015_listing_kept.py`), from the product, its
variants, prices, pieces and terms. A list of a hundred thousand is counted over these rows.
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

from partners.models import Programme

from .attributes import Technique
from .catalogue import Product
from .categories import Category


class ListingQuerySet(models.QuerySet["Listing"]):
    """Reads of listings."""

    def public(self) -> "ListingQuerySet":
        """Return those of active programmes: a row stands for a published product anyway."""
        active = Programme.objects.filter(is_active=True, partner__status="active")
        return self.filter(programme__in=active)


class Listing(models.Model):
    """A published product as lists see it. Codes of materials and colours, not their names."""

    product = models.OneToOneField(
        Product, models.CASCADE, primary_key=True, related_name="listing"
    )
    category = models.ForeignKey(Category, models.CASCADE, related_name="listings")
    technique = models.ForeignKey(Technique, models.CASCADE, null=True, related_name="+")
    programme = models.ForeignKey(Programme, models.CASCADE, related_name="+")
    published_at = models.DateTimeField()
    is_one_of_a_kind = models.BooleanField()
    # The lowest of the moment, for order and bands; pages show what `pricing` says.
    price_amount = models.BigIntegerField(null=True)
    is_in_stock = models.BooleanField()
    materials = ArrayField(models.CharField(max_length=40))
    colours = ArrayField(models.CharField(max_length=40))

    objects = ListingQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["-published_at", "product"], name="listing_newest"),
            models.Index(fields=["price_amount", "product"], name="listing_cheapest"),
            models.Index(
                fields=["category", "-published_at", "product"], name="listing_in_category"
            ),
            models.Index(
                fields=["programme", "-published_at", "product"], name="listing_of_makers"
            ),
            models.Index(fields=["technique", "-published_at", "product"], name="listing_of_craft"),
        ]

    def __str__(self) -> str:
        return str(self.product_id)


class ListingText(models.Model):
    """The words by which a listed product is found in one language."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="texts")
    language = models.CharField(max_length=5)
    vector = SearchVectorField()
    # Name, line under it and keywords, in lower case without accents: for likeness.
    folded = models.TextField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["product", "language"], name="listing_text_once")
        ]
        indexes = [
            index
            for code in ("en", "es")
            for index in (
                GinIndex(
                    fields=["vector"], name=f"listing_words_{code}", condition=Q(language=code)
                ),
                GinIndex(
                    OpClass("folded", name="gin_trgm_ops"),
                    name=f"listing_like_{code}",
                    condition=Q(language=code),
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.product_id} {self.language}"


class Relisting(models.Model):
    """A product whose row was locked when its last piece went or came: looked at again soon."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="+")

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.product_id)
