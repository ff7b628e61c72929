"""What lists and search read of a product: narrow rows that the database keeps by itself.

Written by triggers alone (the newest `marketplace_list_again` in the migrations), from the
product, its variants, prices, pieces and terms.
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

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


class Look(models.Model):
    """All by which filters tell pieces apart, stock aside: each combination once, for ever.

    Rows are added by the trigger that keeps listings, and neither change nor go: whoever has read
    one may remember it (`marketplace.looks`). A sale touches none.
    """

    # Of the fields below: they are too wide for a unique index.
    key = models.CharField(max_length=32, unique=True)
    category_id = models.BigIntegerField()
    technique_id = models.BigIntegerField(null=True)
    programme_id = models.BigIntegerField()
    is_one_of_a_kind = models.BooleanField()
    # The price, rounded down to 25, 50, 100, 250 … minor units; None where it has none.
    step = models.BigIntegerField(null=True)
    materials = ArrayField(models.CharField(max_length=40))
    colours = ArrayField(models.CharField(max_length=40))

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.key


class Listing(models.Model):
    """A published product as lists see it. Codes of materials and colours, not their names."""

    product = models.OneToOneField(
        Product, models.CASCADE, primary_key=True, related_name="listing"
    )
    category = models.ForeignKey(Category, models.CASCADE, related_name="listings")
    technique = models.ForeignKey(Technique, models.CASCADE, null=True, related_name="+")
    programme = models.ForeignKey(Programme, models.CASCADE, related_name="+")
    look = models.ForeignKey(Look, models.PROTECT, related_name="+", db_index=False)
    published_at = models.DateTimeField()
    is_one_of_a_kind = models.BooleanField()
    # The lowest of the moment, for order and bands; pages show what `pricing` says.
    price_amount = models.BigIntegerField(null=True)
    is_in_stock = models.BooleanField()
    materials = ArrayField(models.CharField(max_length=40))
    colours = ArrayField(models.CharField(max_length=40))
    # The stems by which it is found.
    vector_en = SearchVectorField()
    vector_es = SearchVectorField()

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
            # What the numbers beside filters are counted over: nothing else is read for them.
            models.Index(fields=["look"], include=["is_in_stock"], name="listing_looks"),
            GinIndex(fields=["vector_en"], name="listing_words_en"),
            GinIndex(fields=["vector_es"], name="listing_words_es"),
        ]

    def __str__(self) -> str:
        return str(self.product_id)


class Relisting(models.Model):
    """A product whose row was locked when its last piece went or came: looked at again soon."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="+")

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.product_id)
