"""Gifts that come again by themselves: what was agreed, and each change of it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from weintl.money import Money
from weintl.money.fields import CurrencyField, MinorUnitsField, MoneyProperty
from weintl.payments.models import Interval, Subscription

from .donors import Donor
from .gifts import Fund


class PlanQuerySet(models.QuerySet["Plan"]):
    """Reads of plans."""

    def live(self) -> "PlanQuerySet":
        """Return those from which gifts come, or will after a pause."""
        return self.filter(subscription__state__in=Subscription.LIVE)

    def of_donor(self, donor: Donor) -> "PlanQuerySet":
        """Return a donor's plans that ever began, live ones first."""
        begun = self.filter(donor=donor, subscription__begun_at__isnull=False)
        return begun.select_related("subscription", "fund").order_by(
            F("subscription__ended_at").desc(nulls_first=True), "-created_at", "-pk"
        )


class Plan(models.Model):
    """One donor's repeated gift to one fund. How it stands is in its subscription."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    donor = models.ForeignKey(Donor, models.PROTECT, related_name="plans", verbose_name=_("donor"))
    fund = models.ForeignKey(Fund, models.PROTECT, related_name="plans", verbose_name=_("fund"))
    # What each gift is; a covered fee comes on top.
    amount = MinorUnitsField(_("gift"))
    fee_cover_amount = MinorUnitsField(_("fee covered"), default=0)
    currency = CurrencyField(_("currency"))
    interval = models.CharField(_("interval"), max_length=5, choices=Interval)
    subscription = models.OneToOneField(
        Subscription, models.PROTECT, related_name="+", verbose_name=_("repeated payment")
    )
    created_at = models.DateTimeField(_("created"))
    # Who asked the provider for what, until it is known whether it was done.
    asked = models.JSONField(null=True, blank=True, editable=False)

    money = MoneyProperty("amount")
    fee_cover = MoneyProperty("fee_cover_amount")

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, fee_cover_amount__gte=0), name="plan_amounts"
            ),
            models.CheckConstraint(
                condition=Q(interval__in=["month", "year"]), name="plan_interval_known"
            ),
            models.CheckConstraint(
                condition=Q(asked__isnull=True)
                | Q(
                    asked__has_keys=["kind", "key", "by", "actor", "before", "amount", "at"],
                    asked__kind__in=[
                        "amount",
                        "skipped",
                        "unskipped",
                        "paused",
                        "resumed",
                        "ended",
                    ],
                ),
                name="plan_asked_is_whole",
            ),
        ]
        indexes = [models.Index(fields=["donor", "-created_at", "-id"], name="plan_of_donor")]

    def __str__(self) -> str:
        return f"P-{str(self.public_id).replace('-', '')[:8].upper()}"

    @property
    def total(self) -> Money:
        """Return what is charged each time: the gift and the fee that its donor covers."""
        return self.money + self.fee_cover

    def get_absolute_url(self) -> str:
        """Return the donor's page of this plan in the active language."""
        return reverse("donations:plan", args=[self.public_id])


class PlanChange(models.Model):
    """One change of a plan: what it was, what it is, who did it. Written once."""

    class Kind(models.TextChoices):
        BEGUN = "begun", _("begun")
        AMOUNT = "amount", _("another amount")
        FUND = "fund", _("another purpose")
        SKIPPED = "skipped", _("the next one skipped")
        UNSKIPPED = "unskipped", _("the next one comes after all")
        PAUSED = "paused", _("paused")
        RESUMED = "resumed", _("resumed")
        CARD = "card", _("another card asked for")
        OVERDUE = "overdue", _("a payment did not come")
        MENDED = "mended", _("paid after all")
        ENDED = "ended", _("ended")

    class By(models.TextChoices):
        DONOR = "donor", _("the donor")
        STAFF = "staff", _("staff")
        PROVIDER = "provider", _("the payment provider")

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="changes", verbose_name=_("plan"))
    kind = models.CharField(_("change"), max_length=10, choices=Kind)
    by = models.CharField(_("by"), max_length=8, choices=By)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who of staff"),
    )
    before = models.JSONField(_("before"), default=dict)
    after = models.JSONField(_("after"), default=dict)
    changed_at = models.DateTimeField(_("when"))
    # One sending of a form changes once.
    key = models.CharField(max_length=120, unique=True, editable=False)

    class Meta:
        verbose_name = _("change of a plan")
        verbose_name_plural = _("changes of plans")
        constraints = [
            models.CheckConstraint(
                condition=Q(by__in=["donor", "staff", "provider"]), name="plan_change_by_known"
            ),
            models.CheckConstraint(
                condition=Q(by="staff") | Q(actor=None), name="plan_change_actor_is_staff"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan} {self.kind}"
