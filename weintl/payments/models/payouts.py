"""What the provider sends to our bank, and what each of its payouts is made of."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from weintl.money.fields import CurrencyField, MinorUnitsField, MoneyProperty
from weintl.money.formatting import format_money

from .payments import Payment


class ProviderPayout(models.Model):
    """One payout of the provider to our bank, as the provider tells it."""

    payout_id = models.CharField(_("provider's id"), max_length=255, unique=True)
    state = models.CharField(_("state"), max_length=30)  # the provider's words
    amount = MinorUnitsField(_("amount"))
    currency = CurrencyField(_("currency"))
    # Manual ones cannot be itemised at the provider.
    is_automatic = models.BooleanField(_("by the provider's schedule"), default=True)
    # Completed once the provider can say what is in it; empty where it never does.
    reconciliation_status = models.CharField(_("items"), max_length=30, blank=True)
    created_at = models.DateTimeField(_("created"))
    arrives_on = models.DateField(_("at the bank"))
    balance_transaction_id = models.CharField(
        _("balance transaction"), max_length=255, unique=True, null=True, blank=True
    )
    settled_at = models.DateTimeField(_("left the provider"), null=True, blank=True)
    # Books the money back in when the bank sent it back or the payout was cancelled.
    failure_balance_transaction_id = models.CharField(
        _("balance transaction of the failure"), max_length=255, unique=True, null=True, blank=True
    )
    failed_at = models.DateTimeField(_("came back"), null=True, blank=True)
    failure_code = models.CharField(_("failure code"), max_length=80, blank=True)
    # Null until each of its balance transactions was held against our rows.
    itemised_at = models.DateTimeField(_("compared"), null=True, blank=True)
    is_equal = models.BooleanField(_("no difference"), default=False)
    next_check_at = models.DateTimeField(_("next check"), null=True, blank=True)
    checks = models.PositiveIntegerField(_("checks without news"), default=0)

    money = MoneyProperty("amount")

    class Meta:
        verbose_name = _("payout to our bank")
        verbose_name_plural = _("payouts to our bank")
        constraints = [
            models.CheckConstraint(
                condition=Q(balance_transaction_id=None, settled_at=None)
                | Q(balance_transaction_id__isnull=False, settled_at__isnull=False),
                name="provider_payout_settled_has_both",
            ),
            models.CheckConstraint(
                condition=Q(failure_balance_transaction_id=None, failed_at=None)
                | Q(failure_balance_transaction_id__isnull=False, failed_at__isnull=False),
                name="provider_payout_failed_has_both",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_check_at"],
                condition=Q(next_check_at__isnull=False),
                name="provider_payout_due",
            ),
            models.Index(fields=["-created_at", "-id"], name="provider_payout_newest"),
        ]

    def __str__(self) -> str:
        return f"{format_money(self.money)} {self.payout_id}"


class ProviderPayoutItem(models.Model):
    """One balance transaction that a payout is made of, the payout's own left out."""

    provider_payout = models.ForeignKey(
        ProviderPayout, models.PROTECT, related_name="items", verbose_name=_("payout to our bank")
    )
    payment = models.ForeignKey(
        Payment,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="provider_payout_items",
        verbose_name=_("payment"),
    )
    transaction_id = models.CharField(_("balance transaction"), max_length=255)
    category = models.CharField(_("category"), max_length=60)  # the provider's reporting category
    amount = MinorUnitsField(_("amount"))
    fee_amount = MinorUnitsField(_("fee"))
    net_amount = MinorUnitsField(_("net"))
    currency = CurrencyField(_("currency"))
    source_id = models.CharField(_("source"), max_length=255, blank=True)
    occurred_at = models.DateTimeField(_("happened"))

    class Meta:
        verbose_name = _("item of a payout to our bank")
        verbose_name_plural = _("items of payouts to our bank")
        constraints = [
            models.UniqueConstraint(
                fields=["provider_payout", "transaction_id"], name="provider_payout_item_once"
            ),
            models.CheckConstraint(
                condition=Q(net_amount=models.F("amount") - models.F("fee_amount")),
                name="provider_payout_item_net",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category} {self.transaction_id}"
