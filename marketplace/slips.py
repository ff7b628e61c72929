"""Packing slips: what is in a parcel, for whom; abroad with what customs ask of its sender.

The fields of the customs declaration are those of the Universal Postal Union's forms CN 22 and
CN 23: sender, addressee, category of the item, and for each article a detailed description,
quantity, net weight in kg, value with its currency, HS number and country of origin; then total
weight and value, postal charges, number of the invoice, date and signature. The instructions ask
for English, French or a language accepted in the country of destination. Sources: the form and
its instructions as printed in OECD, Misuse of Small Parcels for Trade in Counterfeit Goods
(2018), annex A; Hongkong Post's guide to filling in CN 23.

A slip is no kept paper: it bears no number of its own and is made anew whenever it is printed.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from babel.dates import format_date
from django.conf import settings
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from django_countries import countries

from weintl import pdf
from weintl.money import Money, exponent
from weintl.money.formatting import format_money, locale_for
from weintl.organisation.models import Organisation

from . import addresses
from .models import Invoice, Order, Shipment, Unit

# So many orders are printed at once.
MOST = 100
# Between them goods pass without a declaration. Source: article 4 of the Union Customs Code.
EU = frozenset(
    [
        "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU",
        "IE", "IT", "LT", "LU", "LV", "MC", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
    ]
)  # fmt: skip
GONE = (Unit.State.CANCELLED, Unit.State.RETURNED)


class NothingToPack(Exception):
    """All of it was cancelled or given back."""

    message: Any = gettext_lazy("There is nothing to pack in what you chose.")


def of_orders(orders: Sequence[Order], *, now: datetime) -> bytes:
    """Return a PDF with a slip for each order that has pieces. Raises NothingToPack for none.

    Three queries however many orders.
    """
    return _print(packed(orders), now=now)


def packed(orders: Sequence[Order]) -> list[tuple[Order, list[Unit]]]:
    """Return what each order's slip is about: what waits to be sent, else all it still has.

    Orders without pieces are left out. One query.
    """
    found: dict[int, list[Unit]] = {}
    for unit in _units().filter(line__order__in=orders).exclude(state__in=GONE):
        found.setdefault(unit.line.order_id, []).append(unit)
    chosen = []
    for order in orders:
        units = found.get(order.pk, [])
        waiting = [unit for unit in units if unit.state == Unit.State.PAID]
        if units:
            chosen.append((order, waiting or units))
    return chosen


def of_shipment(shipment: Shipment, *, now: datetime) -> bytes:
    """Return a PDF with the slip of one parcel."""
    units = list(_units().filter(packed__shipment=shipment))
    return _print([(shipment.order, units)], now=now)


def _units() -> Any:
    return Unit.objects.select_related(
        "line__variant__product__programme__partner", "line__programme__partner"
    ).order_by("line__position", "line_id", "position")


def _print(chosen: Sequence[tuple[Order, Sequence[Unit]]], *, now: datetime) -> bytes:
    if not chosen:
        raise NothingToPack
    ours = Organisation.current()
    invoices = Invoice.objects.filter(
        order__in=[order for order, _units in chosen], kind=Invoice.Kind.INVOICE
    )
    numbers = dict(invoices.values_list("order_id", "number"))
    slips = [
        slip(order, units, ours=ours, invoice=numbers.get(order.pk, ""), now=now)
        for order, units in chosen
    ]
    return pdf.render("slip", {"slips": slips}, typefaces=pdf.ALL)


def is_abroad(order: Order, *, ours: Organisation) -> bool:
    """Say whether the parcel needs a declaration for customs."""
    here, there = ours.country, str(order.country)
    return here != there and not {here, there} <= EU


def slip(
    order: Order, units: Sequence[Unit], *, ours: Organisation, invoice: str, now: datetime
) -> dict[str, Any]:
    """Return what the template prints of one parcel, in the buyer's language."""
    with override(order.language):
        money = _writer(order)
        rows = _rows(units)
        heads = [_("Piece"), _("Made by"), _("Number")]
        cells = [
            [[row["name"], row["sku"]], row["group"], str(row["quantity"])]
            + ([] if order.hides_prices else [money(row["paid"])])
            for row in rows
        ]
        found = {
            "language": order.language,
            "title": _("Packing slip"),
            "from": _sender(ours),
            "to_words": _("To"),
            "to": _receiver(order, language=order.language),
            "facts": [[_("Order number"), order.number], [_("Day"), _written(now, order.language)]],
            "heads": heads if order.hides_prices else [*heads, _("Paid")],
            "rows": cells,
            "count": [_("Pieces in this parcel"), str(len(units))],
            "card_words": _("Words for the card"),
            "card": [line for line in order.message.splitlines() if line.strip()],
            "note": _("Questions? Write to %(contact)s.") % {"contact": ours.contact_email},
        }
    is_declared = is_abroad(order, ours=ours)
    return {**found, "customs": _customs(order, rows, ours, invoice) if is_declared else None}


