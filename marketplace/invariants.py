"""What must hold in the shop, recomputed from the database alone."""

from collections.abc import Iterator

from django.conf import settings
from django.db import connection

from partners import accounts, ledger

from . import erasing_invariants, invoice_invariants, return_invariants

# Every query returns rows only where something is wrong; the sentence takes their columns.
DELIVERIES = """
SELECT l.id, l.delivery_id, l.quantity * CASE WHEN d.corrects_id IS NULL THEN 1 ELSE -1 END,
       coalesce(m.owned + m.consigned, 0)
FROM marketplace_deliveryline l
JOIN marketplace_delivery d ON d.id = l.delivery_id
LEFT JOIN marketplace_stockmove m
    ON m.source_key = 'receive/delivery-' || l.delivery_id || '-' || l.id
WHERE CASE
    WHEN d.received_at IS NULL THEN m.id IS NOT NULL
    ELSE coalesce(CASE l.supply WHEN 'owned' THEN m.owned ELSE m.consigned END, 0)
        <> l.quantity * CASE WHEN d.corrects_id IS NULL THEN 1 ELSE -1 END
END
ORDER BY l.id
"""
LINES = """
SELECT l.id, l.quantity, count(u.id), l.net_amount, coalesce(sum(u.net_amount), 0),
       l.tax_amount, coalesce(sum(u.tax_amount), 0)
FROM marketplace_orderline l
JOIN marketplace_order o ON o.id = l.order_id
LEFT JOIN marketplace_unit u ON u.line_id = l.id
WHERE o.paid_at IS NOT NULL AND o.state <> 'unfillable'
GROUP BY l.id
HAVING count(u.id) <> l.quantity OR coalesce(sum(u.net_amount), 0) <> l.net_amount
    OR coalesce(sum(u.tax_amount), 0) <> l.tax_amount
ORDER BY l.id
"""
ORDERS = """
SELECT o.number, o.goods_amount, o.discount_amount, o.tax_amount - o.shipping_tax_amount,
       sum(l.unit_price_amount * l.quantity), sum(l.discount_amount), sum(l.tax_amount)
FROM marketplace_order o JOIN marketplace_orderline l ON l.order_id = o.id
GROUP BY o.id
HAVING o.goods_amount <> sum(l.unit_price_amount * l.quantity)
    OR o.discount_amount <> sum(l.discount_amount)
    OR o.tax_amount - o.shipping_tax_amount <> sum(l.tax_amount)
ORDER BY o.id
"""
PAYMENTS = """
SELECT o.number, o.total_amount, p.amount
FROM marketplace_order o JOIN payments_payment p ON p.id = o.payment_id
WHERE p.amount <> o.total_amount OR p.currency <> o.currency
   OR (p.state = 'succeeded') <> (o.paid_at IS NOT NULL)
ORDER BY o.id
"""
COUNTERS = """
SELECT v.sku, s.owned, s.consigned, s.held, s.allocated, s.owned_cost_amount,
       coalesce(sum(m.owned), 0), coalesce(sum(m.consigned), 0), coalesce(sum(m.held), 0),
       coalesce(sum(m.allocated), 0), coalesce(sum(m.owned_cost_amount), 0)
FROM marketplace_stock s
JOIN marketplace_variant v ON v.id = s.variant_id
LEFT JOIN marketplace_stockmove m ON m.variant_id = s.variant_id
GROUP BY s.id, v.sku
HAVING (s.owned, s.consigned, s.held, s.allocated, s.owned_cost_amount) IS DISTINCT FROM
       (coalesce(sum(m.owned), 0), coalesce(sum(m.consigned), 0), coalesce(sum(m.held), 0),
        coalesce(sum(m.allocated), 0), coalesce(sum(m.owned_cost_amount), 0))
ORDER BY v.sku
"""
HELD = """
SELECT v.sku, s.held, coalesce(h.pieces, 0)
FROM marketplace_stock s
JOIN marketplace_variant v ON v.id = s.variant_id
LEFT JOIN (
    SELECT variant_id, sum(quantity) AS pieces FROM marketplace_hold
    WHERE state = 'active' GROUP BY variant_id
) h ON h.variant_id = s.variant_id
WHERE s.held <> coalesce(h.pieces, 0)
ORDER BY v.sku
"""
ALLOCATED = """
SELECT v.sku, s.allocated, coalesce(u.pieces, 0)
FROM marketplace_stock s
JOIN marketplace_variant v ON v.id = s.variant_id
LEFT JOIN (
    SELECT l.variant_id, count(*) AS pieces
    FROM marketplace_unit un JOIN marketplace_orderline l ON l.id = un.line_id
    WHERE un.state = 'paid' GROUP BY l.variant_id
) u ON u.variant_id = s.variant_id
WHERE s.allocated <> coalesce(u.pieces, 0)
ORDER BY v.sku
"""
# Each part of each piece, beside what the ledger credited under the piece's key.
SHARES = """
WITH part AS (
    SELECT u.id, x.kind, x.use, x.amount
    FROM marketplace_unit u,
    LATERAL (VALUES
        (CASE u.supply WHEN 'owned' THEN 'inventory' ELSE 'maker_payable' END, '', u.maker_amount),
        ('fund', 'long_term_care', u.long_term_care_amount),
        ('fund', 'education', u.education_amount),
        ('fund', 'medical_psychological', u.medical_psychological_amount),
        ('fund', 'legal_aid', u.legal_aid_amount)
    ) AS x (kind, use, amount)
    WHERE x.amount <> 0
), booked AS (
    SELECT split_part(e.source_key, '/', 2)::bigint AS id, a.kind, a.use, sum(t.amount) AS amount
    FROM partners_entry e
    JOIN partners_transfer t ON t.entry_id = e.id
    JOIN partners_account a ON a.id = t.credit_id
    WHERE e.source_key ~ '^unit/[0-9]+/split$'
    GROUP BY 1, 2, 3
)
SELECT coalesce(p.id, b.id), coalesce(p.kind, b.kind), coalesce(p.use, b.use),
       coalesce(p.amount, 0), coalesce(b.amount, 0)
FROM part p FULL JOIN booked b USING (id, kind, use)
WHERE coalesce(p.amount, 0) <> coalesce(b.amount, 0)
ORDER BY 1, 2, 3
"""
# A refund that was asked for moves the shelf at once, the books when the money leaves.
UNBOOKED_COST = """
SELECT coalesce(sum(u.maker_amount), 0) FROM marketplace_unit u
WHERE (u.state = 'returned' AND u.id NOT IN (SELECT unit_id FROM marketplace_writeoff)
    OR (u.state = 'cancelled' AND u.supply = 'owned'))
  AND NOT EXISTS (
    SELECT FROM marketplace_orderrefund_units ru
    JOIN marketplace_orderrefund r ON r.id = ru.orderrefund_id
    JOIN payments_refund f ON f.id = r.refund_id
    WHERE ru.unit_id = u.id AND f.state IN ('pending', 'succeeded')
  )
"""
TWICE = """
SELECT ru.unit_id, count(*)
FROM marketplace_orderrefund_units ru
JOIN marketplace_orderrefund r ON r.id = ru.orderrefund_id
JOIN payments_refund f ON f.id = r.refund_id
WHERE f.state IN ('requested', 'pending', 'succeeded')
GROUP BY ru.unit_id HAVING count(*) > 1
ORDER BY ru.unit_id
"""
REFUNDS = """
SELECT o.number, f.id, f.amount,
       r.shipping_amount + r.gift_amount + r.goodwill_amount + coalesce(u.amount, 0)
FROM marketplace_orderrefund r
JOIN marketplace_order o ON o.id = r.order_id
JOIN payments_refund f ON f.id = r.refund_id
LEFT JOIN (
    SELECT ru.orderrefund_id, sum(un.net_amount + un.tax_amount) AS amount
    FROM marketplace_orderrefund_units ru JOIN marketplace_unit un ON un.id = ru.unit_id
    GROUP BY ru.orderrefund_id
) u ON u.orderrefund_id = r.id
WHERE (r.kind <> 'unfillable' AND (r.kind <> 'external' OR r.named_at IS NOT NULL)
       AND f.amount <> r.shipping_amount + r.gift_amount + r.goodwill_amount
           + coalesce(u.amount, 0))
   OR o.payment_id <> f.payment_id
ORDER BY f.id
"""
TAXES = """
SELECT o.number, o.tax_amount, o.included_tax_amount, coalesce(sum(t.amount), 0),
       coalesce(sum(t.amount) FILTER (WHERE t.is_inclusive), 0)
FROM marketplace_order o LEFT JOIN marketplace_ordertax t ON t.order_id = o.id
GROUP BY o.id
HAVING o.tax_amount <> coalesce(sum(t.amount), 0)
    OR o.included_tax_amount <> coalesce(sum(t.amount) FILTER (WHERE t.is_inclusive), 0)
ORDER BY o.id
"""
# What an order brought to sales, delivery, tax and an added gift's fund when it was paid.
BOOKED = """
WITH booked AS (
    SELECT e.source_key, sum(t.amount) FILTER (WHERE a.kind = 'sales') AS sales,
           sum(t.amount) FILTER (WHERE a.kind = 'shipping') AS shipping,
           sum(t.amount) FILTER (WHERE a.kind = 'tax') AS tax,
           sum(t.amount) FILTER (WHERE a.kind = 'fund') AS gift
    FROM partners_entry e
    JOIN partners_transfer t ON t.entry_id = e.id
    JOIN partners_account a ON a.id = t.credit_id
    WHERE e.kind = 'sale' GROUP BY e.id
), wanted AS (
    SELECT o.id, o.number, 'payment/' || p.public_id || '/paid' AS source_key,
           (SELECT coalesce(sum(l.net_amount), 0) FROM marketplace_orderline l
            WHERE l.order_id = o.id) AS sales,
           o.shipping_amount - CASE WHEN o.is_shipping_tax_included
               THEN o.shipping_tax_amount ELSE 0 END AS shipping,
           o.tax_amount AS tax, o.gift_amount AS gift
    FROM marketplace_order o JOIN payments_payment p ON p.id = o.payment_id
    WHERE o.paid_at IS NOT NULL AND o.state <> 'unfillable'
)
SELECT w.number, w.sales, w.shipping, w.tax, w.gift, coalesce(b.sales, 0),
       coalesce(b.shipping, 0), coalesce(b.tax, 0), coalesce(b.gift, 0)
FROM wanted w LEFT JOIN booked b USING (source_key)
WHERE (w.sales, w.shipping, w.tax, w.gift) IS DISTINCT FROM
      (coalesce(b.sales, 0), coalesce(b.shipping, 0), coalesce(b.tax, 0), coalesce(b.gift, 0))
ORDER BY w.id
"""
VOUCHERS = """
SELECT v.code, v.uses, count(u.id) FILTER (WHERE u.state IN ('held', 'used')),
       count(u.id) FILTER (WHERE (u.state = 'held') <> (o.state = 'awaiting_payment')
           OR (u.state IN ('used', 'late')) <> (o.paid_at IS NOT NULL AND o.state <> 'unfillable'))
FROM marketplace_voucher v
LEFT JOIN marketplace_voucheruse u ON u.voucher_id = v.id
LEFT JOIN marketplace_order o ON o.id = u.order_id
GROUP BY v.id
HAVING v.uses <> count(u.id) FILTER (WHERE u.state IN ('held', 'used'))
    OR count(u.id) FILTER (WHERE (u.state = 'held') <> (o.state = 'awaiting_payment')
           OR (u.state IN ('used', 'late'))
              <> (o.paid_at IS NOT NULL AND o.state <> 'unfillable')) > 0
ORDER BY v.id
"""
ADDED_GIFTS = """
SELECT o.number, o.gift_amount, g.amount + g.fee_cover_amount, g.state
FROM marketplace_order o JOIN donations_gift g ON g.id = o.gift_id
WHERE o.gift_amount <> g.amount + g.fee_cover_amount
   OR (g.received_at IS NOT NULL) <> (o.paid_at IS NOT NULL AND o.state <> 'unfillable')
   OR (g.received_at IS NOT NULL AND g.payment_id <> o.payment_id)
   OR g.refunded_amount <> (
        SELECT coalesce(sum(r.gift_amount), 0)
        FROM marketplace_orderrefund r JOIN payments_refund f ON f.id = r.refund_id
        WHERE r.order_id = o.id AND f.state IN ('pending', 'succeeded')
          AND (r.kind <> 'external' OR r.named_at IS NOT NULL))
ORDER BY o.id
"""
# A piece left if, and when, its parcel did; what arrived did so in a parcel that arrived.
PARCELS = """
SELECT u.id, o.number, coalesce(s.id::text, '-')
FROM marketplace_unit u
JOIN marketplace_orderline l ON l.id = u.line_id
JOIN marketplace_order o ON o.id = l.order_id
LEFT JOIN marketplace_shipmentunit su ON su.unit_id = u.id
LEFT JOIN marketplace_shipment s ON s.id = su.shipment_id
WHERE (u.sent_at IS NOT NULL OR su.id IS NOT NULL)
  AND (s.id IS NULL OR s.order_id <> o.id OR u.sent_at IS DISTINCT FROM s.sent_at
       OR (u.state = 'delivered' AND u.delivered_at IS DISTINCT FROM s.delivered_at)
       OR (u.state = 'sent' AND s.delivered_at IS NOT NULL))
ORDER BY u.id
"""
# A counted difference moved the shelf so far, and wrote what it cost and owes into the ledger.
COUNTS = """
SELECT l.id, v.sku, l.owned - l.book_owned, l.consigned - l.book_consigned, l.cost_amount,
       l.maker_amount
FROM marketplace_stockcountline l
JOIN marketplace_variant v ON v.id = l.variant_id
LEFT JOIN marketplace_stockmove m ON m.source_key = 'count/' || l.count_id || '/' || l.variant_id
LEFT JOIN (
    SELECT e.source_key,
           coalesce(sum(t.amount) FILTER (WHERE c.kind = 'inventory'), 0)
               - coalesce(sum(t.amount) FILTER (WHERE d.kind = 'inventory'), 0) AS cost,
           coalesce(sum(t.amount) FILTER (WHERE c.kind = 'maker_payable'), 0) AS owed
    FROM partners_entry e
    JOIN partners_transfer t ON t.entry_id = e.id
    JOIN partners_account d ON d.id = t.debit_id
    JOIN partners_account c ON c.id = t.credit_id
    WHERE e.kind = 'loss' GROUP BY e.id
) b ON b.source_key = 'count/' || l.count_id || '/' || l.variant_id
WHERE (coalesce(m.owned, 0), coalesce(m.consigned, 0), coalesce(-m.owned_cost_amount, 0),
       coalesce(b.cost, 0), coalesce(b.owed, 0))
    IS DISTINCT FROM (l.owned - l.book_owned, l.consigned - l.book_consigned, l.cost_amount,
                      l.cost_amount, l.maker_amount)
ORDER BY l.id
"""
MAILS = """
SELECT m.id, m.cause FROM mail_mail m
WHERE m.cause LIKE 'order:%'
  AND NOT EXISTS (SELECT FROM marketplace_order o WHERE m.cause = 'order:' || o.id)
ORDER BY m.id
"""


