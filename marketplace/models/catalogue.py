"""What the shop sells: categories, products, and their variants."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Prefetch, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from partners.models import Programme
from weintl.media.models import Picture
from weintl.media.models.consents import Scope
from weintl.money.fields import CurrencyField, MinorUnitsField, MoneyProperty, base_currency
from weintl.search.documents import Document

# What of a variant nobody has bought or holds; nothing for one that never had a piece.
FREE = Coalesce(
    F("stock__owned")
    + F("stock__consigned")
    + F("stock__backorder_limit")
    - F("stock__held")
    - F("stock__allocated"),
    0,
)


class CategoryQuerySet(models.QuerySet["Category"]):
    """Reads of categories."""

    def with_pieces(self) -> "CategoryQuerySet":
        """Return categories that have public products, each with `pieces`, their number."""
        public = Q(
            products__is_published=True,
            products__programme__is_active=True,
            products__programme__partner__status="active",
        )
        return (
            self.annotate(pieces=models.Count("products", filter=public))
            .filter(pieces__gt=0)
            .order_by("position", "pk")
        )


class Category(models.Model):
    """A technique by which the shop is divided, such as weaving."""

    name = models.CharField(_("name"), max_length=80)
    slug = models.SlugField(_("address word"), max_length=80)
    position = models.PositiveIntegerField(_("position"), default=0)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        # Constraints, not unique fields: those would bind the table of history too.
        constraints = [
            models.UniqueConstraint(fields=["slug_en"], name="category_slug_en_once"),
            models.UniqueConstraint(fields=["slug_es"], name="category_slug_es_once"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the category's page in the active language."""
        return reverse("marketplace:category", args=[self.slug])


class ProductQuerySet(models.QuerySet["Product"]):
    """Reads of products."""

    def public(self) -> "ProductQuerySet":
        """Return products that the shop may show: published, of an active programme."""
        return self.filter(
            is_published=True, programme__is_active=True, programme__partner__status="active"
        ).order_by("-published_at", "pk")

    def from_workshop_of(self, product: "Product") -> "ProductQuerySet":
        """Return other products of the same programme, with price and free pieces."""
        return self.filter(programme_id=product.programme_id).exclude(pk=product.pk).with_price()

    def with_price(self) -> "ProductQuerySet":
        """Add the price of the first variant on sale, and how many pieces are free."""
        variants = Variant.objects.filter(product=OuterRef("pk"), is_active=True)
        first = variants.order_by("position", "pk")
        free = variants.order_by().values("product").annotate(all=Sum(FREE)).values("all")
        return self.annotate(
            price_amount=Subquery(first.values("price_amount")[:1]),
            price_currency=Subquery(first.values("currency")[:1]),
            free=Coalesce(Subquery(free), 0),
        )

    def for_cards(self, *, now: datetime) -> "ProductQuerySet":
        """Add price, free pieces and pictures: two queries for any number of products."""
        return self.with_price().prefetch_related(
            Prefetch("pictures", ProductPicture.objects.public(now=now))
        )


PRODUCT_WORDS = Document(
    heading=("name", "by_line"), body=("description", "made_by", "material", "size")
)


