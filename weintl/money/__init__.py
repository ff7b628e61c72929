"""Money for every app: the value, its columns, its formatting."""

from .values import CurrencyMismatch, Money, allocate, exponent, share

__all__ = ["CurrencyMismatch", "Money", "allocate", "exponent", "share"]
