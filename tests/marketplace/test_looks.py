"""Pieces counted by bits, against counting them one by one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace import looks
from marketplace.models import Listing, Look
from tests.factories.marketplace import on_shelf

rows = st.lists(
    st.tuples(st.integers(0, 70), st.booleans(), st.booleans(), st.integers(1, 5_000)),
    unique_by=lambda row: row[:3],
)


def groups_of(rows):
    """Return rows as the database groups them."""
    found = {}
    for look, is_in_stock, is_within, pieces in rows:
        key = (is_in_stock, is_within)
        group = found.setdefault(key, looks.Group(*key, [], []))
        group.looks.append(look)
        group.pieces.append(pieces)
    return list(found.values())


@given(rows=rows, wanted=st.sets(st.integers(0, 70)), in_stock=st.booleans(), within=st.booleans())
def test_bits_count_as_one_by_one(rows, wanted, in_stock, within):
    places = {look: look for look in range(71)}
    tally, bits = looks.Tally(groups_of(rows), places=places), looks.bits_at(sorted(wanted))
    meant = [
        row for row in rows
        if row[0] in wanted and (row[1] or not in_stock) and (row[2] or not within)
    ]  # fmt: skip
    assert tally.count(bits, in_stock=in_stock, within=within) == sum(row[3] for row in meant)
    present = tally.present(bits, in_stock=in_stock, within=within)
    assert present == looks.bits_at(sorted({row[0] for row in meant}))


@given(pairs=st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)), max_size=9))
def test_numbers_a_bit_are_added(pairs):
    def sliced(numbers):
        return [
            looks.bits_at([place for place, n in enumerate(numbers) if n >> digit & 1])
            for digit in range(9)
        ]

    total = looks.added(sliced([one for one, _two in pairs]), sliced([two for _one, two in pairs]))
    for place, (one, two) in enumerate(pairs):
        assert sum((each >> place & 1) << digit for digit, each in enumerate(total)) == one + two


@pytest.mark.django_db
def test_a_process_reads_a_look_once(django_assert_num_queries):
    first = on_shelf(consigned=1)
    memory = looks.Memory()
    ids = list(Listing.objects.values_list("look", flat=True))
    with django_assert_num_queries(1):
        memory.places(ids)
        memory.places(ids)
    on_shelf(consigned=1, price_amount=9900)
    ids = list(Listing.objects.values_list("look", flat=True))
    with django_assert_num_queries(1):
        memory.places(ids)
    found = memory.having("programme_id", [first.product.programme_id])
    assert memory.named(found) == [Listing.objects.get(pk=first.product_id).look_id]
    assert memory.named(memory.having("step", [5000])) == [Look.objects.get(step=5000).pk]
    assert memory.having("colours", ["none"]) == 0
