"""Payments, payouts, the provider's events, and comparisons with the provider."""

from .events import WebhookEvent
from .payments import Dispute, Payment, Refund
from .payouts import ProviderPayout, ProviderPayoutItem
from .reconciliation import Difference, Reconciliation

__all__ = [
    "Difference",
    "Dispute",
    "Payment",
    "ProviderPayout",
    "ProviderPayoutItem",
    "Reconciliation",
    "Refund",
    "WebhookEvent",
]
