"""Columns that hold money: an amount in minor units and its currency."""

from typing import Any

from django.core.validators import RegexValidator
from django.db import models

from .values import Money


class MinorUnitsField(models.BigIntegerField):
    """Whole minor units of the currency that stands beside it."""


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
