"""What the shop sells: products, their pictures, and their variants."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Case, FilteredRelation, Max, OuterRef, Q, Subquery, Sum, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from partners.models import Programme
from weintl.media.models import Picture
from weintl.media.models.consents import Scope
from weintl.money import Money
from weintl.money.fields import CurrencyField, MinorUnitsField, MoneyProperty, base_currency

from .. import pricing
from .attributes import Material, OptionValue, Technique
from .categories import Category
from .customs import Declared
from .free import FREE, ON_SHELF
from .prices import SalePrice


class ProductQuerySet(models.QuerySet["Product"]):
    """Reads of products."""

    def public(self) -> "ProductQuerySet":
        """Return products that the shop may show: published, of an active programme."""
        return self.filter(
            is_published=True, programme__is_active=True, programme__partner__status="active"
        ).order_by("-published_at", "pk")

    def in_stock(self) -> "ProductQuerySet":
        """Return products of which a piece can be had, as their listings say."""
        return self.filter(listing__is_in_stock=True)

    def kin_of(self, product: "Product", *, most: int, now: datetime) -> "ProductQuerySet":
        """Return other pieces that can be had: of the same makers first, then of their craft.

        The newest of each nearness, each over an index: a hundred thousand are not put in order.
        """
        makers: dict[str, Any] = {"listing__programme": product.programme_id}
        craft = {"listing__technique": product.technique_id}
        nearest = [makers, {"listing__category": product.category_id}]
        if product.technique_id:
            nearest = [{**makers, **craft}, makers, craft, nearest[1]]
        newest = self.exclude(pk=product.pk).in_stock().order_by("-listing__published_at", "pk")
        first, *others = (newest.filter(**each).values("pk")[:most] for each in nearest)
        nearness = Case(
            *(When(**each, then=place) for place, each in enumerate(nearest)),
            default=len(nearest),
        )
        found = self.filter(pk__in=first.union(*others)).with_price(now=now)
        return found.order_by(nearness, "-published_at", "pk")

    def with_price(self, *, now: datetime) -> "ProductQuerySet":
        """Add what the cheapest variant costs now and usually, the dearest, and free pieces."""
        active = Variant.objects.filter(product=OuterRef("pk"), is_active=True)
        asked = active.priced(now=now).annotate(asked=pricing.ASKED)
        cheapest = asked.order_by("asked", "position", "pk")
        each = active.order_by().values("product")
        dearest = asked.order_by().values("product").annotate(most=Max("asked"))
        return self.annotate(
            price_amount=Subquery(cheapest.values("asked")[:1]),
            usual_amount=Subquery(cheapest.values("price_amount")[:1]),
            price_currency=Subquery(cheapest.values("currency")[:1]),
            dearest_amount=Subquery(dearest.values("most")),
            free=Coalesce(Subquery(each.annotate(all=Sum(FREE)).values("all")), 0),
        )

    def for_cards(self, *, now: datetime) -> "ProductQuerySet":
        """Add price, free pieces and the cover, in the same query."""
        shown = ProductPicture.objects.public(now=now).filter(product=OuterRef("pk"))
        first = Q(pictures__pk=Subquery(shown.values("pk")[:1]))
        return (
            self.with_price(now=now)
            .annotate(cover_row=FilteredRelation("pictures", condition=first))
            .select_related("cover_row__picture__consent")  # type: ignore[misc]
        )


# What readers must be told of a piece in every language before the shop shows it.
WANTED = ("name", "slug", "description")


def _in_all_languages() -> Q:
    found = Q()
    for name in WANTED:
        for code, _language in settings.LANGUAGES:
            found &= Q(**{f"{name}_{code}__isnull": False}) & ~Q(**{f"{name}_{code}": ""})
    return found


class Product(Declared, models.Model):
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
    technique = models.ForeignKey(
        Technique,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="products",
        verbose_name=_("technique"),
    )
    materials = models.ManyToManyField(
        Material, blank=True, related_name="products", verbose_name=_("materials")
    )
    material = models.CharField(
        _("more about the material"),
        max_length=160,
        blank=True,
        help_text=_("Only what the list of materials does not say, such as “lead-free glaze”."),
    )
    size = models.CharField(
        _("more about the size"),
        max_length=120,
        blank=True,
        help_text=_("Only what the measures do not say, such as “set of five”."),
    )
    care = models.CharField(_("care"), max_length=250, blank=True)
    is_one_of_a_kind = models.BooleanField(_("one of a kind"), default=False)
    dispatch_days = models.PositiveSmallIntegerField(
        _("working days until it is sent"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
        help_text=_("Longer for what is made to order. Shoppers read it."),
    )
    is_published = models.BooleanField(_("published"), default=False)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = ProductQuerySet.as_manager()

    # Only on products read by `with_price`.
    price = MoneyProperty("price_amount", "price_currency")
    usual_price = MoneyProperty("usual_amount", "price_currency")

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
            models.CheckConstraint(
                condition=Q(is_published=False) | _in_all_languages(),
                name="product_published_has_words",
            ),
            models.CheckConstraint(
                condition=Q(hs_code="") | Q(hs_code__regex=r"^[0-9]{6,10}$"),
                name="product_hs_code",
            ),
            models.CheckConstraint(
                condition=Q(dispatch_days__gte=1, dispatch_days__lte=120),
                name="product_dispatch_days",
            ),
        ]
        indexes = [
            # The order of the admin's list.
            models.Index(fields=["-created_at", "id"], name="product_made"),
            models.Index(
                fields=["category", "-published_at", "id"],
                condition=Q(is_published=True),
                name="product_shop",
            ),
            models.Index(
                fields=["-published_at", "id"],
                condition=Q(is_published=True),
                name="product_newest",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the product's page in the active language."""
        return reverse("marketplace:product", args=[self.slug])

    @property
    def is_on_sale(self) -> bool:
        """Say whether its cheapest variant costs less than usual, as `with_price` read it."""
        return self.price_amount < self.usual_amount  # type: ignore[attr-defined]

    @property
    def is_priced_from(self) -> bool:
        """Say whether its variants cost different amounts, as `with_price` read them."""
        return self.price_amount < self.dearest_amount  # type: ignore[attr-defined]

    @property
    def cover(self) -> Picture | None:
        """Return its first picture that the shop may show, as `for_cards` read it."""
        row = getattr(self, "cover_row", None)
        return row.picture if row else None

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

    def priced(self, *, now: datetime) -> "VariantQuerySet":
        """Add `sale_amount`, the sale price of the moment; None for none."""
        running = SalePrice.objects.at(now).filter(variant=OuterRef("pk"))
        return self.annotate(
            sale_amount=Subquery(running.values("price_amount")[:1]),
            sale_ends_at=Subquery(running.values("ends_at")[:1]),
        )

    def with_free(self, *, now: datetime) -> "VariantQuerySet":
        """Add product, category, programme, partner, price of the moment and free pieces."""
        return (
            self.priced(now=now)
            .select_related("product__category", "product__programme__partner")
            .annotate(free=FREE, on_shelf=ON_SHELF)
            .order_by("position", "pk")
        )

    def for_sale(self, *, now: datetime, currency: str = "") -> "VariantQuerySet":
        """Return what the shop may sell, as `with_free` reads it; in its own currency."""
        return self.with_free(now=now).filter(
            is_active=True,
            currency=currency or settings.BASE_CURRENCY,
            product__is_published=True,
            product__programme__is_active=True,
            product__programme__partner__status="active",
        )


