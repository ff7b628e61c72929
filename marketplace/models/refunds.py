"""What refunds of orders give back."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from weintl.money.fields import MinorUnitsField
from weintl.payments import states
from weintl.payments.models import Refund

from .orders import Order, Unit


class OrderRefundQuerySet(models.QuerySet["OrderRefund"]):
    """Reads of refunds of orders."""

    def unnamed(self) -> "OrderRefundQuerySet":
        """Return those made at the provider whose pieces nobody has named yet."""
        return self.filter(
            kind=OrderRefund.Kind.EXTERNAL, named_at__isnull=True, refund__state__in=states.LEFT
        )


class OrderRefund(models.Model):
    """What a refund of an order gives back: named pieces, delivery, or goodwill."""

    class Kind(models.TextChoices):
        CANCELLATION = "cancellation", _("cancelled before sending")
        RETURN = "return", _("returned")
        GOODWILL = "goodwill", _("goodwill")
        UNFILLABLE = "unfillable", _("could not be filled")
        EXTERNAL = "external", _("made at the provider, pieces not named")

    order = models.ForeignKey(
        Order, models.PROTECT, related_name="refunds", verbose_name=_("order")
    )
    refund = models.OneToOneField(
        Refund, models.PROTECT, related_name="order_refund", verbose_name=_("refund")
    )
    kind = models.CharField(_("kind"), max_length=15, choices=Kind)
    units = models.ManyToManyField(
        Unit, related_name="refunds", blank=True, verbose_name=_("pieces")
    )
    # What the buyer gets of delivery, tax included, and what of it is tax.
    shipping_amount = MinorUnitsField(_("delivery"), default=0)
    shipping_tax_amount = MinorUnitsField(_("tax on delivery"), default=0)
    gift_amount = MinorUnitsField(_("gift"), default=0)
    goodwill_amount = MinorUnitsField(_("goodwill"), default=0)
    # A refund made at the provider stands in suspense until somebody names its pieces.
    named_at = models.DateTimeField(_("pieces named"), null=True, blank=True)

    objects = OrderRefundQuerySet.as_manager()

    class Meta:
        verbose_name = _("refund of an order")
        verbose_name_plural = _("refunds of orders")

    def __str__(self) -> str:
        return f"{self.order} {self.kind}"


class WriteOff(models.Model):
    """A piece that was sent, is refunded and never sold again; written once, kept for ever."""

    unit = models.OneToOneField(
        Unit, models.PROTECT, related_name="write_off", verbose_name=_("piece")
    )
    reason = models.CharField(_("why it is written off"), max_length=250)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )
    written_off_at = models.DateTimeField(_("written off"))

    class Meta:
        verbose_name = _("piece written off")
        verbose_name_plural = _("pieces written off")
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="write_off_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.reason}"
