"""Vouchers, and what of them orders use."""

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from weintl.money.fields import CurrencyField, MinorUnitsField, MoneyProperty

from .catalogue import base_currency
from .orders import Order


class VoucherQuerySet(models.QuerySet["Voucher"]):
    """Reads of vouchers."""

    def named(self, code: str) -> "VoucherQuerySet":
        """Return the one of that code, however it is typed."""
        return self.filter(code__iexact=code.strip())


class Voucher(models.Model):
    """A word that makes an order cheaper. The shop and the programme's share bear it, never

    the makers: docs/money.md. Once an order holds a use of it, it is only ended.
    """

    class Kind(models.TextChoices):
        PERCENT = "percent", _("per cent of the pieces")
        AMOUNT = "amount", _("an amount off the pieces")
        FREE_SHIPPING = "free_shipping", _("free delivery")

    code = models.CharField(_("code"), max_length=40)
    kind = models.CharField(_("kind"), max_length=15, choices=Kind)
    rate_ppm = models.PositiveIntegerField(_("per cent, in ppm"), default=0)
    amount = MinorUnitsField(_("amount"), default=0)
    currency = CurrencyField(_("currency"), default=base_currency)
    minimum_amount = MinorUnitsField(_("from pieces worth"), default=0)
    total_uses = models.PositiveIntegerField(
        _("uses in all"), null=True, blank=True, help_text=_("Empty: without limit.")
    )
    is_once_per_customer = models.BooleanField(
        _("once a customer"), default=False, help_text=_("Customers are told by their e-mail.")
    )
    effective = DateTimeRangeField(_("in force"))
    note = models.CharField(_("note"), max_length=200, blank=True)
    # Pending and paid orders that use it; each has a row of VoucherUse.
    uses = models.PositiveIntegerField(_("used"), default=0, editable=False)

    money = MoneyProperty("amount")
    minimum = MoneyProperty("minimum_amount")

    objects = VoucherQuerySet.as_manager()

    class Meta:
        verbose_name = _("voucher")
        verbose_name_plural = _("vouchers")
        constraints = [
            models.UniqueConstraint(Upper("code"), name="voucher_code_once"),
            models.CheckConstraint(
                condition=Q(kind="percent", rate_ppm__gt=0, rate_ppm__lte=1_000_000, amount=0)
                | Q(kind="amount", amount__gt=0, rate_ppm=0)
                | Q(kind="free_shipping", amount=0, rate_ppm=0),
                name="voucher_is_of_one_kind",
            ),
            models.CheckConstraint(
                condition=Q(minimum_amount__gte=0), name="voucher_minimum_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(total_uses=None) | Q(uses__lte=F("total_uses")),
                name="voucher_uses_within_limit",
            ),
            models.CheckConstraint(
                condition=Q(effective__isempty=False), name="voucher_time_not_empty"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class VoucherUse(models.Model):
    """One order's use of a voucher; a pending order holds it, an unpaid one gives it back."""

    class State(models.TextChoices):
        HELD = "held", _("held by an order that is not paid yet")
        USED = "used", _("used")
        RELEASED = "released", _("given back")
        # Paid after it was given back, and others had taken the rest: it counts no more.
        LATE = "late", _("paid late, beyond the limit")

    voucher = models.ForeignKey(
        Voucher, models.PROTECT, related_name="used_by", verbose_name=_("voucher")
    )
    order = models.OneToOneField(
        Order, models.PROTECT, related_name="voucher_use", verbose_name=_("order")
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.HELD)
    # A digest of the e-mail as far as it tells people apart; empty where nobody is counted.
    customer = models.CharField(max_length=64, blank=True, editable=False)
    taken_at = models.DateTimeField(_("taken"))

    class Meta:
        verbose_name = _("use of a voucher")
        verbose_name_plural = _("uses of vouchers")
        constraints = [
            models.UniqueConstraint(
                fields=["voucher", "customer"],
                condition=Q(state__in=["held", "used"]) & ~Q(customer=""),
                name="voucher_once_a_customer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.voucher} {self.order}"
