"""Copies of a demonstration's payments, for tests under load: as if so many more had paid."""

from collections.abc import Mapping

from weintl.copies import Copied, Moved, Word, fresh, fresh_uuid, numbered, row_of

# How what the ledger's keys are made of changes in a copy.
KEYS: dict[str, Word] = {
    "payment": lambda moved, sql: f"({fresh_uuid(sql)})::text",
    "refund": row_of("payments_refund"),
    "dispute": lambda moved, sql: _id_at_provider(sql),
    "to_bank": lambda moved, sql: _id_at_provider(sql),
}


def _id_at_provider(sql: str) -> str:
    return f"split_part({sql}, '_', 1) || '_' || {fresh(sql)}"


def copied(*, references: Mapping[str, Word]) -> list[Copied]:
    """Return the tables. `references` says, by purpose, what a copy's payment pays for: SQL
    over the payment's id."""

    def payment(moved: Moved) -> dict[str, str]:
        cases = [
            f"WHEN '{purpose}' THEN {word(moved, 't.id')}" for purpose, word in references.items()
        ]
        ids = ("session_id", "intent_id", "charge_id", "balance_transaction_id")
        return {
            "public_id": fresh_uuid("t.public_id"),
            "reference": f"CASE t.purpose {' '.join(cases)} ELSE {numbered('t.reference')} END",
            "session_url": "''",
            **{name: _id_at_provider(f"t.{name}") for name in ids},
        }

    def refund(moved: Moved) -> dict[str, str]:
        ids = ("refund_id", "balance_transaction_id", "failure_balance_transaction_id")
        return {
            "request_key": numbered("t.request_key"),
            **{name: _id_at_provider(f"t.{name}") for name in ids},
        }

    def payout(moved: Moved) -> dict[str, str]:
        ids = ("payout_id", "balance_transaction_id", "failure_balance_transaction_id")
        return {name: _id_at_provider(f"t.{name}") for name in ids}

    return [
        Copied(table="payments_payment", words=payment),
        Copied(table="payments_refund", points={"payment_id": "payments_payment"}, words=refund),
        Copied(
            table="payments_dispute",
            points={"payment_id": "payments_payment"},
            words=lambda moved: {"dispute_id": _id_at_provider("t.dispute_id")},
        ),
        Copied(table="payments_providerpayout", words=payout),
        Copied(
            table="payments_providerpayoutitem",
            points={
                "provider_payout_id": "payments_providerpayout",
                "payment_id": "payments_payment",
            },
            words=lambda moved: {
                name: _id_at_provider(f"t.{name}") for name in ("transaction_id", "source_id")
            },
        ),
        Copied(
            table="payments_webhookevent",
            points={
                "payment_id": "payments_payment",
                "provider_payout_id": "payments_providerpayout",
            },
            words=lambda moved: {
                "event_id": _id_at_provider("t.event_id"),
                "object_id": _id_at_provider("t.object_id"),
                "body": f"replace(replace(t.body, t.object_id, {_id_at_provider('t.object_id')}), "
                f"t.event_id, {_id_at_provider('t.event_id')})",
            },
        ),
    ]
