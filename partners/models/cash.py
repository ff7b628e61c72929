"""The cash box: what was counted in it, and what went to the bank. Rules: docs/staff/counter.md."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Abs
from django.utils.translation import gettext_lazy as _

from weintl.money.fields import CurrencyField, MinorUnitsField, base_currency


class CashCount(models.Model):
    """What was in the box on a day, beside what the ledger said; its difference is posted once.

    A difference above `limit` waits for another person. Once approved it stays for ever.
    """

    currency = CurrencyField(_("currency"), default=base_currency)
    counted = MinorUnitsField(_("counted"))
    expected = MinorUnitsField(_("should be there"))
    # The largest difference that one person could post alone on that day.
    limit = MinorUnitsField(_("one person may post"), editable=False)
    counted_at = models.DateTimeField(_("counted at"))
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    counted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("counted by")
    )
    entered_at = models.DateTimeField(_("entered"))
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
    request_key = models.CharField(max_length=32, unique=True, editable=False)

    class Meta:
        verbose_name = _("count of the cash box")
        verbose_name_plural = _("cash box: counts")
        constraints = [
            models.CheckConstraint(
                condition=Q(counted__gte=0, expected__gte=0, limit__gte=0),
                name="cash_count_of_cash",
            ),
            models.CheckConstraint(
                condition=Q(counted=F("expected")) | ~Q(reason=""), name="cash_count_has_reason"
            ),
            models.CheckConstraint(
                condition=Q(approved_at__isnull=True, approved_by__isnull=True)
                | Q(approved_at__isnull=False, approved_by__isnull=False),
                name="cash_count_approval_has_both",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True)
                | Q(is_single_handed=True)
                | ~Q(approved_by=F("counted_by"))
                | Q(limit__gte=Abs(F("counted") - F("expected"))),
                name="cash_count_second_person",
            ),
            # Two differences that wait would each count the same money.
            models.UniqueConstraint(
                fields=["currency"],
                condition=Q(approved_at__isnull=True),
                name="cash_count_one_waits",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}: {self.counted_at:%Y-%m-%d}"

    @property
    def difference(self) -> int:
        """Return what was found too much, below zero what is missing, in minor units."""
        return self.counted - self.expected

    @property
    def source_key(self) -> str:
        """Return the key under which its difference stands in the ledger."""
        return f"cash-count/{self.pk}/counted"


class CashTransfer(models.Model):
    """Cash paid in at the bank with a slip, or fetched there as change; posted as it is written."""

    class Direction(models.TextChoices):
        TO_BANK = "to_bank", _("paid in to the bank")
        FROM_BANK = "from_bank", _("fetched from the bank")

    direction = models.CharField(
        _("direction"), max_length=10, choices=Direction, default=Direction.TO_BANK
    )
    amount = MinorUnitsField(_("amount"))
    currency = CurrencyField(_("currency"), default=base_currency)
    moved_on = models.DateField(_("day"))
    slip = models.CharField(_("number on the bank's slip"), max_length=80)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded"))

    class Meta:
        verbose_name = _("cash to or from the bank")
        verbose_name_plural = _("cash box: to and from the bank")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="cash_transfer_of_something"),
            models.CheckConstraint(condition=~Q(slip=""), name="cash_transfer_has_slip"),
            models.CheckConstraint(
                condition=Q(direction__in=["to_bank", "from_bank"]), name="cash_transfer_direction"
            ),
            models.UniqueConstraint(
                fields=["direction", "currency", "slip"], name="cash_transfer_slip_once"
            ),
        ]

    def __str__(self) -> str:
        return self.slip

    @property
    def source_key(self) -> str:
        """Return the key under which it stands in the ledger."""
        return f"cash-transfer/{self.pk}/moved"
