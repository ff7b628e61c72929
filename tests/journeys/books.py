"""A model of the books: what happened, summed up. It knows of no entry, account row or trigger."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from partners import accounts, goods, payout_postings, postings, splits
from partners.models import Account
from partners.postings import GiftPart, RefundedUnit, SoldUnit
from partners.splits import Terms
from weintl.money import share

START = datetime(2026, 1, 1, tzinfo=UTC)
USES = ["long_term_care", "education", "medical_psychological", "legal_aid"]
TERMS = {
    "P1": Terms(900, 250_000, dict(zip(USES, [400_000, 300_000, 200_000, 100_000], strict=True))),
    "P2": Terms(1_501, 333_333, dict(zip(USES, [500_000, 300_000, 0, 200_000], strict=True))),
}
FUNDS = [
    accounts.fund("usd"),
    accounts.fund("usd", "P1"),
    accounts.fund("usd", use="education"),
    accounts.fund("usd", "P2", "artisan_pay"),
    accounts.fund("usd", "P1", "education"),
]


@dataclass
class Piece:
    """A piece sold; `back` is None, "cancelled" or "returned"."""

    unit: SoldUnit
    is_sent: bool = False
    back: str | None = None


@dataclass
class Refund:
    """What a refund gave back, so that its failure can take it again."""

    pieces: list[Piece]
    shipping: int = 0
    shipping_tax: int = 0
    # Of a gift that was added to an order.
    added: tuple["Paid", int] | None = None
    goodwill: int = 0
    gift: tuple["Paid", int, int] | None = None
    suspense: int = 0
    deposit: int = 0
    is_named: bool = False
    is_failed: bool = False


@dataclass
class Paid:
    """A payment of any kind with what became of it."""

    key: str
    total: int
    pieces: list[Piece] = field(default_factory=list)
    shipping: int = 0
    shipping_tax: int = 0
    shipping_back: bool = False
    added: int = 0
    added_fund: accounts.AccountRef | None = None
    added_back: bool = False
    amount: int = 0
    cover: int = 0
    fund: accounts.AccountRef | None = None
    deposit: int = 0
    fee: int | None = None
    dispute: str = ""
    returned: int = 0

    @property
    def left(self) -> int:
        """Return what was not refunded."""
        return self.total - self.returned


@dataclass
class Payout:
    """What left a programme's accounts by code; `end`: "", "paid", "failed", "returned"."""

    number: str
    programme: str
    parts: dict[str, int]
    fee: int = 0
    return_fee: int = 0
    end: str = ""

    @property
    def total(self) -> int:
        return sum(self.parts.values())

    @property
    def is_back(self) -> bool:
        return self.end in ("failed", "returned")


