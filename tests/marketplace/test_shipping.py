"""One parcel, one rate."""

from marketplace import shipping


def test_the_rate_does_not_grow_with_the_pieces():
    assert shipping.flat(800, pieces=1) == shipping.flat(800, pieces=12) == 800


def test_nothing_is_sent_for_nothing():
    assert shipping.flat(800, pieces=0) == 0
