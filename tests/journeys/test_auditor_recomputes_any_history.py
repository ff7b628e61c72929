"""Whatever happens in whatever order, the books are what a model of a few lines says."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from partners import accounts, invariants, ledger, postings, splits
from partners.models import Account, Entry
from partners.postings import RefundedUnit, SoldUnit
from partners.splits import Terms
from tests.factories.partners import ProgrammeFactory
from weintl.money import allocate, share

pytestmark = pytest.mark.django_db

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
    shipping_back: int = 0
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


class World:
    """Does things to the ledger and knows, by simple sums, what must stand in it."""

    def __init__(self) -> None:
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
            terms=TERMS[code],
            supplies=supplies,
            owned_costs=[(c + i) % 2_500 for i in range(supplies.count("owned"))],
        )
        key = self.key()
        pieces = [
            Piece(SoldUnit(f"{key}-{i}", code, supplies[i], s.net, s.tax, s.maker, s.uses))
            for i, s in enumerate(shares)
        ]
        shipping = (b % 2) * 795
        paid = Paid(key, net + tax + shipping, pieces, shipping)
        self.payments.append(paid)
        self.do(
            postings.post_sale,
            payment_key=key,
            currency="usd",
            shipping=shipping,
            units=[piece.unit for piece in pieces],
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
        shipping = paid.shipping - paid.shipping_back if c % 2 else 0
        refund = Refund(pieces, shipping, goodwill=c % 300)
        self.refunds.append(refund)
        for piece in pieces:
            piece.back = "returned" if piece.is_sent else "cancelled"
        paid.shipping_back += shipping
        self.do(
            postings.post_unit_refund,
            refund_key=str(len(self.refunds)),
            currency="usd",
            units=[RefundedUnit(piece.unit, piece.is_sent) for piece in pieces],
            shipping=shipping,
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
            postings.post_goods_in,
            key=f"goods/{self.key()}/in",
            programme_code="P1",
            currency="usd",
            cost=c % 9_000,
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
        held["inventory:usd"] += self.goods
        held["bank:usd"] -= self.goods
        return {code: amount for code, amount in held.items() if amount}

    def _payment(self, held: Counter[str], paid: Paid) -> None:
        held["provider:usd"] += paid.total - (paid.fee or 0)
        held["shipping:usd"] += paid.shipping
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
        held["provider:usd"] -= goods + refund.shipping + refund.goodwill
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


ACTS = [
    "buy", "buy", "give", "give", "settle", "settle", "send", "give_back", "give_back",
    "give_gift_back", "refund_outside", "fail", "dispute", "stock_up", "deposit",
    "give_deposit_back",
]  # fmt: skip
LEDGER_CHECKS = [
    invariants.check_kept_balances,
    invariants.check_floors,
    invariants.check_entries_are_whole,
    invariants.check_reversals,
    invariants.check_accounts_are_what_their_code_says,
]
numbers = st.integers(0, 10_000)
# Long enough that each act meets the ones that it needs before it.
histories = st.lists(
    st.tuples(st.sampled_from(ACTS), numbers, numbers, numbers), min_size=25, max_size=40
)


def live_through(history: list[tuple[str, int, int, int]]) -> None:
    """Let `history` happen, compare, repeat every call, compare again, and forget it all."""
    with transaction.atomic():
        for code in TERMS:
            ProgrammeFactory(code=code)
        world = World()
        for act, *n in history:
            getattr(world, act)(*n)
        assert books() == world.expected()
        before = Entry.objects.count()
        for again in reversed(world.done):
            again()
        assert Entry.objects.count() == before
        assert books() == world.expected()
        assert [told for check in LEDGER_CHECKS for told in check()] == []
        later = START + timedelta(days=30)
        provider = ledger.balance(accounts.provider("usd"))
        assert ledger.provider_balance(currency="usd", at=later) == provider
        with connection.cursor() as cursor:
            cursor.execute("SELECT coalesce(sum(debit) - sum(credit), 0) FROM ledger_leg")
            assert cursor.fetchone()[0] == 0
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(history=histories)
def test_any_history_ends_in_the_books_of_the_model(history):
    live_through(history)


@pytest.mark.soak
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    history=st.lists(
        st.tuples(st.sampled_from(ACTS), numbers, numbers, numbers), min_size=20, max_size=120
    )
)
def test_long_histories_end_in_the_books_of_the_model(history):
    live_through(history)


@settings(max_examples=60, deadline=None)
@given(
    price=st.integers(0, 20_000),
    quantity=st.integers(1, 6),
    order=st.permutations(range(6)),
    is_sent=st.booleans(),
)
def test_pieces_given_back_one_by_one_leave_what_one_refund_leaves(price, quantity, order, is_sent):
    def end(batches: list[list[int]]) -> dict[str, int]:
        with transaction.atomic():
            ProgrammeFactory(code="P1")
            net = allocate(price * quantity, [1])[0]
            shares = splits.split_line(
                net=net,
                tax=share(net, 72_500),
                quantity=quantity,
                terms=TERMS["P1"],
                supplies=["consigned"] * quantity,
            )
            units = [
                SoldUnit(str(i), "P1", "consigned", s.net, s.tax, s.maker, s.uses)
                for i, s in enumerate(shares)
            ]
            known = {"currency": "usd", "shipping": 0, "occurred_at": START}
            postings.post_sale(payment_key="p", units=units, **known)
            for number, batch in enumerate(batches):
                postings.post_unit_refund(
                    refund_key=str(number),
                    units=[RefundedUnit(units[i], is_sent) for i in batch],
                    goodwill=0,
                    **known,
                )
            found = books()
            transaction.set_rollback(True)
        return found

    chosen = [i for i in order if i < quantity]
    at_once = end([chosen])
    assert end([[i] for i in chosen]) == at_once
    kept = {"maker_payable:usd:P1": 900 * quantity, "inventory:usd": 900 * quantity}
    assert at_once == (kept if is_sent else {})
