"""Tables as spreadsheets of many kinds write them; all else is told in a sentence."""

import pytest

from marketplace.spreadsheets import reading
from marketplace.spreadsheets.reading import WrongFile, read

KNOWN = ("sku", "price", "name_en")


def table(data):
    return read(data if isinstance(data, bytes) else data.encode(), known=KNOWN, needed=["sku"])


@pytest.mark.parametrize(
    "data",
    [
        "sku,price\nA,1.00\n\nB,2.00\n",
        "\ufeffsku,price\r\nA,1.00\r\n\r\nB,2.00",
        "sku;price\rA;1.00\r;\rB;2.00\r",
        'SKU\tprice\t\n"A"\t1.00\t\n\t\t\nB\t2.00\t\n',
    ],
)
def test_marks_ends_and_signs_between_cells(data):
    found = table(data)
    assert (found.heads, found.rows) == (["sku", "price"], [["A", "1.00"], ["B", "2.00"]])
    assert found.numbers == [2, 4]


def test_cells_keep_lines_rare_letters_and_guarded_formulas():
    found = table("sku,name_en\nA,\"one\r\ntwo, 𝔘𝔫\u2028🧶\"\nB,'=1+1\nC,'tis\n")
    assert [row[1] for row in found.rows] == ["one\ntwo, 𝔘𝔫\u2028🧶", "=1+1", "'tis"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"PK\x03\x04\x00\x00", "UTF-8"),
        ("sku,name_en\nA,caf\xe9\n".encode("latin-1"), "CSV UTF-8"),
        ("sku,price\nA,1".encode("utf-16"), "UTF-8"),
        (b"sku,cost\nA,1\n", "“cost”"),
        (b"sku,sku\nA,1\n", "twice: sku"),
        (b"price\n1\n", "missing: sku"),
        (b"sku,price\nA\n", "Row 2"),
        (b"sku,price\nA,1,2\n", "Row 2"),
        (b'sku,price\nA,"1\n', "quotation mark"),
        (b"sku,name_en\nA," + b"x" * 30_000, "too long"),
        (b"sku\n" + b"A\n" * 5_001, "5000 rows"),
        (b"sku\n" + b"A" * reading.LARGEST_BYTES, "10 MB"),
    ],
)
def test_what_is_no_such_table_is_told(data, words):
    with pytest.raises(WrongFile, match=words):
        table(data)
