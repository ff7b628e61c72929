from weintl.stripe_standin import cards


def test_blanks_and_dashes_do_not_matter():
    assert cards.digits("4242 4242-4242 4242") == cards.SUCCEEDS


def test_an_unknown_number_is_refused():
    assert cards.decline_of("4111111111111111") is cards.NUMBER
    assert cards.decline_of("") is cards.NUMBER
    assert cards.decline_of(cards.SUCCEEDS) is None


def test_a_cards_number_is_never_told():
    assert cards.SUCCEEDS not in str(cards.method_details(cards.SUCCEEDS))
