"""Funds, donors, gifts, receipts, yearly statements and the guard of the give page."""

from . import donors, gifts, guard, receipts, years

__all__ = ["donors", "gifts", "guard", "receipts", "years"]