class Product(models.Model):
    """A piece, or pieces alike, made in one partner programme."""

    code = models.SlugField(
        _("code"), max_length=40, unique=True, help_text=_("Never changes; split rules name it.")
    )
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("address word"), max_length=120)
    category = models.ForeignKey(
        Category, models.PROTECT, related_name="products", verbose_name=_("category")
    )
    programme = models.ForeignKey(
        Programme, models.PROTECT, related_name="products", verbose_name=_("programme")
    )
    by_line = models.CharField(_("line under the name"), max_length=120, blank=True)
    description = models.TextField(_("description"))
    made_by = models.CharField(
        _("made by"),
        max_length=160,
        blank=True,
        help_text=_("About the craft and the workshop. Never what happened to a person."),
    )
    material = models.CharField(_("material"), max_length=160, blank=True)
    size = models.CharField(_("size"), max_length=120, blank=True)
    care = models.CharField(_("care"), max_length=250, blank=True)
    is_one_of_a_kind = models.BooleanField(_("one of a kind"), default=False)
    is_published = models.BooleanField(_("published"), default=False)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = ProductQuerySet.as_manager()

    # Only on products read by `for_cards`.
    price = MoneyProperty("price_amount", "price_currency")

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        constraints = [
            models.UniqueConstraint(fields=["slug_en"], name="product_slug_en_once"),
            models.UniqueConstraint(fields=["slug_es"], name="product_slug_es_once"),
            models.CheckConstraint(
                condition=Q(is_published=False) | Q(published_at__isnull=False),
                name="product_published_has_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["category", "-published_at", "id"],
                condition=Q(is_published=True),
                name="product_shop",
            ),
            *PRODUCT_WORDS.indexes("product"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the product's page in the active language."""
        return reverse("marketplace:product", args=[self.slug])

    @property
    def front(self) -> Picture | None:
        """Return the first of the prefetched pictures."""
        first = next(iter(self.pictures.all()), None)
        return first.picture if first else None


class ProductPictureQuerySet(models.QuerySet["ProductPicture"]):
    """Reads of pictures of products."""

    def public(self, *, now: datetime) -> "ProductPictureQuerySet":
        """Return those that the shop may show, in order, each with its picture and consent."""
        shown = Picture.objects.public(now=now, scope=Scope.SHOP)
        return (
            self.filter(picture__in=shown)
            .select_related("picture__consent")
            .order_by("position", "pk")
        )


class ProductPicture(models.Model):
    """A picture of a product, in its place."""

    product = models.ForeignKey(
        Product, models.CASCADE, related_name="pictures", verbose_name=_("product")
    )
    picture = models.ForeignKey(
        Picture, models.PROTECT, related_name="+", verbose_name=_("picture")
    )
    position = models.PositiveIntegerField(_("position"), default=0)

    objects = ProductPictureQuerySet.as_manager()

    class Meta:
        verbose_name = _("picture of a product")
        verbose_name_plural = _("pictures of products")
        constraints = [
            models.UniqueConstraint(fields=["product", "position"], name="product_picture_place"),
        ]

    def __str__(self) -> str:
        return f"{self.product} {self.position}"


class VariantQuerySet(models.QuerySet["Variant"]):
    """Reads of variants."""

    def with_free(self) -> "VariantQuerySet":
        """Add product, category, programme, partner and the number of free pieces."""
        return (
            self.select_related("product__category", "product__programme__partner")
            .annotate(free=FREE)
            .order_by("position", "pk")
        )

    def for_sale(self) -> "VariantQuerySet":
        """Return what the shop may sell, as `with_free` reads it."""
        return self.with_free().filter(
            is_active=True,
            currency=settings.BASE_CURRENCY,
            product__is_published=True,
            product__programme__is_active=True,
            product__programme__partner__status="active",
        )


class Variant(models.Model):
    """What is priced, stocked and bought; a plain product has exactly one."""

    product = models.ForeignKey(
        Product, models.CASCADE, related_name="variants", verbose_name=_("product")
    )
    sku = models.CharField(_("SKU"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=80, blank=True)
    price_amount = MinorUnitsField(_("price"))
    currency = CurrencyField(_("currency"), default=base_currency)
    is_active = models.BooleanField(_("on sale"), default=True)
    position = models.PositiveIntegerField(_("position"), default=0)

    price = MoneyProperty("price_amount")

    objects = VariantQuerySet.as_manager()

    class Meta:
        verbose_name = _("variant")
        verbose_name_plural = _("variants")
        constraints = [
            models.CheckConstraint(condition=Q(price_amount__gt=0), name="variant_price_positive"),
        ]

    def __str__(self) -> str:
        return self.sku

    @property
    def title(self) -> str:
        """Return the product's name, with the variant's own where it has one."""
        return f"{self.product.name}, {self.name}" if self.name else self.product.name

    @property
    def is_for_sale(self) -> bool:
        """Say whether the shop may sell it, as `for_sale` does for rows."""
        programme = self.product.programme
        return (
            self.is_active
            and self.currency == settings.BASE_CURRENCY
            and self.product.is_published
            and programme.is_active
            and programme.partner.status == "active"
        )