def _breaches(query: str, sentence: str) -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        for row in cursor.fetchall():
            yield sentence.format(*row)


def check_lines() -> Iterator[str]:
    """The pieces of a paid line sum to the line."""
    words = "Line {0}: {1} pieces at {3}, tax {5}; found {2} at {4}, tax {6}."
    yield from _breaches(LINES, words)


def check_orders() -> Iterator[str]:
    """An order is the sum of its lines."""
    words = "Order {0}: goods {1}, discount {2}, tax {3}; its lines say {4}, {5}, {6}."
    yield from _breaches(ORDERS, words)


def check_payments() -> Iterator[str]:
    """An order is paid exactly if its payment succeeded, and both are of one amount."""
    yield from _breaches(PAYMENTS, "Order {0} of {1} and its payment of {2} disagree.")


def check_counters() -> Iterator[str]:
    """The counters of the shelf are the sum of their moves."""
    words = "{0}: counters {1}, {2}, {3}, {4}, cost {5}; moves {6}, {7}, {8}, {9}, cost {10}."
    yield from _breaches(COUNTERS, words)


def check_held() -> Iterator[str]:
    """What is held is the sum of the live holds."""
    yield from _breaches(HELD, "{0}: {1} held, live holds of {2}.")


def check_allocated() -> Iterator[str]:
    """What is allocated are the paid pieces that wait to be sent."""
    yield from _breaches(ALLOCATED, "{0}: {1} allocated, {2} paid pieces wait.")


