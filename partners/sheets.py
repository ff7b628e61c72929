"""Tables that a spreadsheet or a bank reads: always the same bytes, never a formula."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

# A cell that begins so is a formula to a spreadsheet, wherever the words came from. Wide forms
# of the signs are taken for the same.
_FORMULA = re.compile(r"\s*[=+\-@|\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")

Cell = str | int | Decimal


def safe(cell: Cell) -> Cell:
    """Return a cell that no program takes for a formula; numbers are left as they are."""
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell


def plain(text: str) -> str:
    """Return the words of a cell that `safe` has guarded, others as they are."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text[1:]) else text


def sheet(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return the rows as CSV in UTF-8, with the line ends that RFC 4180 names."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([safe(cell) for cell in head])
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return out.getvalue().encode()
