"""Columns that hold money: an amount in minor units and its currency."""

from typing import Any

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.text import capfirst, format_lazy

from .forms import AmountField
from .values import Money


def base_currency() -> str:
    """Return the currency in which the shop sells: the default of columns."""
    return settings.BASE_CURRENCY


class MinorUnitsField(models.BigIntegerField):
    """Whole minor units of the currency that stands beside it.

    In a form it is typed with decimals. Forms edit what we sell, in the base currency.
    """

    def formfield(self, **options: Any) -> Any:  # type: ignore[override]
        """Return a field that takes 26.00, with the currency in its label."""
        currency = settings.BASE_CURRENCY
        label = format_lazy("{} ({})", capfirst(self.verbose_name), currency.upper())
        kept = {"required": not self.blank, "label": label, "help_text": self.help_text}
        if self.has_default():
            kept["initial"] = self.get_default()
        for unwanted in ("form_class", "choices_form_class", "min_value", "max_value"):
            options.pop(unwanted, None)
        return AmountField(**{**kept, **options}, currency=currency)


class CurrencyField(models.CharField):
    """An ISO 4217 code in lower case, as Stripe writes it."""

    default_validators = [RegexValidator(r"^[a-z]{3}\Z")]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Fix the length: all codes have three letters."""
        kwargs.setdefault("max_length", 3)
        super().__init__(*args, **kwargs)


class MoneyProperty:
    """Read two columns as one `Money`; None while the amount is null."""

    def __init__(self, amount: str, currency: str = "currency") -> None:
        """Name the amount's and the currency's column."""
        self.amount = amount
        self.currency = currency

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return self
        amount = getattr(instance, self.amount)
        return None if amount is None else Money(amount, getattr(instance, self.currency))
