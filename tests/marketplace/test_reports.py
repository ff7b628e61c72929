"""Reports are sums of what happened, and equal the ledger to the cent."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db.models import Sum
from django.utils import translation

from marketplace import orders, reports, returns
from marketplace.models import Channel, Unit
from marketplace.offers import Extras
from marketplace.reports import By
from partners.models import Account, Transfer
from tests.factories.entering import enter, sale_of
from tests.factories.marketplace import (
    AT,
    book_refund,
    on_shelf,
    order_of,
    pay,
    tax_of,
    voucher_of,
)

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
ALL = {"since": date(2026, 1, 1), "until": date(2027, 12, 31)}


def give_back(order, unit, *, at):
    link = returns.refund(
        order_id=order.pk,
        unit_ids=[unit.pk],
        reason="asked",
        request_key=f"back-{unit.pk}",
        actor=None,
        now=at,
    )
    refund = link.refund
    refund.refunded_at = at
    refund.save()
    book_refund(refund, now=at)


@pytest.fixture
def history():
    """Three orders: one with a voucher and tax, one partly returned, one partly cancelled."""
    scarf = on_shelf(consigned=9, product__name_en="Scarf", product__name_es="Bufanda")
    bowl = on_shelf(owned=4, unit_cost=700, product__name_en="Bowl", product__name_es="Cuenco")
    voucher_of("TEN")
    tax_of("DE", 190_000)
    first = pay(order_of({scarf: 2, bowl: 1}, country="DE", extras=Extras(voucher="TEN")))
    second = pay(order_of({scarf: 3}, now=AT + DAY), now=AT + DAY)
    pieces = list(Unit.objects.of(second))
    orders.mark_sent(order_id=second.pk, unit_ids=[pieces[0].pk], actor=None, now=AT + 2 * DAY)
    give_back(second, pieces[0], at=AT + 40 * DAY)
    third = pay(order_of({bowl: 2}, now=AT + DAY), now=AT + DAY)
    give_back(third, Unit.objects.of(third)[0], at=AT + 3 * DAY)
    return first, second, third


def of_pieces(kinds, *, debit: bool) -> int:
    """Return what entries of sales and returns of pieces moved on accounts of such kinds."""
    side = "debit" if debit else "credit"
    rows = Transfer.objects.filter(
        **{f"{side}__kind__in": kinds}, entry__kind__in=["unit_split", "unit_refund"]
    )
    return rows.aggregate(s=Sum("amount"))["s"] or 0


def test_sums_are_the_ledger_s(history):
    total = reports.sales(by=By.PRODUCT, **ALL).total
    funds = [Account.Kind.FUND]
    assert total.programmes == of_pieces(funds, debit=False) - of_pieces(funds, debit=True)
    assert total.programmes > 0
    units = Unit.objects.all()
    assert total.net == units.aggregate(s=Sum("net_amount"))["s"]
    kept = units.exclude(state="cancelled")
    assert total.makers == kept.aggregate(s=Sum("maker_amount"))["s"]
    back = units.filter(state__in=["cancelled", "returned"])
    assert total.returned_net == back.aggregate(s=Sum("net_amount"))["s"]
    assert total.left == total.net - total.returned_net
    assert (total.pieces, total.returned_pieces) == (8, 2)


@pytest.mark.parametrize("by", By)
def test_every_way_of_summing_has_the_same_total_in_three_statements(
    history, by, django_assert_num_queries
):
    with django_assert_num_queries(3):
        report = reports.sales(by=by, **ALL)
    assert report.total == reports.sales(by=By.PRODUCT, **ALL).total
    assert all(row.words for row in report.rows)


def in_ledger(way: str, orders_) -> int:
    """Return what came in for orders, less what is not of pieces, as the ledger has it."""
    keys = [f"payment/{order.payment.public_id}/paid" for order in orders_]
    rows = Transfer.objects.filter(
        entry__source_key__in=keys, debit__kind=way, credit__kind=Account.Kind.SALES
    )
    return rows.aggregate(s=Sum("amount"))["s"] or 0


def test_each_channel_is_the_ledger_s_money_of_its_orders(history):
    basket = on_shelf(consigned=9, sku="BASKET")
    fair = [enter(sale_of({basket: 1})), enter(sale_of({basket: 2}))]
    phone = enter(sale_of({basket: 1}, channel=Channel.TELEPHONE))
    rows = {row.key: row for row in reports.sales(by=By.CHANNEL, **ALL).rows}
    assert {key: row.words for key, row in rows.items()} == {
        "web": "Online shop",
        "fair": "Fair or market",
        "telephone": "Telephone",
    }
    assert rows["fair"].sales.pieces == 3
    assert rows["fair"].sales.net == in_ledger("cash_box", fair) > 0
    assert rows["telephone"].sales.net == in_ledger("cash_box", [phone]) > 0
    assert rows["web"].sales.net == in_ledger("provider", history) > 0
    with translation.override("es"):
        table = reports.as_csv(reports.sales(by=By.CHANNEL, **ALL)).decode("utf-8-sig")
    assert table.startswith("Dónde se vendió,")
    assert "Feria o mercado,3," in table


def test_discounts_and_tax_stand_apart(history):
    (row,) = [row for row in reports.sales(by=By.COUNTRY, **ALL).rows if row.key == "DE"]
    order = history[0]
    assert row.words == "Germany"
    assert row.sales.gross == order.goods_amount
    assert row.sales.discount == order.discount_amount > 0
    assert row.sales.net == row.sales.gross - row.sales.discount
    assert row.sales.tax == order.tax_amount - order.shipping_tax_amount > 0


def test_what_is_taken_back_counts_when_its_money_went_back(history):
    rows = {row.key: row.sales for row in reports.sales(by=By.MONTH, **ALL).rows}
    assert len(rows) == 2
    first, later = sorted(rows)
    assert rows[first].returned_pieces == 1
    assert rows[later].pieces == 0
    assert rows[later].returned_pieces == 1
    assert rows[later].left < 0
    # That piece had been sent: its makers keep their pay.
    assert rows[later].makers == 0
    assert rows[later].programmes < 0


def test_a_refund_that_came_to_nothing_is_none(history):
    second = history[1]
    before = reports.sales(by=By.PRODUCT, **ALL).total
    for link in second.refunds.select_related("refund"):
        link.refund.failed_at = AT + 41 * DAY
        book_refund(link.refund, state="failed", now=AT + 41 * DAY)
    after = reports.sales(by=By.PRODUCT, **ALL).total
    assert (before.returned_pieces, after.returned_pieces) == (2, 1)


def test_days_follow_the_display_time_zone(settings):
    scarf = on_shelf(consigned=1)
    at = datetime(2026, 12, 1, 3, 0, tzinfo=UTC)
    pay(order_of({scarf: 1}, now=at), now=at)
    settings.TIME_ZONE = "America/Bogota"
    (row,) = reports.sales(by=By.DAY, **ALL).rows
    assert row.key == date(2026, 11, 30)
    november = {"since": date(2026, 11, 30), "until": date(2026, 11, 30)}
    assert reports.sales(by=By.MONTH, **november).total.pieces == 1


def test_the_csv_has_plain_amounts_and_the_words_of_the_language(history):
    with translation.override("es"):
        text = reports.as_csv(reports.sales(by=By.PRODUCT, **ALL)).decode()
    head, *rows = text.splitlines()
    assert head.startswith("Producto,piezas,")
    assert head.endswith(",moneda")
    assert {row.split(",")[0] for row in rows} == {"Bufanda", "Cuenco", "Total"}
    assert rows[-1].split(",")[1] == "8"
    assert "124.75" in rows[0] or "124.75" in rows[1]


def test_shelves_are_worth_what_pieces_cost_or_their_makers_will_get():
    scarf = on_shelf(consigned=3)
    bowl = on_shelf(owned=4, unit_cost=700, product__programme=scarf.product.programme)
    rule = scarf.product.programme.rules.get()
    (one,) = reports.shelves(now=AT)
    assert (one.owned, one.cost) == (4, 2800)
    assert (one.consigned, one.pay) == (3, 3 * rule.maker_pay_amount)
    assert one.unknown == 0
    (early,) = reports.shelves(now=AT - timedelta(days=4000))
    assert (early.pay, early.unknown) == (0, 3)
    assert bowl.stock.owned_cost_amount == 2800


def test_what_nobody_bought_for_long_is_slow(django_assert_num_queries):
    sold, never, fresh = (on_shelf(consigned=3) for _ in range(3))
    pay(order_of({sold: 1}, now=AT), now=AT)
    later = AT + timedelta(days=200)
    for variant in (sold, never):
        variant.product.published_at = AT - DAY
        variant.product.save()
    fresh.product.published_at = later - DAY
    fresh.product.save()
    with django_assert_num_queries(1):
        found = reports.slow_movers(now=later)
    assert [(one.variant_id, one.last) for one in found] == [
        (never.pk, None),
        (sold.pk, AT.date()),
    ]
    assert reports.slow_movers(now=AT + timedelta(days=30)) == []
