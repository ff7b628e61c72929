"""What must always hold of gifts; each check reads the database alone."""

from collections.abc import Iterator
from typing import Any

from django.db import connection

from weintl.papers import numbering

from . import (
    campaign_invariants,
    erasing_invariants,
    exchange_invariants,
    merging_invariants,
    offline_invariants,
    plan_invariants,
    portal_invariants,
    receipts,
    year_invariants,
)
from .models import ReceiptDonor


def _rows(sql: str) -> Iterator[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        yield from cursor.fetchall()


def check_received_gifts_stand_in_the_ledger() -> Iterator[str]:
    """Each received gift has an entry of its amount in its fund and of the fee it covered."""
    for pk, amount, cover, in_fund, covered in _rows("""
        SELECT * FROM (
            SELECT g.id, g.amount, g.fee_cover_amount,
                coalesce(sum(t.amount) FILTER (
                    WHERE c.kind = 'fund' AND c.use = f.use
                    AND c.programme_id IS NOT DISTINCT FROM f.programme_id
                ), 0) AS in_fund,
                coalesce(sum(t.amount) FILTER (WHERE c.kind = 'fee_cover'), 0) AS covered
            FROM donations_gift g
            JOIN donations_fund f ON f.id = g.fund_id
            LEFT JOIN payments_payment p ON p.id = g.payment_id
            LEFT JOIN partners_entry e ON e.source_key = 'payment/' || p.public_id || '/paid'
            LEFT JOIN partners_transfer t ON t.entry_id = e.id AND t.currency = g.currency
            LEFT JOIN partners_account c ON c.id = t.credit_id
            WHERE g.received_at IS NOT NULL
            GROUP BY g.id
        ) gifts
        WHERE amount <> in_fund OR fee_cover_amount <> covered ORDER BY id
    """):
        yield (
            f"Gift {pk} of {amount} with {cover} of fee covered "
            f"has {in_fund} and {covered} in the ledger."
        )


def check_paid_gifts_are_received() -> Iterator[str]:
    """A gift is received exactly if its payment succeeded."""
    for number, state, gift in _rows("""
        SELECT p.public_id, p.state, coalesce(g.state, 'missing')
        FROM payments_payment p
        LEFT JOIN donations_gift g ON g.payment_id = p.id
        WHERE p.purpose = 'gift'
            AND (g.id IS NULL OR (p.state = 'succeeded') <> (g.received_at IS NOT NULL))
        ORDER BY p.id
    """):
        yield f"Payment {number} is {state} and its gift is {gift}."


def check_refunds_agree() -> Iterator[str]:
    """What is refunded of a gift is what its payment and its own parts say, and its state too."""
    for pk, state, refunded, by_payment, by_parts in _rows("""
        SELECT id, state, refunded_amount, by_payment, by_parts FROM (
            SELECT g.id, g.state, g.refunded_amount, p.refunded_amount AS by_payment, (
                SELECT coalesce(sum(r.amount + r.fee_cover_amount), 0)
                FROM donations_giftrefund r WHERE r.gift_id = g.id AND NOT r.is_returned
            ) AS by_parts, g.amount + g.fee_cover_amount AS total
                , p.purpose
            FROM donations_gift g JOIN payments_payment p ON p.id = g.payment_id
        ) gifts
        WHERE (purpose = 'gift' AND refunded_amount <> by_payment)
            OR refunded_amount <> by_parts
            OR (state = 'refunded') <> (refunded_amount = total)
            OR (state = 'partly_refunded')
                <> (refunded_amount > 0 AND refunded_amount < total)
        ORDER BY id
    """):
        yield (
            f"Gift {pk} ({state}) is refunded by {refunded}, "
            f"by its payment {by_payment}, by its parts {by_parts}."
        )


def check_thanks_were_written() -> Iterator[str]:
    """Each received gift has its thank-you mail, unless its donor was erased."""
    for (pk,) in _rows("""
        SELECT g.id FROM donations_gift g JOIN donations_donor d ON d.id = g.donor_id
        WHERE g.received_at IS NOT NULL AND d.erased_at IS NULL AND NOT EXISTS (
            SELECT FROM mail_mail m WHERE m.key = 'gift/' || g.public_id || '/thanks'
        )
        ORDER BY g.id
    """):
        yield f"Gift {pk} was received and nobody was thanked."


def check_cards_were_written() -> Iterator[str]:
    """Each received gift in somebody's name has its card, if one was wanted; none before."""
    for pk, received in _rows("""
        SELECT g.id, g.received_at IS NOT NULL FROM donations_gift g
        LEFT JOIN donations_tribute t ON t.gift_id = g.id AND t.recipient_email <> ''
        LEFT JOIN mail_mail m ON m.key = 'gift/' || g.public_id || '/card'
        WHERE (t.id IS NOT NULL AND g.received_at IS NOT NULL AND m.id IS NULL)
            OR (m.id IS NOT NULL AND g.received_at IS NULL)
        ORDER BY g.id
    """):
        yield f"Gift {pk} {'has no card' if received else 'has a card and was not received'}."


def check_mails_have_their_gift() -> Iterator[str]:
    """Each mail that a gift is said to have caused has that gift."""
    for pk, cause in _rows("""
        SELECT m.id, m.cause FROM mail_mail m
        WHERE m.cause LIKE 'gift:%' AND NOT EXISTS (
            SELECT FROM donations_gift g WHERE m.cause = 'gift:' || g.id
        )
        ORDER BY m.id
    """):
        yield f"Mail {pk} says that {cause} caused it, which does not exist."


def check_receipts_are_what_was_kept() -> Iterator[str]:
    """A received gift has one receipt that holds, of what was kept of it; or none of nothing."""
    for pk, kept, count, total in _rows("""
        SELECT id, kept, count, total FROM (
            SELECT g.id, g.advantage_amount,
                greatest(g.amount + g.fee_cover_amount - g.refunded_amount - coalesce((
                    SELECT sum(d.amount) FROM payments_dispute d
                    WHERE d.payment_id = p.id AND d.state = 'lost' AND p.purpose = 'gift'
                ), 0), 0) AS kept,
                count(r.id) AS count, coalesce(sum(r.total_amount), 0) AS total
            FROM donations_gift g
            LEFT JOIN payments_payment p ON p.id = g.payment_id
            LEFT JOIN donations_receipt r ON r.gift_id = g.id AND NOT EXISTS (
                SELECT FROM donations_receiptvoid v WHERE v.receipt_id = r.id
            )
            WHERE g.received_at IS NOT NULL
            GROUP BY g.id, p.id
        ) gifts
        WHERE CASE WHEN kept > advantage_amount THEN count <> 1 OR total <> kept
            ELSE count > 0 END
        ORDER BY id
    """):
        yield f"Gift {pk}, of which {kept} was kept, has {count} receipts that hold, of {total}."
    for (number,) in _rows("""
        SELECT r.number FROM donations_receipt r JOIN donations_gift g ON g.id = r.gift_id
        WHERE g.received_at IS NULL ORDER BY r.id
    """):
        yield f"Receipt {number} is for a gift that was not received."


def check_receipt_numbers() -> Iterator[str]:
    """Numbers of receipts have no gaps, in each series and year."""
    found = numbering.gaps("donations_receipt", receipts.SERIES)
    for series, year, count, last, given in found:
        yield (
            f"Series {series} of {year} has {count} receipts, the last is {last},"
            f" and {given} numbers were given."
        )


def check_receipts_are_frozen() -> Iterator[str]:
    """Every receipt is what was issued: its hash, its amounts, its donor."""
    for (number,) in _rows("""
        SELECT number FROM donations_receipt
        WHERE encode(sha256(convert_to(contents::text, 'UTF8')), 'hex') <> sha256
            OR contents ->> 'number' <> number
            OR (contents ->> 'kept')::bigint <> total_amount
            OR (contents ->> 'eligible')::bigint <> eligible_amount
            OR (contents ->> 'received')::date <> received_on
            OR contents ->> 'currency' <> currency
        ORDER BY id
    """):
        yield f"Receipt {number} is not what was issued."
    for (number,) in _rows("""
        SELECT r.number FROM donations_receipt r
        LEFT JOIN donations_receiptdonor d ON d.receipt_id = r.id
        WHERE d.id IS NULL ORDER BY r.id
    """):
        yield f"Receipt {number} has no row of its donor."
    donors = ReceiptDonor.objects.filter(erased_at=None).select_related("receipt")
    for donor in donors.order_by("pk").iterator(chunk_size=500):
        if donor.receipt.contents["donor_commitment"] != receipts.commitment(donor):
            yield f"Receipt {donor.receipt.number} names another donor than it was issued to."


CHECKS = [
    check_received_gifts_stand_in_the_ledger,
    check_paid_gifts_are_received,
    check_refunds_agree,
    check_thanks_were_written,
    check_cards_were_written,
    check_mails_have_their_gift,
    check_receipts_are_what_was_kept,
    check_receipt_numbers,
    check_receipts_are_frozen,
    *campaign_invariants.CHECKS,
    *exchange_invariants.CHECKS,
    *plan_invariants.CHECKS,
    *portal_invariants.CHECKS,
    *erasing_invariants.CHECKS,
    *merging_invariants.CHECKS,
    *offline_invariants.CHECKS,
    *year_invariants.CHECKS,
]
