"""Gifts, the funds they are for, and who gave them."""

import secrets
import uuid

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from partners.models import Programme, Use
from weintl.money.fields import CurrencyField, MinorUnitsField, MoneyProperty
from weintl.payments.models import Payment


def new_token() -> str:
    """Return an unguessable word for an address."""
    return secrets.token_urlsafe(24)


class Fund(models.Model):
    """What a gift may be for: where most needed, a use, a programme, or both."""

    key = models.SlugField(_("key"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    hint = models.CharField(_("hint"), max_length=200, blank=True)
    programme = models.ForeignKey(
        Programme, models.PROTECT, null=True, blank=True, related_name="+"
    )
    use = models.CharField(_("use"), max_length=25, choices=Use, blank=True, default="")
    position = models.PositiveIntegerField(_("position"), default=0)
    is_open = models.BooleanField(_("open for gifts"), default=True)

    class Meta:
        verbose_name = _("fund")
        verbose_name_plural = _("funds")
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "use"], name="fund_once", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Donor(models.Model):
    """A person or body that gives, known by e-mail address."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    language = models.CharField(_("language"), max_length=5, default="en")
    created_at = models.DateTimeField(_("created"))

    class Meta:
        verbose_name = _("donor")
        verbose_name_plural = _("donors")

    def __str__(self) -> str:
        return self.name or self.email


class Gift(models.Model):
    """One gift of one donor to one fund. Its page is behind an unguessable link."""

    class State(models.TextChoices):
        AWAITING_PAYMENT = "awaiting_payment", _("awaiting payment")
        RECEIVED = "received", _("received")
        PARTLY_REFUNDED = "partly_refunded", _("refunded in part")
        REFUNDED = "refunded", _("refunded in full")
        FAILED = "failed", _("payment failed")
        EXPIRED = "expired", _("not paid")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    token = models.CharField(max_length=64, unique=True, default=new_token, editable=False)
    donor = models.ForeignKey(Donor, models.PROTECT, related_name="gifts")
    fund = models.ForeignKey(Fund, models.PROTECT, related_name="gifts")
    state = models.CharField(
        _("state"), max_length=20, choices=State, default=State.AWAITING_PAYMENT
    )
    # What was meant for the fund; a covered fee comes on top.
    amount = MinorUnitsField(_("gift"))
    fee_cover_amount = MinorUnitsField(_("fee covered"), default=0)
    currency = CurrencyField(_("currency"))
    refunded_amount = MinorUnitsField(_("refunded"), default=0)
    language = models.CharField(_("language"), max_length=5, default="en")
    message = models.CharField(_("message"), max_length=500, blank=True)
    payment = models.OneToOneField(Payment, models.PROTECT, null=True, blank=True, related_name="+")
    submission_key = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("created"))
    received_at = models.DateTimeField(_("received"), null=True, blank=True)

    money = MoneyProperty("amount")
    fee_cover = MoneyProperty("fee_cover_amount")
    refunded = MoneyProperty("refunded_amount")

    class Meta:
        verbose_name = _("gift")
        verbose_name_plural = _("gifts")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, fee_cover_amount__gte=0), name="gift_amounts"
            ),
            models.CheckConstraint(
                condition=Q(
                    refunded_amount__gte=0,
                    refunded_amount__lte=F("amount") + F("fee_cover_amount"),
                ),
                name="gift_refunds_within_amount",
            ),
        ]
        indexes = [models.Index(fields=["-created_at", "-id"], name="gift_newest")]

    def __str__(self) -> str:
        return f"{self.fund} {self.public_id.hex[:8]}"

    def get_absolute_url(self) -> str:
        """Return the donor's page of this gift in the active language."""
        return reverse("donations:gift", args=[self.token])
