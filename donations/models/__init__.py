"""Gifts, funds and donors."""

from .gifts import Donor, Fund, Gift

__all__ = ["Donor", "Fund", "Gift"]
