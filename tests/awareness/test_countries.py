from datetime import date

import pytest
from django.utils.translation import override

from awareness.countries import spoken, with_lines
from tests.factories.awareness import HelplineFactory

TODAY = date(2026, 11, 24)


def test_countries_stand_in_the_alphabet_of_the_language():
    lines = [
        HelplineFactory.build(country=code, country_name_en=en, country_name_es=es)
        for code, en, es in (
            ("US", "United States", "Estados Unidos"),
            ("ES", "Spain", "España"),
            ("DE", "Germany", "Alemania"),
            ("IE", "Ireland", "Irlanda"),
            ("MX", "Mexico", "México"),
        )
    ]
    with override("en"):
        assert [c.code for c in with_lines(lines, today=TODAY)] == ["de", "ie", "mx", "es", "us"]
    with override("es"):
        assert [c.code for c in with_lines(lines, today=TODAY)] == ["de", "es", "us", "ie", "mx"]


def test_emergency_numbers_of_a_country_stand_once():
    lines = [
        HelplineFactory.build(emergency_numbers=["999", "112"]),
        HelplineFactory.build(emergency_numbers=["112"]),
    ]
    (country,) = with_lines(lines, today=TODAY)
    assert country.emergency == ["999", "112"]


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "English, Spanish, sign language"), ("es", "inglés, español, ")],
)
def test_languages_are_named_in_the_readers_language(language, words):
    with override(language):
        assert spoken(["en", "es", "sign language"]).startswith(words)


def test_a_number_is_overdue_the_day_after_its_review():
    line = HelplineFactory.build(review_due=date(2026, 11, 23))
    due_today = HelplineFactory.build(review_due=TODAY)
    (country,) = with_lines([line, due_today], today=TODAY)
    assert [shown.is_overdue for shown in country.lines] == [True, False]


def test_notes_of_numbers_are_in_the_readers_language():
    phone = {"display": "1", "dial": "11", "note_en": "north", "note_es": "norte"}
    with override("es"):
        (country,) = with_lines([HelplineFactory.build(phones=[phone])], today=TODAY)
    assert country.lines[0].phones[0].note == "norte"