def check_shares() -> Iterator[str]:
    """The ledger credits makers and programmes with each piece's frozen shares."""
    yield from _breaches(SHARES, "Piece {0}, {1} {2}: frozen {3}, in the ledger {4}.")


def check_inventory() -> Iterator[str]:
    """What owned pieces cost is what the ledger holds as inventory."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(sum(owned_cost_amount), 0) FROM marketplace_stock")
        (on_shelf,) = cursor.fetchone()
        cursor.execute(UNBOOKED_COST)
        (unbooked,) = cursor.fetchone()
    booked = ledger.balance(accounts.inventory(settings.BASE_CURRENCY))
    if booked != on_shelf - unbooked:
        yield f"The shelf says {on_shelf}, {unbooked} of it not booked yet; the ledger {booked}."


def check_refunded_once() -> Iterator[str]:
    """A piece is in one live refund at most."""
    yield from _breaches(TWICE, "Piece {0} is in {1} live refunds.")


def check_refunds() -> Iterator[str]:
    """A refund is the sum of its pieces, delivery and goodwill."""
    yield from _breaches(REFUNDS, "Order {0}: refund {1} of {2}, its parts sum to {3}.")


def check_mails() -> Iterator[str]:
    """Each mail about an order has its order."""
    yield from _breaches(MAILS, "Mail {0} speaks of {1}, which does not exist.")


def check_taxes() -> Iterator[str]:
    """An order's tax is the sum of its rules' taxes."""
    words = "Order {0}: tax {1}, {2} of it in prices; its rules say {3}, {4}."
    yield from _breaches(TAXES, words)


def check_booked() -> Iterator[str]:
    """A paid order brought the ledger its pieces, delivery, tax and gift."""
    words = "Order {0}: pieces {1}, delivery {2}, tax {3}, gift {4}; booked {5}, {6}, {7}, {8}."
    yield from _breaches(BOOKED, words)


def check_vouchers() -> Iterator[str]:
    """A voucher's counter is the number of its live uses, each as its order stands."""
    words = "Voucher {0}: {1} uses counted, {2} live; {3} stand otherwise than their orders."
    yield from _breaches(VOUCHERS, words)


