"""Payments in the admin: everything to be seen, nothing to be edited.

Money moves by acts (a refund asked for at the order or the gift), not by forms over rows.
"""

from . import disputes, events, payments, payouts, reconciliation

__all__ = ["disputes", "events", "payments", "payouts", "reconciliation"]
