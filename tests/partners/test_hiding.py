"""Behind no published sum, and no difference of published sums, stand few people."""

from datetime import date
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from partners.hiding import Cell, count, publish

N = 10
QUARTERS = [date(2025, 7, 1), date(2025, 10, 1), date(2026, 1, 1), date(2026, 4, 1)]
USES = ["", "artisan_pay", "education", "legal_aid"]


def cell(owner, use, quarter, people, amount=None):
    """Return a cell of so many people, who are the same for all uses and different elsewhere."""
    amount = people * 100 if amount is None else amount
    first = 1_000 * (10 * (owner or 0) + quarter)
    return Cell(owner, use, QUARTERS[quarter], amount, frozenset(range(first, first + people)))


def shown(cells):
    return {
        (block.owners, block.uses, len(block.quarters)): block.amount
        for block in publish(cells, at_least=N).blocks
    }


def test_what_is_enough_stands_by_itself():
    cells = [cell(1, "education", 0, 10), cell(1, "legal_aid", 0, 12), cell(1, "education", 1, 11)]
    cells += [cell(1, "legal_aid", 1, 10)]
    published = publish(cells, at_least=N)
    assert sorted(block.amount for block in published.blocks) == [1000, 1000, 1100, 1200]
    assert [period.amount for period in published.periods] == [2200, 2100]


def test_nothing_is_shown_while_all_of_it_is_too_little():
    assert publish([cell(1, "education", 0, 9)], at_least=N).blocks == ()
    assert publish([], at_least=N).blocks == ()


def test_quarters_are_joined_until_each_use_has_enough():
    cells = [cell(1, "education", 0, 6), cell(1, "education", 1, 6), cell(1, "education", 2, 3)]
    assert shown(cells) == {((1,), ("education",), 3): 1500}


def test_a_use_with_too_few_is_joined_with_the_smallest_of_the_others():
    cells = [cell(1, "education", 0, 30), cell(1, "artisan_pay", 0, 12), cell(1, "legal_aid", 0, 1)]
    assert shown(cells) == {
        ((1,), ("education",), 1): 3000,
        ((1,), ("legal_aid", "artisan_pay"), 1): 1300,
    }


def test_a_programme_with_too_few_hides_behind_another_which_then_has_no_sum_of_its_own():
    cells = [cell(1, "education", 0, 30), cell(2, "education", 0, 12), cell(3, "education", 0, 2)]
    assert set(shown(cells)) == {((1,), ("education",), 1), ((3, 2), ("education",), 1)}


def test_the_sum_of_a_quarter_does_not_uncover_a_programme_that_joins_quarters():
    """Programme 1 is shown by quarter, so a sum by quarter would leave 2's six by subtraction."""
    cells = [cell(1, "education", 0, 20), cell(1, "education", 1, 20)]
    cells += [cell(2, "education", 0, 6), cell(2, "education", 1, 6)]
    assert [len(run.quarters) for run in publish(cells, at_least=N).periods] == [2]
    cells += [cell(3, "education", 0, 5), cell(3, "education", 1, 5)]
    # Two that join: who subtracts learns no more than what eleven entries brought.
    assert [len(run.quarters) for run in publish(cells, at_least=N).periods] == [1, 1]


def test_whoever_paid_more_than_once_counts_once():
    assert count([cell(1, "education", 0, 6), cell(1, "legal_aid", 0, 5)]) == 6
    assert count([cell(1, "education", 0, 6), cell(1, "education", 1, 5)]) == 11
    same = frozenset(range(9))
    often = [Cell(owner, "education", day, 100, same) for owner in (1, 2) for day in QUARTERS]
    assert publish(often, at_least=N).blocks == ()


def test_a_refund_to_nobody_who_is_counted_hides_too():
    cells = [cell(1, "education", 0, 10), cell(1, "education", 1, 0, amount=-300)]
    assert shown(cells) == {((1,), ("education",), 2): 700}


def test_the_people_of_a_cell_that_sums_to_nothing_make_no_sum_enough():
    """Else the sum of the cell beside it would be theirs alone who are only five."""
    cells = [cell(1, "education", 0, 20, amount=0), cell(1, "education", 1, 5)]
    assert publish(cells, at_least=N).blocks == ()


