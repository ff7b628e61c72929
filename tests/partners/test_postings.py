"""What each event writes: the worked example to the cent, then every other posting."""

from dataclasses import replace
from datetime import datetime

import pytest

from partners import accounts, goods, postings, splits
from partners.models import Account, Entry, Maturity
from partners.postings import GiftPart, RefundedUnit, SoldUnit
from partners.splits import Terms
from tests.factories.partners import ProgrammeFactory

pytestmark = pytest.mark.django_db

USES = ["long_term_care", "education", "medical_psychological", "legal_aid"]
A = Terms(900, 250_000, dict(zip(USES, [400_000, 300_000, 200_000, 100_000], strict=True)))
B = Terms(1_500, 250_000, dict(zip(USES, [500_000, 300_000, 0, 200_000], strict=True)))


@pytest.fixture(autouse=True)
def programmes():
    return [ProgrammeFactory(code="P1"), ProgrammeFactory(code="P2")]


def sold(terms: Terms, code: str, supply: str, *, net: int, tax: int, quantity: int, cost=()):
    shares = splits.split_line(
        net=net,
        tax=tax,
        quantity=quantity,
        terms=terms,
        supplies=[supply] * quantity,
        owned_costs=list(cost),
    )
    return [
        SoldUnit(f"{code}-{i}", code, supply, unit.net, unit.tax, unit.maker, unit.uses)
        for i, unit in enumerate(shares)
    ]


LINE_A = sold(A, "P1", "consigned", net=6736, tax=488, quantity=3)
LINE_B = sold(B, "P2", "owned", net=5220, tax=379, quantity=1, cost=[2200])


def sale(now: datetime, **more):
    return postings.post_sale(
        payment_key="pay",
        currency="usd",
        shipping=795,
        units=[*LINE_A, *LINE_B],
        occurred_at=now,
        **more,
    )


def fee(now: datetime, amount: int = 425, **more):
    return postings.post_fee(payment_key="pay", currency="usd", fee=amount, occurred_at=now, **more)


def refund(now: datetime, *units: RefundedUnit, key: str = "1", **more):
    asked = {"shipping": 0, "goodwill": 0, **more}
    return postings.post_unit_refund(
        refund_key=key, currency="usd", units=units, occurred_at=now, **asked
    )


def balances() -> dict[str, int]:
    """Return every account's balance that is not zero, by code without the currency."""
    return {
        account.code.replace(":usd", ""): account.balance
        for account in Account.objects.all()
        if account.balance
    }


SOLD = {
    "provider": 13618,
    "sales": 11956,
    "tax": 867,
    "shipping": 795,
    "artisan_cost": 2700,
    "maker_payable:P1": 2700,
    "cogs": 2200,
    "inventory": -2200,
    "programme_cost": 2989,
    "fund:P1:long_term_care": 674,
    "fund:P1:education": 505,
    "fund:P1:medical_psychological": 337,
    "fund:P1:legal_aid": 168,
    "fund:P2:long_term_care": 653,
    "fund:P2:education": 391,
    "fund:P2:legal_aid": 261,
}


def test_the_example_is_paid_in_five_entries(now):
    entries = sale(now)
    assert [entry.source_key for entry in entries] == [
        "payment/pay/paid",
        "unit/P1-0/split",
        "unit/P1-1/split",
        "unit/P1-2/split",
        "unit/P2-0/split",
    ]
    assert balances() == SOLD
    assert sale(now) == []
    assert balances() == SOLD


def test_the_examples_operations_keep_44_37_after_the_fee(now):
    sale(now)
    fee(now)
    held = balances()
    assert held["provider"] == 13618 - 425
    income = held["sales"] + held["shipping"]
    assert (
        income - sum(held[cost] for cost in ("artisan_cost", "cogs", "programme_cost", "fees"))
        == 4437
    )


