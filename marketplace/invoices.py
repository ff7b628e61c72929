"""Invoices: one when an order is paid, a credit note over each refund, gapless and frozen.

An order that was paid after its pieces were gone has none: nothing was sold.
"""

import logging
import secrets
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import override

from weintl.organisation.models import Organisation
from weintl.papers import keeping, numbering
from weintl.payments import states
from weintl.payments.models import Payment, Refund, Way

from . import addresses
from .models import Invoice, InvoiceBuyer, Order, OrderLine, OrderRefund, OrderTax

logger = logging.getLogger(__name__)

Kind = Invoice.Kind
SERIES: dict[str, str] = {Kind.INVOICE: "IN", Kind.CREDIT_NOTE: "CN", Kind.REVERSAL: "RV"}
PAID_BY: dict[str, str] = {Way.PROVIDER: "online", Way.CASH: "cash", Way.BANK: "bank"}
LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
# What `issue_missing` looks at in one go.
AT_ONCE = 200


def issue_due(order: Order, *, now: datetime) -> list[Invoice]:
    """Issue what a paid order lacks: its invoice, then what refunds came to since.

    Call it in a transaction that has locked the order's payment, last of all: it takes numbers.
    Refunds of which nobody has said yet what they gave back wait for that.
    """
    if order.paid_at is None or order.state == Order.State.UNFILLABLE:
        return []
    known = list(order.invoices.order_by("pk"))
    invoice = next((each for each in known if each.kind == Kind.INVOICE), None)
    issued = []
    if invoice is None:
        invoice = _issue_invoice(order)
        issued.append(invoice)
    by_refund = {(each.refund_id, each.kind): each for each in known}
    for link in _refunds(order):
        note = by_refund.get((link.pk, Kind.CREDIT_NOTE))
        is_undone = (link.pk, Kind.REVERSAL) in by_refund
        if note is None and link.refund.state in states.LEFT:
            issued.append(_issue_credit_note(invoice, link, now=now))
        elif note and not is_undone and link.refund.state == Refund.State.FAILED:
            issued.append(_issue_reversal(note, link, now=now))
    return issued


def issue_missing(*, now: datetime) -> int:
    """Issue what orders that were paid before there were invoices lack; return how many.

    In the order of payment, each in a transaction of its own. Safe to repeat.
    """
    count = 0
    while True:
        found = list(_without_invoice().values_list("pk", "payment_id")[:AT_ONCE])
        if not found:
            return count
        for pk, payment_id in found:
            with transaction.atomic():
                Payment.objects.select_for_update(no_key=True).get(pk=payment_id)
                count += len(issue_due(Order.objects.get(pk=pk), now=now))


def _without_invoice() -> Any:
    invoice = Invoice.objects.filter(order=OuterRef("pk"), kind=Kind.INVOICE)
    orders = Order.objects.filter(~Exists(invoice), paid_at__isnull=False)
    return orders.exclude(state=Order.State.UNFILLABLE).order_by("paid_at", "pk")


def _refunds(order: Order) -> list[OrderRefund]:
    """Return the refunds that are told on paper, as they were asked for."""
    unnamed = Q(kind=OrderRefund.Kind.EXTERNAL, named_at=None)
    links = order.refunds.exclude(unnamed).exclude(kind=OrderRefund.Kind.UNFILLABLE)
    return list(links.select_related("refund").order_by("pk"))


def _issue_invoice(order: Order) -> Invoice:
    assert order.paid_at is not None
    lines = list(order.lines.select_related("variant__product").order_by("position", "pk"))
    buyer = InvoiceBuyer(text=buyer_text(order), salt=secrets.token_hex(16))
    contents = {
        "lines": [_line(line, order) for line in lines],
        "goods": order.goods_amount,
        "discount": order.discount_amount,
        "shipping": order.shipping_amount,
        "taxes": [_tax(tax, order) for tax in _taxes(order)],
        "sale": order.total_amount - order.gift_amount,
        "gift": _gift(order, order.gift_amount),
        "placed": _day(order.placed_at),
        "paid": _day(order.paid_at),
        "paid_by": PAID_BY[order.payment.way] if order.payment else "online",
        "buyer_commitment": commitment(buyer),
    }
    buyer.invoice = _store(
        Kind.INVOICE, order, contents, total=order.total_amount, issued_at=order.paid_at
    )
    buyer.save()
    return buyer.invoice


def buyer_text(order: Order) -> str:
    """Return the buyer as on the invoice: name and address, one line each, then the country.

    Of pieces handed over the address is the place of sale, which is not the buyer's.
    """
    with override(order.language):
        country = str(order.country.name)  # type: ignore[attr-defined]
        nobody = _("Sold over the counter; the buyer is not named.")
    if order.is_handed_over and not order.street:
        return order.name or f"{nobody}\n{country}"
    return "\n".join([*addresses.lines(order), country])


def commitment(buyer: InvoiceBuyer) -> str:
    """Return the SHA-256 of salt and text, each UTF-8, with a line feed between."""
    return sha256(f"{buyer.salt}\n{buyer.text}".encode()).hexdigest()


def _issue_credit_note(invoice: Invoice, link: OrderRefund, *, now: datetime) -> Invoice:
    order = invoice.order
    lines, units_tax = _credited(link)
    contents = {
        "lines": lines,
        "shipping": link.shipping_amount,
        "goodwill": link.goodwill_amount,
        "taxes": _credited_taxes(order, units_tax, link.shipping_tax_amount),
        "sale": link.refund.amount - link.gift_amount,
        "gift": _gift(order, link.gift_amount),
        "corrects": invoice.number,
        "invoiced": _day(invoice.issued_at),
        "reason": link.kind,
    }
    issued_at = link.named_at or link.refund.refunded_at or now
    return _store(
        Kind.CREDIT_NOTE,
        order,
        contents,
        total=link.refund.amount,
        issued_at=issued_at,
        corrects=invoice,
        refund=link,
    )


