"""Payments that come again by themselves, as the provider keeps them."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from weintl.money.fields import CurrencyField, MinorUnitsField, MoneyProperty


class Interval(models.TextChoices):
    """How often a payment comes again."""

    MONTH = "month", _("monthly")
    YEAR = "year", _("yearly")


class Subscription(models.Model):
    """One repeated payment of one purpose; each payment of it is a Payment of its own."""

    class State(models.TextChoices):
        CREATED = "created", _("not begun")
        ACTIVE = "active", _("active")
        PAST_DUE = "past_due", _("payment overdue")
        PAUSED = "paused", _("paused")
        ENDED = "ended", _("ended")

    LIVE = (State.ACTIVE, State.PAST_DUE, State.PAUSED)

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    purpose = models.CharField(_("purpose"), max_length=20)
    reference = models.CharField(_("reference"), max_length=60)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.CREATED)
    amount = MinorUnitsField(_("amount"))
    currency = CurrencyField(_("currency"))
    interval = models.CharField(_("interval"), max_length=5, choices=Interval)
    # Null until the first payment: the provider does not know it before.
    subscription_id = models.CharField(
        _("provider's id"), max_length=255, unique=True, null=True, blank=True
    )
    customer_id = models.CharField(_("customer"), max_length=255, blank=True, default="")
    period_end = models.DateTimeField(_("paid until"), null=True, blank=True)
    # What falls due before this is not charged.
    skips_until = models.DateTimeField(_("skips until"), null=True, blank=True)
    # The provider's word for why the last payment did not come; empty once one came.
    decline_code = models.CharField(_("why it was declined"), max_length=80, blank=True)
    end_reason = models.CharField(_("why it ended"), max_length=80, blank=True)
    created_at = models.DateTimeField(_("created"))
    begun_at = models.DateTimeField(_("begun"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    next_check_at = models.DateTimeField(_("next check"), null=True, blank=True)

    money = MoneyProperty("amount")

    class Meta:
        verbose_name = _("repeated payment")
        verbose_name_plural = _("repeated payments")
        constraints = [
            models.UniqueConstraint(fields=["purpose", "reference"], name="subscription_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="subscription_amount_positive"),
            models.CheckConstraint(
                condition=Q(interval__in=["month", "year"]), name="subscription_interval_known"
            ),
            models.CheckConstraint(
                condition=Q(state="created", subscription_id=None, begun_at=None, ended_at=None)
                | Q(
                    state__in=["active", "past_due", "paused"],
                    subscription_id__isnull=False,
                    begun_at__isnull=False,
                    ended_at=None,
                )
                | Q(state="ended", ended_at__isnull=False, next_check_at=None),
                name="subscription_state_has_times",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_check_at"],
                condition=Q(next_check_at__isnull=False),
                name="subscription_check_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.reference}"