def check_added_gifts() -> Iterator[str]:
    """A gift added to an order has its amount, was received with it, and is refunded by it."""
    yield from _breaches(ADDED_GIFTS, "Order {0}: gift of {1}; the gift is of {2}, {3}.")


def check_parcels() -> Iterator[str]:
    """A piece that was sent is in one parcel of its order, and both say the same of it."""
    yield from _breaches(PARCELS, "Piece {0} of order {1} and its parcel {2} disagree.")


def check_deliveries() -> Iterator[str]:
    """Every line of a received delivery moved its pieces, a correction's the other way round."""
    words = "Line {0} of delivery {1} should move {2} pieces and moved {3}."
    yield from _breaches(DELIVERIES, words)


def check_counts() -> Iterator[str]:
    """Every line of a stock count moved its difference and booked what it cost and owes."""
    words = "Counted line {0} of {1}: {2} owned, {3} consigned, cost {4}, pay {5}: not booked so."
    yield from _breaches(COUNTS, words)


CHECKS = [
    check_lines,
    check_orders,
    check_payments,
    check_counters,
    check_held,
    check_allocated,
    check_shares,
    check_inventory,
    check_refunded_once,
    check_refunds,
    check_taxes,
    check_booked,
    check_vouchers,
    check_added_gifts,
    check_parcels,
    check_mails,
    check_deliveries,
    check_counts,
    *[*invoice_invariants.CHECKS, *return_invariants.CHECKS],
    *erasing_invariants.CHECKS,
]
