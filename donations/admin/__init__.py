"""What gifts are for, suggested amounts, donors, gifts, their papers, the give page's guard."""

from . import campaigns, donors, gifts, guard, receipts, suggestions, years

__all__ = ["campaigns", "donors", "gifts", "guard", "receipts", "suggestions", "years"]
