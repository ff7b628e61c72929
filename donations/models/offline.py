"""Gifts that came without the provider, written down by staff in batches and then booked."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from weintl.money.fields import CurrencyField, MinorUnitsField, MoneyProperty, base_currency

from .campaigns import Campaign
from .gifts import Fund, Gift


class OfflineBatch(models.Model):
    """Some gifts with the total that was counted apart from them. Booked it stays as it is.

    A single gift is a batch of one. A trigger refuses changes of what is booked.
    """

    note = models.CharField(
        _("what it is"), max_length=200, help_text=_("Such as “Cheques of 3 December”. No names.")
    )
    currency = CurrencyField(_("currency"), default=base_currency, editable=False)
    control_amount = MinorUnitsField(
        _("control total"),
        help_text=_("Counted apart from the lines, such as on the bank's slip."),
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("written by"),
    )
    created_at = models.DateTimeField(_("written"), db_default=Now(), editable=False)
    booked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("booked by"),
    )
    booked_at = models.DateTimeField(_("booked"), null=True, editable=False)

    control = MoneyProperty("control_amount")

    class Meta:
        verbose_name = _("batch of offline gifts")
        verbose_name_plural = _("batches of offline gifts")
        constraints = [
            models.CheckConstraint(
                condition=Q(control_amount__gt=0), name="offline_batch_above_zero"
            ),
            models.CheckConstraint(
                condition=Q(booked_at=None, booked_by=None)
                | Q(booked_at__isnull=False, booked_by__isnull=False),
                name="offline_batch_booked_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}: {self.note}"


class OfflineGift(models.Model):
    """One gift of a batch. Who gave stands here until it is booked, then on the gift alone."""

    class Way(models.TextChoices):
        CHEQUE = "cheque", _("cheque")
        BANK = "bank", _("bank transfer")
        CASH = "cash", _("cash")

    batch = models.ForeignKey(
        OfflineBatch, models.CASCADE, related_name="lines", verbose_name=_("batch")
    )
    way = models.CharField(_("paid by"), max_length=10, choices=Way)
    reference = models.CharField(
        _("reference"),
        max_length=80,
        help_text=_("Number of the cheque, of the transfer or of the cash receipt. No names."),
    )
    received_on = models.DateField(_("received on"))
    amount = MinorUnitsField(_("amount"))
    fund = models.ForeignKey(Fund, models.PROTECT, related_name="+", verbose_name=_("fund"))
    campaign = models.ForeignKey(
        Campaign, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("campaign"),
    )  # fmt: skip
    email = models.EmailField(_("donor's e-mail"), blank=True)
    name = models.CharField(_("donor's name"), max_length=120, blank=True)
    organisation_name = models.CharField(_("organisation's name"), max_length=120, blank=True)
    is_anonymous = models.BooleanField(_("anonymous"), default=False)
    language = models.CharField(
        _("language"), max_length=5, choices=settings.LANGUAGES, default="en"
    )
    gift = models.OneToOneField(
        Gift,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="offline",
        verbose_name=_("gift"),
    )

    class Meta:
        verbose_name = _("offline gift")
        verbose_name_plural = _("offline gifts")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="offline_gift_above_zero"),
            models.CheckConstraint(
                condition=(Q(gift=None) & ~Q(email=""))
                | Q(gift__isnull=False, email="", name="", organisation_name=""),
                name="offline_gift_names_nobody_once_booked",
            ),
            models.CheckConstraint(condition=~Q(reference=""), name="offline_gift_has_reference"),
            # The same cheque twice is a mistake, in whichever batch.
            models.UniqueConstraint(
                fields=["way", "reference", "received_on", "amount"], name="offline_gift_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_way_display()} {self.reference}"
