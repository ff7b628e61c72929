"""Gifts that name no programme, given to one by two persons. Rules: docs/staff/allocations.md."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from weintl.money.fields import CurrencyField, MinorUnitsField, base_currency

from .programmes import Programme
from .uses import Use


class Allocation(models.Model):
    """An amount from a pool to a programme's use; moved for ever once another person approved it.

    A pool is a fund without a programme: of one use, or where the money is most needed.
    """

    pool = models.CharField(
        _("from"),
        max_length=25,
        choices=[("", _("Where it is most needed")), *Use.choices],
        blank=True,
        default="",
        help_text=_("What was given for one use stays with that use."),
    )
    programme = models.ForeignKey(
        Programme, models.PROTECT, related_name="allocations", verbose_name=_("to the programme")
    )
    use = models.CharField(_("for"), max_length=25, choices=Use)
    amount = MinorUnitsField(_("amount"))
    currency = CurrencyField(_("currency"), default=base_currency)
    reason = models.CharField(_("reason"), max_length=500)
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
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)
    is_single_handed = models.BooleanField(
        _("approved by its author"), default=False, editable=False
    )

    class Meta:
        verbose_name = _("allocation")
        verbose_name_plural = _("allocations")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="allocation_of_something"),
            models.CheckConstraint(
                condition=Q(pool="") | Q(pool=F("use")), name="allocation_stays_restricted"
            ),
            models.CheckConstraint(condition=~Q(use=""), name="allocation_has_use"),
            models.CheckConstraint(condition=~Q(reason=""), name="allocation_has_reason"),
            models.CheckConstraint(
                condition=Q(approved_at__isnull=True, approved_by__isnull=True)
                | Q(approved_at__isnull=False, approved_by__isnull=False),
                name="allocation_approval_has_both",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True)
                | Q(is_single_handed=True)
                | ~Q(approved_by=F("proposed_by")),
                name="allocation_second_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}: {self.programme.code}"

    @property
    def source_key(self) -> str:
        """Return the key under which it stands in the ledger."""
        return f"allocation/{self.pk}/approved"
