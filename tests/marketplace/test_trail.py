"""Where each cent is, before and after buying."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from marketplace import orders, returns, trail
from marketplace.models import Unit
from marketplace.offers import Extras
from partners.models import SplitRule
from tests.factories.donations import FundFactory
from tests.factories.marketplace import AT, book_refund, external_refund, on_shelf, order_of, pay
from tests.factories.partners import bank_details, paid_payout, sent_back
from weintl.payments.models import Payment

pytestmark = pytest.mark.django_db


@pytest.fixture
def scarf():
    return on_shelf(consigned=3)


@pytest.fixture
def paid(scarf):
    return pay(order_of({scarf: 2}))


def by_use(parts):
    sums = {}
    for part in parts:
        sums[part.use] = sums.get(part.use, 0) + part.money.amount
    return sums


def test_a_price_promises_what_the_rule_in_force_says(scarf):
    rules = list(SplitRule.objects.in_force(at=AT))
    assert by_use(trail.promise(scarf.product, scarf.price, rules, at=AT)) == {
        "artisan_pay": 900,
        "long_term_care": 250,
        "education": 187,
        "medical_psychological": 125,
        "legal_aid": 62,
        "operations": 971,
    }


def test_an_added_gift_has_its_part_until_it_goes_back(scarf):
    fund = FundFactory(is_open=True)
    extras = Extras(gift=2000, gift_fund=fund.key)
    order = pay(order_of({scarf: 1}, extras=extras))
    found = trail.follow(order, now=AT)
    assert found.kept.amount == order.total_amount
    assert by_use(found.parts)["fund"] == 2000
    assert [part.label for part in found.parts if part.use == "fund"] == ["Gift: Education"]
    link = returns.refund(
        order_id=order.pk, with_gift=True, reason="x", request_key="g", actor=None, now=AT
    )
    book_refund(link.refund)
    found = trail.follow(order, now=AT)
    assert found.kept.amount == order.total_amount - 2000
    assert "fund" not in by_use(found.parts)


def test_without_a_rule_nothing_is_promised(scarf):
    assert trail.promise(scarf.product, scarf.price, [], at=AT) == []


def test_the_parts_of_an_order_sum_to_what_was_paid_before_and_after_the_fee(paid):
    for fee in (None, 198):
        if fee:
            Payment.objects.filter(pk=paid.payment_id).update(
                fee_amount=fee, settled_amount=5790, net_amount=5592, settled_currency="usd"
            )
            paid.payment.refresh_from_db()
        found = trail.follow(paid, now=AT)
        assert sum(by_use(found.parts).values()) == found.kept.amount == 5790
        assert found.is_fee_known is bool(fee)
        assert by_use(found.parts).get("fee", 0) == (fee or 0)


def test_a_piece_is_held_until_returns_are_over_and_then_due(paid):
    def standing(now):
        each = trail.follow(paid, now=now).units[0]
        return each.standing, each.held_until, each.is_maker_due

    assert standing(AT) == ("held", None, False)
    orders.mark_sent(order_id=paid.pk, actor=None, now=AT)
    assert standing(AT) == ("held", None, True)
    orders.mark_delivered(order_id=paid.pk, now=AT)
    over = AT + timedelta(days=30)
    assert standing(AT) == ("held", over, True)
    assert standing(over) == ("due", over, True)


def test_what_came_back_is_no_part_of_what_is_kept(paid):
    unit = Unit.objects.of(paid).first()
    link = returns.refund(
        order_id=paid.pk,
        unit_ids=[unit.pk],
        goodwill=100,
        reason="x",
        request_key="k",
        actor=None,
        now=AT,
    )
    found = trail.follow(paid, now=AT)
    assert [each.standing for each in found.units] == ["returning", "held"]
    book_refund(link.refund)
    found = trail.follow(paid, now=AT)
    assert [each.standing for each in found.units] == ["returned", "held"]
    assert (found.kept.amount, found.refunded.amount) == (5790 - 2595, 2595)
    assert sum(by_use(found.parts).values()) == found.kept.amount


def test_a_refund_without_named_pieces_is_told_and_the_sum_still_holds(paid):
    external_refund(paid, 1000)
    found = trail.follow(paid, now=AT)
    assert found.has_unnamed
    assert sum(by_use(found.parts).values()) == found.kept.amount == 4790


def test_each_part_is_followed_until_it_is_paid_to_the_programme(paid):
    def standings(now) -> dict[str, str]:
        (first, *_rest) = trail.follow(paid, now=now).units
        return {part.stripe.css: part.standing for part in first.parts}

    programme = Unit.objects.of(paid).first().line.programme
    orders.mark_sent(order_id=paid.pk, actor=None, now=AT)
    assert standings(AT) == {
        "s1": "due", "s2": "held", "s3": "held", "s4": "held", "s5": "held", "s6": "operations",
    }  # fmt: skip
    orders.mark_delivered(order_id=paid.pk, now=AT)
    over = AT + timedelta(days=31)
    assert set(standings(over).values()) == {"due", "operations"}
    bank_details(programme, at=over)
    assert not trail.follow(paid, now=over).is_settled
    found = paid_payout(programme, at=over, paid_at=over + timedelta(days=2))
    after = trail.follow(paid, now=over + timedelta(days=3))
    assert set(standings(over).values()) == {"paid", "operations"}
    assert {each.standing for each in after.units} == {"paid"}
    assert after.is_settled
    assert [row.statement for row in after.paid] == [found.statement.number]
    assert sum(row.money.amount for row in after.paid) == found.amount
    sent_back(found, at=over + timedelta(days=4))
    after = trail.follow(paid, now=over + timedelta(days=5))
    assert set(standings(over).values()) == {"sent_back", "operations"}
    assert {each.standing for each in after.units} == {"sent_back"}
    assert not after.is_settled
    assert (after.paid, [row.money.amount for row in after.sent_back]) == ([], [found.amount])
    page = Client().get(reverse("marketplace:order", args=[paid.token])).content.decode()
    assert "Sent back by the bank of" in page
    assert "to be paid again" in page


def test_what_came_back_with_a_refund_says_so_and_the_makers_keep_theirs(paid):
    orders.mark_sent(order_id=paid.pk, actor=None, now=AT)
    unit = Unit.objects.of(paid).first()
    returns.refund(
        order_id=paid.pk, unit_ids=[unit.pk], reason="x", request_key="k", actor=None, now=AT
    )
    each = next(row for row in trail.follow(paid, now=AT).units if row.unit.pk == unit.pk)
    assert {part.standing for part in each.parts if part.stripe.css != "s1"} == {"back"}
    assert next(part for part in each.parts if part.stripe.css == "s1").standing == "due"
