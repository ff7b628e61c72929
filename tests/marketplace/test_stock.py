"""Counters, holds, and what owned pieces cost."""

import pytest
from django.db import DatabaseError, connection, transaction

from marketplace import stock
from marketplace.models import Hold, Stock, StockMove, Unit
from partners import accounts, ledger
from tests.factories.marketplace import (
    AT,
    VariantFactory,
    end_unpaid,
    on_shelf,
    order_of,
    pay,
)

pytestmark = pytest.mark.django_db


def counters(variant):
    row = Stock.objects.get(variant=variant)
    return row.owned, row.consigned, row.held, row.allocated, row.owned_cost_amount


def test_received_pieces_stand_on_the_shelf_and_owned_ones_in_the_books():
    variant = on_shelf(consigned=3, owned=2, unit_cost=900)
    assert counters(variant) == (2, 3, 0, 0, 1800)
    assert ledger.balance(accounts.inventory("usd")) == 1800
    assert ledger.balance(accounts.bank("usd")) == -1800


def test_the_same_delivery_is_not_received_twice():
    variant = VariantFactory()
    for expected in (True, False):
        is_new = stock.receive(
            variant=variant, owned=2, unit_cost=500, source_key="delivery-7", now=AT
        )
        assert is_new is expected
    assert counters(variant) == (2, 0, 0, 0, 1000)
    assert ledger.balance(accounts.inventory("usd")) == 1000


@pytest.mark.parametrize("given", [{}, {"owned": -1}, {"owned": 1, "unit_cost": -1}])
def test_receiving_nothing_or_less_is_refused(given):
    with pytest.raises(ValueError, match="one piece or more"):
        stock.receive(variant=VariantFactory(), source_key="x", now=AT, **given)


def test_a_placed_order_holds_its_pieces_until_it_is_paid():
    variant = on_shelf(consigned=3)
    order = order_of({variant: 2})
    assert counters(variant) == (0, 3, 2, 0, 0)
    pay(order)
    assert counters(variant) == (0, 3, 0, 2, 0)
    assert Hold.objects.get(order=order).state == "converted"


def test_an_unpaid_order_lets_its_pieces_go_once():
    variant = on_shelf(consigned=1)
    order = order_of({variant: 1})
    end_unpaid(order)
    assert counters(variant) == (0, 1, 0, 0, 0)
    with transaction.atomic():
        assert stock.release(order=order, now=AT) is False
    assert counters(variant) == (0, 1, 0, 0, 0)


def test_more_than_is_free_is_refused_by_name_and_nothing_is_held():
    scarce, plenty = on_shelf(consigned=2), on_shelf(consigned=9)
    first = order_of({scarce: 1, plenty: 1})
    with pytest.raises(stock.SoldOut) as refusal, transaction.atomic():
        stock.reserve(order=first, wanted={plenty.pk: 2, scarce.pk: 2}, expires_at=AT, now=AT)
    assert refusal.value.variant_ids == [scarce.pk]
    assert counters(plenty)[2] == 1


def test_owned_pieces_sell_first_and_take_their_cost_with_them():
    variant = on_shelf(owned=1, unit_cost=700, consigned=1)
    order = pay(order_of({variant: 2}))
    units = list(Unit.objects.of(order))
    assert [(unit.supply, unit.maker_amount) for unit in units] == [
        ("owned", 700),
        ("consigned", 900),
    ]
    assert counters(variant) == (1, 1, 0, 2, 0)
    assert ledger.balance(accounts.inventory("usd")) == 0


def test_the_cost_of_owned_pieces_ends_at_zero_whatever_they_cost():
    variant = on_shelf(owned=2, unit_cost=333)
    stock.receive(variant=variant, owned=1, unit_cost=335, source_key="later", now=AT)
    costs = [Unit.objects.of(pay(order_of({variant: 1}))).get().maker_amount for _ in range(3)]
    assert sorted(costs) == [333, 334, 334]
    assert counters(variant)[4] == 0
    assert ledger.balance(accounts.inventory("usd")) == 0


def test_an_owned_piece_promised_to_one_order_is_not_promised_to_the_next():
    variant = on_shelf(owned=1, unit_cost=700, consigned=1)
    first = pay(order_of({variant: 1}))
    second = pay(order_of({variant: 1}))
    assert Unit.objects.of(first).get().supply == "owned"
    assert Unit.objects.of(second).get().supply == "consigned"


def test_the_database_refuses_more_than_there_is():
    variant = on_shelf(consigned=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        Stock.objects.filter(variant=variant).update(held=2)
    with pytest.raises(DatabaseError), transaction.atomic():
        Stock.objects.filter(variant=variant).update(consigned=-1)


@pytest.mark.parametrize("statement", ["UPDATE {} SET held = 5", "DELETE FROM {}", "TRUNCATE {}"])
def test_moves_cannot_be_changed(statement):
    on_shelf(consigned=1)
    connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(DatabaseError, match="refused"), transaction.atomic():
        connection.cursor().execute(statement.format("marketplace_stockmove"))


def test_a_persons_leaving_only_takes_the_name_off_their_moves(django_user_model):
    actor = django_user_model.objects.create_user("shelf@example.org", "x")
    variant = VariantFactory()
    stock.receive(variant=variant, consigned=1, source_key="d", actor=actor, now=AT)
    actor.delete()
    assert StockMove.objects.get(variant=variant).actor is None


def test_the_cents_of_a_piece_cannot_be_changed():
    unit = Unit.objects.of(pay(order_of({on_shelf(consigned=1): 1}))).get()
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
        Unit.objects.filter(pk=unit.pk).update(maker_amount=901, operations_amount=0)
