"""A statement on paper and as a sheet, in both languages, from what was frozen and nothing else.

Each is kept as it was first made: a later template, translation or typeface changes none.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from babel.dates import format_date
from django.conf import settings
from django.db.models import Exists, OuterRef, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext as _
from django.utils.translation import override

from weintl import pdf
from weintl.money import Money, exponent
from weintl.money.formatting import format_money, locale_for
from weintl.papers import keeping
from weintl.papers.models import Paper

from .models.ledger import Account, Entry
from .models.statements import Statement
from .models.uses import Use
from .sheets import sheet

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)


def as_pdf(statement: Statement, *, language: str) -> bytes:
    """Return the statement as PDF; the same bytes whenever it is asked."""
    return keeping.keep(_key(statement, language, "pdf"), lambda: _as_pdf(statement, language))


def as_csv(statement: Statement, *, language: str) -> bytes:
    """Return the statement as CSV; the same bytes whenever it is asked."""
    return keeping.keep(_key(statement, language, "csv"), lambda: _as_csv(statement, language))


def _key(statement: Statement, language: str, form: str) -> str:
    return f"statement/{statement.number}/{language}.{form}"


def keep_all() -> int:
    """Keep the papers of every statement that has none yet; return of how many statements."""
    key = Concat(Value("statement/"), OuterRef("number"), Value(f"/{LANGUAGES[-1]}.csv"))
    found = Statement.objects.filter(~Exists(Paper.objects.filter(key=key))).order_by("pk")
    for statement in found:
        for language in LANGUAGES:
            as_pdf(statement, language=language)
            as_csv(statement, language=language)
    return len(found)


def _as_pdf(statement: Statement, language: str) -> bytes:
    with override(language):
        return pdf.render("statement", _paper(statement.contents, language))


def _as_csv(statement: Statement, language: str) -> bytes:
    """Return the statement as CSV: openings, movements, closings, what is pending."""
    said = statement.contents
    with override(language):
        head = [
            _("day"),
            _("accounting date"),
            _("what"),
            _("reference"),
            _("account"),
            _("amount"),
            _("currency"),
        ]
        rows: list[tuple[str, str, str, str, str, int]] = [
            *(
                (said["from"], "", _("Opening"), "", a["account"], a["opening"])
                for a in said["accounts"]
            ),
            *(
                (
                    m["day"],
                    m["booked"] or m["day"],
                    _kind(m["kind"]),
                    reference_words(m),
                    m["account"],
                    m["amount"],
                )
                for m in said["movements"]
            ),
            *(
                (said["until"], "", _("Closing"), "", a["account"], a["closing"])
                for a in said["accounts"]
            ),
            *(("", "", pending_words(p), "", p["account"], p["amount"]) for p in said["pending"]),
        ]
        decimals = -exponent(said["currency"])
        return sheet(
            head,
            (
                (*row[:5], Decimal(row[5]).scaleb(decimals), said["currency"].upper())
                for row in rows
            ),
        )


def _paper(said: dict[str, Any], language: str) -> dict[str, Any]:
    def money(amount: int) -> str:
        return format_money(Money(amount, said["currency"]), language=language)

    uses = {row["account"]: use_words(row["use"]) for row in said["accounts"]}
    title = _("Statement %(number)s") % {"number": said["number"]}
    return {
        "language": language,
        "title": title,
        "footer": f"{said['issuer']} · {title}",
        "facts": _facts(said, language),
        "heads": {
            "accounts": [_("For"), _("Opening"), _("Closing")],
            "movements": [_("Day"), _("What"), _("Reference"), _("For"), _("Amount")],
            "pending": [_("For"), _("When"), _("Amount")],
        },
        "words": {
            "accounts": _("Accounts"),
            "movements": _("Movements"),
            "pending": _("Not paid out yet when this was issued"),
            "none": _("None."),
            "note": _(
                "Pieces are named by their numbers; buyers and donors are never named. Each line"
                " is an entry of our ledger. Questions: %(contact)s"
            )
            % {"contact": said["contact"]},
        },
        "accounts": [
            *(
                [use_words(a["use"]), money(a["opening"]), money(a["closing"])]
                for a in said["accounts"]
            ),
            [
                _("Total"),
                money(sum(a["opening"] for a in said["accounts"])),
                money(sum(a["closing"] for a in said["accounts"])),
            ],
        ],
        "movements": [
            [
                _days(m, language),
                _kind(m["kind"]),
                reference_words(m),
                uses[m["account"]],
                money(m["amount"]),
            ]
            for m in said["movements"]
        ],
        "pending": [
            [uses[p["account"]], pending_words(p, language), money(p["amount"])]
            for p in said["pending"]
        ],
    }


def _facts(said: dict[str, Any], language: str) -> list[list[str]]:
    start = _written(said["from"], language) if said["from"] else _("the beginning")
    facts = [
        [_("Programme"), f"{said['name'][language]} ({said['programme']})"],
        [_("Partner"), said["partner"]],
        [_("Time"), f"{start} – {_written(said['until'], language)}"],
        [_("Issued"), f"{_written(said['issued'], language)}, {said['issuer']}"],
    ]
    paid = said["payout"]
    if paid:
        amount = format_money(Money(paid["amount"], said["currency"]), language=language)
        facts += [
            [_("Paid"), f"{amount}, {_written(paid['paid_on'], language)}"],
            [_("To account"), f"{paid['to']} ({paid['bank_reference']})"],
        ]
    return facts


def _written(day: str, language: str) -> str:
    found = date.fromisoformat(day)
    return format_date(found, format="medium", locale=locale_for(language))


def _days(movement: dict[str, Any], language: str) -> str:
    """Return the day, and the accounting date where the month was closed by then."""
    day = _written(movement["day"], language)
    if not movement["booked"]:
        return day
    booked = _written(movement["booked"], language)
    return _("%(day)s, booked %(booked)s") % {"day": day, "booked": booked}


def _kind(kind: str) -> str:
    return str(Entry.Kind(kind).label)


def use_words(use: str) -> str:
    """Return what an account is for: a use, the makers, or where it is most needed."""
    known = Use.ARTISAN_PAY if use == Account.Kind.MAKER_PAYABLE else use
    return str(Use(known).label) if known in Use.values else _("Where it is most needed")


def reference_words(movement: dict[str, Any]) -> str:
    """Return the piece, refund, payout or allocation; else the number of the entry."""
    first, _space, rest = movement["reference"].partition(" ")
    words = {
        "unit": _("piece"),
        "refund": _("refund"),
        "payout": _("payout"),
        "allocation": _("allocation"),
    }
    if first in words:
        return f"{words[first]} {rest}"
    return _("entry %(number)s") % {"number": movement["entry"]}


def pending_words(row: dict[str, Any], language: str = "") -> str:
    """Return from when on something may be paid out, or why that is not known."""
    when = row["when"]
    if row["state"] == "due":
        return _("from %(day)s on") % {"day": _written(when, language) if language else when}
    if row["state"] == "proposed":
        return _("in payout %(number)s, not approved yet") % {"number": when}
    if row["state"] == "taken":
        return _("refunds and fees, to be made good")
    return _("held until it has arrived")
