"""Funds, donors, gifts and receipts, in the admin."""

from . import gifts, receipts

__all__ = ["gifts", "receipts"]
