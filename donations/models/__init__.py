"""Gifts, funds and donors."""

from .gifts import Donor, Fund, Gift, GiftRefund

__all__ = ["Donor", "Fund", "Gift", "GiftRefund"]
