"""Gifts, funds, donors and receipts."""

from .gifts import Donor, Fund, Gift, GiftRefund
from .receipts import Receipt, ReceiptDonor, ReceiptVoid

__all__ = ["Donor", "Fund", "Gift", "GiftRefund", "Receipt", "ReceiptDonor", "ReceiptVoid"]
