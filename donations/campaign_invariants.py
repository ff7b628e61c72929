"""What must hold of campaigns; collected by donations/invariants.py."""

from collections.abc import Iterator

from django.db import connection

TALLIES = """
SELECT c.id, coalesce(t.raised_amount, 0), coalesce(t.gift_count, 0), sums.amount, sums.gifts
FROM donations_campaign c
LEFT JOIN donations_campaigntally t ON t.campaign_id = c.id
CROSS JOIN LATERAL (
    SELECT coalesce(sum(g.counted_amount), 0) AS amount,
        count(*) FILTER (WHERE g.counted_amount > 0) AS gifts
    FROM donations_gift g WHERE g.campaign_id = c.id
) sums
WHERE (coalesce(t.raised_amount, 0), coalesce(t.gift_count, 0)) <> (sums.amount, sums.gifts)
ORDER BY c.id
"""
# What a gift brought its fund by the ledger, less what its disputes hold or took: by the part of
# each that the ledger has as taken and not brought back, in whichever currency.
COUNTED = """
SELECT id, counted_amount, due FROM (
    SELECT g.id, g.counted_amount, CASE WHEN g.received_at IS NULL THEN 0 ELSE greatest(
        coalesce((
            SELECT sum(
                CASE WHEN c.kind = 'fund' AND c.use = f.use
                    AND c.programme_id IS NOT DISTINCT FROM f.programme_id
                    THEN t.amount ELSE 0 END
                - CASE WHEN d.kind = 'fund' AND d.use = f.use
                    AND d.programme_id IS NOT DISTINCT FROM f.programme_id
                    THEN t.amount ELSE 0 END)
            FROM partners_entry e JOIN partners_transfer t ON t.entry_id = e.id
            JOIN partners_account d ON d.id = t.debit_id
            JOIN partners_account c ON c.id = t.credit_id
            WHERE e.source_key = ANY(keys.gift)
        ), 0) - coalesce((
            SELECT sum(q.amount * greatest(booked.taken - booked.back, 0) / booked.taken)
            FROM payments_dispute q CROSS JOIN LATERAL (
                SELECT
                    sum(CASE WHEN d.kind = 'dispute_receivable' THEN t.amount ELSE 0 END) AS taken,
                    sum(CASE WHEN c.kind = 'dispute_receivable' THEN t.amount ELSE 0 END) AS back
                FROM partners_entry e JOIN partners_transfer t ON t.entry_id = e.id
                JOIN partners_account d ON d.id = t.debit_id
                JOIN partners_account c ON c.id = t.credit_id
                WHERE e.source_key IN (
                    'dispute/' || q.dispute_id || '/opened', 'dispute/' || q.dispute_id || '/won'
                )
            ) booked
            WHERE q.payment_id = p.id AND booked.taken > 0
        ), 0), 0) END AS due
    FROM donations_gift g
    JOIN donations_fund f ON f.id = g.fund_id
    JOIN payments_payment p ON p.id = g.payment_id
    CROSS JOIN LATERAL (
        SELECT array['payment/' || p.public_id || '/paid'] || array(
                SELECT 'refund/' || r.refund_id || step.word FROM donations_giftrefund r
                CROSS JOIN (VALUES ('/sent'), ('/failed')) step (word)
                WHERE r.gift_id = g.id
            ) AS gift
    ) keys
    WHERE g.campaign_id IS NOT NULL
) gifts
WHERE counted_amount <> due ORDER BY id
"""


def check_tallies_are_sums() -> Iterator[str]:
    """What a campaign is said to have raised is the sum of what its gifts count for."""
    with connection.cursor() as cursor:
        cursor.execute(TALLIES)
        for pk, raised, count, amount, gifts in cursor.fetchall():
            yield f"Campaign {pk} has {raised} of {count} gifts; they come to {amount} of {gifts}."


def check_gifts_count_for_what_the_ledger_has() -> Iterator[str]:
    """What a gift counts for in its campaign is what the ledger has of it, uncontested."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTED)
        for pk, counted, due in cursor.fetchall():
            yield f"Gift {pk} counts for {counted} in its campaign; the ledger has {due}."


CHECKS = [check_tallies_are_sums, check_gifts_count_for_what_the_ledger_has]
