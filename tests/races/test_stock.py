"""One piece and many buyers; carts in opposite order; and what happens without the lock."""

import random
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from marketplace import cart as carts
from marketplace import checkout, invariants, offers, stock
from marketplace.models import Hold, Order, Stock, Unit
from tests.factories.marketplace import DETAILS, end_unpaid, on_shelf, order_of, pay
from tests.plugins.processes import PATIENCE
from weintl.payments.models import Refund

pytestmark = pytest.mark.django_db(transaction=True)
long = pytest.mark.soak


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


def buying(cart, shown, *, now, took=None):
    """Return a job that places the order, and notes how long a refusal took."""

    def run():
        began = time.monotonic()
        try:
            return checkout.place_order(
                cart=cart, details=DETAILS, shown=shown, language="en", now=now
            )
        except (stock.SoldOut, checkout.Unavailable):
            if took is not None:
                took.append(time.monotonic() - began)
            raise

    return run


def parted(found):
    """Return the orders placed, and the refusals that say why."""
    orders = [each for each in found if isinstance(each, Order)]
    refused = [each for each in found if isinstance(each, stock.SoldOut | checkout.Unavailable)]
    return orders, refused


@pytest.mark.parametrize("buyers", [50, pytest.param(200, marks=long)])
def test_many_buyers_of_one_piece_hold_it_once_and_one_pays(buyers):
    now = timezone.now()
    single = on_shelf(consigned=1, now=now)
    ready = [prepared([single], now) for _ in range(buyers)]
    orders, refused = parted(together([buying(*each, now=now) for each in ready]))
    assert (len(orders), len(refused)) == (1, buyers - 1)
    assert Order.objects.count() == Hold.objects.count() == 1
    assert Stock.objects.get().held == 1
    assert pay(orders[0], now=now).state == Order.State.PAID
    left = Stock.objects.get()
    assert (left.held, left.allocated) == (0, 1)
    assert all(not list(check()) for check in invariants.CHECKS)


@pytest.mark.parametrize("wishes", [5, pytest.param(20, marks=long)])
def test_sixteen_shoppers_fight_for_twenty_single_pieces(wishes):
    """Every piece is wanted by several; each is sold once, and nobody waits for a no."""
    now, shoppers, pieces = timezone.now(), 16, 20
    singles = [on_shelf(consigned=1, now=now) for _ in range(pieces)]
    dice, took = random.Random(6), []
    wanted = []
    for shopper in range(shoppers):
        first = [(shopper * 5 + step) % pieces for step in range(wishes)]
        dice.shuffle(first)
        ready = [prepared([singles[place]], now) for place in first]
        wanted.append([buying(*each, now=now, took=took) for each in ready])

    def shop(tries):
        def run():
            found = []
            for each in tries:
                try:
                    found.append(each())
                except (stock.SoldOut, checkout.Unavailable) as error:
                    found.append(error)
            return found

        return run

    rounds = together([shop(tries) for tries in wanted], at_once=shoppers)
    orders, refused = parted([each for found in rounds for each in found])
    assert (len(orders), len(refused)) == (pieces, shoppers * wishes - pieces)
    sold = Hold.objects.values_list("variant", flat=True)
    assert sorted(sold) == sorted(each.pk for each in singles)
    assert set(Stock.objects.values_list("held", flat=True)) == {1}
    assert all(not list(check()) for check in invariants.CHECKS)
    if wishes == pieces:
        assert sorted(took)[int(len(took) * 0.99)] < 1


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


@pytest.mark.parametrize("carts", [40, pytest.param(1_000, marks=long)])
def test_carts_in_opposite_order_do_not_wait_for_each_other(carts):
    now = timezone.now()
    first, second = (on_shelf(consigned=2 * carts, now=now) for _ in range(2))
    orders = [order_of({first: 1, second: 1}, now=now) for _ in range(carts)]
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
    assert together(jobs) == [True] * carts
    assert set(Stock.objects.values_list("held", flat=True)) == {carts}


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


def test_a_late_payment_for_a_piece_that_somebody_else_has_is_given_back_once():
    """The provider tells twice, at once; nothing of it reaches makers or programmes."""
    now = timezone.now()
    single = on_shelf(consigned=1, now=now)
    late = end_unpaid(order_of({single: 1}, now=now), now=now)
    sold = pay(order_of({single: 1}, now=now), now=now)
    together([lambda: pay(late, now=now)] * 2, at_once=2)
    late.refresh_from_db()
    assert (sold.state, late.state) == ("paid", "unfillable")
    (given_back,) = Refund.objects.filter(payment=late.payment)
    assert given_back.amount == late.total_amount
    assert late.refunds.count() == 1
    assert not Unit.objects.filter(line__order=late).exists()
    assert Unit.objects.filter(line__order=sold).count() == 1
    assert Stock.objects.get().allocated == 1
    assert all(not list(check()) for check in invariants.CHECKS)
