"""Amounts as people type them, 26.00, read into whole minor units."""

from decimal import Decimal
from typing import Any

from django import forms

from .values import exponent


class AmountField(forms.DecimalField):
    """Takes 26.00 and gives 2600, exactly: no float in between. Shows 2600 as 26.00."""

    def __init__(self, *, currency: str, **options: Any) -> None:
        """Take the currency, which says how many decimal places there are."""
        self.places = exponent(currency)
        super().__init__(
            **{"min_value": 0, "max_digits": 14, **options}, decimal_places=self.places
        )

    def prepare_value(self, value: Any) -> Any:
        """Write minor units; what was typed stays as it was typed."""
        if isinstance(value, int):
            return f"{Decimal(value).scaleb(-self.places):.{self.places}f}"
        return value

    def clean(self, value: Any) -> Any:
        """Return minor units, None for nothing."""
        amount = super().clean(value)
        return None if amount is None else int(amount.scaleb(self.places))

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare what was typed with what was shown."""
        if isinstance(initial, int):
            initial = Decimal(initial).scaleb(-self.places)
        return super().has_changed(initial, data)
