"""Tables that a spreadsheet or a bank reads: always the same bytes, never a formula."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import chain
from typing import Any

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


class _Through:
    """Takes what a writer writes and hands it on at once."""

    def write(self, text: str) -> str:
        """Return the line."""
        return text


def lines(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """Yield the rows as CSV in UTF-8, a line each, with the line ends that RFC 4180 names."""
    writer = csv.writer(_Through(), lineterminator="\r\n")
    for row in chain([head], rows):
        line: Any = writer.writerow([safe(cell) for cell in row])
        yield line.encode()


def sheet(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return the rows as CSV, all at once."""
    return b"".join(lines(head, rows))