def test_one_piece_of_the_example_comes_back(now):
    sale(now)
    fee(now)
    refund(now, RefundedUnit(LINE_A[0], is_dispatched=True))
    assert balances() == {
        **SOLD,
        "provider": 10784,
        "fees": 425,
        "sales": 11956 - 2246,
        "tax": 704,
        "inventory": -2200 + 900,
        "artisan_cost": 1800,
        "programme_cost": 2989 - 563,
        "fund:P1:long_term_care": 449,
        "fund:P1:education": 336,
        "fund:P1:medical_psychological": 224,
        "fund:P1:legal_aid": 112,
    }
    assert 449 + 336 + 224 + 112 == 1121


def test_a_cancellation_before_dispatch_undoes_everything_but_the_fee(now):
    sale(now)
    fee(now)
    refund(now, *(RefundedUnit(u, is_dispatched=False) for u in [*LINE_A, *LINE_B]), shipping=795)
    assert balances() == {"provider": -425, "fees": 425}


def test_pieces_refunded_one_by_one_end_where_one_refund_ends(now):
    sale(now)
    for unit in LINE_A:
        refund(now, RefundedUnit(unit, is_dispatched=True), key=unit.key)
    held = balances()
    assert [held.get(f"fund:P1:{use}", 0) for use in USES] == [0, 0, 0, 0]
    assert held["maker_payable:P1"] == 2700
    assert held["inventory"] == 2700 - 2200
    assert held["sales"] == 5220


def test_a_returned_owned_piece_is_owned_again_at_its_cost(now):
    sale(now)
    refund(now, RefundedUnit(LINE_B[0], is_dispatched=True))
    held = balances()
    assert "inventory" not in held
    assert "cogs" not in held


def test_goodwill_touches_operations_only(now):
    sale(now)
    refund(now, goodwill=500)
    assert balances() == {**SOLD, "provider": 13118, "goodwill": 500}


def test_a_failed_refund_is_mirrored_and_may_be_tried_again(now):
    sale(now)
    refund(now, RefundedUnit(LINE_A[0], is_dispatched=True))
    postings.post_refund_failed(refund_key="1", occurred_at=now)
    assert balances() == SOLD
    assert postings.post_refund_failed(refund_key="1", occurred_at=now) == []
    refund(now, RefundedUnit(LINE_A[0], is_dispatched=True), key="2")
    assert balances()["provider"] == 13618 - 2409


def test_a_refund_that_was_never_sent_writes_nothing_when_it_fails(now):
    assert postings.post_refund_failed(refund_key="1", occurred_at=now) == []


def test_a_refund_from_outside_stands_in_suspense_until_its_pieces_are_named(now):
    sale(now)
    postings.post_suspense_refund(refund_key="1", currency="usd", amount=2409, occurred_at=now)
    assert balances() == {**SOLD, "provider": 11209, "refund_suspense": 2409}
    refund(now, RefundedUnit(LINE_A[0], is_dispatched=False), from_suspense=True)
    held = balances()
    assert "refund_suspense" not in held
    assert held["maker_payable:P1"] == 1800
    postings.post_refund_failed(refund_key="1", occurred_at=now)
    assert balances() == SOLD


def test_a_payment_that_cannot_be_filled_is_owed_back_whole(now):
    postings.post_deposit(payment_key="pay", currency="usd", amount=13618, occurred_at=now)
    fee(now)
    assert balances() == {"provider": 13193, "customer_deposits": 13618, "fees": 425}
    postings.post_deposit_refund(refund_key="1", currency="usd", amount=13618, occurred_at=now)
    assert balances() == {"provider": -425, "fees": 425}


def gift(now: datetime, amount: int, fee_cover: int, fund):
    return postings.post_gift(
        payment_key="pay",
        currency="usd",
        amount=amount,
        fee_cover=fee_cover,
        fund=fund,
        occurred_at=now,
    )


@pytest.mark.parametrize(
    ("fund", "code"),
    [
        (accounts.fund("usd"), "fund"),
        (accounts.fund("usd", "P1"), "fund:P1"),
        (accounts.fund("usd", use="education"), "fund:*:education"),
        (accounts.fund("usd", "P1", "artisan_pay"), "fund:P1:artisan_pay"),
    ],
)
def test_a_gifts_own_fund_bears_the_fee(now, fund, code):
    gift(now, 5_000, 0, fund)
    fee(now, 175, fund=fund)
    assert balances() == {"provider": 4825, code: 4825}


