import json

from django.utils.translation import override

from awareness import methods
from awareness.seed import content


def test_every_method_of_the_seed_has_its_words_in_both_languages():
    rows = json.loads((content.FOLDER / "statistics.json").read_text(encoding="utf-8"))
    for family in {row["method_family"] for row in rows}:
        assert family in methods.FAMILIES
        with override("en"):
            english = methods.in_words(family)
        with override("es"):
            assert methods.in_words(family) != english


def test_an_unknown_method_is_shown_by_its_key():
    assert methods.in_words("new-method") == "new-method"
