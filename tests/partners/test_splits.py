"""Shares of a line: the worked example to the cent, and what holds for every line."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partners import splits
from partners.models import PROGRAMME_USES
from partners.splits import Terms
from weintl.money import allocate, share

USES = [use.value for use in PROGRAMME_USES]
MILLION = 1_000_000


def weights(care: int, education: int, medical: int, legal: int) -> dict[str, int]:
    """Return the uses in ppm from per cent."""
    return dict(
        zip(
            USES, [care * 10_000, education * 10_000, medical * 10_000, legal * 10_000], strict=True
        )
    )


# The worked example: a voucher of 10 %, tax of 7.25 % on goods, delivery 7.95.
A = Terms(900, 250_000, weights(40, 30, 20, 10))
B = Terms(1_500, 250_000, weights(50, 30, 0, 20))


@pytest.fixture
def line_a():
    return splits.split_line(net=6736, tax=488, quantity=3, terms=A, supplies=["consigned"] * 3)


@pytest.fixture
def line_b():
    return splits.split_line(
        net=5220, tax=379, quantity=1, terms=B, supplies=["owned"], owned_costs=[2200]
    )


def test_the_example_charges_136_18():
    gross = [3 * 2495, 5800]
    voucher = allocate(share(sum(gross), 100_000), gross)
    net = [before - off for before, off in zip(gross, voucher, strict=True)]
    tax = allocate(share(sum(net), 72_500), net)
    assert voucher == [749, 580]
    assert net == [6736, 5220]
    assert tax == [488, 379]
    assert sum(net) + sum(tax) + 795 == 13618


def test_the_example_shares_its_two_lines(line_a, line_b):
    def sums(line):
        return (
            sum(unit.maker for unit in line),
            [sum(unit.uses[use] for unit in line) for use in USES],
            sum(unit.operations for unit in line),
        )

    assert sums(line_a) == (2700, [674, 505, 337, 168], 6736 - 2700 - 1684)
    assert sums(line_b) == (2200, [653, 391, 0, 261], 5220 - 2200 - 1305)


def test_the_example_leaves_operations_44_37_after_the_fee(line_a, line_b):
    fee = allocate(425, [7224, 5599, 795])
    assert fee == [225, 175, 25]
    operations = [sum(unit.operations for unit in line) for line in (line_a, line_b)]
    assert [operations[0] - fee[0], operations[1] - fee[1], 795 - fee[2]] == [2127, 1540, 770]
    assert sum(operations) + 795 - 425 == 4437


def test_the_example_gives_back_24_09_for_one_piece(line_a):
    back, kept = line_a[0], line_a[1:]
    assert (back.net, back.tax) == (2246, 163)
    assert [back.uses[use] for use in USES] == [225, 169, 113, 56]
    assert sum(sum(unit.uses.values()) for unit in kept) == 1121
    assert sum(unit.tax for unit in kept) + 379 == 704
    assert 13618 - 425 - (back.net + back.tax) == 10784


def test_a_discount_never_touches_maker_pay():
    full = splits.split_line(net=2495, tax=0, quantity=1, terms=A, supplies=["consigned"])
    half = splits.split_line(net=1248, tax=0, quantity=1, terms=A, supplies=["consigned"])
    assert full[0].maker == half[0].maker == 900


def test_operations_tops_up_a_price_below_maker_pay():
    (unit,) = splits.split_line(net=700, tax=0, quantity=1, terms=A, supplies=["consigned"])
    assert unit.maker == 900
    assert sum(unit.uses.values()) == 175
    assert unit.operations == -375


def test_a_piece_for_nothing_still_pays_its_maker():
    (unit,) = splits.split_line(net=0, tax=0, quantity=1, terms=A, supplies=["consigned"])
    assert (unit.maker, sum(unit.uses.values()), unit.operations) == (900, 0, -900)


def test_owned_pieces_bear_their_cost_and_consigned_ones_maker_pay():
    units = splits.split_line(
        net=9000,
        tax=0,
        quantity=3,
        terms=A,
        supplies=["owned", "consigned", "owned"],
        owned_costs=[850, 910],
    )
    assert [unit.maker for unit in units] == [850, 900, 910]


def test_a_preview_is_one_consigned_piece():
    unit = splits.preview(A, price=2495)
    assert (unit.net, unit.maker, sum(unit.uses.values()), unit.operations) == (2495, 900, 624, 971)


@pytest.mark.parametrize(
    "wrong",
    [
        {"quantity": 0, "supplies": []},
        {"quantity": 2},
        {"net": -1},
        {"tax": -1},
        {"supplies": ["borrowed"]},
        {"supplies": ["owned"]},
        {"owned_costs": [5]},
        {"supplies": ["owned"], "owned_costs": [-5]},
    ],
)
def test_a_line_that_makes_no_sense_is_refused(wrong):
    line = {"net": 100, "tax": 0, "quantity": 1, "supplies": ["consigned"], "owned_costs": []}
    with pytest.raises(ValueError):
        splits.split_line(**{**line, **wrong}, terms=A)


@pytest.mark.parametrize(
    "wrong",
    [
        {"maker_pay": -1},
        {"programme_ppm": MILLION + 1},
        {"weights": weights(40, 30, 20, 9)},
        {"weights": {"artisan_pay": MILLION}},
        {"weights": {"education": MILLION + 1, "legal_aid": -1}},
    ],
)
def test_terms_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ValueError):
        replace(A, **wrong)


@st.composite
def lines(draw):
    parts = draw(st.lists(st.integers(0, 50), min_size=4, max_size=4).filter(any))
    terms = Terms(
        draw(st.integers(0, 20_000)),
        draw(st.integers(0, MILLION)),
        dict(zip(USES, allocate(MILLION, parts), strict=True)),
    )
    supplies = draw(st.lists(st.sampled_from(["owned", "consigned"]), min_size=1, max_size=12))
    costs = draw(
        st.lists(
            st.integers(0, 9_999),
            min_size=supplies.count("owned"),
            max_size=supplies.count("owned"),
        )
    )
    return {
        "net": draw(st.integers(0, 2_000_000)),
        "tax": draw(st.integers(0, 200_000)),
        "quantity": len(supplies),
        "terms": terms,
        "supplies": supplies,
        "owned_costs": costs,
    }


@given(line=lines())
def test_every_component_sums_to_the_lines_and_every_piece_to_its_price(line):
    units = splits.split_line(**line)
    terms = line["terms"]
    assert len(units) == line["quantity"]
    assert sum(unit.net for unit in units) == line["net"]
    assert sum(unit.tax for unit in units) == line["tax"]
    total = share(line["net"], terms.programme_ppm)
    expected = dict(zip(terms.weights, allocate(total, list(terms.weights.values())), strict=True))
    assert {use: sum(unit.uses[use] for unit in units) for use in USES} == expected
    for unit in units:
        assert unit.net == unit.maker + sum(unit.uses.values()) + unit.operations
        assert min(unit.net, unit.tax, unit.maker, *unit.uses.values()) >= 0


@given(line=lines())
def test_pieces_of_a_line_differ_by_a_cent_at_most(line):
    units = splits.split_line(**line)
    for component in [
        [unit.net for unit in units],
        [unit.tax for unit in units],
        *([unit.uses[use] for unit in units] for use in USES),
    ]:
        assert max(component) - min(component) <= 1


@dataclass(frozen=True)
class Span:
    """A range as the database gives it."""

    lower: datetime | None
    upper: datetime | None


NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def rule(programme_id=1, product_code="", lower=None, upper=None, approved_at=NOON):
    return SimpleNamespace(
        programme_id=programme_id,
        product_code=product_code,
        approved_at=approved_at,
        effective=Span(lower, upper),
        maker_pay_amount=900,
        programme_ppm=250_000,
        weights=A.weights,
        currency="usd",
    )


def test_the_products_own_rule_goes_before_the_programmes():
    general, own = rule(), rule(product_code="scarf")
    assert splits.rule_for(1, "scarf", NOON, [own, general]) is own
    assert splits.rule_for(1, "scarf", NOON, [general, own]) is own
    assert splits.rule_for(1, "bowl", NOON, [own, general]) is general


@pytest.mark.parametrize(
    "useless",
    [
        rule(programme_id=2),
        rule(product_code="bowl"),
        rule(approved_at=None),
        rule(upper=NOON),
        rule(lower=NOON + timedelta(microseconds=1)),
    ],
)
def test_other_unapproved_ended_and_future_rules_do_not_count(useless):
    with pytest.raises(splits.NoRule):
        splits.rule_for(1, "scarf", NOON, [useless])


def test_a_rule_holds_from_its_start_until_before_its_end():
    old = rule(upper=NOON)
    new = rule(lower=NOON)
    assert splits.rule_for(1, "scarf", NOON, [old, new]) is new
    assert splits.rule_for(1, "scarf", NOON - timedelta(microseconds=1), [old, new]) is old


def test_terms_are_the_rules_numbers():
    assert splits.terms(rule()) == A
