"""Receipts for gifts that were paid together with an order.

What was bought is no gift: the receipt names it and its price, and counts what was given above.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from donations import receipts
from donations.models import Receipt
from donations.receipts import Bought
from weintl.payments.models import Payment

from .models import Order

# What `issue_missing` looks at in one go.
AT_ONCE = 200


def issue_due(order: Order, *, now: datetime) -> Receipt | None:
    """Issue what the order's gift lacks, as `donations.receipts.issue_due` does."""
    if order.gift is None or order.gift.received_at is None:
        return None
    bought = Bought(amount=order.total_amount - order.gift_amount, order=order.number)
    return receipts.issue_due(order.gift, now=now, bought=bought)


def issue_missing(*, now: datetime) -> int:
    """Issue receipts for gifts with orders of before there were any; return how many."""
    count, passed = 0, 0
    lacking = Order.objects.filter(
        ~Exists(Receipt.objects.filter(gift=OuterRef("gift"))), gift__received_at__isnull=False
    ).select_related("gift__fund", "gift__donor", "gift__payment")
    while True:
        found = list(lacking.filter(pk__gt=passed).order_by("pk")[:AT_ONCE])
        if not found:
            return count
        for order in found:
            passed = order.pk
            with transaction.atomic():
                assert order.payment_id is not None
                Payment.objects.select_for_update(no_key=True).get(pk=order.payment_id)
                count += issue_due(order, now=now) is not None
