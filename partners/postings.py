"""What each thing that happens writes into the ledger. The table: docs/money.md.

Every function is safe to repeat: its source keys are made from the keys given, which are
a payment's `public_id`, a refund's or dispute's own number, a piece's number.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from weintl.payments.models import Way

from . import accounts, ledger
from .accounts import AccountRef
from .ledger import Draft, Leg
from .models.ledger import Account, Entry
from .splits import OWNED

Kind = Entry.Kind
# A refund of pieces that came back is made again as a rule: until then nobody gets their share.
TRIED_AGAIN = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class SoldUnit:
    """One piece sold, with its frozen cents; `maker_amount` is pay if consigned, else cost."""

    key: str
    programme_code: str
    supply: str
    net: int
    tax: int
    maker_amount: int
    uses: dict[str, int]


@dataclass(frozen=True, slots=True)
class RefundedUnit:
    """A piece whose frozen cents go back; from dispatch on the maker keeps theirs.

    One that `is_written_off` was dispatched and cannot be sold again.
    """

    unit: SoldUnit
    is_dispatched: bool
    is_written_off: bool = False


@dataclass(frozen=True, slots=True)
class GiftPart:
    """A gift that is paid together with an order; `fee_cover` comes on top of `amount`."""

    amount: int
    fee_cover: int
    fund: AccountRef


def _key(first: str, key: object, last: str) -> str:
    return f"{first}/{key}/{last}"


def post_sale(
    *,
    payment_key: str,
    currency: str,
    shipping: int,
    units: Sequence[SoldUnit],
    occurred_at: datetime,
    shipping_tax: int = 0,
    gift: GiftPart | None = None,
    way: str = Way.PROVIDER,
) -> list[Entry]:
    """Write a paid order: the payment in one entry, each piece's shares in one of its own.

    Amounts in minor units of `currency`; `shipping` without its tax; `way` says where the money
    lies. Keys `payment/<payment_key>/paid` and `unit/<unit.key>/split`. Returns the new entries.
    A gift may be paid out at once.
    """
    held = accounts.holding(way, currency)
    legs = [
        Leg(held, accounts.sales(currency), sum(unit.net for unit in units)),
        Leg(held, accounts.shipping(currency), shipping),
        Leg(held, accounts.tax(currency), sum(unit.tax for unit in units) + shipping_tax),
    ]
    if gift:
        legs += gift_legs(held, currency, gift)
    paid = Draft(
        Kind.SALE,
        _key("payment", payment_key, "paid"),
        occurred_at,
        legs,
        {"payment": str(payment_key)},
    )
    splits = (_split(unit, currency, occurred_at, payment_key) for unit in units)
    new = ledger.post([paid, *splits])
    if gift:
        ledger.set_maturity(
            source_keys=[paid.source_key], kind=Account.Kind.FUND, matures_at=occurred_at
        )
    return new


def _split(unit: SoldUnit, currency: str, occurred_at: datetime, payment_key: str) -> Draft:
    legs = [_maker_leg(unit, currency), *_use_legs(unit, currency)]
    meta = {
        "payment": str(payment_key),
        "programme": unit.programme_code,
        "supply": unit.supply,
    }
    return Draft(Kind.UNIT_SPLIT, _key("unit", unit.key, "split"), occurred_at, legs, meta)


def _maker_leg(unit: SoldUnit, currency: str) -> Leg:
    if unit.supply == OWNED:
        cost, from_ = accounts.cogs(currency), accounts.inventory(currency)
    else:
        cost = accounts.artisan_cost(currency)
        from_ = accounts.maker_payable(currency, unit.programme_code)
    return Leg(cost, from_, unit.maker_amount)


def _use_legs(unit: SoldUnit, currency: str) -> list[Leg]:
    cost = accounts.programme_cost(currency)
    return [
        Leg(cost, accounts.fund(currency, unit.programme_code, use), amount)
        for use, amount in unit.uses.items()
    ]


def gift_legs(held: AccountRef, currency: str, gift: GiftPart) -> list[Leg]:
    """Return what a gift moves from where its money lies (`held`)."""
    return [
        Leg(held, gift.fund, gift.amount),
        Leg(held, accounts.fee_cover(currency), gift.fee_cover),
    ]


def backwards(legs: Sequence[Leg]) -> list[Leg]:
    """Return the mirror image of `legs`."""
    return [Leg(leg.credit, leg.debit, leg.amount) for leg in legs]


def post_deposit(
    *,
    payment_key: str,
    currency: str,
    amount: int,
    occurred_at: datetime,
    way: str = Way.PROVIDER,
) -> list[Entry]:
    """Write a payment that cannot be filled: all of it is owed back, nobody gets a share.

    Key `payment/<payment_key>/paid`.
    """
    legs = [Leg(accounts.holding(way, currency), accounts.customer_deposits(currency), amount)]
    key = _key("payment", payment_key, "paid")
    return ledger.post([Draft(Kind.DEPOSIT, key, occurred_at, legs, {"payment": str(payment_key)})])


def post_gift(
    *,
    payment_key: str,
    currency: str,
    amount: int,
    fee_cover: int,
    fund: AccountRef,
    occurred_at: datetime,
    way: str = Way.PROVIDER,
    is_mature: bool = True,
) -> list[Entry]:
    """Write a gift: `amount` to its fund, `fee_cover` on top of it to operations.

    `way` says where the money lies. Key `payment/<payment_key>/paid`. May be paid out at once,
    unless the provider may still change it into another currency: `let_gift_mature` follows.
    """
    legs = gift_legs(accounts.holding(way, currency), currency, GiftPart(amount, fee_cover, fund))
    key = _key("payment", payment_key, "paid")
    new = ledger.post([Draft(Kind.GIFT, key, occurred_at, legs, {"payment": str(payment_key)})])
    if is_mature:
        let_gift_mature(payment_key=payment_key, at=occurred_at)
    return new


def let_gift_mature(*, payment_key: str, at: datetime) -> None:
    """Say that a gift may be paid out from `at` on; one that may be already stays so."""
    key = _key("payment", payment_key, "paid")
    ledger.set_maturity(source_keys=[key], kind=Account.Kind.FUND, matures_at=at)


def post_fee(
    *,
    payment_key: str,
    currency: str,
    fee: int,
    occurred_at: datetime,
    fund: AccountRef | None = None,
) -> list[Entry]:
    """Write the provider's real fee, in minor units of what it settled.

    Operations bears it; with `fund` (a gift whose donor did not cover it) that fund does.
    Key `payment/<payment_key>/fee`.
    """
    expense = accounts.fees(currency)
    legs = [Leg(expense, accounts.provider(currency), fee)]
    if fund:
        legs.append(Leg(fund, expense, fee))
    key = _key("payment", payment_key, "fee")
    return ledger.post([Draft(Kind.FEE, key, occurred_at, legs, {"payment": str(payment_key)})])


def post_unit_refund(
    *,
    refund_key: str,
    currency: str,
    units: Sequence[RefundedUnit],
    shipping: int,
    goodwill: int,
    occurred_at: datetime,
    shipping_tax: int = 0,
    gift: GiftPart | None = None,
    from_suspense: bool = False,
    way: str = Way.PROVIDER,
) -> list[Entry]:
    """Write the refund of pieces, of delivery, of an added gift, and goodwill.

    Operations bears goodwill; `shipping` is without its tax; a gift leaves its fund.

    Before dispatch a piece is undone whole, maker pay included; from dispatch on the maker
    keeps it and the piece becomes owned stock at that cost, or operations writes that cost off
    where it cannot be sold again. Key `refund/<refund_key>/sent`;
    `from_suspense` names the pieces of a refund that stands in suspense, under `…/named`.
    """
    key = _key("refund", refund_key, "named" if from_suspense else "sent")
    source = accounts.holding(way, currency)
    if from_suspense:
        source = accounts.refund_suspense(currency)
    legs = [
        Leg(accounts.sales(currency), source, sum(each.unit.net for each in units)),
        Leg(accounts.tax(currency), source, sum(each.unit.tax for each in units) + shipping_tax),
        Leg(accounts.shipping(currency), source, shipping),
        Leg(accounts.goodwill(currency), source, goodwill),
    ]
    if gift:
        legs += backwards(gift_legs(source, currency, gift))
    for each in units:
        legs += _undo(each, currency)
    meta = {"refund": str(refund_key), "units": [each.unit.key for each in units]}
    new = ledger.post([Draft(Kind.UNIT_REFUND, key, occurred_at, legs, meta)])
    _let_mature(units, occurred_at)
    return new


def _let_mature(units: Sequence[RefundedUnit], at: datetime) -> None:
    """Date what nobody else will: a piece that comes back is delivered no more.

    Its refund takes away at once; without this its share would be held for ever, and the
    difference would be taken from other pieces.
    """
    undone = [f"unit/{each.unit.key}/split" for each in units if not each.is_dispatched]
    every = [f"unit/{each.unit.key}/split" for each in units]
    for keys, kind in ((undone, Account.Kind.MAKER_PAYABLE), (every, Account.Kind.FUND)):
        if keys:
            ledger.set_maturity(source_keys=keys, kind=kind, matures_at=at)


def _undo(each: RefundedUnit, currency: str) -> list[Leg]:
    uses = [Leg(leg.credit, leg.debit, leg.amount) for leg in _use_legs(each.unit, currency)]
    maker = _maker_leg(each.unit, currency)
    back_to = accounts.inventory(currency) if each.is_dispatched else maker.credit
    if each.is_written_off:
        back_to = accounts.write_off(currency)
    return [Leg(back_to, maker.debit, maker.amount), *uses]


def post_deposit_refund(
    *,
    refund_key: str,
    currency: str,
    amount: int,
    occurred_at: datetime,
    way: str = Way.PROVIDER,
) -> list[Entry]:
    """Write that what could not be filled went back. Key `refund/<refund_key>/sent`."""
    legs = [Leg(accounts.customer_deposits(currency), accounts.holding(way, currency), amount)]
    return _sent(Kind.DEPOSIT_REFUND, refund_key, legs, occurred_at)


def post_suspense_refund(
    *, refund_key: str, currency: str, amount: int, occurred_at: datetime
) -> list[Entry]:
    """Write a refund made at the provider whose pieces staff must name.

    Key `refund/<refund_key>/sent`.
    """
    legs = [Leg(accounts.refund_suspense(currency), accounts.provider(currency), amount)]
    return _sent(Kind.SUSPENSE_REFUND, refund_key, legs, occurred_at)


def post_gift_refund(
    *,
    refund_key: str,
    currency: str,
    amount: int,
    fee_cover: int,
    fund: AccountRef,
    occurred_at: datetime,
    way: str = Way.PROVIDER,
) -> list[Entry]:
    """Write that of a gift `amount` left its fund and `fee_cover`, on top, operations.

    The provider's fee stays where it was. Key `refund/<refund_key>/sent`.
    """
    held = accounts.holding(way, currency)
    legs = [Leg(fund, held, amount), Leg(accounts.fee_cover(currency), held, fee_cover)]
    return _sent(Kind.GIFT_REFUND, refund_key, legs, occurred_at)


def _sent(kind: str, refund_key: str, legs: list[Leg], occurred_at: datetime) -> list[Entry]:
    key = _key("refund", refund_key, "sent")
    return ledger.post([Draft(kind, key, occurred_at, legs, {"refund": str(refund_key)})])


def post_refund_failed(*, refund_key: str, occurred_at: datetime) -> list[Entry]:
    """Write that a refund's money came back: mirror what its sending (and naming) wrote.

    Keys `refund/<refund_key>/failed` and `…/unnamed`. One that was never sent writes nothing.
    What a gift's fund has again may be paid out at once; of pieces only after TRIED_AGAIN.
    """
    new = []
    for of, last in (("named", "unnamed"), ("sent", "failed")):
        of_key, key = _key("refund", refund_key, of), _key("refund", refund_key, last)
        kind = Entry.objects.filter(source_key=of_key).values_list("kind", flat=True).first()
        if kind is None:
            continue
        new += ledger.reverse(
            of_key=of_key, source_key=key, kind=Kind.REFUND_FAILED, occurred_at=occurred_at
        )
        held = TRIED_AGAIN if kind == Kind.UNIT_REFUND else timedelta()
        for of_kind in (Account.Kind.MAKER_PAYABLE, Account.Kind.FUND):
            ledger.set_maturity(source_keys=[key], kind=of_kind, matures_at=occurred_at + held)
    return new


def post_dispute_opened(
    *, dispute_key: str, currency: str, amount: int, fee: int, occurred_at: datetime
) -> list[Entry]:
    """Write that the provider took back a contested amount, and its fee, for now.

    Key `dispute/<dispute_key>/opened`.
    """
    held = accounts.provider(currency)
    legs = [
        Leg(accounts.dispute_receivable(currency), held, amount),
        Leg(accounts.dispute_fee(currency), held, fee),
    ]
    return _dispute(Kind.DISPUTE_OPENED, dispute_key, "opened", legs, occurred_at)


def post_dispute_won(
    *, dispute_key: str, currency: str, amount: int, occurred_at: datetime, fee_returned: int = 0
) -> list[Entry]:
    """Write that the contested amount came back. Key `dispute/<dispute_key>/won`."""
    held = accounts.provider(currency)
    legs = [
        Leg(held, accounts.dispute_receivable(currency), amount),
        Leg(held, accounts.dispute_fee(currency), fee_returned),
    ]
    return _dispute(Kind.DISPUTE_WON, dispute_key, "won", legs, occurred_at)


def post_dispute_lost(
    *, dispute_key: str, currency: str, amount: int, occurred_at: datetime, fee: int = 0
) -> list[Entry]:
    """Write that the contested amount is lost; operations bears it and a late fee.

    Key `dispute/<dispute_key>/lost`.
    """
    legs = [
        Leg(accounts.dispute_loss(currency), accounts.dispute_receivable(currency), amount),
        Leg(accounts.dispute_fee(currency), accounts.provider(currency), fee),
    ]
    return _dispute(Kind.DISPUTE_LOST, dispute_key, "lost", legs, occurred_at)


def dispute_keys(disputes: Iterable[str]) -> list[str]:
    """Return all source keys under which the ledger may know of disputes, by the provider's ids."""
    return [
        _key("dispute", dispute_key, last)
        for dispute_key in disputes
        for last in ("opened", "won", "lost")
    ]


def _dispute(
    kind: str, dispute_key: str, last: str, legs: list[Leg], occurred_at: datetime
) -> list[Entry]:
    key = _key("dispute", dispute_key, last)
    return ledger.post([Draft(kind, key, occurred_at, legs, {"dispute": str(dispute_key)})])
