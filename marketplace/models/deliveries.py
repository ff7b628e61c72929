"""Goods in: what came from a programme on one day. Rules: docs/staff/deliveries.md."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partners.models import Programme
from weintl.money.fields import MinorUnitsField

from .catalogue import Variant


class Delivery(models.Model):
    """Pieces of one programme: written down first, then received, once.

    One that `corrects` another takes pieces of it off the shelf again.
    """

    programme = models.ForeignKey(
        Programme, models.PROTECT, related_name="+", verbose_name=_("programme")
    )
    delivered_on = models.DateField(_("delivered"))
    reference = models.CharField(
        _("reference"), max_length=80, blank=True, help_text=_("Such as the number on its paper.")
    )
    corrects = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="corrections",
        verbose_name=_("corrects"),
        editable=False,
    )
    reason = models.CharField(_("reason"), max_length=250, blank=True)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("received by"),
    )
    received_at = models.DateTimeField(_("received"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("delivery of goods")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.CheckConstraint(
                condition=Q(corrects__isnull=True) | ~Q(reason=""),
                name="delivery_correction_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(received_at__isnull=True, received_by__isnull=True)
                | Q(received_at__isnull=False, received_by__isnull=False),
                name="delivery_received_has_both",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}: {self.programme.code}"


class DeliveryLine(models.Model):
    """So many pieces of one variant, consigned or bought outright at a cost of one."""

    class Supply(models.TextChoices):
        CONSIGNED = "consigned", _("consigned")
        OWNED = "owned", _("bought outright")

    delivery = models.ForeignKey(
        Delivery, models.CASCADE, related_name="lines", verbose_name=_("delivery")
    )
    variant = models.ForeignKey(
        Variant, models.PROTECT, related_name="+", verbose_name=_("variant")
    )
    quantity = models.PositiveIntegerField(_("pieces"))
    supply = models.CharField(_("supply"), max_length=10, choices=Supply, default=Supply.CONSIGNED)
    unit_cost_amount = MinorUnitsField(
        _("cost of one"), default=0, help_text=_("Only for pieces bought outright.")
    )

    class Meta:
        verbose_name = _("line of a delivery")
        verbose_name_plural = _("lines of a delivery")
        constraints = [
            models.UniqueConstraint(
                fields=["delivery", "variant", "supply"], name="delivery_line_once"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, unit_cost_amount__gte=0), name="delivery_line_counts"
            ),
            models.CheckConstraint(
                condition=Q(supply="owned") | Q(unit_cost_amount=0),
                name="delivery_line_consigned_costs_nothing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.variant}"

    @property
    def source_key(self) -> str:
        """Return what names it in stock and ledger; it is there once."""
        return f"delivery-{self.delivery_id}-{self.pk}"
