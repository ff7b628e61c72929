"""Where a programme's money goes: bank details, unreadable at rest, two persons a change."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .programmes import Programme

# Time for a wrong or stolen change to be noticed before money follows it.
HOLD = timedelta(days=7)


class BankDetailsQuerySet(models.QuerySet["BankDetails"]):
    """Reads of bank details."""

    def approved(self, programme_id: int) -> "BankDetailsQuerySet":
        """Return what was ever approved for the programme, newest first."""
        return self.filter(programme_id=programme_id, approved_at__isnull=False).order_by(
            "-approved_at", "-pk"
        )


class BankDetails(models.Model):
    """One version of a programme's bank details. A change is a new row; none is ever edited.

    `sealed` holds all of it encrypted; `masked` the last digits, which is all that is shown.
    """

    programme = models.ForeignKey(
        Programme, models.PROTECT, related_name="bank_details", verbose_name=_("programme")
    )
    sealed = models.TextField(editable=False)
    masked = models.CharField(_("account"), max_length=40, editable=False)
    reason = models.CharField(_("reason"), max_length=250)
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
    in_force_at = models.DateTimeField(_("in force from"), null=True, blank=True)
    is_single_handed = models.BooleanField(
        _("approved by who proposed it"), default=False, editable=False
    )

    objects = BankDetailsQuerySet.as_manager()

    class Meta:
        verbose_name = _("bank details")
        verbose_name_plural = _("bank details")
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_at__isnull=True, approved_by__isnull=True)
                & Q(in_force_at__isnull=True)
                | Q(approved_at__isnull=False, approved_by__isnull=False)
                & Q(in_force_at__isnull=False),
                name="bank_details_approval_has_all",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True)
                | Q(is_single_handed=True)
                | ~Q(approved_by=F("proposed_by")),
                name="bank_details_second_person",
            ),
            models.CheckConstraint(
                condition=Q(approved_at__isnull=True) | Q(approved_at__gte=F("proposed_at")),
                name="bank_details_proposed_first",
            ),
            models.CheckConstraint(
                condition=Q(in_force_at__isnull=True) | Q(in_force_at__gte=F("approved_at") + HOLD),
                name="bank_details_seven_days",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme.code} {self.masked}"

    def is_in_force(self, at: datetime) -> bool:
        """Say whether money may go there at that time."""
        return self.in_force_at is not None and self.in_force_at <= at
