"""What is counted is shown first, then booked: on the shelf, in the books, once, or not at all."""

import pytest
from django.db import DatabaseError, transaction

from marketplace import counting, orders
from marketplace.counting import Found
from marketplace.invariants import CHECKS
from marketplace.models import Stock, StockCount, StockCountLine, StockMove
from partners import accounts, ledger
from partners.available import claims
from tests.factories.marketplace import AT, on_shelf, order_of, pay
from tests.factories.partners import StaffFactory

pytestmark = pytest.mark.django_db


def seen(variant, **counted):
    book = counting.book_of(Stock.objects.get(variant=variant))
    return Found(variant.pk, book, **counted)


def booked(*found, key="k", now=AT):
    return counting.book(found, request_key=key, actor=StaffFactory(), now=now)


def counters(variant):
    row = Stock.objects.get(variant=variant)
    return row.owned, row.consigned, row.owned_cost_amount


def breaches():
    return [sentence for check in CHECKS for sentence in check()]


def refused(*found):
    with pytest.raises(counting.NotPossible) as told:
        booked(*found)
    assert not StockCount.objects.exists()
    return [problem for line in told.value.differences for problem in line.problems]


def test_lost_owned_pieces_leave_the_shelf_and_the_books_at_their_cost():
    # 10.00 for three: the first two that go take 3.34 and 3.33.
    variant = on_shelf(owned=3, unit_cost=1000)
    found = seen(variant, owned=1, reason="lost")
    (shown,) = counting.compare([found], now=AT)
    assert (shown.more_owned, shown.cost, shown.maker_pay, shown.problems) == (-2, 2000, 0, [])
    booked(found)
    assert counters(variant) == (1, 0, 1000)
    assert ledger.balance(accounts.inventory("usd")) == 1000
    assert ledger.balance(accounts.write_off("usd")) == 2000
    assert not breaches()


@pytest.mark.parametrize(
    ("reason", "pays"),
    [("lost", True), ("spoilt", True), ("used", True), ("books", False), ("back", False)],
)
def test_makers_are_paid_for_what_went_while_we_kept_it(reason, pays):
    variant = on_shelf(consigned=5)
    code = variant.product.programme.code
    booked(seen(variant, consigned=3, reason=reason))
    owed = ledger.balance(accounts.maker_payable("usd", code))
    assert owed == (2 * 900 if pays else 0)
    assert ledger.balance(accounts.write_off("usd")) == owed
    assert counters(variant) == (0, 3, 0)
    assert not breaches()


def test_what_is_owed_for_a_loss_may_be_paid_out_at_once():
    variant = on_shelf(consigned=5)
    booked(seen(variant, consigned=4, reason="lost"))
    (owed,) = claims(cut_off=AT.replace(day=25), programme_id=variant.product.programme_id)
    assert (owed.amount, owed.matures_at) == (900, AT)


def test_found_pieces_come_in_at_what_the_others_cost():
    variant = on_shelf(owned=2, unit_cost=700, consigned=1)
    booked(seen(variant, owned=4, reason="found"))
    assert counters(variant) == (4, 1, 2800)
    assert ledger.balance(accounts.write_off("usd")) == -1400
    assert not breaches()


def test_a_count_that_agrees_is_kept_and_moves_nothing():
    variant = on_shelf(owned=2, unit_cost=700, consigned=1)
    moves = StockMove.objects.count()
    count = booked(seen(variant, owned=2, consigned=1))
    assert count.lines.get().reason == ""
    assert StockMove.objects.count() == moves
    assert not breaches()


def test_a_sale_during_the_count_is_never_written_over():
    variant = on_shelf(consigned=5)
    other = on_shelf(consigned=1)
    found = [seen(variant, consigned=4, reason="lost"), seen(other, consigned=0, reason="lost")]
    pay(order_of({variant: 1}))
    with pytest.raises(counting.NotPossible) as told:
        booked(*found)
    assert [line.is_stale for line in told.value.differences] == [True, False]
    assert counters(variant) == (0, 5, 0)
    assert not StockCount.objects.exists()


def test_what_is_sold_cannot_be_counted_away():
    variant = on_shelf(consigned=2)
    order = pay(order_of({variant: 2}))
    assert "would be missing" in refused(seen(variant, consigned=1, reason="lost"))[0]
    owned = on_shelf(owned=1, unit_cost=500)
    pay(order_of({owned: 1}))
    assert "1 owned piece is sold" in refused(seen(owned, owned=0, reason="lost"))[0]
    orders.mark_sent(order_id=order.pk, actor=None, now=AT)
    booked(seen(variant, consigned=0))
    assert not breaches()


@pytest.mark.parametrize(
    ("counted", "words"),
    [
        ({"consigned": 1, "reason": "found"}, "for more pieces"),
        ({"consigned": 9, "reason": "lost"}, "found again, or the books"),
        ({"owned": 0, "reason": "back"}, "counter-delivery"),
    ],
)
def test_a_reason_fits_what_was_found(counted, words):
    variant = on_shelf(consigned=2, owned=1, unit_cost=100)
    assert any(words in problem for problem in refused(seen(variant, **counted)))


def test_without_a_reason_or_a_rule_nothing_is_booked():
    variant = on_shelf(consigned=2)
    assert refused(seen(variant, consigned=1)) == []
    other = on_shelf(consigned=2, product__rule=False)
    assert "No approved split rule" in refused(seen(other, consigned=1, reason="lost"))[0]


def test_a_double_click_books_once():
    variant = on_shelf(consigned=5)
    found = seen(variant, consigned=4, reason="lost")
    assert booked(found, key="same") == booked(found, key="same")
    assert counters(variant) == (0, 4, 0)


def test_many_variants_cost_few_statements(django_assert_max_num_queries):
    variants = [on_shelf(consigned=1) for _ in range(12)]
    found = [seen(variant, consigned=1) for variant in variants]
    with django_assert_max_num_queries(4):
        counting.compare(found, now=AT)


def test_what_was_counted_stays():
    variant = on_shelf(consigned=1)
    booked(seen(variant, consigned=1))
    with pytest.raises(DatabaseError, match="refused"), transaction.atomic():
        StockCountLine.objects.all().delete()
    with pytest.raises(DatabaseError, match="refused"), transaction.atomic():
        StockCountLine.objects.update(consigned=9)
    with pytest.raises(DatabaseError, match="refused"), transaction.atomic():
        StockCount.objects.update(words="Other words")
    # Who did it may be forgotten.
    StockCount.objects.update(counted_by=None)


def test_a_broken_count_is_reported():
    variant = on_shelf(consigned=1)
    count = StockCount.objects.create(counted_at=AT)
    StockCountLine.objects.create(
        count=count, variant=variant, book_owned=0, book_consigned=1, owned=0, consigned=0,
        reason="lost",
    )  # fmt: skip
    assert any("not booked so" in sentence for sentence in breaches())
