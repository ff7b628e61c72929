"""Copies of a demonstration's donors and gifts, for tests under load."""

from weintl.copies import Copied, Moved, Word, fresh, fresh_uuid, row_of

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
        Copied(
            table="donations_giftrefund",
            points={"gift_id": "donations_gift", "refund_id": "payments_refund"},
        ),
    ]


def _donor(moved: Moved) -> dict[str, str]:
    return {"public_id": fresh_uuid("t.public_id"), "email": "'x' || k || '-' || t.email"}


def _gift(moved: Moved) -> dict[str, str]:
    return {
        "public_id": fresh_uuid("t.public_id"),
        "token": fresh("t.token", length=32),
        "submission_key": fresh("t.submission_key", length=32),
    }
