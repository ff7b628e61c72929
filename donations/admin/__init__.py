"""What gifts are for, suggested amounts, donors, gifts, plans, papers, the give page's guard."""

from . import (
    campaigns,
    donors,
    gifts,
    guard,
    offline,
    plans,
    receipts,
    suggestions,
    years,
)

__all__ = [
    "campaigns",
    "donors",
    "gifts",
    "guard",
    "offline",
    "plans",
    "receipts",
    "suggestions",
    "years",
]
