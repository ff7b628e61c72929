"""What an order bears of where it was sold, and of staff who entered it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from weintl.money.fields import MinorUnitsField, MoneyProperty


class Channel(models.TextChoices):
    """Where something was sold."""

    WEB = "web", _("online shop")
    FAIR = "fair", _("fair or market")
    TELEPHONE = "telephone", _("telephone")
    OTHER = "other", _("elsewhere")


class Entered(models.Model):
    """The part of an order that only staff can say. Orders of the online shop keep the defaults."""

    channel = models.CharField(
        _("sold at"), max_length=10, choices=Channel, default=Channel.WEB, db_index=True
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("entered by"),
    )
    # The buyer takes the pieces along: no parcel, and the place of sale instead of an address.
    is_handed_over = models.BooleanField(_("handed over, no parcel"), default=False)
    # Part of the order's discount; the rest of that is the voucher's.
    staff_discount_amount = MinorUnitsField(_("discount given by staff"), default=0)
    staff_discount_reason = models.CharField(
        _("reason of the discount"), max_length=200, blank=True
    )

    staff_discount = MoneyProperty("staff_discount_amount")

    class Meta:
        abstract = True


# Django takes the constraints of an abstract model only where its whole Meta is taken.
CONSTRAINTS = [
    models.CheckConstraint(condition=Q(channel__in=Channel.values), name="order_channel_known"),
    models.CheckConstraint(
        condition=~Q(channel=Channel.WEB)
        | Q(entered_by=None, is_handed_over=False, staff_discount_amount=0),
        name="order_online_is_entered_by_nobody",
    ),
    models.CheckConstraint(
        condition=Q(staff_discount_amount=0, staff_discount_reason="")
        | (
            Q(staff_discount_amount__gt=0, staff_discount_amount__lte=F("discount_amount"))
            & ~Q(staff_discount_reason="")
        ),
        name="order_staff_discount_has_reason",
    ),
    models.CheckConstraint(
        condition=Q(is_handed_over=False) | Q(shipping_amount=0, shipping_rate=None),
        name="order_handed_over_has_no_delivery",
    ),
]
