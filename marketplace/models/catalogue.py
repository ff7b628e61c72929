"""What the shop sells: categories, products, and their variants."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from partners.models import Programme
from weintl.media.models import Picture
from weintl.money.fields import CurrencyField, MinorUnitsField, MoneyProperty


class Category(models.Model):
    """A technique by which the shop is divided, such as weaving."""

    name = models.CharField(_("name"), max_length=80)
    slug = models.SlugField(_("address word"), max_length=80, unique=True)
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")

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


class Product(models.Model):
    """A piece, or pieces alike, made in one partner programme."""

    code = models.SlugField(
        _("code"), max_length=40, unique=True, help_text=_("Never changes; split rules name it.")
    )
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("address word"), max_length=120, unique=True)
    category = models.ForeignKey(Category, models.PROTECT, related_name="products")
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="products")
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

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        constraints = [
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
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the product's page in the active language."""
        return reverse("marketplace:product", args=[self.slug])


class ProductPicture(models.Model):
    """A picture of a product, in its place."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="pictures")
    picture = models.ForeignKey(Picture, models.PROTECT, related_name="+")
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("picture of a product")
        verbose_name_plural = _("pictures of products")
        constraints = [
            models.UniqueConstraint(fields=["product", "position"], name="product_picture_place"),
        ]

    def __str__(self) -> str:
        return f"{self.product} {self.position}"


class Variant(models.Model):
    """What is priced, stocked and bought; a plain product has exactly one."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="variants")
    sku = models.CharField(_("SKU"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=80, blank=True)
    price_amount = MinorUnitsField(_("price, in cents"))
    currency = CurrencyField(_("currency"), default="usd")
    is_active = models.BooleanField(_("on sale"), default=True)
    position = models.PositiveIntegerField(_("position"), default=0)

    price = MoneyProperty("price_amount")

    class Meta:
        verbose_name = _("variant")
        verbose_name_plural = _("variants")
        constraints = [
            models.CheckConstraint(condition=Q(price_amount__gt=0), name="variant_price_positive"),
        ]

    def __str__(self) -> str:
        return self.sku
