"""Take in a table as spreadsheets write it: CSV in UTF-8, by comma, semicolon or tab."""

import csv
import io
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partners.sheets import plain

LARGEST_BYTES = 10_000_000
MOST_ROWS = 5_000
LONGEST_CELL = 20_000
DELIMITERS = ",;\t"


class WrongFile(ValueError):
    """The file cannot be read as the table that is wanted; its words say why to a person."""


@dataclass(frozen=True, slots=True)
class Table:
    """Heads, rows, and the number of each row as a spreadsheet counts, the heads being row 1."""

    heads: list[str]
    rows: list[list[str]]
    numbers: list[int]


def read(data: bytes, *, known: Sequence[str], needed: Collection[str]) -> Table:
    """Return the table in `data`; columns may be left out, but for those `needed`.

    Raises WrongFile for what is no such table: another encoding, heads that are not `known`,
    more than MOST_ROWS rows.
    """
    text = _text(data)
    # Lines end at a line feed only: other ends, such as U+2028, may stand inside a cell.
    lines = csv.reader(io.StringIO(text), delimiter=_delimiter(text), strict=True)
    records: list[tuple[int, list[str]]] = []
    try:
        for number, cells in enumerate(lines, start=1):
            if any(cell.strip() for cell in cells):
                records.append((number, cells))
            if len(records) > MOST_ROWS + 1:
                raise WrongFile(
                    _("The file has more than %(number)d rows. Split it into several.")
                    % {"number": MOST_ROWS}
                )
    except csv.Error as error:
        raise WrongFile(
            _("The file is no table: a quotation mark is open, or a cell is too long.")
        ) from error
    if not records:
        raise WrongFile(_("The file is empty."))
    heads = _heads(records[0][1], known=known, needed=needed)
    rows = [_cells(cells, heads, number) for number, cells in records[1:]]
    return Table(heads, rows, [number for number, _row in records[1:]])


def _text(data: bytes) -> str:
    if len(data) > LARGEST_BYTES:
        raise WrongFile(_("The file is larger than 10 MB. Split it into several."))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise WrongFile(
            _("The file is no text in UTF-8. In your spreadsheet choose “CSV UTF-8” to save it.")
        ) from error
    if "\0" in text:
        raise WrongFile(
            _("The file is no table. In your spreadsheet choose “CSV UTF-8” to save it.")
        )
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _delimiter(text: str) -> str:
    first = text.lstrip("\r\n").partition("\n")[0]
    return max(DELIMITERS, key=first.count)


def _heads(cells: Sequence[str], *, known: Sequence[str], needed: Collection[str]) -> list[str]:
    heads = [cell.strip().lower() for cell in cells]
    while heads and not heads[-1]:
        heads.pop()
    unknown = [head for head in heads if head not in known]
    if unknown:
        raise WrongFile(
            _("The first row names columns that this table has not: %(names)s. It has: %(known)s.")
            % {
                "names": ", ".join(f"“{name[:40]}”" for name in unknown[:5]),
                "known": ", ".join(known),
            }
        )
    twice = sorted({head for head in heads if heads.count(head) > 1})
    if twice:
        raise WrongFile(_("A column stands twice: %(names)s.") % {"names": ", ".join(twice)})
    lacking = [name for name in needed if name not in heads]
    if lacking:
        raise WrongFile(_("A column is missing: %(names)s.") % {"names": ", ".join(lacking)})
    return heads


def _cells(cells: Sequence[str], heads: Sequence[str], number: int) -> list[str]:
    beyond = [cell for cell in cells[len(heads) :] if cell.strip()]
    if len(cells) < len(heads) or beyond:
        raise WrongFile(
            ngettext(
                "Row %(row)d does not have %(number)d cell as the first row has. "
                "A cell with a comma or a line end stands between quotation marks.",
                "Row %(row)d does not have %(number)d cells as the first row has. "
                "A cell with a comma or a line end stands between quotation marks.",
                len(heads),
            )
            % {"row": number, "number": len(heads)}
        )
    if any(len(cell) > LONGEST_CELL for cell in cells):
        raise WrongFile(_("A cell in row %(row)d is too long.") % {"row": number})
    return [plain(cell) for cell in cells[: len(heads)]]