def _positive(*names: str) -> Q:
    found = Q()
    for name in names:
        found &= Q(**{name: None}) | Q(**{f"{name}__gt": 0})
    return found


class Variant(models.Model):
    """What is priced, stocked and bought; a plain product has exactly one."""

    product = models.ForeignKey(
        Product, models.CASCADE, related_name="variants", verbose_name=_("product")
    )
    sku = models.CharField(_("SKU"), max_length=60, unique=True)
    values = models.ManyToManyField(
        OptionValue,
        blank=True,
        related_name="variants",
        verbose_name=_("choices"),
        help_text=_("One of each option, such as a colour and a size. Its name follows them."),
    )
    name = models.CharField(
        _("name"),
        max_length=80,
        blank=True,
        help_text=_("Only for a variant without choices."),
    )
    price_amount = MinorUnitsField(_("price"))
    currency = CurrencyField(_("currency"), default=base_currency)
    is_active = models.BooleanField(_("on sale"), default=True)
    position = models.PositiveIntegerField(_("position"), default=0)
    weight_grams = models.PositiveIntegerField(
        _("weight (g)"), null=True, blank=True, help_text=_("Of one piece, without its parcel.")
    )
    width_mm = models.PositiveIntegerField(_("width (mm)"), null=True, blank=True)
    length_mm = models.PositiveIntegerField(_("length or height (mm)"), null=True, blank=True)
    depth_mm = models.PositiveIntegerField(_("depth (mm)"), null=True, blank=True)
    diameter_mm = models.PositiveIntegerField(_("across (mm)"), null=True, blank=True)
    place = models.CharField(
        _("place"),
        max_length=60,
        blank=True,
        default="",
        help_text=_("Room, shelf or box. Stock is counted place by place."),
    )
    low_at = models.PositiveSmallIntegerField(
        _("low from"),
        null=True,
        blank=True,
        help_text=_("So few free pieces are low. Empty: as the organisation's record says."),
    )

    # What one costs as a rule; what is asked for it now is `asked`.
    price = MoneyProperty("price_amount")

    objects = VariantQuerySet.as_manager()

    class Meta:
        verbose_name = _("variant")
        verbose_name_plural = _("variants")
        constraints = [
            models.CheckConstraint(condition=Q(price_amount__gt=0), name="variant_price_positive"),
            models.CheckConstraint(
                condition=Q(weight_grams=None) | Q(weight_grams__gt=0),
                name="variant_weight_positive",
            ),
            models.CheckConstraint(
                condition=_positive("width_mm", "length_mm", "depth_mm", "diameter_mm"),
                name="variant_measures_positive",
            ),
        ]

    def __str__(self) -> str:
        return self.sku

    @property
    def title(self) -> str:
        """Return the product's name, with the variant's own where it has one."""
        return f"{self.product.name}, {self.name}" if self.name else self.product.name

    @property
    def asked(self) -> Money:
        """Return what one costs at the moment for which `priced` read it."""
        amount = pricing.asked(self.price_amount, self.sale_amount)  # type: ignore[attr-defined]
        return Money(amount, self.currency)

    @property
    def is_on_sale(self) -> bool:
        """Say whether less than usual is asked for it."""
        return self.asked.amount < self.price_amount

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
