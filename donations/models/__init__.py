"""Gifts, funds, donors, receipts, and the way to a donor's page."""

from .gifts import Donor, Fund, Gift, GiftRefund
from .portal import DonorLink, DonorVisit
from .receipts import Receipt, ReceiptDonor, ReceiptVoid

__all__ = [
    "Donor",
    "DonorLink",
    "DonorVisit",
    "Fund",
    "Gift",
    "GiftRefund",
    "Receipt",
    "ReceiptDonor",
    "ReceiptVoid",
]