def test_two_quarters_with_another_between_them_uncover_nobody():
    """The first and the third less programme 1, which has nothing in the second, were 2 people."""
    cells = [cell(1, "education", 0, 9), cell(1, "education", 2, 9)]
    cells += [cell(2, "education", 0, 1), cell(2, "education", 1, 9)]
    cells += [cell(3, "education", 1, 9), cell(3, "education", 2, 1)]
    assert [len(run.quarters) for run in publish(cells, at_least=N).periods] == [1, 2]


def test_a_use_that_ends_before_its_neighbours_is_taken_away_where_it_ends():
    """A use that brought nothing in the last quarter can be subtracted from those before."""
    cells = [cell(1, "education", 0, 12), cell(1, "education", 1, 3)]
    cells += [cell(1, "legal_aid", 0, 12), cell(2, "legal_aid", 0, 4), cell(2, "legal_aid", 1, 8)]
    published = publish(cells, at_least=N)
    for size in range(1, len(published.periods) + 1):
        for some in combinations(published.periods, size):
            _check_rest(cells, published.blocks, [day for run in some for day in run.quarters])


PEOPLE = st.builds(
    lambda first, many: frozenset(range(first, first + many)),
    st.integers(0, 40),
    st.integers(0, 25),
)
CELLS = st.lists(
    st.builds(
        Cell,
        owner=st.sampled_from([None, 1, 2, 3, 4]),
        use=st.sampled_from(USES),
        quarter=st.sampled_from(QUARTERS),
        amount=st.integers(-500, 5_000),
        payers=PEOPLE,
    ),
    max_size=40,
    unique_by=lambda one: (one.owner, one.use, one.quarter),
)


@given(CELLS)
def test_every_block_and_every_rest_has_people_enough_and_all_sums_are_whole(cells):
    published = publish(cells, at_least=N)
    whole = sum(one.amount for one in cells)
    if published.blocks:
        assert sum(block.amount for block in published.blocks) == whole
        assert sum(period.amount for period in published.periods) == whole
    taken = []
    for block in published.blocks:
        own = [
            one
            for one in cells
            if one.owner in block.owners and one.use in block.uses and one.quarter in block.quarters
        ]
        assert sum(one.amount for one in own) == block.amount
        assert count(one for one in own if one.amount) >= N
        taken += own
    assert len(taken) == len(set(taken))
    runs = [period.quarters for period in published.periods]
    for size in range(1, len(runs) + 1):
        for some in combinations(runs, size):
            _check_rest(cells, published.blocks, [quarter for run in some for quarter in run])


def _check_rest(cells, blocks, span):
    """What is left of quarters after all their blocks were taken away is enough, or nothing.

    Whatever a block brings is in the quarters that it names, in some of them perhaps nothing.
    """

    def of(block):
        return [
            one
            for one in cells
            if one.amount
            and one.owner in block.owners
            and one.use in block.uses
            and one.quarter in block.quarters
        ]

    left = {one for one in cells if one.quarter in span and one.amount}
    for block in blocks:
        own = of(block)
        days = {one.quarter for one in own}
        live = {day for day in days if sum(one.amount for one in own if one.quarter == day)}
        if live <= set(span):
            left -= set(own)
    assert not left or count(left) >= N


@given(CELLS)
def test_the_order_of_the_rows_does_not_matter(cells):
    one, two = publish(cells, at_least=N), publish(cells[::-1], at_least=N)
    assert {*one.blocks} == {*two.blocks}
    assert one.periods == two.periods


def test_blocks_never_overlap():
    cells = [cell(owner, use, q, 4) for owner in (1, 2) for use in USES for q in range(4)]
    blocks = publish(cells, at_least=N).blocks
    for one, two in combinations(blocks, 2):
        assert not (
            set(one.owners) & set(two.owners)
            and set(one.uses) & set(two.uses)
            and set(one.quarters) & set(two.quarters)
        )


def test_a_quarter_of_few_whose_parts_cancel_out_is_no_period_of_its_own():
    july, october = date(2025, 7, 1), date(2025, 10, 1)
    cells = [
        Cell(None, "", july, 1, frozenset({0})),
        Cell(None, "", october, 408, frozenset()),
        Cell(None, "artisan_pay", october, -408, frozenset(range(1, N))),
    ]
    published = publish(cells, at_least=N)
    assert [period.quarters for period in published.periods] == [(july, october)]
