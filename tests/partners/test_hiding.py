"""No published sum, and no difference of published sums, is made by few entries."""

from datetime import date
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from partners.hiding import Cell, count, publish

N = 10
QUARTERS = [date(2025, 7, 1), date(2025, 10, 1), date(2026, 1, 1), date(2026, 4, 1)]
USES = ["", "artisan_pay", "education", "legal_aid"]


def cell(owner, use, quarter, entries, amount=None):
    amount = entries * 100 if amount is None else amount
    return Cell(owner, use, QUARTERS[quarter], amount, entries)


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


def test_an_entry_that_touches_several_uses_counts_once():
    assert count([cell(1, "education", 0, 6), cell(1, "legal_aid", 0, 5)]) == 6
    assert count([cell(1, "education", 0, 6), cell(1, "education", 1, 5)]) == 11


def test_a_refund_without_any_entry_that_brought_something_hides_too():
    cells = [cell(1, "education", 0, 10), cell(1, "education", 1, 0, amount=-300)]
    assert shown(cells) == {((1,), ("education",), 2): 700}


CELLS = st.lists(
    st.builds(
        cell,
        owner=st.sampled_from([None, 1, 2, 3, 4]),
        use=st.sampled_from(USES),
        quarter=st.integers(0, 3),
        entries=st.integers(0, 25),
        amount=st.integers(-500, 5_000),
    ),
    max_size=40,
    unique_by=lambda one: (one.owner, one.use, one.quarter),
)


@given(CELLS)
def test_every_block_and_every_rest_has_entries_enough_and_all_sums_are_whole(cells):
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
        live = [one for one in own if one.entries or one.amount]
        assert not live or count(live) >= N
        taken += own
    assert len(taken) == len(set(taken))
    runs = [period.quarters for period in published.periods]
    for first in range(len(runs)):
        for last in range(first, len(runs)):
            span = [quarter for run in runs[first : last + 1] for quarter in run]
            _check_rest(cells, published.blocks, span)


def _check_rest(cells, blocks, span):
    """What is left of a span after any set of its blocks was taken away is enough, or nothing."""
    inside = [block for block in blocks if set(block.quarters) <= set(span)]
    left = [
        one
        for one in cells
        if one.quarter in span
        and (one.entries or one.amount)
        and not any(
            one.owner in block.owners and one.use in block.uses and one.quarter in block.quarters
            for block in inside
        )
    ]
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