def _issue_reversal(note: Invoice, link: OrderRefund, *, now: datetime) -> Invoice:
    """Undo a credit note: the money came back to us, so what was invoiced is owed again."""
    said = {name: note.contents[name] for name in ("lines", "shipping", "goodwill", "taxes")}
    contents = {
        **said,
        "sale": note.contents["sale"],
        "gift": note.contents["gift"],
        "corrects": note.number,
        "invoiced": _day(note.issued_at),
        "reason": "failed",
    }
    return _store(
        Kind.REVERSAL,
        note.order,
        contents,
        total=note.total_amount,
        issued_at=link.refund.failed_at or now,
        corrects=note,
        refund=link,
    )


def _store(
    kind: str,
    order: Order,
    contents: dict[str, Any],
    *,
    total: int,
    issued_at: datetime,
    corrects: Invoice | None = None,
    refund: OrderRefund | None = None,
) -> Invoice:
    ours = Organisation.current()
    head = {
        "version": 1,
        "kind": str(kind),
        "order": order.number,
        "currency": order.currency,
        "language": order.language,
        "issued": _day(issued_at),
        "total": total,
        "issuer": {
            "name": ours.legal_name,
            "address": ours.address,
            "country": ours.country,
            "tax_number": ours.tax_number,
            "contact": ours.contact_email,
        },
    }
    number = numbering.take(SERIES[kind], at=issued_at)
    made = Invoice.objects.create(
        number=str(number),
        series=number.series,
        year=number.year,
        sequence=number.sequence,
        kind=kind,
        order=order,
        corrects=corrects,
        refund=refund,
        currency=order.currency,
        total_amount=total,
        language=order.language,
        issued_at=issued_at,
        contents={**head, "number": str(number), **contents},
    )
    logger.info("invoice.issued", extra={"invoice": made.pk, "order": order.pk})
    return made


def _line(line: OrderLine, order: Order) -> dict[str, Any]:
    return {
        "sku": line.variant.sku,
        "name": _names(line, order),
        "quantity": line.quantity,
        "unit_price": line.unit_price_amount,
        "gross": line.unit_price_amount * line.quantity,
        "discount": line.discount_amount,
        "net": line.net_amount,
        "tax": line.tax_amount,
        "is_tax_included": line.is_tax_included,
    }


def _names(line: OrderLine, order: Order) -> dict[str, str]:
    """Return the piece's name in each language: in the buyer's as it was bought."""
    found = {}
    for language in LANGUAGES:
        with override(language):
            found[language] = line.variant.title[:120]
    return {**found, order.language: line.product_name}


def _taxes(order: Order) -> list[OrderTax]:
    """Return the taxes, that on pieces first: as `pricing.quote` told them."""
    return list(order.taxes.select_related("rule").order_by("pk"))


def _tax(tax: OrderTax, order: Order, amount: int | None = None) -> dict[str, Any]:
    names = {}
    for language in LANGUAGES:
        with override(language):
            names[language] = tax.rule.name
    return {
        "name": {**names, order.language: tax.name},
        "rate_ppm": tax.rate_ppm,
        "is_inclusive": tax.is_inclusive,
        "base": tax.base_amount if amount is None else None,
        "amount": tax.amount if amount is None else amount,
    }


def _credited_taxes(order: Order, on_pieces: int, on_shipping: int) -> list[dict[str, Any]]:
    """Return the taxes that go back by rule: one bears both, or the first those on pieces."""
    taxes = _taxes(order)
    amounts = [on_pieces, on_shipping] if len(taxes) == 2 else [on_pieces + on_shipping]
    return [_tax(tax, order, amount) for tax, amount in zip(taxes, amounts, strict=False) if amount]


def _credited(link: OrderRefund) -> tuple[list[dict[str, Any]], int]:
    """Return the pieces given back, a row for each line, and the tax on them."""
    units = link.units.select_related("line__variant__product").order_by(
        "line__position", "line_id", "position"
    )
    rows: dict[int, dict[str, Any]] = {}
    for unit in units:
        row = rows.setdefault(
            unit.line_id,
            {
                "sku": unit.line.variant.sku,
                "name": _names(unit.line, link.order),
                "quantity": 0,
                "amount": 0,
                "tax": 0,
            },
        )
        row["quantity"] += 1
        row["amount"] += unit.charged_amount
        row["tax"] += unit.tax_amount
    return list(rows.values()), sum(row["tax"] for row in rows.values())


def _gift(order: Order, amount: int) -> dict[str, Any] | None:
    if order.gift is None or not amount:
        return None
    names = {}
    for language in LANGUAGES:
        with override(language):
            names[language] = order.gift.fund.name
    return {"fund": names, "amount": amount}


def _day(moment: datetime) -> str:
    return localtime(moment).date().isoformat()


def of_order(order: Order) -> Sequence[Invoice]:
    """Return what was issued for an order, first issued first."""
    return list(order.invoices.order_by("issued_at", "pk"))


def erase_buyer(order: Order, *, now: datetime) -> int:
    """Erase who stands on an order's invoice, and its papers; return how many papers.

    Numbers, amounts and hashes stay: the accounts need them. Safe to repeat.
    """
    with transaction.atomic():
        InvoiceBuyer.objects.filter(invoice__order=order, erased_at=None).update(
            text="", salt="", erased_at=now
        )
        numbers = order.invoices.order_by("pk").values_list("number", flat=True)
        return sum(keeping.erase(f"invoice/{number}/", now=now) for number in numbers)
