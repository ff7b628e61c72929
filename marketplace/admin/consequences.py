"""What a refund will do, said before anybody confirms it."""

from collections.abc import Collection, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from weintl.money.formatting import format_money
from weintl.payments import refunds
from weintl.rows import minor

from .. import returns, write_offs
from ..models import Order, Unit
from ..orders import NotPossible

Line = tuple[str, str]


def of_refund(
    order: Order,
    units: Sequence[Unit],
    *,
    with_shipping: bool,
    with_gift: bool = False,
    goodwill: int = 0,
    spoilt_ids: Collection[int] = (),
) -> list[Line]:
    """Return what happens, a subject and its words each. Changes nothing.

    Raises NotPossible where nothing would go back, refunds.TooMuch where too much would.
    """
    if order.payment is None:
        raise NotPossible
    shipping = returns.left_shipping(order)[0] if with_shipping else 0
    gift = returns.left_gift(order) if with_gift else 0
    amount = sum(unit.charged_amount for unit in units) + shipping + gift + goodwill
    if amount <= 0:
        raise NotPossible
    left = refunds.remaining(order.payment)
    if amount > left.amount:
        raise refunds.TooMuch(left)
    # A refund that came to nothing may be tried again: what it wrote off stays so.
    before = write_offs.of(units)
    here = [unit for unit in units if unit.pk not in before]
    return [
        (_("Back to the card that paid"), minor(amount, order.currency)),
        *_contested(order),
        *_parts(order, units, shipping, gift, goodwill),
        *_makers(order, units),
        *_programmes(order, units),
        *_shelf([unit for unit in here if unit.pk not in spoilt_ids]),
        *_written_off(order, [unit for unit in here if unit.pk in spoilt_ids]),
        (_("Fee"), _("The payment provider keeps it; the shop bears it.")),
        (_("Buyer"), _("Gets a mail that names the amount, not the reason.")),
        (_("Undo"), _("Not possible: what has gone back can only be paid anew.")),
    ]


def _contested(order: Order) -> list[Line]:
    """Warn where the bank has the money of a dispute: it does not go back twice."""
    if order.payment is None or not refunds.is_charged_back(order.payment):
        return []
    words = _(
        "The bank has this money: the provider will refuse to give it back. The pieces are "
        "given up all the same."
    )
    return [(_("Contested"), words)]


def _parts(
    order: Order, units: Sequence[Unit], shipping: int, gift: int, goodwill: int
) -> list[Line]:
    pieces = sum(unit.charged_amount for unit in units)
    named = (
        (_("Pieces"), pieces),
        (_("Delivery"), shipping),
        (_("Gift"), gift),
        (_("Goodwill"), goodwill),
    )
    return [(name, minor(part, order.currency)) for name, part in named if part]


def _makers(order: Order, units: Sequence[Unit]) -> list[Line]:
    """Maker pay arises with a consigned piece; from dispatch on it stays."""
    lines = []
    kept = sum(unit.maker_amount for unit in units if unit.sent_at and unit.supply == "consigned")
    undone = sum(
        unit.maker_amount for unit in units if not unit.sent_at and unit.supply == "consigned"
    )
    if kept:
        words = _("Keep %s: their piece had been sent.")
        lines.append((_("Makers"), words % minor(kept, order.currency)))
    if undone:
        words = _("Their pay of %s is undone: the piece was not sent.")
        lines.append((_("Makers"), words % minor(undone, order.currency)))
    return lines


def _programmes(order: Order, units: Sequence[Unit]) -> list[Line]:
    shares: dict[str, int] = {}
    for unit in units:
        name = unit.line.programme.name
        shares[name] = shares.get(name, 0) + sum(unit.uses.values())
    words = _("Gives %s back, its share of these pieces.")
    return [
        (_("Programme: %s") % name, words % minor(share, order.currency))
        for name, share in shares.items()
        if share
    ]


def _shelf(units: Sequence[Unit]) -> list[Line]:
    sent = sum(1 for unit in units if unit.sent_at)
    unsent = len(units) - sent
    lines = []
    if sent:
        words = ngettext(
            "%d piece comes back as an owned one.", "%d pieces come back as owned ones.", sent
        )
        lines.append((_("Shelf"), words % sent))
    if unsent:
        words = ngettext("%d piece is free again.", "%d pieces are free again.", unsent)
        lines.append((_("Shelf"), words % unsent))
    return lines


def _written_off(order: Order, units: Sequence[Unit]) -> list[Line]:
    if not units:
        return []
    words = ngettext(
        "%(count)d piece is written off: the shop loses %(cost)s, what its makers got.",
        "%(count)d pieces are written off: the shop loses %(cost)s, what their makers got.",
        len(units),
    )
    cost = minor(sum(unit.maker_amount for unit in units), order.currency)
    return [(_("Write-off"), words % {"count": len(units), "cost": cost})]


def left_of(order: Order) -> str:
    """Return what could be refunded still, as text."""
    return "–" if order.payment is None else format_money(refunds.remaining(order.payment))


def sent_units(form: Any, order: Order) -> list[Unit]:
    """Return the pieces that a form names, as they are now."""
    wanted = set(form.unit_ids)
    return [unit for unit in returns.unrefunded(order) if unit.pk in wanted]
