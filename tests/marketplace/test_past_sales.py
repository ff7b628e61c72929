"""A rule is tried on what was really sold: the same pieces, the same prices, other shares."""

from datetime import timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from marketplace import past_sales
from marketplace.models import Unit
from partners.models import PROGRAMME_USES
from tests.factories.marketplace import on_shelf, order_of, pay
from tests.factories.partners import SplitRuleFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def sold(now):
    """Two consigned pieces of one product, sold under its programme's rule of 9.00 and 25 %."""
    variant = on_shelf(consigned=5, now=now)
    pay(order_of({variant: 2}, now=now), now=now)
    return variant.product


def draft(product, **changes):
    return SplitRuleFactory.build(
        programme=product.programme, approved_by=None, approved_at=None, created_by=None, **changes
    )


def amounts(past, which):
    return {row.use: getattr(row, which).amount for row in past.uses}


def test_what_was_is_what_was_frozen(sold, now):
    past = past_sales.under(draft(sold), now=now)
    units = list(Unit.objects.all())
    assert past.pieces == 2
    assert past.net.amount == sum(unit.net_amount for unit in units)
    assert amounts(past, "was")["artisan_pay"] == sum(unit.maker_amount for unit in units)
    assert sum(amounts(past, "was").values()) == past.net.amount
    for use in PROGRAMME_USES:
        assert amounts(past, "was")[use] == sum(unit.uses[use] for unit in units)


def test_what_would_have_been_follows_the_new_terms(sold, now):
    past = past_sales.under(
        draft(
            sold,
            maker_pay_amount=1_500,
            programme_ppm=500_000,
            long_term_care_ppm=0,
            education_ppm=1_000_000,
            medical_psychological_ppm=0,
            legal_aid_ppm=0,
        ),
        now=now,
    )
    would = amounts(past, "would")
    assert would["artisan_pay"] == 3_000
    assert would["education"] == (past.net.amount + 1) // 2
    assert would["legal_aid"] == 0
    assert sum(would.values()) == past.net.amount
    more = amounts(past, "more")
    assert sum(more.values()) == 0
    assert past.is_below_zero == (would["operations"] < 0)


def test_the_same_terms_change_nothing(sold, now):
    rule = Unit.objects.first().rule
    assert set(amounts(past_sales.under(rule, now=now), "more").values()) == {0}


def test_only_what_the_rule_is_for_counts(sold, now):
    assert past_sales.under(draft(sold, product_code="other"), now=now).pieces == 0
    assert past_sales.under(draft(sold, product_code=sold.code), now=now).pieces == 2
    assert past_sales.under(draft(sold, currency="eur"), now=now).pieces == 0
    later = now + timedelta(hours=1)
    own = DateTimeTZRange(later, None, "[)")
    SplitRuleFactory(programme=sold.programme, product_code=sold.code, effective=own)
    assert past_sales.under(draft(sold), now=later).pieces == 0


def test_old_sales_and_pieces_that_came_back_do_not_count(sold, now):
    assert past_sales.under(draft(sold), now=now + timedelta(days=91)).pieces == 0
    Unit.objects.filter(pk=Unit.objects.first().pk).update(state="cancelled")
    assert past_sales.under(draft(sold), now=now).pieces == 1


def test_owned_pieces_keep_their_cost(now):
    variant = on_shelf(owned=2, unit_cost=700, now=now)
    pay(order_of({variant: 2}, now=now), now=now)
    past = past_sales.under(draft(variant.product, maker_pay_amount=9_999), now=now)
    assert amounts(past, "would")["artisan_pay"] == amounts(past, "was")["artisan_pay"] == 1_400


def test_two_statements_however_many_pieces(sold, now, django_assert_max_num_queries):
    for _ in range(3):
        pay(order_of({sold.variants.get(): 1}, now=now), now=now)
    with django_assert_max_num_queries(2):
        past_sales.under(draft(sold), now=now)
