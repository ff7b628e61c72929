"""Public totals as data."""

from datetime import date

from partners.hiding import Block, Period, Published
from partners.open_data import as_csv, rows

Q3, Q4 = date(2026, 7, 1), date(2026, 10, 1)


def test_amounts_are_exact_also_below_zero_and_without_minor_unit():
    usd = Published((Block((None,), ("",), (Q3, Q4), -5),), (Period((Q3, Q4), -5),))
    jpy = Published((Block((1, 2), ("education",), (Q3,), 700),))
    waiting, quarter, others = rows({"usd": usd, "jpy": jpy}, known={})
    assert waiting == {
        "part": "programme_use",
        "programme": "waiting",
        "name": "",
        "use": "whole",
        "first_quarter": "2026-07-01",
        "last_quarter": "2026-10-01",
        "amount": "-0.05",
        "currency": "USD",
    }
    assert (quarter["part"], quarter["amount"]) == ("quarter", "-0.05")
    assert (others["programme"], others["amount"]) == ("others", "700")


def test_an_amount_below_zero_is_a_number_in_the_table():
    usd = Published((Block((None,), ("",), (Q3,), -5),))
    assert ",-0.05,USD" in as_csv(rows({"usd": usd}, known={}))
