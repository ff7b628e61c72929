"""Funds, campaigns, donors, gifts, receipts, yearly statements, the give page's guard."""

from . import campaigns, donors, gifts, guard, receipts, years

__all__ = ["campaigns", "donors", "gifts", "guard", "receipts", "years"]
