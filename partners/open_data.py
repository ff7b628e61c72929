"""The public totals as CSV and JSON: what the page shows, and no finer."""

import csv
import io
import re
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from weintl.money import exponent

from .hiding import Block, Owner, Period, Published
from .models import Programme, Seal

# A cell that begins so is a formula to a spreadsheet, wherever the words came from.
_FORMULA = re.compile(r"\s*[=+\-@|\uff1d\uff0b\uff0d\uff20]")


def columns() -> dict[str, str]:
    """Return {column: what it holds} of the exports. Columns are added, never renamed."""
    return {
        "part": _("programme_use: the parts of the sum; quarter: the same sum by time"),
        "programme": _("code of the programme; waiting, others, ended"),
        "name": _("name of the programme"),
        "use": _("use of the money; whole where it is for no single use; others"),
        "first_quarter": _("first day of the first quarter"),
        "last_quarter": _("first day of the last quarter"),
        "amount": _("amount in whole units and decimals"),
        "currency": _("currency, ISO 4217"),
    }


def rows(found: dict[str, Published], *, known: dict[Owner, Programme]) -> list[dict[str, str]]:
    """Return the blocks, then the same sums by period."""
    said = []
    for currency, shown in found.items():
        said += [_block(block, currency, known) for block in shown.blocks]
        said += [
            {"part": "quarter", "programme": "", "name": "", "use": "", **_sum(run, currency)}
            for run in shown.periods
        ]
    return said


def _block(block: Block, currency: str, known: dict[Owner, Programme]) -> dict[str, str]:
    programme = known.get(block.owners[0]) if len(block.owners) == 1 else None
    if programme:
        code = programme.code
    elif len(block.owners) > 1:
        code = "others"
    else:
        code = "waiting" if block.owners == (None,) else "ended"
    return {
        "part": "programme_use",
        "programme": code,
        "name": programme.name if programme else "",
        "use": "others" if len(block.uses) > 1 else block.uses[0] or "whole",
        **_sum(block, currency),
    }


def _sum(part: Block | Period, currency: str) -> dict[str, str]:
    return {
        "first_quarter": part.quarters[0].isoformat(),
        "last_quarter": part.quarters[-1].isoformat(),
        "amount": f"{Decimal(part.amount).scaleb(-exponent(currency)):f}",
        "currency": currency.upper(),
    }


def as_json(said: list[dict[str, str]], *, seal: Seal | None, threshold: int) -> dict[str, Any]:
    """Return what the JSON export holds: language, meaning of columns, rows, the chain's end."""
    chain = {"position": seal.position, "sha256": seal.digest} if seal else None
    return {
        "language": get_language(),
        "columns": columns(),
        "least_people": threshold,
        "chain": chain,
        "rows": said,
    }


def as_csv(said: list[dict[str, str]]) -> str:
    """Return the rows as CSV, no cell a formula."""
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(columns()), lineterminator="\r\n")
    writer.writeheader()
    for row in said:
        writer.writerow({name: _cell(name, value) for name, value in row.items()})
    return out.getvalue()


def _cell(name: str, value: str) -> str:
    # An amount may be below zero; it is made of digits only.
    return f"'{value}" if name != "amount" and _FORMULA.match(value) else value