class World:
    """Does things to the ledger and knows, by simple sums, what must stand in it."""

    def __init__(self) -> None:
        self.terms = dict(TERMS)
        self.payouts: list[Payout] = []
        self.payments: list[Paid] = []
        self.refunds: list[Refund] = []
        self.goods = 0
        self.number = 0
        self.done: list[Callable[[], Any]] = []

    def do(self, post: Callable[..., Any], **known: Any) -> None:
        self.number += 1
        known["occurred_at"] = START + timedelta(minutes=self.number)
        self.done.append(lambda: post(**known))
        post(**known)

    def key(self) -> str:
        self.number += 1
        return str(self.number)

    # -- what may happen; `n` are any three numbers ------------------------------------------

    def buy(self, a: int, b: int, c: int) -> None:
        code = ["P1", "P2"][a % 2]
        quantity = 1 + b % 4
        gross = (c % 9_000) * quantity
        net = gross - share(gross, (a % 5) * 100_000)
        tax = share(net, (b % 3) * 72_500)
        supplies = ["owned" if (a >> i) & 1 else "consigned" for i in range(quantity)]
        shares = splits.split_line(
            net=net,
            tax=tax,
            quantity=quantity,
            terms=self.terms[code],
            supplies=supplies,
            owned_costs=[(c + i) % 2_500 for i in range(supplies.count("owned"))],
        )
        key = self.key()
        pieces = [
            Piece(SoldUnit(f"{key}-{i}", code, supplies[i], s.net, s.tax, s.maker, s.uses))
            for i, s in enumerate(shares)
        ]
        shipping = (b % 2) * 795
        # An inclusive tax is part of what is charged, one on top is added to it: to the
        # ledger both are net and tax.
        shipping_tax = share(shipping, (c % 3) * 55_000)
        added = (a % 3 == 0) * (100 + c % 5_000)
        paid = Paid(
            key,
            net + tax + shipping + shipping_tax + added,
            pieces,
            shipping,
            shipping_tax,
            added=added,
            added_fund=FUNDS[c % 5] if added else None,
        )
        self.payments.append(paid)
        self.do(
            postings.post_sale,
            payment_key=key,
            currency="usd",
            shipping=shipping,
            shipping_tax=shipping_tax,
            units=[piece.unit for piece in pieces],
            gift=GiftPart(added, 0, paid.added_fund) if paid.added_fund else None,
        )

    def give(self, a: int, b: int, c: int) -> None:
        amount, cover = 1 + c % 50_000, (b % 2) * (1 + c % 300)
        paid = Paid(self.key(), amount + cover, amount=amount, cover=cover, fund=FUNDS[a % 5])
        self.payments.append(paid)
        self.do(
            postings.post_gift,
            payment_key=paid.key,
            currency="usd",
            amount=amount,
            fee_cover=cover,
            fund=paid.fund,
        )

    def deposit(self, a: int, b: int, c: int) -> None:
        paid = Paid(self.key(), 1 + c % 9_000, deposit=1 + c % 9_000)
        self.payments.append(paid)
        self.do(postings.post_deposit, payment_key=paid.key, currency="usd", amount=paid.deposit)

    def settle(self, a: int, b: int, c: int) -> None:
        if not (open_ := [paid for paid in self.payments if paid.fee is None]):
            return
        paid = open_[a % len(open_)]
        paid.fee = c % 400
        self.do(
            postings.post_fee,
            payment_key=paid.key,
            currency="usd",
            fee=paid.fee,
            fund=paid.fund if not paid.cover else None,
        )

    def send(self, a: int, b: int, c: int) -> None:
        for paid in self.payments[a % 7 :: 7]:
            for piece in paid.pieces:
                piece.is_sent = piece.is_sent or piece.back is None

    def give_back(self, a: int, b: int, c: int) -> None:
        """Refund pieces of an order, perhaps with delivery, perhaps with goodwill."""
        orders = [p for p in self.payments if p.pieces and any(not u.back for u in p.pieces)]
        if not orders:
            return
        paid = orders[a % len(orders)]
        pieces = [piece for piece in paid.pieces if not piece.back][: 1 + b % 3]
        is_whole = bool(c % 2) and not paid.shipping_back
        shipping = paid.shipping if is_whole else 0
        shipping_tax = paid.shipping_tax if is_whole else 0
        with_added = bool(paid.added) and a % 2 == 0 and not paid.added_back
        refund = Refund(
            pieces,
            shipping,
            shipping_tax,
            added=(paid, paid.added) if with_added else None,
            goodwill=c % 300,
        )
        self.refunds.append(refund)
        for piece in pieces:
            piece.back = "returned" if piece.is_sent else "cancelled"
        paid.shipping_back = paid.shipping_back or is_whole
        paid.added_back = paid.added_back or with_added
        self.do(
            postings.post_unit_refund,
            refund_key=str(len(self.refunds)),
            currency="usd",
            units=[RefundedUnit(piece.unit, piece.is_sent) for piece in pieces],
            shipping=shipping,
            shipping_tax=shipping_tax,
            gift=GiftPart(paid.added, 0, paid.added_fund) if with_added else None,
            goodwill=refund.goodwill,
        )

    def give_gift_back(self, a: int, b: int, c: int) -> None:
        gifts = [paid for paid in self.payments if paid.fund and paid.left]
        if not gifts:
            return
        paid = gifts[a % len(gifts)]
        whole = paid.left if b % 2 else 1 + c % paid.left
        done = paid.returned
        # Shares of all that went back so far, less what went before: cents always fit.
        cover = share(paid.cover, (done + whole) * 1_000_000 // paid.total) - share(
            paid.cover, done * 1_000_000 // paid.total
        )
        cover = min(cover, whole)
        paid.returned += whole
        refund = Refund([], gift=(paid, whole - cover, cover))
        self.refunds.append(refund)
        self.do(
            postings.post_gift_refund,
            refund_key=str(len(self.refunds)),
            currency="usd",
            amount=whole - cover,
            fee_cover=cover,
            fund=paid.fund,
        )

    def give_deposit_back(self, a: int, b: int, c: int) -> None:
        open_ = [paid for paid in self.payments if paid.deposit and paid.left]
        if not open_:
            return
        paid = open_[a % len(open_)]
        refund = Refund([], deposit=paid.left)
        paid.returned = paid.total
        self.refunds.append(refund)
        self.do(
            postings.post_deposit_refund,
            refund_key=str(len(self.refunds)),
            currency="usd",
            amount=refund.deposit,
        )

    def refund_outside(self, a: int, b: int, c: int) -> None:
        """Refund one piece at the provider; name it at once or leave it in suspense."""
        orders = [p for p in self.payments if p.pieces and any(not u.back for u in p.pieces)]
        if not orders:
            return
        piece = next(piece for piece in orders[a % len(orders)].pieces if not piece.back)
        amount = piece.unit.net + piece.unit.tax
        refund = Refund([], suspense=amount)
        self.refunds.append(refund)
        key = str(len(self.refunds))
        self.do(postings.post_suspense_refund, refund_key=key, currency="usd", amount=amount)
        if b % 2:
            refund.pieces, refund.is_named = [piece], True
            piece.back = "returned" if piece.is_sent else "cancelled"
            self.do(
                postings.post_unit_refund,
                refund_key=key,
                currency="usd",
                units=[RefundedUnit(piece.unit, piece.is_sent)],
                shipping=0,
                goodwill=0,
                from_suspense=True,
            )

    def fail(self, a: int, b: int, c: int) -> None:
        live = [
            (index, refund)
            for index, refund in enumerate(self.refunds)
            # A deposit's money is owed again and sent again; nothing else touches it.
            if not refund.is_failed and not refund.deposit
        ]
        if not live:
            return
        index, refund = live[a % len(live)]
        refund.is_failed = True
        for piece in refund.pieces:
            piece.back = None
        if refund.gift:
            refund.gift[0].returned -= refund.gift[1] + refund.gift[2]
        if refund.added:
            refund.added[0].added_back = False
        self.do(postings.post_refund_failed, refund_key=str(index + 1))

    def dispute(self, a: int, b: int, c: int) -> None:
        """Open a dispute, or decide one that is open."""
        if not self.payments:
            return
        paid = self.payments[a % len(self.payments)]
        known = {"dispute_key": paid.key, "currency": "usd", "amount": paid.total}
        if paid.total and not paid.dispute:
            paid.dispute = "opened"
            self.do(postings.post_dispute_opened, **known, fee=1_500)
        elif paid.dispute == "opened":
            paid.dispute = "won" if b % 2 else "lost"
            post = postings.post_dispute_won if b % 2 else postings.post_dispute_lost
            self.do(post, **known)

    def stock_up(self, a: int, b: int, c: int) -> None:
        self.goods += c % 9_000
        self.do(
            goods.post_goods_in,
            key=f"goods/{self.key()}/in",
            programme_code="P1",
            currency="usd",
            cost=c % 9_000,
        )

    def change_rule(self, a: int, b: int, c: int) -> None:
        """Share what is sold from now on differently; what was sold stays as it was."""
        weights = [200_000 + (a % 7) * 1_000, 300_000, 100_000 + (b % 5) * 7]
        uses = dict(zip(USES, [*weights, 1_000_000 - sum(weights)], strict=True))
        self.terms[["P1", "P2"][a % 2]] = Terms(b % 3_000, (c % 10) * 100_000, uses)

    def pay_out(self, a: int, b: int, c: int) -> None:
        """Approve a payout of part of what a programme has: of makers' pay only what was sent."""
        code = ["P1", "P2"][a % 2]
        held, parts = self.expected(), {}
        for ref in [
            accounts.maker_payable("usd", code),
            *(accounts.fund("usd", code, use) for use in ("", "artisan_pay", *USES)),
        ]:
            there = held.get(ref.code, 0)
            if ref.kind == Account.Kind.MAKER_PAYABLE:
                there = min(there, self._earned(code))
            amount = there * (1 + b % 4) // 4
            if amount > 0:
                parts[ref] = amount
        if not parts:
            return
        payout = Payout(self.key(), code, {ref.code: amount for ref, amount in parts.items()})
        self.payouts.append(payout)
        self.do(
            payout_postings.post_approved,
            number=payout.number,
            programme_code=code,
            currency="usd",
            parts=list(parts.items()),
        )

    def _earned(self, code: str) -> int:
        """Return the pay of makers whose pieces were sent, less what left already."""
        of = accounts.maker_payable("usd", code).code
        sent = sum(
            piece.unit.maker_amount
            for paid in self.payments
            for piece in paid.pieces
            if piece.is_sent
            and piece.unit.supply == "consigned"
            and piece.unit.programme_code == code
        )
        return sent - sum(p.parts.get(of, 0) for p in self.payouts if not p.is_back)

    def end_payout(self, a: int, b: int, c: int) -> None:
        """Hear from the bank: it paid, or the money came back."""
        if not (open_ := [p for p in self.payouts if p.end in ("", "paid")]):
            return
        payout = open_[a % len(open_)]
        if payout.end == "paid":
            payout.end, payout.return_fee = "returned", b % 300
            self.do(
                payout_postings.post_returned,
                number=payout.number,
                programme_code=payout.programme,
                currency="usd",
                amount=payout.total,
                fee=payout.return_fee,
            )
            return
        if b % 3 == 0:
            payout.end = "failed"
            self.do(payout_postings.post_failed, number=payout.number)
            return
        payout.end, payout.fee = "paid", c % 400
        self.do(
            payout_postings.post_paid,
            number=payout.number,
            programme_code=payout.programme,
            currency="usd",
            amount=payout.total,
            fee=payout.fee,
        )

    # -- what must stand in the books --------------------------------------------------------

    def expected(self) -> dict[str, int]:
        """Sum up the facts; nothing here knows of entries."""
        held: Counter[str] = Counter()
        for paid in self.payments:
            self._payment(held, paid)
        for refund in self.refunds:
            if not refund.is_failed:
                self._refund(held, refund)
        for payout in self.payouts:
            self._payout(held, payout)
        held["inventory:usd"] += self.goods
        held["bank:usd"] -= self.goods
        return {code: amount for code, amount in held.items() if amount}

    def _payout(self, held: Counter[str], payout: Payout) -> None:
        held["bank:usd"] -= payout.fee + payout.return_fee
        held["fees:usd"] += payout.fee + payout.return_fee
        if payout.is_back:
            return
        for code, amount in payout.parts.items():
            held[code] -= amount
        if payout.end == "paid":
            held["bank:usd"] -= payout.total
        else:
            held[f"payout_transit:usd:{payout.programme}"] += payout.total

    def _payment(self, held: Counter[str], paid: Paid) -> None:
        held["provider:usd"] += paid.total - (paid.fee or 0)
        held["shipping:usd"] += paid.shipping
        held["tax:usd"] += paid.shipping_tax
        if paid.added_fund:
            held[paid.added_fund.code] += paid.added
        held["customer_deposits:usd"] += paid.deposit
        held["fee_cover:usd"] += paid.cover
        if paid.fund:
            held[paid.fund.code] += paid.amount
        if paid.fund and not paid.cover:
            held[paid.fund.code] -= paid.fee or 0
        else:
            held["fees:usd"] += paid.fee or 0
        if paid.dispute:
            held["dispute_fee:usd"] += 1_500
            held["provider:usd"] -= 1_500
        if paid.dispute in ("opened", "lost"):
            held["provider:usd"] -= paid.total
            kind = "dispute_receivable" if paid.dispute == "opened" else "dispute_loss"
            held[f"{kind}:usd"] += paid.total
        for piece in paid.pieces:
            self._piece(held, piece)

    def _piece(self, held: Counter[str], piece: Piece) -> None:
        unit, is_sold = piece.unit, piece.back is None
        if is_sold:
            held["sales:usd"] += unit.net
            held["tax:usd"] += unit.tax
            held["programme_cost:usd"] += sum(unit.uses.values())
            for use, amount in unit.uses.items():
                held[f"fund:usd:{unit.programme_code}:{use}"] += amount
        if unit.supply == "owned":
            held["cogs:usd"] += unit.maker_amount if is_sold else 0
            held["inventory:usd"] -= unit.maker_amount if is_sold else 0
            return
        if piece.back != "cancelled":
            held[f"maker_payable:usd:{unit.programme_code}"] += unit.maker_amount
        held["artisan_cost:usd"] += unit.maker_amount if is_sold else 0
        held["inventory:usd"] += unit.maker_amount if piece.back == "returned" else 0

    def _refund(self, held: Counter[str], refund: Refund) -> None:
        goods = 0 if refund.is_named else sum(p.unit.net + p.unit.tax for p in refund.pieces)
        held["provider:usd"] -= goods + refund.shipping + refund.shipping_tax + refund.goodwill
        held["tax:usd"] -= refund.shipping_tax
        if refund.added:
            paid, amount = refund.added
            held["provider:usd"] -= amount
            held[paid.added_fund.code] -= amount
        held["provider:usd"] -= refund.suspense + refund.deposit
        held["shipping:usd"] -= refund.shipping
        held["goodwill:usd"] += refund.goodwill
        held["refund_suspense:usd"] += 0 if refund.is_named else refund.suspense
        held["customer_deposits:usd"] -= refund.deposit
        if refund.gift:
            paid, amount, cover = refund.gift
            held["provider:usd"] -= amount + cover
            held["fee_cover:usd"] -= cover
            held[paid.fund.code] -= amount


def books() -> dict[str, int]:
    return {account.code: account.balance for account in Account.objects.all() if account.balance}
