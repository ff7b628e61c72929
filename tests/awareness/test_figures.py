import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from awareness import figures

BARE = [
    "27 million people",
    "27 <b>million</b> people",
    "27&nbsp;million",
    "27-million-dollar",
    "49.6 million",
    "49,6 millones de personas",
    "7 billion dollars",
    "7 mil millones",
    "236 000 millones de dólares",
    "38%",
    "38 %",
    "38\u00a0%",
    "38 per cent",
    "38 percent",
    "el 38 por ciento",
    "$150",
    "US$ 150",
    "€20",
    "150 dollars",
    "150 dólares",
    "20 euros",
    "18,000 a year",
    "18.000 al año",
    "18 000 al año",
    "18\u202f000",
    "18<em>000</em>",
    "18000",
    "1 234 567",
    "20 thousand",
    "20 mil personas",
    "27\nmillion",
    "27  million",
    "27&shy; million",
    "27&#8203;million",
    "27<b>million</b>",
    "2<b>7</b> million",
    "2<!-- -->7 million",
    "&#50;7 million",
    "２７ million",
    "38％",
    "½ million",
    "27\u2011million",
    "27–30 million",
    "circa27 million",
    "27M people",
    "236bn",
    "236 miles de millones",
    "50 000",
    "50&#8203;000",
    "50\n000",
    "50.000",
    "38 percentage points",
    "5 puntos porcentuales",
    "el 10 por cien",
    "USD 150",
    "150 MXN",
    "R$ 20",
    "20 baht",
    "99 cents",
    "٢٧ million",
    "٢٧٪",
    "27 millions",
    "27+ million",
    "27-plus million",
    "27 (million)",
    "27 o más millones",
    "40K people",
    "25 crore",
    "3 lakh",
    "twenty-seven million",
    "forty-nine point six million",
    "Forty <b>per cent</b>",
    "half a million",
    "27            million",
    "two hundred thousand",
    "veintisiete millones",
    "cuarenta y nueve coma seis millones",
    "medio millón",
    "cien mil personas",
    "el diez por ciento",
]
FREE = [
    "In 2021, nearly one in every 150.",
    "Desde 2000 y hasta 2022.",
    "Under 18, or over 65 years old",
    "24 hours, 7 days",
    "In 2020 100 pages were read.",
    "WCAG 2.2, level AA",
    "Within 30 days; a thousand ways, one in four, two people, one euro.",
    "Una de cada cuatro, dos personas, mil maneras; millones de personas.",
    "COVID-19",
    "[[stat:forced-labour-total]] people and [[stat:a-2021]]",
    '<a href="/en/facts/#n-123456">facts</a>',
    "The 5 pounded drums",
    "5 pesosillos",
    "de 2019 a 2022, en 8 países",
    "5 minutes, 10 metres, 5 miles",
    "P19 and article 3",
]


@pytest.mark.parametrize("text", BARE)
def test_a_figure_without_a_token_is_refused(text):
    with pytest.raises(ValidationError):
        figures.refuse_bare_figures(f"<p>{text}</p>")


@pytest.mark.parametrize("text", FREE)
def test_years_ages_and_tokens_pass(text):
    figures.refuse_bare_figures(f"<p>{text}</p>")


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "is a figure without a source"), ("es", "es una cifra sin fuente")],
)
def test_the_refusal_is_said_in_the_language_of_the_editor(language, words):
    with override(language):
        (sentence,) = figures.problems("<p>Son 27 millones.</p>")
    assert words in sentence
    assert "27 millones" in sentence
    assert "[[stat:" in sentence


def test_the_message_names_the_figure_and_the_way_out():
    with pytest.raises(ValidationError) as caught:
        figures.refuse_bare_figures("<p>There are 27 million of them.</p>")
    (message,) = caught.value.messages
    assert "27 million" in message
    assert "[[stat:key]]" in message


@pytest.mark.parametrize("token", ["[[stat:]]", "[[stat:Two Words]]", "[[figure:x]]", "[[stat:x"])
def test_what_only_looks_like_a_token_is_refused(token):
    with pytest.raises(ValidationError):
        figures.refuse_bare_figures(f"<p>{token}</p>")


def test_a_heading_takes_no_token():
    with pytest.raises(ValidationError):
        figures.refuse_tokens("About [[stat:forced-labour-total]]")


def test_unknown_keys_are_named():
    with override("en"):
        (sentence,) = figures.problems("<p>[[stat:nothing]]</p>", known=["something"])
    assert "nothing" in sentence


def test_keys_are_collected_from_all_bodies():
    assert figures.keys("[[stat:a]] [[stat:b]]", None, "<p>[[stat:a]]</p>") == {"a", "b"}


def test_a_long_text_is_read_to_its_end():
    # Without bounds the square of its length: minutes.
    text = "one " * 25_000 + "1 " * 25_000 + "27 million"
    assert figures.bare_figures(text)[-1].endswith("27 million")
