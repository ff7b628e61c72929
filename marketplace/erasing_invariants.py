"""What must hold of erased orders; collected by marketplace/invariants.py."""

from collections.abc import Iterator

from django.db import connection

# Names may not stand beside an order that lost its own.
LEFT = """
SELECT o.number, p.email <> '', u.customer <> '', count(m.id)
FROM marketplace_order o
LEFT JOIN payments_payment p ON p.id = o.payment_id
LEFT JOIN marketplace_voucheruse u ON u.order_id = o.id
LEFT JOIN mail_mail m ON m.cause = 'order:' || o.id
WHERE o.erased_at IS NOT NULL
GROUP BY o.id, p.id, u.id
HAVING p.email <> '' OR u.customer <> '' OR count(m.id) > 0
ORDER BY o.id
"""


def check_erased_orders_name_nobody() -> Iterator[str]:
    """An erased order has no mails, and its payment and voucher name nobody."""
    with connection.cursor() as cursor:
        cursor.execute(LEFT)
        for number, payment, voucher, mails in cursor.fetchall():
            left = [
                name for name, is_left in (("payment", payment), ("voucher", voucher)) if is_left
            ]
            names = ", ".join([*left, f"{mails} mails"])
            yield f"Order {number} is erased, but a name is left in: {names}."


CHECKS = [check_erased_orders_name_nobody]
