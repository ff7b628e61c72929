"""Months whose books are closed. How it is done: docs/staff/closing.md."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _


class ClosedMonth(models.Model):
    """A month proposed for closing; closed for ever once another person has approved it.

    The database itself freezes its figures then, and refuses what does not belong in it.
    """

    month = models.DateField(_("month"), unique=True, help_text=_("Its first day."))
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed"))
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("approved by"),
    )
    approved_at = models.DateTimeField(_("closed"), null=True, blank=True)
    is_single_handed = models.BooleanField(
        _("approved by its author"), default=False, editable=False
    )
    # {account: [debits of the month, credits of the month, debits to its end, credits to its end]}
    totals = models.JSONField(_("frozen totals"), default=dict, editable=False)
    entries = models.PositiveBigIntegerField(_("entries"), default=0, editable=False)
    chain_position = models.BigIntegerField(_("position in the chain"), null=True, editable=False)
    chain_digest = models.CharField(_("SHA-256"), max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name = _("closed month")
        verbose_name_plural = _("closed months")
        constraints = [
            models.CheckConstraint(condition=Q(month__day=1), name="closed_month_first_day"),
            models.CheckConstraint(
                condition=Q(approved_at__isnull=True, approved_by__isnull=True)
                | Q(approved_at__isnull=False, approved_by__isnull=False),
                name="closed_month_approval_has_both",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True)
                | Q(is_single_handed=True)
                | ~Q(approved_by=F("proposed_by")),
                name="closed_month_second_person",
            ),
        ]

    def __str__(self) -> str:
        return date_format(self.month, "YEAR_MONTH_FORMAT")
