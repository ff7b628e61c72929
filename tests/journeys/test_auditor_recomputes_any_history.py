"""Whatever happens in whatever order, the books are what a model of a few lines says."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from partners import accounts, invariants, ledger, postings, splits
from partners.models import Entry
from partners.postings import RefundedUnit, SoldUnit
from tests.factories.partners import ProgrammeFactory
from tests.journeys.books import START, TERMS, World, books
from weintl.money import allocate, share

# One transaction around all of it would keep the chain of other tests from being sealed.
pytestmark = pytest.mark.django_db(transaction=True)

ACTS = [
    "buy", "buy", "give", "give", "settle", "settle", "send", "give_back", "give_back",
    "give_gift_back", "refund_outside", "fail", "dispute", "stock_up", "deposit",
    "give_deposit_back", "pay_out", "pay_out", "end_payout", "change_rule",
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
        with connection.cursor() as cursor:
            # Tables full of rows that were rolled back, and never analysed, look small.
            cursor.execute("SET LOCAL enable_seqscan = off")
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
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(history=histories)
def test_any_history_ends_in_the_books_of_the_model(history):
    live_through(history)


@pytest.mark.soak
@settings(max_examples=5_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    history=st.lists(
        st.tuples(st.sampled_from(ACTS), numbers, numbers, numbers), min_size=10, max_size=60
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
