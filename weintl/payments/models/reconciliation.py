"""Comparisons with the provider, and what they found."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from weintl.money.fields import CurrencyField, MinorUnitsField

from .payments import Payment
from .payouts import ProviderPayout


class Reconciliation(models.Model):
    """One comparison with the provider, up to a cut-off."""

    currency = CurrencyField(_("currency"))
    from_at = models.DateTimeField(_("from"))
    cut_off_at = models.DateTimeField(_("cut-off"))
    run_at = models.DateTimeField(_("run"))
    transactions = models.PositiveIntegerField(_("balance transactions compared"), default=0)
    taken_in = models.PositiveIntegerField(_("missed events taken in"), default=0)
    # Everything up to the cut-off; ours is null where no ledger is named.
    provider_balance = MinorUnitsField(_("balance at the provider"), default=0)
    in_flight = MinorUnitsField(_("booked by us, not yet by the provider"), default=0)
    ledger_balance = MinorUnitsField(_("balance in the ledger"), null=True, blank=True)
    is_equal = models.BooleanField(_("no difference"), default=False)

    class Meta:
        verbose_name = _("reconciliation")
        verbose_name_plural = _("reconciliations")

    def __str__(self) -> str:
        return f"{self.currency} {self.cut_off_at:%Y-%m-%d %H:%M}"


class Difference(models.Model):
    """What we and the provider do not agree on; a person closes it."""

    class Kind(models.TextChoices):
        UNKNOWN_TO_US = "unknown_to_us", _("unknown to us")
        UNKNOWN_TO_PROVIDER = "unknown_to_provider", _("unknown to the provider")
        AMOUNT = "amount", _("amounts differ")
        BALANCE = "balance", _("balances differ")

    # Null where it came to light while an event was processed.
    reconciliation = models.ForeignKey(
        Reconciliation,
        models.PROTECT,
        related_name="differences",
        null=True,
        blank=True,
        verbose_name=_("reconciliation"),
    )
    payment = models.ForeignKey(
        Payment,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="differences",
        verbose_name=_("payment"),
    )
    provider_payout = models.ForeignKey(
        ProviderPayout,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="differences",
        verbose_name=_("payout to our bank"),
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    object_id = models.CharField(_("object"), max_length=255)
    ours = MinorUnitsField(_("ours"), null=True, blank=True)
    theirs = MinorUnitsField(_("theirs"), null=True, blank=True)
    currency = CurrencyField(_("currency"))
    detail = models.CharField(_("detail"), max_length=250, blank=True)
    occurred_at = models.DateTimeField(_("happened"))
    found_at = models.DateTimeField(_("found"))
    resolved_at = models.DateTimeField(_("resolved"), null=True, blank=True)
    resolution = models.CharField(_("resolution"), max_length=250, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("resolved by"),
    )

    class Meta:
        verbose_name = _("difference")
        verbose_name_plural = _("differences")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "object_id"],
                condition=Q(resolved_at__isnull=True),
                name="difference_open_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.object_id}"
