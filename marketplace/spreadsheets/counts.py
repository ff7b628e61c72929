"""The table of a stock count: what the books say, to be filled in and brought back."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from partners.sheets import Cell, sheet
from weintl.rows import minor

from .. import counting
from ..counting import Difference, Found
from ..models import StockCountLine, Variant
from .fields import NumberWidget
from .reading import Table

BOOKS = ("book_owned", "book_consigned", "sold")
COLUMNS = ("sku", "piece", "place", *BOOKS, "held", "owned", "consigned", "reason")
NEEDED = ("sku",)


def as_csv() -> bytes:
    """Return the books of all variants, with empty cells for what is counted."""
    rows = Variant.objects.select_related("product", "stock").order_by("place", "sku")
    return sheet(COLUMNS, (_row(row) for row in rows.iterator(chunk_size=2_000)))


def _row(variant: Variant) -> Sequence[Cell]:
    stock = getattr(variant, "stock", None)
    books: tuple[int, ...] = counting.book_of(stock)
    held = stock.held if stock else 0
    return (variant.sku, variant.title, variant.place, *books, held, "", "", "")


def found(table: Table, *, fallback: dict[str, Any]) -> tuple[list[Found], list[Any]]:
    """Return what was counted, and (place, column, sentence) for each cell that is wrong.

    `place` is that of the row in the table. A row without numbers was not counted. Books that
    the file does not name are those in `fallback`, {SKU: (owned, consigned, sold)}, else today's.
    """
    rows = [dict(zip(table.heads, cells, strict=True)) for cells in table.rows]
    skus = [row["sku"].strip() for row in rows]
    variants = {
        row.sku: row for row in Variant.objects.select_related("stock").filter(sku__in=skus)
    }
    counted: list[Found] = []
    wrong: list[Any] = []
    seen: set[str] = set()
    for place, (sku, row) in enumerate(zip(skus, rows, strict=True)):
        numbers = _numbers(row, place, wrong)
        if numbers is None or (numbers["owned"] is None and numbers["consigned"] is None):
            continue
        variant = variants.get(sku)
        if variant is None:
            words = _("There is no variant with the SKU “%(sku)s”.") % {"sku": sku[:60]}
            wrong.append((place, "sku", words))
            continue
        if sku in seen:
            wrong.append((place, "sku", _("“%(key)s” stands twice in the file.") % {"key": sku}))
            continue
        seen.add(sku)
        today = counting.book_of(getattr(variant, "stock", None))
        usual = tuple(fallback.get(sku, today))
        book = tuple(
            usual[at] if numbers[name] is None else numbers[name] for at, name in enumerate(BOOKS)
        )
        reason = row.get("reason", "").strip().lower()
        counted.append(
            Found(
                variant.pk,
                book,  # type: ignore[arg-type]
                numbers["owned"],
                numbers["consigned"],
                _reasons().get(reason, reason),
            )
        )
    return counted, wrong


def _numbers(row: dict[str, str], place: int, wrong: list[Any]) -> dict[str, int | None] | None:
    read: dict[str, int | None] = {}
    widget = NumberWidget(is_optional=True)
    is_right = True
    for name in (*BOOKS, "owned", "consigned"):
        try:
            read[name] = widget.clean(row.get(name))
        except ValueError as error:
            wrong.append((place, name, str(error)))
            is_right = False
    return read if is_right else None


def _reasons() -> dict[str, str]:
    """Return {word: reason}: the code of each, and its words in the reader's language."""
    reasons = StockCountLine.Reason
    return {str(each.label).lower(): each.value for each in reasons} | {
        each.value: each.value for each in reasons
    }


def refusals(line: Difference) -> Iterable[tuple[str, str]]:
    """Yield (column, sentence) for what keeps a counted line from being booked."""
    if line.is_stale:
        yield "sku", _("The books changed meanwhile: take the list anew, or count again.")
    if line.lacks_reason:
        known = ", ".join(StockCountLine.Reason.values)
        yield "reason", _("Say why: one of %(known)s.") % {"known": known}
    for words in line.problems:
        yield "", words


def changes(line: Difference) -> list[tuple[str, str, str]]:
    """Return (column, in the books, counted) of what differs, and the money that moves."""
    told = []
    if line.more_owned:
        told.append(("owned", str(line.stock.owned), str(line.owned)))
    if line.more_consigned:
        told.append(("consigned", str(line.stock.consigned), str(line.consigned)))
    if told and line.reason:
        told.append(("reason", "", str(dict(StockCountLine.Reason.choices).get(line.reason, ""))))
    currency = line.variant.currency
    if line.cost:
        words = _("written off") if line.cost > 0 else _("more on the shelf")
        told.append((words, "", minor(abs(line.cost), currency)))
    if line.maker_pay:
        told.append((_("owed to makers"), "", minor(line.maker_pay, currency)))
    return told
