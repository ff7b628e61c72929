"""Orders, their lines, and each single piece with its frozen cents."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from donations.models import Gift
from partners.models import PROGRAMME_USES, Programme, SplitRule
from weintl.money import Money
from weintl.money.fields import CurrencyField, MinorUnitsField, MoneyProperty
from weintl.payments.models import Payment

from ..estimates import Expected
from .cart import Cart
from .catalogue import Variant
from .entering import CONSTRAINTS, Entered
from .shipping import ShippingRate
from .taxes import TaxRule

# No letter or digit that is taken for another when read aloud or written by hand.
LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_token() -> str:
    """Return an unguessable word for an order's address."""
    return secrets.token_urlsafe(24)


def new_number() -> str:
    """Return an order number such as WE-7KQ2MX9D; 30^8 of them, so guessing finds none."""
    return "WE-" + "".join(secrets.choice(LETTERS) for _place in range(8))


class Order(Expected, Entered, models.Model):
    """What somebody bought, frozen as it was shown."""

    class State(models.TextChoices):
        AWAITING_PAYMENT = "awaiting_payment", _("awaiting payment")
        PAID = "paid", _("paid")
        PARTLY_SENT = "partly_sent", _("sent in part")
        SENT = "sent", _("sent")
        DELIVERED = "delivered", _("delivered")
        CANCELLED = "cancelled", _("cancelled")
        EXPIRED = "expired", _("not paid")
        UNFILLABLE = "unfillable", _("paid but unfillable")

    number = models.CharField(_("number"), max_length=12, unique=True, default=new_number)
    token = models.CharField(max_length=64, unique=True, default=new_token, editable=False)
    state = models.CharField(
        _("state"), max_length=20, choices=State, default=State.AWAITING_PAYMENT
    )
    email = models.EmailField(_("e-mail"))
    name = models.CharField(_("name"), max_length=200)
    street = models.CharField(_("street and number"), max_length=200)
    street_extra = models.CharField(_("flat, floor"), max_length=200, blank=True)
    district = models.CharField(_("district"), max_length=120, blank=True)
    city = models.CharField(_("town or city"), max_length=120, blank=True)
    region = models.CharField(_("state or province"), max_length=120, blank=True)
    postcode = models.CharField(_("postcode"), max_length=20, blank=True)
    country = CountryField(_("country"))
    language = models.CharField(_("language"), max_length=5, default="en")
    currency = CurrencyField(_("currency"))
    goods_amount = MinorUnitsField(_("pieces, before discounts"))
    discount_amount = MinorUnitsField(_("discount"), default=0)
    shipping_amount = MinorUnitsField(_("delivery"), default=0)
    # All taxes, those on delivery too; of it, what the shown prices include.
    tax_amount = MinorUnitsField(_("tax"), default=0)
    included_tax_amount = MinorUnitsField(_("of it included in prices"), default=0)
    shipping_tax_amount = MinorUnitsField(_("of it on delivery"), default=0)
    is_shipping_tax_included = models.BooleanField(default=False, editable=False)
    gift_amount = MinorUnitsField(_("gift added"), default=0)
    total_amount = MinorUnitsField(_("total"))
    shipping_rate = models.ForeignKey(
        ShippingRate,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("shipping rate"),
    )
    gift = models.OneToOneField(
        Gift, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("gift")
    )
    payment = models.OneToOneField(
        Payment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("payment")
    )
    # A present for somebody: words for the card, and a parcel without prices.
    hides_prices = models.BooleanField(_("no prices in the parcel"), default=False)
    message = models.TextField(_("words for the card"), blank=True)
    # Whose cart it was, to empty it once paid and to let go what an earlier try holds.
    cart = models.ForeignKey(
        Cart,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="orders",
        editable=False,
        verbose_name=_("cart"),
    )
    # The account it belongs to; a guest's has none.
    customer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="orders",
        verbose_name=_("customer"),
    )
    # Whose account was deleted: the task waits until nothing is open, then names go.
    erase_asked_at = models.DateTimeField(_("to be erased since"), null=True, blank=True)
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True)
    # One submission of the checkout form makes one order, however often it is sent.
    submission_key = models.CharField(max_length=64, unique=True, editable=False)
    placed_at = models.DateTimeField(_("placed"))
    paid_at = models.DateTimeField(_("paid"), null=True, blank=True)
    # Working days until it leaves and on its way, as they were said when it was placed.
    handling_days = models.PositiveSmallIntegerField(null=True, editable=False)
    days_from = models.PositiveSmallIntegerField(null=True, editable=False)
    days_to = models.PositiveSmallIntegerField(null=True, editable=False)
    # What that means once it is paid; a statement of delay moves it.
    due_on = models.DateField(_("to be sent by"), null=True, blank=True)
    expected_from = models.DateField(_("expected from"), null=True, blank=True)
    expected_to = models.DateField(_("expected until"), null=True, blank=True)

    goods = MoneyProperty("goods_amount")
    discount = MoneyProperty("discount_amount")
    shipping = MoneyProperty("shipping_amount")
    tax = MoneyProperty("tax_amount")
    included_tax = MoneyProperty("included_tax_amount")
    gift_money = MoneyProperty("gift_amount")
    total = MoneyProperty("total_amount")

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        permissions = [("enter_order", "Can enter an order")]
        constraints = [
            *CONSTRAINTS,
            models.CheckConstraint(
                condition=Q(
                    total_amount=F("goods_amount")
                    - F("discount_amount")
                    + F("shipping_amount")
                    + F("tax_amount")
                    - F("included_tax_amount")
                    + F("gift_amount")
                ),
                name="order_total_is_sum",
            ),
            models.CheckConstraint(
                condition=Q(gift__isnull=True, gift_amount=0)
                | Q(gift__isnull=False, gift_amount__gt=0),
                name="order_gift_has_amount",
            ),
            models.CheckConstraint(
                condition=Q(
                    included_tax_amount__gte=0,
                    included_tax_amount__lte=F("tax_amount"),
                    shipping_tax_amount__gte=0,
                    shipping_tax_amount__lte=F("tax_amount"),
                ),
                name="order_taxes_within_tax",
            ),
            models.CheckConstraint(
                condition=Q(
                    goods_amount__gte=0,
                    discount_amount__gte=0,
                    shipping_amount__gte=0,
                    tax_amount__gte=0,
                ),
                name="order_amounts_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(erased_at=None)
                | Q(
                    email="",
                    name="",
                    street="",
                    street_extra="",
                    city="",
                    postcode="",
                    message="",
                    customer=None,
                ),
                name="order_erased_names_nobody",
            ),
        ]
        indexes = [
            models.Index(fields=["-placed_at", "-id"], name="order_newest"),
            models.Index(
                fields=["paid_at", "id"],
                condition=Q(state__in=["paid", "partly_sent"]),
                name="order_to_send",
            ),
            models.Index(fields=["customer", "-placed_at", "-id"], name="order_of_customer"),
            models.Index(Upper("email"), condition=Q(customer=None), name="order_of_guest"),
            models.Index(
                fields=["id"],
                condition=Q(erase_asked_at__isnull=False, erased_at=None),
                name="order_to_erase",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def charged_shipping_amount(self) -> int:
        """Return what the buyer pays for delivery, tax included, in minor units."""
        on_top = 0 if self.is_shipping_tax_included else self.shipping_tax_amount
        return self.shipping_amount + on_top

    @property
    def net_shipping_amount(self) -> int:
        """Return what delivery brings us, tax aside, in minor units."""
        return self.charged_shipping_amount - self.shipping_tax_amount

    def get_absolute_url(self) -> str:
        """Return the buyer's page in the active language."""
        return reverse("marketplace:order", args=[self.token])


class OrderTax(models.Model):
    """One rule's tax over an order, frozen: on `base_amount`, which holds it if inclusive."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="taxes", verbose_name=_("order"))
    rule = models.ForeignKey(TaxRule, models.PROTECT, related_name="+", verbose_name=_("tax rule"))
    name = models.CharField(_("name"), max_length=60)
    rate_ppm = models.PositiveIntegerField(_("rate, in ppm"))
    is_inclusive = models.BooleanField(_("prices include it"))
    base_amount = MinorUnitsField(_("taxed amount"))
    amount = MinorUnitsField(_("tax"))
    currency = CurrencyField(_("currency"))

    money = MoneyProperty("amount")

    class Meta:
        verbose_name = _("tax of an order")
        verbose_name_plural = _("taxes of orders")
        constraints = [
            models.UniqueConstraint(fields=["order", "rule"], name="order_tax_once"),
            models.CheckConstraint(
                condition=Q(amount__gte=0, base_amount__gte=0), name="order_tax_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order} {self.name}"


class OrderLine(models.Model):
    """So many pieces of one variant at one price, with its share of discount and tax."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="lines", verbose_name=_("order"))
    variant = models.ForeignKey(
        Variant, models.PROTECT, related_name="+", verbose_name=_("variant")
    )
    programme = models.ForeignKey(
        Programme, models.PROTECT, related_name="+", verbose_name=_("programme")
    )
    product_name = models.CharField(_("product"), max_length=120)
    quantity = models.PositiveIntegerField(_("quantity"))
    unit_price_amount = MinorUnitsField(_("price"))
    discount_amount = MinorUnitsField(_("discount"), default=0)
    net_amount = MinorUnitsField(_("net"))
    tax_amount = MinorUnitsField(_("tax"), default=0)
    is_tax_included = models.BooleanField(_("the price includes it"), default=False)
    currency = CurrencyField(_("currency"))
    position = models.PositiveIntegerField(default=0)

    unit_price = MoneyProperty("unit_price_amount")
    net = MoneyProperty("net_amount")

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        constraints = [
            models.UniqueConstraint(fields=["order", "variant"], name="order_line_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="order_line_quantity"),
            models.CheckConstraint(
                condition=Q(
                    is_tax_included=False,
                    net_amount=F("unit_price_amount") * F("quantity") - F("discount_amount"),
                )
                | Q(
                    is_tax_included=True,
                    net_amount=F("unit_price_amount") * F("quantity")
                    - F("discount_amount")
                    - F("tax_amount"),
                ),
                name="order_line_net",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.product_name}"

    @property
    def gross(self) -> Money:
        """Return the price of all pieces, before discounts and tax."""
        return self.unit_price * self.quantity

    @property
    def charged_amount(self) -> int:
        """Return what the buyer pays for all pieces, tax included, in minor units."""
        return self.net_amount + self.tax_amount


class UnitQuerySet(models.QuerySet["Unit"]):
    """Reads of pieces."""

    def of(self, order: Order) -> "UnitQuerySet":
        """Return the pieces of `order` in their order, with line, product, programme."""
        return (
            self.filter(line__order=order)
            .select_related("line__variant__product", "line__programme__partner", "rule")
            .order_by("line__position", "line_id", "position", "pk")
        )


class Unit(models.Model):
    """One piece of a line; what it pays for is frozen when the order is paid."""

    class Supply(models.TextChoices):
        OWNED = "owned", _("owned")
        CONSIGNED = "consigned", _("consigned")

    class State(models.TextChoices):
        PAID = "paid", _("paid")
        SENT = "sent", _("sent")
        DELIVERED = "delivered", _("delivered")
        CANCELLED = "cancelled", _("cancelled before sending")
        RETURNED = "returned", _("returned")

    line = models.ForeignKey(
        OrderLine, models.PROTECT, related_name="units", verbose_name=_("order line")
    )
    position = models.PositiveIntegerField()
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PAID)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)
    supply = models.CharField(_("supply"), max_length=10, choices=Supply)
    rule = models.ForeignKey(
        SplitRule, models.PROTECT, related_name="+", verbose_name=_("split rule")
    )
    currency = CurrencyField(_("currency"))
    net_amount = MinorUnitsField(_("net"))
    tax_amount = MinorUnitsField(_("tax"), default=0)
    # Consigned: owed to the makers by this sale. Owned: what the piece had cost.
    maker_amount = MinorUnitsField(_("maker pay or cost"))
    long_term_care_amount = MinorUnitsField(default=0)
    education_amount = MinorUnitsField(default=0)
    medical_psychological_amount = MinorUnitsField(default=0)
    legal_aid_amount = MinorUnitsField(default=0)
    operations_amount = MinorUnitsField(_("operations, before the fee"))

    objects = UnitQuerySet.as_manager()

    net = MoneyProperty("net_amount")

    class Meta:
        verbose_name = _("piece")
        verbose_name_plural = _("pieces")
        constraints = [
            models.UniqueConstraint(fields=["line", "position"], name="unit_place"),
            models.CheckConstraint(
                condition=Q(
                    net_amount=F("maker_amount")
                    + F("long_term_care_amount")
                    + F("education_amount")
                    + F("medical_psychological_amount")
                    + F("legal_aid_amount")
                    + F("operations_amount")
                ),
                name="unit_parts_sum_to_price",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line} / {self.position}"

    @property
    def uses(self) -> dict[str, int]:
        """Return {use: minor units} of the programme's share."""
        return {use.value: getattr(self, f"{use.value}_amount") for use in PROGRAMME_USES}

    @property
    def charged_amount(self) -> int:
        """Return what the buyer paid for this piece, tax included, in minor units."""
        return self.net_amount + self.tax_amount
