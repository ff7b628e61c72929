"""Copies of a demonstration's donors and gifts, for tests under load."""

from contextlib import AbstractContextManager

from weintl.copies import Copied, Moved, Word, fresh, fresh_uuid, row_of
from weintl.papers import numbering

CAUSES: dict[str, Word] = {"gift": row_of("donations_gift")}
# Unique keys of mails name a gift by its public id.
MAILS: dict[str, Word] = {"gift": lambda moved, sql: f"({fresh_uuid(sql)})::text"}
REFERENCES: dict[str, Word] = {
    "gift": lambda moved, payment: (
        # Nothing in these texts comes from outside.
        f"(SELECT ({fresh_uuid('g.public_id')})::text FROM donations_gift g "  # noqa: S608
        f"WHERE g.payment_id = {payment})"
    )
}


def copied() -> list[Copied]:
    """Return the tables; funds are the same for all copies."""
    return [
        Copied(table="donations_donor", words=_donor),
        Copied(
            table="donations_gift",
            points={"donor_id": "donations_donor", "payment_id": "payments_payment"},
            words=_gift,
        ),
        Copied(table="donations_tribute", points={"gift_id": "donations_gift"}),
        Copied(
            table="donations_giftrefund",
            points={"gift_id": "donations_gift", "refund_id": "payments_refund"},
        ),
        Copied(
            table="donations_receipt",
            points={"gift_id": "donations_gift", "replaces_id": "donations_receipt"},
            words=_receipt,
        ),
        Copied(
            table="donations_receiptvoid",
            points={"receipt_id": "donations_receipt", "refund_id": "donations_giftrefund"},
        ),
        Copied(
            table="donations_receiptdonor",
            points={"receipt_id": "donations_receipt"},
        ),
    ]


def numbered_afterwards() -> AbstractContextManager[None]:
    """Let copies of receipts take the numbers after those of before, and count them at the end."""
    return numbering.numbered_afterwards("donations_receipt", "RC")


def _receipt(moved: Moved) -> dict[str, str]:
    """Give copy k the numbers after those of copy k-1, in its contents too."""
    own = numbering.copied("t.series", "t.year", "t.sequence")
    before = numbering.copied("f.series", "f.year", "f.sequence")
    replaced = (
        # Nothing in these texts comes from outside.
        f"(SELECT {before} FROM donations_receipt f WHERE f.id = t.replaces_id)"  # noqa: S608
    )
    contents = (
        f"CASE WHEN t.replaces_id IS NULL THEN t.contents || jsonb_build_object('number', {own})"
        f" ELSE jsonb_set(t.contents || jsonb_build_object('number', {own}),"
        f" '{{replaces,number}}', to_jsonb({replaced})) END"
    )
    return {
        "number": own,
        "sequence": numbering.copied_sequence("t.series", "t.year", "t.sequence"),
        "contents": contents,
        "waits_for_paper": "false",
    }


def _donor(moved: Moved) -> dict[str, str]:
    return {"public_id": fresh_uuid("t.public_id"), "email": "'x' || k || '-' || t.email"}


def _gift(moved: Moved) -> dict[str, str]:
    return {
        "public_id": fresh_uuid("t.public_id"),
        "token": fresh("t.token", length=32),
        "submission_key": fresh("t.submission_key", length=32),
    }
