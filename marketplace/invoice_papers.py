"""Invoices, credit notes and reversals as PDF, in both languages, from what was frozen.

Each is kept as it was first made (weintl.papers). The one in the buyer's language is made soon
after it was issued, another language's when somebody asks for it.
"""

from contextlib import suppress
from datetime import date
from typing import Any

from babel.dates import format_date
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext
from django_countries import countries

from weintl import pdf
from weintl.money import Money
from weintl.money.formatting import format_money, format_rate, locale_for
from weintl.papers import keeping

from .invoices import Kind
from .models import Invoice, InvoiceBuyer

# What one run makes: the next one goes on.
AT_ONCE = 500


def as_pdf(invoice: Invoice, *, language: str) -> bytes:
    """Return it as PDF; the same bytes whenever it is asked. Raises keeping.Erased."""
    return keeping.keep(_key(invoice, language), lambda: _made(invoice, language))


def _key(invoice: Invoice, language: str) -> str:
    return f"invoice/{invoice.number}/{language}.pdf"


def keep_waiting() -> int:
    """Make the papers that wait, each in its buyer's language; return how many."""
    waiting = list(Invoice.objects.filter(waits_for_paper=True).order_by("pk")[:AT_ONCE])
    for invoice in waiting:
        # The buyer may have been erased before anybody wanted the paper.
        with suppress(keeping.Erased):
            as_pdf(invoice, language=invoice.language)
        Invoice.objects.filter(pk=invoice.pk, waits_for_paper=True).update(waits_for_paper=False)
    return len(waiting)


def _made(invoice: Invoice, language: str) -> bytes:
    buyer = InvoiceBuyer.objects.get(invoice__order_id=invoice.order_id, invoice__kind=Kind.INVOICE)
    if buyer.erased_at is not None:
        raise keeping.Erased(invoice.number)
    with override(language):
        data = paper(invoice.contents, buyer.text.split("\n"), language)
        return pdf.render("invoice", data, typefaces=pdf.ALL)


def title(kind: str, number: str) -> str:
    """Return what the paper is called, in the active language."""
    words = {
        Kind.INVOICE: _("Invoice %(number)s"),
        Kind.CREDIT_NOTE: _("Credit note %(number)s"),
        Kind.REVERSAL: _("Reversal %(number)s"),
    }
    return words[Kind(kind)] % {"number": number}


def paper(said: dict[str, Any], buyer: list[str], language: str) -> dict[str, Any]:
    """Return what the template prints: words and amounts, nothing to compute."""
    issuer = said["issuer"]
    heading = title(said["kind"], said["number"])
    return {
        "language": language,
        "title": heading,
        "issuer": _issuer(issuer),
        "to": _("To"),
        "buyer": buyer,
        "facts": _facts(said, language),
        "note": _note(said, language),
        **_table(said, language),
        "footer": f"{issuer['name']} · {heading}",
        "thanks": _("Questions? Write to %(contact)s.") % {"contact": issuer["contact"]},
    }


def _issuer(issuer: dict[str, str]) -> dict[str, Any]:
    tax = issuer["tax_number"]
    country = dict(countries).get(issuer["country"], issuer["country"])
    return {
        "name": issuer["name"],
        "lines": [line for line in issuer["address"].splitlines() if line.strip()]
        + [str(country)]
        + ([_("Tax number %(number)s") % {"number": tax}] if tax else []),
    }


def _facts(said: dict[str, Any], language: str) -> list[list[str]]:
    facts = [
        [_("Number"), said["number"]],
        [_("Issued"), _written(said["issued"], language)],
        [pgettext("of the shop", "Order"), said["order"]],
    ]
    if said["kind"] == Kind.INVOICE:
        return [*facts, [_("Paid"), _written(said["paid"], language)]]
    of = {"number": said["corrects"], "day": _written(said["invoiced"], language)}
    return [*facts, [_("Corrects"), _("%(number)s of %(day)s") % of]]


