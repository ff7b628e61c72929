"""How many pieces there are, held for whom, and every move. Rules: docs/money.md."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from weintl.money.fields import MinorUnitsField

from .catalogue import Variant


class Stock(models.Model):
    """Counters of one variant; changed only together with a move that says why."""

    variant = models.OneToOneField(
        Variant, models.PROTECT, related_name="stock", verbose_name=_("variant")
    )
    owned = models.IntegerField(_("owned"), default=0)
    consigned = models.IntegerField(_("consigned"), default=0)
    held = models.IntegerField(_("held"), default=0)
    allocated = models.IntegerField(_("allocated"), default=0)
    backorder_limit = models.IntegerField(_("backorder limit"), default=0)
    # What the owned pieces that nobody has bought cost together, in the base currency.
    owned_cost_amount = MinorUnitsField(_("cost of owned pieces"), default=0)

    class Meta:
        verbose_name = _("stock")
        verbose_name_plural = _("stock")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    owned__gte=0,
                    consigned__gte=0,
                    held__gte=0,
                    allocated__gte=0,
                    backorder_limit__gte=0,
                    owned_cost_amount__gte=0,
                ),
                name="stock_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(
                    held__lte=F("owned") + F("consigned") + F("backorder_limit") - F("allocated")
                ),
                name="stock_not_oversold",
            ),
            models.CheckConstraint(
                condition=Q(owned__gt=0) | Q(owned_cost_amount=0),
                name="stock_no_cost_without_pieces",
            ),
        ]

    def __str__(self) -> str:
        return str(self.variant)

    @property
    def free(self) -> int:
        """Return how many pieces may still be held."""
        return self.owned + self.consigned + self.backorder_limit - self.held - self.allocated


class StockMove(models.Model):
    """One change of the counters, kept for ever; moves sum to the counters."""

    variant = models.ForeignKey(
        Variant, models.PROTECT, related_name="moves", verbose_name=_("variant")
    )
    owned = models.IntegerField(_("owned"), default=0)
    consigned = models.IntegerField(_("consigned"), default=0)
    held = models.IntegerField(_("held"), default=0)
    allocated = models.IntegerField(_("allocated"), default=0)
    owned_cost_amount = MinorUnitsField(_("cost of owned pieces"), default=0)
    reason = models.CharField(_("reason"), max_length=40)
    source_key = models.CharField(_("source"), max_length=200, unique=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )
    moved_at = models.DateTimeField(_("moved"))

    class Meta:
        verbose_name = _("stock move")
        verbose_name_plural = _("stock moves")
        indexes = [models.Index(fields=["variant", "-moved_at", "-id"], name="stock_move_newest")]

    def __str__(self) -> str:
        return f"{self.variant} {self.reason}"
