"""Cells: amounts without floats, numbers, flags in both languages."""

import pytest

from marketplace.spreadsheets.fields import AmountWidget, FlagWidget, NumberWidget, spaced


@pytest.mark.parametrize(
    ("text", "amount"), [("26.00", 2600), ("26,5", 2650), (" 0.07 ", 7), ("999999999", 99999999900)]
)
def test_amounts_are_read_exactly(text, amount):
    assert AmountWidget().clean(text) == amount


@pytest.mark.parametrize("text", ["", "26.005", "1,200.00", "-1", "$26", "1e3", "٣", "26 00", None])
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(ValueError, match="is no amount"):
        AmountWidget().clean(text)


def test_amounts_come_back_as_they_went():
    assert AmountWidget().clean(str(AmountWidget().render(123456789))) == 123456789


def test_numbers_and_flags():
    assert NumberWidget(is_optional=True).clean(" ") is None
    assert NumberWidget(is_optional=False).clean("7") == 7
    for text in ("-1", "1.5", "99999999999", "many"):
        with pytest.raises(ValueError, match="no whole number"):
            NumberWidget(is_optional=True).clean(text)
    assert FlagWidget().clean("Sí")
    assert not FlagWidget().clean("no")
    with pytest.raises(ValueError, match="yes or no"):
        FlagWidget().clean("maybe")
    assert spaced(" a\r\nb \r") == "a\nb"
