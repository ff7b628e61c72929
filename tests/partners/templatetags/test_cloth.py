"""The cloth on the page: drawn without inline style, with a table for everybody."""

import re
from html.parser import HTMLParser

from django.template import Context, Template
from django.utils.translation import override

from partners.cloth import Part
from weintl.money import Money

PAGE = Template('{% load cloth %}{% cloth parts total "Shares of one scarf" %}')


def usd(amount: int) -> Money:
    return Money(amount, "usd")


def render(parts: list[Part], total: int, language: str = "en") -> str:
    with override(language):
        return PAGE.render(Context({"parts": parts, "total": usd(total)}))


PARTS = [Part("artisan_pay", usd(900)), Part("education", usd(675)), Part("operations", usd(225))]


class Cells(HTMLParser):
    """Collects the text of table cells."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_data(self, data):
        if self.rows and self.rows[-1] and data.strip():
            self.rows[-1][-1] += data.strip()


def test_the_table_says_all_that_the_stripes_show():
    rows = Cells(render(PARTS, 1800)).rows
    assert rows[0] == ["Use", "Share", "Amount"]
    assert [row[2] for row in rows[1:]] == ["$9.00", "$6.75", "$2.25", "$18.00"]
    assert [row[1] for row in rows[1:]] == ["50\xa0%", "37.5\xa0%", "12.5\xa0%", "100\xa0%"]


def test_the_picture_is_named_and_has_a_stripe_a_use():
    page = render(PARTS, 1800)
    assert 'role="img" aria-label="50\xa0% Pay to the makers, 37.5\xa0% Education,' in page
    assert re.findall(r'<rect class="(s\d)" x="([\d.]+%)" width="([\d.]+%)"', page) == [
        ("s1", "0.00%", "50.00%"),
        ("s3", "50.00%", "37.50%"),
        ("s6", "87.50%", "12.50%"),
    ]
    assert "style=" not in page
    assert page.count('scope="row"') == 4


def test_lengths_stay_points_where_decimals_are_commas():
    page = render(PARTS, 1800, "es")
    assert "37,5\xa0%" in page
    assert 'width="37.50%"' in page


def test_words_in_a_part_are_escaped():
    page = render([Part("fund", usd(5), label='"><script>')], 5)
    assert "<script>" not in page


def test_a_cloth_of_nothing_draws_nothing():
    page = render([], 0)
    assert "<svg" not in page
    assert "$0.00" in page
