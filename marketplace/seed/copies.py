"""Copies of a demonstration's shop and its orders, for tests under load."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from django.db import connection

from marketplace.models import Product
from weintl.copies import Copied, Moved, Word, fresh, numbered, row_of
from weintl.papers import numbering

AT_ONCE = 2_000
CAUSES: dict[str, Word] = {"order": row_of("marketplace_order")}
MAILS = CAUSES
KEYS: dict[str, Word] = {
    "unit": row_of("marketplace_unit"),
    "goods": lambda moved, sql: numbered(sql),
}
LISTS: dict[str, Word] = {"units": KEYS["unit"]}
REFERENCES: dict[str, Word] = {
    "order": lambda moved, payment: (
        # Nothing in these texts comes from outside.
        f"(SELECT {_number(moved, 'o.id')} FROM marketplace_order o "  # noqa: S608
        f"WHERE o.payment_id = {payment})"
    )
}


def count() -> int:
    """Return how many copies of the catalogue there are."""
    numbers = Product.objects.filter(code__regex=r"-x[0-9]+$").values_list("code", flat=True)
    return max((int(code.rpartition("-x")[2]) for code in numbers.iterator()), default=0)


@contextmanager
def listed_afterwards() -> Iterator[None]:
    """Let triggers leave lists alone meanwhile, and list what lacks a row at the end."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('weintl.list_later', 'on', false)")
        try:
            yield
        finally:
            cursor.execute("SELECT set_config('weintl.list_later', '', false)")
        # Without numbers of today each row would be looked for in the whole table.
        cursor.execute(f"ANALYZE {', '.join(one.table for one in catalogue())}")
        unlisted = Product.objects.filter(is_published=True, listing=None).order_by("pk")
        ids = list(unlisted.values_list("pk", flat=True))
        for first in range(0, len(ids), AT_ONCE):
            part = ids[first : first + AT_ONCE]
            cursor.execute("SELECT marketplace_list_again(%s::bigint[])", [part])


def catalogue() -> list[Copied]:
    """Return products with all that is theirs; categories and lists are the same."""
    return [
        Copied(
            table="marketplace_product",
            words=lambda moved: {
                name: numbered(f"t.{name}")
                for name in ("code", "slug", "slug_en", "slug_es", "name", "name_en", "name_es")
            },
        ),
        Copied(table="marketplace_productpicture", points={"product_id": "marketplace_product"}),
        Copied(
            table="marketplace_variant",
            points={"product_id": "marketplace_product"},
            words=lambda moved: {"sku": numbered("t.sku")},
        ),
        Copied(table="marketplace_product_materials", points={"product_id": "marketplace_product"}),
        Copied(table="marketplace_variant_values", points={"variant_id": "marketplace_variant"}),
        Copied(table="marketplace_saleprice", points={"variant_id": "marketplace_variant"}),
        Copied(table="marketplace_stock", points={"variant_id": "marketplace_variant"}),
        Copied(
            table="marketplace_stockmove",
            points={"variant_id": "marketplace_variant"},
            words=_stock_move,
        ),
    ]


def _stock_move(moved: Moved) -> dict[str, str]:
    """Let a move of one piece name the copied piece; `verify` looks for it by its key."""
    piece = moved("marketplace_unit", "split_part(t.source_key, '/', 2)::bigint")
    key = f"'unit/' || {piece} || '/' || split_part(t.source_key, '/', 3)"
    own = f"CASE WHEN t.source_key LIKE 'unit/%' THEN {key} ELSE {numbered('t.source_key')} END"
    return {"source_key": own}


def orders() -> list[Copied]:
    """Return orders with lines, pieces, parcels, holds and refunds."""
    return [
        Copied(
            table="marketplace_order",
            points={"payment_id": "payments_payment", "gift_id": "donations_gift"},
            words=_order,
        ),
        Copied(
            table="marketplace_orderline",
            points={"order_id": "marketplace_order", "variant_id": "marketplace_variant"},
        ),
        Copied(table="marketplace_unit", points={"line_id": "marketplace_orderline"}),
        Copied(
            table="marketplace_shipment",
            points={"order_id": "marketplace_order"},
            words=lambda moved: {"request_key": fresh("t.request_key", length=32)},
        ),
        Copied(
            table="marketplace_shipmentunit",
            points={"shipment_id": "marketplace_shipment", "unit_id": "marketplace_unit"},
        ),
        Copied(
            table="marketplace_hold",
            points={"order_id": "marketplace_order", "variant_id": "marketplace_variant"},
        ),
        Copied(
            table="marketplace_orderrefund",
            points={"order_id": "marketplace_order", "refund_id": "payments_refund"},
        ),
        Copied(
            table="marketplace_orderrefund_units",
            points={"orderrefund_id": "marketplace_orderrefund", "unit_id": "marketplace_unit"},
        ),
        Copied(table="marketplace_writeoff", points={"unit_id": "marketplace_unit"}),
        Copied(
            table="marketplace_invoice",
            points={
                "order_id": "marketplace_order",
                "refund_id": "marketplace_orderrefund",
                "corrects_id": "marketplace_invoice",
            },
            words=_invoice,
        ),
        Copied(
            table="marketplace_invoicebuyer",
            points={"invoice_id": "marketplace_invoice"},
        ),
    ]


def numbered_afterwards() -> AbstractContextManager[None]:
    """Let copies of invoices take the numbers after those of before, and count them at the end."""
    return numbering.numbered_afterwards("marketplace_invoice", "IN", "CN", "RV")


def _invoice(moved: Moved) -> dict[str, str]:
    """Give copy k the numbers after those of copy k-1, in its contents too."""
    own = numbering.copied("t.series", "t.year", "t.sequence")
    corrected = numbering.copied("f.series", "f.year", "f.sequence")
    first = (
        # Nothing in these texts comes from outside.
        f"(SELECT {corrected} FROM marketplace_invoice f WHERE f.id = t.corrects_id)"  # noqa: S608
    )
    contents = (
        "t.contents || jsonb_strip_nulls(jsonb_build_object("
        f"'number', {own}, 'order', {_number(moved, 't.order_id')}, 'corrects', {first}))"
    )
    return {
        "number": own,
        "sequence": numbering.copied_sequence("t.series", "t.year", "t.sequence"),
        "contents": contents,
        "waits_for_paper": "false",
    }


def _number(moved: Moved, order: str) -> str:
    # Real numbers know no 0, so no copy's number is ever drawn for a real order.
    return f"'WE-' || lpad(upper(to_hex({moved('marketplace_order', order)})), 8, '0')"


def _order(moved: Moved) -> dict[str, str]:
    return {
        "number": _number(moved, "t.id"),
        "token": fresh("t.token", length=32),
        "submission_key": fresh("t.submission_key", length=32),
        "cart_id": "NULL",
    }
