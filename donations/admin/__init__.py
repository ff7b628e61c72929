"""Funds, donors, gifts, receipts and yearly statements, in the admin."""

from . import donors, gifts, receipts, years

__all__ = ["donors", "gifts", "receipts", "years"]
