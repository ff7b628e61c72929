"""Pieces that are kept for whoever is paying."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .catalogue import Variant
from .orders import Order


class Hold(models.Model):
    """Pieces kept for an order while its payment is open."""

    class State(models.TextChoices):
        ACTIVE = "active", _("active")
        CONVERTED = "converted", _("converted")
        RELEASED = "released", _("released")

    order = models.ForeignKey(Order, models.PROTECT, related_name="holds", verbose_name=_("order"))
    variant = models.ForeignKey(
        Variant, models.PROTECT, related_name="holds", verbose_name=_("variant")
    )
    quantity = models.PositiveIntegerField(_("quantity"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ACTIVE)
    expires_at = models.DateTimeField(_("expires"))
    created_at = models.DateTimeField(_("created"))

    class Meta:
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        constraints = [
            models.UniqueConstraint(
                fields=["order", "variant"], condition=Q(state="active"), name="hold_live_once"
            ),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="hold_quantity"),
        ]
        indexes = [
            models.Index(fields=["expires_at"], condition=Q(state="active"), name="hold_due"),
        ]

    def __str__(self) -> str:
        return f"{self.order} {self.variant}"
