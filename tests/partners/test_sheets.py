"""No cell of a sheet is a formula, and the same rows give the same bytes."""

from decimal import Decimal

import pytest

from partners.sheets import safe, sheet


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "\nx", " =1", "|x", "＝1", "－1"],
)
def test_what_begins_like_a_formula_is_quoted_away(cell):
    assert safe(cell) == f"'{cell}"
    assert sheet([cell], []) != sheet([cell[1:] or "x"], [])


@pytest.mark.parametrize("cell", ["A-1", "Loom", "", "1-2", Decimal("-5.00"), -3])
def test_other_cells_stay_and_numbers_are_numbers(cell):
    assert safe(cell) == cell


def test_rows_are_written_as_rfc_4180_says():
    made = sheet(["a", "b"], [["x, y", Decimal("-1.50")], ['"', "ñ"]])
    assert made == 'a,b\r\n"x, y",-1.50\r\n"""",ñ\r\n'.encode()