def _note(said: dict[str, Any], language: str) -> str:
    """Return what is said below the sums."""
    if said["kind"] == Kind.INVOICE:
        words = {
            "online": _("Paid in full on %(day)s, online. Nothing is left to pay."),
            "cash": _("Paid in full on %(day)s, in cash. Nothing is left to pay."),
            "bank": _("Paid in full on %(day)s, by bank transfer. Nothing is left to pay."),
        }
        return words[said["paid_by"]] % {"day": _written(said["paid"], language)}
    if said["kind"] == Kind.REVERSAL:
        return _("The refund did not reach you and came back to us: we owe it to you still.")
    return _("This amount goes back the way it was paid.")


def _table(said: dict[str, Any], language: str) -> dict[str, Any]:
    def money(amount: int) -> str:
        return format_money(Money(amount, said["currency"]), language=language)

    is_invoice = said["kind"] == Kind.INVOICE
    if is_invoice:
        heads = [_("Piece"), _("Number"), _("Price of one"), _("Amount")]
        rows = [
            [
                _piece(line, language),
                str(line["quantity"]),
                money(line["unit_price"]),
                money(line["gross"]),
            ]
            for line in said["lines"]
        ]
    else:
        heads = [_("Piece"), _("Number"), _("Amount")]
        rows = [
            [_piece(line, language), str(line["quantity"]), money(line["amount"])]
            for line in said["lines"]
        ]
    return {
        "heads": heads,
        "rows": rows,
        "sums": _sums(said, money, language),
        "total": [_total_words(said), money(said["total"])],
        "taxes": _taxes(said, money, language),
    }


def _total_words(said: dict[str, Any]) -> str:
    return {
        Kind.INVOICE: _("Total paid"),
        Kind.CREDIT_NOTE: _("Total that goes back"),
        Kind.REVERSAL: _("Total that came back to us"),
    }[Kind(said["kind"])]


def _piece(line: dict[str, Any], language: str) -> list[str]:
    return [line["name"].get(language) or next(iter(line["name"].values())), line["sku"]]


def _sums(said: dict[str, Any], money: Any, language: str) -> list[list[str]]:
    """Return the rows between the pieces and the total."""
    rows = []
    if said.get("discount"):
        rows.append([_("Discount"), f"−{money(said['discount'])}"])
    if said["kind"] == Kind.INVOICE or said["shipping"]:
        rows.append([_("Delivery"), money(said["shipping"])])
    if said.get("goodwill"):
        rows.append([_("Goodwill"), money(said["goodwill"])])
    if said["kind"] == Kind.INVOICE:
        rows += [
            [f"{_tax_name(tax, language)}, {rate(tax, language)}", money(tax["amount"])]
            for tax in said["taxes"]
            if not tax["is_inclusive"]
        ]
    if said["gift"]:
        rows.append([_("Sum of the sale"), money(said["sale"])])
        rows.append([_gift_words(said, language), money(said["gift"]["amount"])])
    return rows


def _gift_words(said: dict[str, Any], language: str) -> str:
    fund = said["gift"]["fund"].get(language) or next(iter(said["gift"]["fund"].values()))
    return _("Gift, not a sale: %(fund)s") % {"fund": fund}


def _taxes(said: dict[str, Any], money: Any, language: str) -> list[str]:
    """Return a sentence for each tax that amounts include."""
    included = [tax for tax in said["taxes"] if tax["is_inclusive"] or said["kind"] != Kind.INVOICE]
    words = _("Included: %(name)s, %(rate)s, %(amount)s.")
    base = _("Included: %(name)s, %(rate)s on %(base)s, %(amount)s.")
    return [
        (base if tax["base"] else words)
        % {
            "name": _tax_name(tax, language),
            "rate": rate(tax, language),
            "base": money(tax["base"] or 0),
            "amount": money(tax["amount"]),
        }
        for tax in included
    ]


def _tax_name(tax: dict[str, Any], language: str) -> str:
    return str(tax["name"].get(language) or next(iter(tax["name"].values())))


def rate(tax: dict[str, Any], language: str) -> str:
    """Return a frozen tax's rate in per cent."""
    return format_rate(tax["rate_ppm"], language=language)


def _written(day: str, language: str) -> str:
    return format_date(date.fromisoformat(day), format="long", locale=locale_for(language))


def tax_of(said: dict[str, Any]) -> int:
    """Return all tax on a paper, in minor units."""
    return sum(tax["amount"] for tax in said["taxes"])
