"""Payments, payouts, the provider's events, and comparisons with the provider."""

from .events import WebhookEvent
from .payments import OFFLINE, Dispute, Payment, Refund, Way
from .payouts import ProviderPayout, ProviderPayoutItem
from .reconciliation import Difference, Reconciliation
from .subscriptions import Interval, Subscription

__all__ = [
    "OFFLINE",
    "Difference",
    "Dispute",
    "Interval",
    "Payment",
    "ProviderPayout",
    "ProviderPayoutItem",
    "Reconciliation",
    "Refund",
    "Subscription",
    "Way",
    "WebhookEvent",
]
