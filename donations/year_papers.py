"""Yearly statements as PDF, in both languages, from what was frozen; kept as first made."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from weintl import pdf
from weintl.money import Money
from weintl.money.formatting import format_money
from weintl.papers import keeping

from . import donors
from .models import Donor, ReceiptVoid, YearStatement
from .receipt_papers import day_text, issuer_block


def as_pdf(statement: YearStatement, *, language: str) -> bytes:
    """Return it as PDF, the same bytes whenever it is asked. Raises keeping.Erased."""
    # One that was replaced after it was printed says so; the first print stays as it was.
    mark = "" if statement.replaced_at is None else "-replaced"
    key = f"year/{statement.number}/{language}{mark}.pdf"
    return keeping.keep(key, lambda: _made(statement, language))


def provisional(contents: dict[str, Any], donor: Donor, *, language: str) -> bytes:
    """Return the present year so far as PDF; kept nowhere."""
    with override(language):
        mark = [_("Provisional"), _("The year is not over. The statement comes on 1 January.")]
        said = {**contents, "number": "", "replaces": [], "words": {}}
        data = paper(said, donors.lines_of(donor), language, mark)
        return pdf.render("year", data, typefaces=pdf.ALL)


def _made(statement: YearStatement, language: str) -> bytes:
    if statement.erased_at is not None:
        raise keeping.Erased(statement.number)
    with override(language):
        mark = []
        if statement.replaced_at is not None:
            mark = [_("Replaced"), _("This statement holds no more; there is a newer one.")]
        data = paper(statement.contents, statement.text.split("\n"), language, mark)
        return pdf.render("year", data, typefaces=pdf.ALL)


def paper(said: dict[str, Any], donor: list[str], language: str, mark: list[str]) -> dict[str, Any]:
    """Return what the template prints, in the active language: words and amounts."""
    title = _("Your giving in %(year)s") % {"year": said["year"]}
    number = [[_("Number"), said["number"]]] if said["number"] else []
    return {
        "language": language,
        "title": title,
        "mark": mark,
        "issuer": issuer_block(said["issuer"]),
        "to": _("Received from"),
        "donor": donor,
        "facts": [*number, [_("Issued"), day_text(said["issued"], language)]],
        "heads": [
            _("Received on"),
            _("For"),
            _("Receipt"),
            _("Received"),
            _("Given in return"),
            _("Gift"),
        ],
        "rows": [_row(row, language) for row in said["rows"]],
        "totals": [
            [
                _("Total in %(currency)s") % {"currency": row["currency"].upper()},
                *_amounts(row, language),
            ]
            for row in said["totals"]
        ],
        "gone_title": _("Counts no more"),
        "gone": [_gone(row, language) for row in said["gone"]],
        "words": said["words"].get(language, []),
        "replaces": _replaces(said["replaces"]),
        "footer": f"{said['issuer']['name']} · {title}",
        "thanks": _("Questions? Write to %(contact)s.") % {"contact": said["issuer"]["contact"]},
    }


def _row(row: dict[str, Any], language: str) -> list[str]:
    fund = row["fund"].get(language) or next(iter(row["fund"].values()))
    number = row["receipt"]
    if row["replaces"]:
        number += "\n" + _("replaces %(number)s") % {"number": row["replaces"]}
    return [
        day_text(row["received"], language),
        fund,
        number,
        *_amounts(row, language),
    ]


def _amounts(row: dict[str, Any], language: str) -> list[str]:
    """Return what was received, what was given in return, and the gift that is left."""
    taken = f"−{_money(row['advantage'], row, language)}" if row["advantage"] else "–"
    return [_money(row["kept"], row, language), taken, _money(row["eligible"], row, language)]


def _gone(row: dict[str, Any], language: str) -> str:
    words = {
        "number": row["receipt"],
        "day": day_text(row["received"], language),
        "reason": str(dict(ReceiptVoid.Reason.choices)[row["reason"]]),
    }
    return _("Receipt %(number)s, received on %(day)s: %(reason)s.") % words


def _money(amount: int, row: dict[str, Any], language: str) -> str:
    return format_money(Money(amount, row["currency"]), language=language)


def _replaces(numbers: list[str]) -> str:
    if not numbers:
        return ""
    return _("It replaces: %(numbers)s.") % {"numbers": ", ".join(numbers)}


def file_name(year: int, language: str) -> str:
    """Return what the file is called, without its ending."""
    return f"giving-{year}-{language}"