def test_a_covered_fee_leaves_the_gift_whole_and_the_rest_to_operations(now):
    gift(now, 5_000, 180, accounts.fund("usd"))
    fee(now, 175)
    assert balances() == {"provider": 5005, "fund": 5000, "fee_cover": 180, "fees": 175}


def test_a_gift_may_be_paid_out_at_once(now):
    gift(now, 5_000, 0, accounts.fund("usd"))
    maturity = Maturity.objects.get()
    assert (maturity.kind, maturity.matures_at) == ("fund", now)


def test_a_refunded_gift_leaves_its_fund_with_the_fee_that_was_kept(now):
    fund = accounts.fund("usd", "P1")
    gift(now, 5_000, 0, fund)
    fee(now, 175, fund=fund)
    postings.post_gift_refund(
        refund_key="1", currency="usd", amount=5_000, fee_cover=0, fund=fund, occurred_at=now
    )
    assert balances() == {"provider": -175, "fund:P1": -175}


def test_a_covered_gift_refunded_in_part_gives_back_both_parts(now):
    fund = accounts.fund("usd")
    gift(now, 5_000, 180, fund)
    postings.post_gift_refund(
        refund_key="1", currency="usd", amount=2_500, fee_cover=90, fund=fund, occurred_at=now
    )
    assert balances() == {"provider": 2590, "fund": 2500, "fee_cover": 90}


def test_an_order_with_a_gift_is_one_payment(now):
    sale(now, gift=GiftPart(1_000, 30, accounts.fund("usd", use="education")))
    assert balances() == {
        **SOLD,
        "provider": 13618 + 1030,
        "fund:*:education": 1000,
        "fee_cover": 30,
    }
    assert Entry.objects.filter(source_key__startswith="payment/").count() == 1


def test_a_dispute_parks_the_amount_and_won_returns_it(now):
    sale(now)
    dispute = {"dispute_key": "dp_1", "currency": "usd", "amount": 13618, "occurred_at": now}
    postings.post_dispute_opened(**dispute, fee=1500)
    assert balances() == {
        **SOLD,
        "provider": -1500,
        "dispute_receivable": 13618,
        "dispute_fee": 1500,
    }
    postings.post_dispute_won(**dispute, fee_returned=1500)
    assert balances() == SOLD


def test_a_lost_dispute_hits_operations_and_the_fee_too(now):
    sale(now)
    dispute = {"dispute_key": "dp_1", "currency": "usd", "amount": 13618, "occurred_at": now}
    postings.post_dispute_opened(**dispute, fee=0)
    postings.post_dispute_lost(**dispute, fee=1500)
    held = balances()
    assert held == {**SOLD, "provider": -1500, "dispute_loss": 13618, "dispute_fee": 1500}


def test_goods_bought_are_inventory_until_they_are_sold(now):
    for _ in range(2):
        goods.post_goods_in(
            key="goods/1/in", programme_code="P2", currency="usd", cost=2200, occurred_at=now
        )
    sale(now)
    assert balances() == {
        **{code: amount for code, amount in SOLD.items() if code != "inventory"},
        "bank": -2200,
    }


def test_entries_carry_codes_only(now):
    sale(now)
    assert Entry.objects.get(source_key="unit/P1-0/split").meta == {
        "payment": "pay",
        "programme": "P1",
        "supply": "consigned",
    }


def test_an_order_of_five_lines_is_posted_in_few_statements(now, django_assert_max_num_queries):
    """Also the first one, whose accounts are made by it; any other needs three."""
    lines = []
    for number in range(5):
        ProgrammeFactory(code=f"L{number}")
        lines += sold(A, f"L{number}", "consigned", net=6736, tax=488, quantity=3)
    with django_assert_max_num_queries(12):
        new = postings.post_sale(
            payment_key="five", currency="usd", shipping=795, units=lines, occurred_at=now
        )
    assert len(new) == 16
    with django_assert_max_num_queries(3 + 2):  # two more are the savepoint's
        postings.post_sale(
            payment_key="more",
            currency="usd",
            shipping=795,
            units=[replace(unit, key=f"again-{unit.key}") for unit in lines],
            occurred_at=now,
        )
