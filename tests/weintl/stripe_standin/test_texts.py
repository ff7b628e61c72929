import pytest

from weintl.stripe_standin import cards, texts


def test_both_languages_say_the_same_things():
    assert texts.TEXTS["en"].keys() == texts.TEXTS["es"].keys()


@pytest.mark.parametrize("decline", [*cards.DECLINES.values(), cards.NUMBER, cards.AUTHENTICATION])
def test_every_refusal_has_its_words_in_spanish(decline):
    codes = (decline.decline_code, decline.code)
    assert texts.refusal("?", codes=codes, language="es") != "?"
    assert texts.refusal(decline.message, codes=codes, language="en") == decline.message
