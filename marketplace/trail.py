"""Follow the money of a price or an order: each part, and where it stands in the ledger."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from partners import splits, whereabouts
from partners.cloth import STRIPES, Part, Stripe, weave
from partners.models import Account, Maturity, SplitRule, Use
from partners.whereabouts import Whereabouts
from weintl.money import Money
from weintl.payments import states
from weintl.payments.models import Refund

from .cart import Item
from .models import Order, OrderRefund, Product, Unit
from .pricing import Quote

OPERATIONS, FEE, SHIPPING, TAX = "operations", "fee", "shipping", "tax"
# As on every cloth: the makers first, the shop last.
ORDER = (*(use.value for use in Use), OPERATIONS)


def promise(
    product: Product, price: Money, rules: Sequence[SplitRule], *, at: datetime
) -> list[Part]:
    """Return what `price` pays for by the rule in force; nothing without one."""
    try:
        rule = splits.rule_for(product.programme_id, product.code, at, rules)
    except splits.NoRule:
        return []
    share = splits.preview(splits.terms(rule), price=price.amount)
    return _parts(price.currency, share.maker, share.uses, share.operations)


def promise_of(
    items: Sequence[Item], quote: Quote, rules: Sequence[SplitRule], *, at: datetime
) -> list[Part]:
    """Return what the prices of a cart pay for together: what is frozen if it is bought so.

    They sum to the pieces less their discount; a tax that prices include is a part of its
    own. Nothing where one of them has no rule, or for an empty cart.
    """
    sums: Counter[str] = Counter()
    for item, line in zip(items, quote.lines, strict=True):
        product = item.variant.product
        try:
            rule = splits.rule_for(product.programme_id, product.code, at, rules)
        except splits.NoRule:
            return []
        shares = splits.split_line(
            net=line.net,
            tax=0,
            quantity=line.quantity,
            terms=splits.terms(rule),
            supplies=[splits.CONSIGNED] * line.quantity,
        )
        for share in shares:
            sums.update({Use.ARTISAN_PAY.value: share.maker, OPERATIONS: share.operations})
            sums.update(share.uses)
        sums[TAX] += line.tax if line.is_tax_included else 0
    return [Part(use, Money(sums[use], quote.currency)) for use in (*ORDER, TAX) if sums[use]]


def _parts(currency: str, maker: int, uses: dict[str, int], operations: int) -> list[Part]:
    amounts = {Use.ARTISAN_PAY.value: maker, **uses, OPERATIONS: operations}
    return [Part(use, Money(amount, currency)) for use, amount in amounts.items() if amount]


def parts_of(unit: Unit) -> list[Part]:
    """Return what the net price of one sold piece pays for."""
    return _parts(unit.currency, unit.maker_amount, unit.uses, unit.operations_amount)


@dataclass(frozen=True, slots=True)
class PartTrail:
    """One part of a piece's price. `standing`: "operations" where it stays with the shop,
    "before" (the makers were paid when the piece was bought), "held", "due", "back", or
    "approved", "paid" and "sent_back" (by the programme's bank), then with `where`.
    """

    stripe: Stripe
    standing: str
    where: Whereabouts | None = None


@dataclass(frozen=True, slots=True)
class UnitTrail:
    """One piece, what its price pays for, and where that stands.

    `standing`: "held" (until `held_until`, None while it is not known), "due" (may be paid
    out), "approved" or "paid" (all of it is in such payouts), "sent_back" (some of it, by the
    programme's bank), "returning" or "returned" (its refund is on the way, or left).
    """

    unit: Unit
    parts: list[PartTrail]
    standing: str
    held_until: datetime | None
    is_maker_due: bool


@dataclass(frozen=True, slots=True)
class Trail:
    """An order's money. `kept` is what no refund took; `parts` sum to it.

    `paid` has a row for each payout that reached a programme, `sent_back` one for each that
    the programme's bank sent back and that is owed again.
    """

    kept: Money
    parts: list[Part]
    units: list[UnitTrail]
    refunds: list[Refund]
    refunded: Money
    is_fee_known: bool
    has_unnamed: bool
    paid: list[Whereabouts]
    sent_back: list[Whereabouts]

    @property
    def is_settled(self) -> bool:
        """Say whether nothing of it waits to be paid to a programme any more."""
        return all(each.standing in {"paid", "returned"} for each in self.units)


def follow(order: Order, *, now: datetime) -> Trail:
    """Return where each cent of a paid order is, from frozen pieces and the ledger."""
    units = list(Unit.objects.of(order))
    links = list(
        OrderRefund.objects.filter(order=order)
        .select_related("refund")
        .prefetch_related("units")
        .order_by("pk")
    )
    live = [link for link in links if link.refund.state in states.LIVE]
    fee = order.payment.fee_amount if order.payment else None
    back = {unit.pk: link for link in live for unit in link.units.all()}
    maturities = _maturities(units)
    payouts = whereabouts.of_entries(_key(unit) for unit in units)
    parts, kept = _kept(order, [unit for unit in units if unit.pk not in back], live, fee or 0)
    refunded = sum(link.refund.amount for link in live)
    held = [each for unit in units if unit.pk not in back for each in payouts.get(_key(unit), [])]
    return Trail(
        kept=Money(kept, order.currency),
        parts=parts,
        units=[
            _unit_trail(unit, maturities, payouts, back.get(unit.pk), now=now) for unit in units
        ],
        refunds=[link.refund for link in links if link.refund.state != Refund.State.REFUSED],
        refunded=Money(refunded, order.currency),
        is_fee_known=fee is not None,
        has_unnamed=any(_is_unnamed(link) for link in live),
        paid=whereabouts.paid(held),
        sent_back=whereabouts.paid(held, standing="sent_back"),
    )


def _is_unnamed(link: OrderRefund) -> bool:
    return link.kind == OrderRefund.Kind.EXTERNAL and link.named_at is None


def _kept(
    order: Order, units: Iterable[Unit], live: list[OrderRefund], fee: int
) -> tuple[list[Part], int]:
    """Return the parts of what is kept, and their sum. Goodwill and the fee are operations'."""
    units = list(units)
    currency = order.currency
    goodwill = sum(link.goodwill_amount for link in live)
    unnamed = sum(link.refund.amount for link in live if _is_unnamed(link))
    shipping = order.charged_shipping_amount - sum(link.shipping_amount for link in live)
    shipping_tax = order.shipping_tax_amount - sum(link.shipping_tax_amount for link in live)
    parts = [part for unit in units for part in parts_of(unit)]
    rest = {
        OPERATIONS: -fee - goodwill - unnamed,
        FEE: fee,
        SHIPPING: shipping - shipping_tax,
        TAX: sum(unit.tax_amount for unit in units) + shipping_tax,
    }
    parts += [Part(use, Money(amount, currency)) for use, amount in rest.items() if amount]
    gift = order.gift_amount - sum(link.gift_amount for link in live)
    if order.gift is not None and gift:
        words = gettext("Gift: %(fund)s") % {"fund": order.gift.fund.name}
        parts.append(Part("fund", Money(gift, currency), words))
    return parts, sum(part.money.amount for part in parts)


def _key(unit: Unit) -> str:
    return f"unit/{unit.pk}/split"


def _maturities(units: Sequence[Unit]) -> dict[str, dict[str, datetime]]:
    """Return {source key: {kind: when it matures}} of the pieces' entries; one query."""
    keys = [_key(unit) for unit in units]
    found: dict[str, dict[str, datetime]] = {}
    for row in Maturity.objects.filter(entry__source_key__in=keys).select_related("entry"):
        found.setdefault(row.entry.source_key, {})[row.kind] = row.matures_at
    return found


def _unit_trail(
    unit: Unit,
    maturities: dict[str, dict[str, datetime]],
    payouts: dict[str, list[Whereabouts]],
    link: OrderRefund | None,
    *,
    now: datetime,
) -> UnitTrail:
    matures = maturities.get(_key(unit), {})
    until = matures.get(Account.Kind.FUND)
    maker = matures.get(Account.Kind.MAKER_PAYABLE)
    standing = "due" if until is not None and until <= now else "held"
    is_maker_due = unit.supply == Unit.Supply.OWNED or (maker is not None and maker <= now)
    parts = _part_trails(
        unit,
        {each.use: each for each in payouts.get(_key(unit), [])},
        is_back=link is not None,
        is_due=standing == "due",
        is_maker_due=is_maker_due,
    )
    if link is not None:
        standing = "returned" if link.refund.state in states.LEFT else "returning"
    else:
        standing = _whole(parts) or standing
    return UnitTrail(
        unit=unit,
        parts=parts,
        standing=standing,
        held_until=until,
        is_maker_due=is_maker_due,
    )


def _whole(parts: Iterable[PartTrail]) -> str:
    """Return "paid" or "approved" where payouts hold all that a piece brings; else nothing.

    "sent_back" where any of it was.
    """
    found = {part.standing for part in parts} - {"operations", "before"}
    if "sent_back" in found:
        return "sent_back"
    if found == {"paid"}:
        return "paid"
    return "approved" if found and found <= {"paid", "approved"} else ""


def _part_trails(
    unit: Unit,
    payouts: dict[str, Whereabouts],
    *,
    is_back: bool,
    is_due: bool,
    is_maker_due: bool,
) -> list[PartTrail]:
    """Return each part with where it stands. From dispatch on the makers keep theirs."""
    uses = {css: use for use, (css, _label) in STRIPES.items() if use in Use.values}
    found = []
    for stripe in weave(parts_of(unit), total=unit.net):
        use = uses.get(stripe.css, OPERATIONS)
        is_maker = use == Use.ARTISAN_PAY
        where = payouts.get(use)
        if is_maker and unit.supply == Unit.Supply.OWNED:
            standing = "before"
        elif is_back and not (is_maker and unit.sent_at):
            standing, where = "back", None
        elif use == OPERATIONS:
            standing = "operations"
        elif where:
            standing = where.standing
        else:
            standing = "due" if (is_maker_due if is_maker else is_due) else "held"
        found.append(PartTrail(stripe, standing, where))
    return found
