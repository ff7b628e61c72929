"""What leaves the house: a shipment is one parcel with its pieces. Rules: docs/staff/orders.md.

What a parcel costs is another matter: `marketplace.serving.Parcel`.
"""

from datetime import date
from urllib.parse import quote
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from ..estimates import Expected
from .orders import Order, Unit

NUMBER = "{number}"
WAITING = (Order.State.PAID, Order.State.PARTLY_SENT)


def check_tracking_address(address: str) -> None:
    """Demand a secure address with a place for the number. Raises ValidationError."""
    if not address.startswith("https://") or address.count(NUMBER) != 1:
        raise ValidationError(_("An address that begins with https:// and has {number} once."))


def new_request() -> str:
    """Return a word for a sending that no form asked for."""
    return uuid4().hex


class Carrier(models.Model):
    """Who takes parcels, and where they can be followed."""

    name = models.CharField(_("name"), max_length=80)
    tracking_address = models.CharField(
        _("address to follow a parcel"),
        max_length=300,
        blank=True,
        validators=[check_tracking_address],
        help_text=_("With {number} where the tracking number goes. Empty: no link."),
    )
    is_offered = models.BooleanField(
        _("offered"), default=True, help_text=_("Untick it when you send nothing with it any more.")
    )

    class Meta:
        verbose_name = _("carrier")
        verbose_name_plural = _("carriers")
        constraints = [
            models.CheckConstraint(
                condition=Q(tracking_address="")
                | Q(tracking_address__startswith="https://", tracking_address__contains=NUMBER),
                name="carrier_tracking_address",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def follow(self, number: str) -> str:
        """Return where the parcel of that number is followed; nothing where that is unknown."""
        if not number or not self.tracking_address:
            return ""
        return self.tracking_address.replace(NUMBER, quote(number, safe=""))


class ShipmentQuerySet(models.QuerySet["Shipment"]):
    """Reads of parcels."""

    def under_way(self) -> "ShipmentQuerySet":
        """Return those of which a piece has not arrived and was not given back meanwhile."""
        sent = ShipmentUnit.objects.filter(shipment=OuterRef("pk"), unit__state=Unit.State.SENT)
        return self.filter(Exists(sent), delivered_at=None)

    def overdue(self, *, today: date) -> "ShipmentQuerySet":
        """Return those under way that should have arrived before `today`."""
        return self.under_way().filter(expected_to__lt=today)


class Shipment(Expected, models.Model):
    """One parcel that left the house. Its pieces stay; carrier and number may be corrected."""

    order = models.ForeignKey(
        Order, models.PROTECT, related_name="shipments", verbose_name=_("order")
    )
    carrier = models.ForeignKey(
        Carrier,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("carrier"),
    )
    tracking_number = models.CharField(_("tracking number"), max_length=80, blank=True)
    units = models.ManyToManyField(
        Unit, through="ShipmentUnit", related_name="+", verbose_name=_("pieces")
    )
    # One form sends once, however often it is submitted.
    request_key = models.CharField(max_length=80, unique=True, editable=False, default=new_request)
    sent_at = models.DateTimeField(_("sent"))
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("sent by"),
    )
    expected_from = models.DateField(_("expected from"), null=True, blank=True)
    expected_to = models.DateField(_("expected until"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)

    objects = ShipmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("parcel sent")
        verbose_name_plural = _("parcels sent")
        constraints = [
            models.CheckConstraint(
                condition=Q(expected_from=None, expected_to=None)
                | Q(expected_from__lte=F("expected_to")),
                name="shipment_expected_in_order",
            ),
        ]
        indexes = [
            models.Index(fields=["-sent_at", "-id"], name="shipment_newest"),
            models.Index(
                fields=["expected_to"], condition=Q(delivered_at=None), name="shipment_expected"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order} / {self.pk}"

    @property
    def follow_address(self) -> str:
        """Return the carrier's page about it; nothing where there is none."""
        return self.carrier.follow(self.tracking_number) if self.carrier else ""


class ShipmentUnit(models.Model):
    """A piece in a parcel: in one, for ever."""

    shipment = models.ForeignKey(
        Shipment, models.PROTECT, related_name="contents", verbose_name=_("parcel")
    )
    unit = models.OneToOneField(
        Unit, models.PROTECT, related_name="packed", verbose_name=_("piece")
    )

    class Meta:
        verbose_name = _("piece in a parcel")
        verbose_name_plural = _("pieces in parcels")

    def __str__(self) -> str:
        return f"{self.shipment}: {self.unit}"


class Delay(models.Model):
    """What staff said to a buyer of a later day; said once, and kept."""

    class Reason(models.TextChoices):
        MAKING = "making", _("Work by hand has taken longer than we thought.")
        MATERIAL = "material", _("The makers are waiting for material.")
        WORKSHOP = "workshop", _("The workshop is closed for some days.")
        WEATHER = "weather", _("Weather holds up the roads.")
        CARRIER = "carrier", _("The carrier is late.")
        CUSTOMS = "customs", _("The parcel waits at customs.")
        US = "us", _("We have made a mistake and are putting it right.")

    order = models.ForeignKey(Order, models.PROTECT, related_name="delays", verbose_name=_("order"))
    reason = models.CharField(_("reason"), max_length=10, choices=Reason)
    words = models.CharField(_("own words"), max_length=500, blank=True)
    expected_on = models.DateField(_("arrives by"))
    request_key = models.CharField(max_length=80, unique=True, editable=False)
    said_at = models.DateTimeField(_("said"))
    said_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("said by"),
    )

    class Meta:
        verbose_name = _("delay")
        verbose_name_plural = _("delays")

    def __str__(self) -> str:
        return f"{self.order}: {self.expected_on}"


class WaitingOrderQuerySet(models.QuerySet["WaitingOrder"]):
    """Reads of orders that have pieces to send."""

    def waiting(self) -> "WaitingOrderQuerySet":
        """Return those with pieces that wait: an order's state says so of its pieces."""
        return self.filter(state__in=WAITING)

    def late(self, *, today: date) -> "WaitingOrderQuerySet":
        """Return those that should have left before `today`."""
        return self.waiting().filter(due_on__lt=today)


class WaitingOrder(Order):
    """An order as who packs sees it."""

    objects = WaitingOrderQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        proxy = True
        default_permissions = ("view",)
        verbose_name = _("order to send")
        verbose_name_plural = _("what to send")
