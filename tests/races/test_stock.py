"""One piece and many buyers; carts in opposite order; and what happens without the lock."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from marketplace import cart as carts
from marketplace import checkout, invariants, offers, stock
from marketplace.models import Hold, Order, Stock
from tests.factories.marketplace import DETAILS, end_unpaid, on_shelf, order_of, pay
from tests.plugins.processes import PATIENCE

pytestmark = pytest.mark.django_db(transaction=True)
BUYERS = 50


def prepared(wanted, now):
    """Return a filled cart and what its form showed."""
    cart = None
    for variant in wanted:
        cart = carts.add_line(cart=cart, sku=variant.sku, quantity=1, now=now)
    return cart, offers.read_shown(offers.write_shown(offers.offer(cart=cart, now=now).quote))


def together(jobs, *, at_once=10):
    """Run `jobs` in threads with connections of their own; return what each gave or raised."""
    barrier = Barrier(at_once)

    def run(job):
        try:
            barrier.wait(timeout=PATIENCE)
            return job()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(at_once) as pool:
        return list(pool.map(run, jobs))


def test_fifty_buyers_of_one_piece_hold_it_once():
    now = timezone.now()
    single = on_shelf(consigned=1, now=now)
    ready = [prepared([single], now) for _ in range(BUYERS)]

    def buy(cart, shown):
        return lambda: checkout.place_order(
            cart=cart, details=DETAILS, shown=shown, language="en", now=now
        )

    found = together([buy(cart, shown) for cart, shown in ready])
    orders = [each for each in found if isinstance(each, Order)]
    refused = [each for each in found if isinstance(each, stock.SoldOut | checkout.Unavailable)]
    assert (len(orders), len(refused)) == (1, BUYERS - 1), found
    assert Order.objects.count() == Hold.objects.count() == 1
    assert Stock.objects.get().held == 1
    assert all(not list(check()) for check in invariants.CHECKS)


def test_without_lock_and_guard_one_piece_is_sold_many_times():
    """The control: look, then take, is not enough."""
    now = timezone.now()
    single = on_shelf(consigned=1, now=now)
    looked = Barrier(10)
    sold = []

    def buy():
        with transaction.atomic():
            free = Stock.objects.get(variant=single).free
            looked.wait(timeout=PATIENCE)
            if free >= 1:
                sold.append(single.pk)

    together([buy] * 10)
    assert len(sold) == 10


def test_carts_in_opposite_order_do_not_wait_for_each_other():
    now = timezone.now()
    first, second = on_shelf(consigned=60, now=now), on_shelf(consigned=60, now=now)
    orders = [order_of({first: 1, second: 1}, now=now) for _ in range(20)]
    for order in orders:
        end_unpaid(order, now=now)

    def hold(order, *, is_turned):
        wanted = {first.pk: 1, second.pk: 1}
        if is_turned:
            wanted = dict(reversed(wanted.items()))

        def run():
            with transaction.atomic():
                stock.reserve(order=order, wanted=wanted, expires_at=now, now=now)
            return True

        return run

    jobs = [hold(order, is_turned=bool(n % 2)) for n, order in enumerate(orders)]
    assert together(jobs) == [True] * 20
    assert set(Stock.objects.values_list("held", flat=True)) == {20}


def test_locks_taken_in_opposite_order_do_deadlock():
    """The control: unsorted, two carts wait for each other until one is thrown out."""
    now = timezone.now()
    pks = [on_shelf(consigned=1, now=now).stock.pk for _ in range(2)]
    has_first = Barrier(2)

    def take(order):
        def run():
            with transaction.atomic():
                Stock.objects.select_for_update(no_key=True).get(pk=order[0])
                has_first.wait(timeout=PATIENCE)
                Stock.objects.select_for_update(no_key=True).get(pk=order[1])
            return True

        return run

    found = together([take(pks), take(pks[::-1])], at_once=2)
    assert sorted(type(each) for each in found if each is not True) == [OperationalError]


def test_two_clicks_at_once_make_one_order():
    now = timezone.now()
    cart, shown = prepared([on_shelf(consigned=5, now=now)], now)

    def submit():
        return checkout.place_order(cart=cart, details=DETAILS, shown=shown, language="en", now=now)

    found = together([submit] * 10)
    assert {getattr(each, "pk", each) for each in found} == {Order.objects.get().pk}
    assert Hold.objects.count() == 1


def test_two_late_payments_for_one_piece_fill_one_order_and_give_the_other_back():
    now = timezone.now()
    single = on_shelf(consigned=1, now=now)
    late = [end_unpaid(order_of({single: 1}, now=now), now=now) for _ in range(2)]
    together([lambda order=order: pay(order, now=now) for order in late], at_once=2)
    states = sorted(Order.objects.values_list("state", flat=True))
    assert states == ["paid", "unfillable"]
    assert Order.objects.get(state="unfillable").refunds.count() == 1
    assert all(not list(check()) for check in invariants.CHECKS)
