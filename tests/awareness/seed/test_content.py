import json
from datetime import date
from decimal import Decimal

import pytest

from awareness.models import Citation, Country, Helpline, Region, SeedClaim, Source, Statistic
from awareness.models.facts import Verdict
from awareness.seed import content

pytestmark = pytest.mark.django_db


def test_the_data_are_loaded_whole():
    content.load()
    assert Source.objects.count() == 36
    assert Statistic.objects.count() == 40 + 12
    assert Statistic.objects.filter(is_listed=True).count() == 40
    assert SeedClaim.objects.count() == 24
    assert not SeedClaim.objects.filter(wording_in_spanish="").exists()
    assert Region.objects.count() == 5
    assert Country.objects.count() == 18
    assert Helpline.objects.count() == 39
    assert Helpline.objects.public().count() == 22
    assert Statistic.objects.public().count() == 38 + 12
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


def _as_in_data(value):
    """Return a value of a row as the data write it: dates as text, numbers as numbers."""
    if isinstance(value, date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value


def _compare(row, data, *, renamed, handled=()):
    """Hold that each field of the data stands in the row; a field without a place fails."""
    for name, value in data.items():
        if name in handled:
            continue
        stored = _as_in_data(getattr(row, renamed.get(name, name)))
        wanted = value if value is not None else stored if stored in ("", None) else "?"
        assert stored == wanted, (row, name)


def _data(name):
    return json.loads((content.FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def test_every_field_of_every_source_is_in_its_row():
    content.load()
    for data in _data("sources"):
        _compare(Source.objects.get(key=data["key"]), data, renamed={"url_seen": "is_url_seen"})


def test_every_field_of_every_figure_is_in_its_row():
    content.load()
    for data in _data("statistics"):
        row = Statistic.objects.get(key=data["key"])
        _compare(row, data, renamed={"show_by_default": "is_public"}, handled={"sources"})
        cited = [
            {"source_key": citation.source.key, "locator": citation.locator}
            for citation in row.citations.select_related("source")
        ]
        assert cited == data["sources"]


def test_every_field_of_every_claim_is_in_its_row():
    content.load()
    for data in _data("seed_claims"):
        row = SeedClaim.objects.get(key=data["id"])
        _compare(row, data, renamed={"id": "key"}, handled={"replaced_by"})
        keys = row.replaced_by.values_list("key", flat=True)
        assert sorted(keys) == sorted(data["replaced_by"])


def test_every_field_of_every_helpline_is_in_its_row():
    content.load()
    renamed = {
        "publish_default": "is_public",
        "emergency_only": "is_emergency_only",
        "confidence_class": "evidence",
    }
    for data in _data("helplines"):
        _compare(Helpline.objects.get(key=data["key"]), data, renamed=renamed)


def test_every_topic_verdict_and_unit_is_known():
    content.load()
    assert set(Statistic.objects.values_list("topic", flat=True)) <= set(Statistic.Topic.values)
    assert set(Statistic.objects.values_list("verdict", flat=True)) <= set(Verdict.values)
    assert set(SeedClaim.objects.values_list("verdict", flat=True)) <= set(Verdict.values)


def test_a_row_that_staff_deleted_does_not_come_back():
    content.load()
    Statistic.objects.get(key="child-labour").delete()
    Helpline.objects.get(key="gb-unseen").delete()
    content.load()
    assert not Statistic.objects.filter(key="child-labour").exists()
    assert not Helpline.objects.filter(key="gb-unseen").exists()


def test_every_part_is_in_its_row_and_of_its_whole_s_kind():
    content.load()
    for data in _data("parts"):
        row = Statistic.objects.get(key=data["key"])
        assert row.part_of.key == data["part_of"]
        row.full_clean()
        renamed = {"value": "value_low"}
        _compare(row, data, renamed=renamed, handled={"part_of", "sources"})
        assert row.is_listed is ("value" not in data)
        if "sources" in data:
            cited = row.citations.values_list("source__key", "locator")
            assert [tuple(source.values()) for source in data["sources"]] == list(cited)


def test_a_part_that_staff_took_out_stays_out():
    content.load()
    Statistic.objects.filter(key="forced-sexual-exploitation").update(part_of=None)
    content.load()
    assert Statistic.objects.get(key="forced-sexual-exploitation").part_of is None