def _rows(units: Sequence[Unit]) -> list[dict[str, Any]]:
    """Return a row for each line of the order, in the active language."""
    rows: dict[int, dict[str, Any]] = {}
    for unit in units:
        line = unit.line
        row = rows.setdefault(
            line.pk,
            {
                "line": line,
                "name": line.product_name,
                "sku": line.variant.sku,
                "group": f"{line.programme.name}, {line.programme.partner.name}",
                "quantity": 0,
                "paid": 0,
                "net": 0,
            },
        )
        row["quantity"] += 1
        row["paid"] += unit.charged_amount
        row["net"] += unit.net_amount
    return list(rows.values())


def _customs(
    order: Order, rows: Sequence[dict[str, Any]], ours: Organisation, invoice: str
) -> dict[str, Any]:
    """Return the declaration: in English, and beside it in the receiver's or our own language."""
    with override("en"):
        money = _writer(order, is_customs=True)
        grams = [_grams(row) for row in rows]
        articles = [
            [
                _described(row),
                str(row["quantity"]),
                _kilos(weight),
                money(row["net"]),
                row["line"].variant.product.hs_code or "–",
                _origin(row),
            ]
            for row, weight in zip(rows, grams, strict=True)
        ]
        whole = None if None in grams else sum(weight or 0 for weight in grams)
        return {
            "title": "Customs declaration: particulars for CN 22 / CN 23",
            "sender": ["Sender", *_sender(ours)["lines"]],
            "addressee": ["Addressee", *_receiver(order, language="en"), order.email],
            "facts": [
                ["Category of item", "Sale of goods"],
                ["Order", order.number],
                ["Invoice", invoice or "–"],
                ["Postal charges", money(order.charged_shipping_amount)],
            ],
            "heads": [
                "Description of contents", "Quantity", "Net weight, kg", "Value", "HS number",
                "Origin",
            ],
            "rows": articles,
            "totals": [
                ["Total net weight, kg", _kilos(whole)],
                ["Total value", money(sum(row["net"] for row in rows))],
                ["Total gross weight, kg (weigh the parcel)", ""],
            ],
            "certify": (
                "I certify that the particulars given in this declaration are correct and that"
                " this item does not contain any dangerous article or articles prohibited by"
                " legislation or by postal or customs regulations."
            ),
            "sign": "Date and sender's signature",
            "hint": (
                "CN 22 up to 300 SDR, CN 23 above. It goes outside the parcel, and bears values"
                " though the slip inside a present does not."
            ),
        }  # fmt: skip


def _described(row: dict[str, Any]) -> list[str]:
    """Return the description in English and in our other language; else the piece's name."""
    product = row["line"].variant.product
    found = []
    for code, _language in settings.LANGUAGES:
        text = getattr(product, f"customs_description_{code}") or getattr(product, f"name_{code}")
        if text and text not in found:
            found.append(text)
    return found


def _origin(row: dict[str, Any]) -> str:
    code = str(row["line"].programme.country)
    return f"{code}, {countries.name(code)}"


def _grams(row: dict[str, Any]) -> int | None:
    weight = row["line"].variant.weight_grams
    return None if weight is None else int(weight * row["quantity"])


def _kilos(grams: int | None) -> str:
    return "–" if grams is None else f"{Decimal(grams).scaleb(-3):f}"


def _writer(order: Order, *, is_customs: bool = False) -> Any:
    """Return what writes minor units: as the buyer reads them, or with the currency's code."""

    def write(amount: int) -> str:
        if not is_customs:
            return format_money(Money(amount, order.currency), language=order.language)
        number = Decimal(amount).scaleb(-exponent(order.currency))
        return f"{number:f} {order.currency.upper()}"

    return write


def _sender(ours: Organisation) -> dict[str, Any]:
    lines = [line for line in ours.address.splitlines() if line.strip()]
    return {"lines": [ours.legal_name, *lines, str(countries.name(ours.country))]}


def _receiver(order: Order, *, language: str) -> list[str]:
    """Return the address as its country writes it; the country in a language and in English."""
    names = []
    for code in dict.fromkeys((language, "en")):
        with override(code):
            names.append(str(countries.name(str(order.country))).upper())
    return [*addresses.lines(order), " / ".join(dict.fromkeys(names))]


def _written(moment: datetime, language: str) -> str:
    return format_date(localtime(moment).date(), format="long", locale=locale_for(language))
