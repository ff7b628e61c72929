import json

import pytest

from awareness.models import Citation, Helpline, SeedClaim, Source, Statistic
from awareness.seed import content

pytestmark = pytest.mark.django_db


def test_the_data_are_loaded_whole():
    content.load()
    assert Source.objects.count() == 36
    assert Statistic.objects.count() == 40
    assert SeedClaim.objects.count() == 24
    assert Helpline.objects.count() == 39
    assert Helpline.objects.public().count() == 22
    assert Statistic.objects.public().count() == 38
    assert not Statistic.objects.filter(citations=None).exists()


def test_loading_twice_adds_nothing_and_keeps_edits():
    content.load()
    Statistic.objects.filter(key="forced-labour-total").update(value_text_en="28 million")
    Helpline.objects.filter(key="gb-unseen").update(is_public=False)
    before = [m.objects.count() for m in (Source, Statistic, Citation, SeedClaim, Helpline)]
    content.load()
    assert before == [m.objects.count() for m in (Source, Statistic, Citation, SeedClaim, Helpline)]
    assert Statistic.objects.get(key="forced-labour-total").value_text_en == "28 million"
    assert not Helpline.objects.get(key="gb-unseen").is_public


def test_every_figure_has_both_languages():
    content.load()
    for statistic in Statistic.objects.all():
        for field in ("value_text", "counts_what", "data_year", "statement", "caveat"):
            assert getattr(statistic, f"{field}_en"), f"{statistic.key} {field}"
            assert getattr(statistic, f"{field}_es"), f"{statistic.key} {field}"


def test_every_row_passes_its_own_validation():
    content.load()
    for model in (Source, Statistic, SeedClaim, Helpline):
        for row in model.objects.all():
            row.full_clean()


def test_the_old_wording_is_verbatim():
    text = (content.FOLDER.parent / "text" / "about.txt").read_text(encoding="utf-8")
    paragraphs = json.loads((content.FOLDER.parent / "text" / "paragraphs.json").read_text())
    content.load()
    for claim in SeedClaim.objects.all():
        assert claim.seed_wording in text
        assert claim.seed_wording in paragraphs[claim.paragraph]
