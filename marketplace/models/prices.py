"""Prices for a time. What is asked for a piece now is said by `marketplace.pricing`."""

from datetime import datetime

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from weintl.money.fields import MinorUnitsField, MoneyProperty


class Time(Func):
    """The time from one moment on, up to another and without it."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class SalePriceQuerySet(models.QuerySet["SalePrice"]):
    """Reads of sale prices."""

    def at(self, now: datetime) -> "SalePriceQuerySet":
        """Return those of the moment: one a variant at most."""
        return self.filter(starts_at__lte=now, ends_at__gt=now).order_by("pk")


class SalePrice(models.Model):
    """A lower price from one day to another. What makers get of a piece does not change."""

    variant = models.ForeignKey(
        "Variant", models.CASCADE, related_name="sales", verbose_name=_("variant")
    )
    price_amount = MinorUnitsField(_("sale price"))
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))

    objects = SalePriceQuerySet.as_manager()
    price = MoneyProperty("price_amount", "variant_currency")

    class Meta:
        verbose_name = _("sale price")
        verbose_name_plural = _("sale prices")
        constraints = [
            models.CheckConstraint(condition=Q(price_amount__gt=0), name="sale_price_positive"),
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at")),
                name="sale_price_has_time",
                violation_error_message=_("It must end after it begins."),
            ),
            ExclusionConstraint(
                name="sale_price_no_overlap",
                expressions=[
                    (F("variant"), RangeOperators.EQUAL),
                    (Time("starts_at", "ends_at", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("Another sale price of this variant has the same days."),
            ),
        ]
        indexes = [models.Index(fields=["ends_at"], name="sale_price_end")]

    def __str__(self) -> str:
        return f"{self.variant_id}: {self.price_amount}"

    @property
    def variant_currency(self) -> str:
        """Return the currency of its variant."""
        return self.variant.currency

    def clean(self) -> None:
        """Ask for a price above zero and below the usual one."""
        amount, variant = self.price_amount, self.variant_id and self.variant
        if amount == 0:
            raise ValidationError({"price_amount": _("Enter an amount above zero.")})
        if amount and variant and variant.price_amount and amount >= variant.price_amount:
            raise ValidationError({"price_amount": _("Type less than the price of every day.")})
