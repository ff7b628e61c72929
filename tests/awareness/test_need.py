import pytest

from awareness import need
from weintl.search.words import read


@pytest.mark.parametrize(
    ("typed", "language", "codes"),
    [
        ("help in mexico", "en", ["MX"]),
        ("México", "es", ["MX"]),
        ("estados unidos", "es", ["US"]),
        ("united states", "es", ["US"]),
        ("EE. UU.", "es", ["US"]),
        ("UK", "en", ["GB"]),
        ("in us all", "en", []),
        ("panamanian", "en", []),
    ],
)
def test_countries_are_known_by_their_usual_names(typed, language, codes):
    assert need.countries(read(typed, language=language)) == codes


@pytest.mark.parametrize(
    ("typed", "language"),
    [("I need HELP", "en"), ("¡Auxilio!", "es"), ("policía", "es"), ("Nepal", "en"), ("112", "es")],
)
def test_words_of_need_are_heard(typed, language):
    assert need.is_heard(read(typed, language=language))


def test_other_words_are_not():
    assert not need.is_heard(read("woven baskets", language="en"))
    assert not need.is_heard(read("cestas tejidas", language="es"))
