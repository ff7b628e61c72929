"""The demonstration's partners are complete in both languages, approved, and not overwritten."""

import pytest

from partners import seed, splits
from partners.models import Partner, Programme, SplitRule
from tests.factories.partners import StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded(now):
    people = {"author": StaffFactory(), "approver": StaffFactory()}
    seed.load(now=now, **people)
    return people


def test_four_partners_in_four_countries_are_shown(loaded):
    assert Partner.objects.public().count() == 4
    assert len({programme.country.code for programme in Programme.objects.public()}) == 4
    assert set(Programme.objects.values_list("code", flat=True)) == {
        "riverbank",
        "hillside",
        "lakeshore",
        "old-town",
    }


def test_every_text_is_there_in_both_languages_and_says_that_it_is_made_up(loaded):
    for partner in Partner.objects.all():
        assert "fictional partner for demonstration" in partner.summary_en
        assert "ficticia" in partner.summary_es
        assert 100 <= len(partner.story_en.split()) <= 200
        assert 100 <= len(partner.story_es.split()) <= 200
    for programme in Programme.objects.all():
        assert "fictional" in programme.story_en
        assert "ficticio" in programme.story_es
        assert 100 <= len(programme.story_en.split()) <= 200
        assert 100 <= len(programme.story_es.split()) <= 210
        for field in ("name", "slug", "summary", "makers"):
            assert getattr(programme, f"{field}_en")
            assert getattr(programme, f"{field}_es")
            assert getattr(programme, f"{field}_en") != getattr(programme, f"{field}_es")


def test_every_partner_has_a_picture_with_words_in_both_languages(loaded, now):
    kept = {partner.pk: partner.picture_id for partner in Partner.objects.all()}
    for partner in Partner.objects.select_related("picture"):
        assert partner.picture.alt_en != partner.picture.alt_es
    seed.load(now=now, **loaded)
    assert {partner.pk: partner.picture_id for partner in Partner.objects.all()} == kept


def test_every_programme_has_a_rule_in_force(loaded, now):
    rules = list(SplitRule.objects.in_force(at=now))
    for programme in Programme.objects.all():
        assert splits.rule_for(programme.pk, "anything", now, rules).product_code == ""
    assert splits.rule_for(Programme.objects.get(code="riverbank").pk, "ikat", now, rules)
    assert all(rule.approved_by != rule.created_by for rule in rules)


def test_loading_again_adds_nothing_and_overwrites_nothing(loaded, now):
    partner = Partner.objects.first()
    partner.summary_en = "Edited by staff."
    partner.save()
    before = (Partner.objects.count(), Programme.objects.count(), SplitRule.objects.count())
    seed.load(now=now, **loaded)
    assert (Partner.objects.count(), Programme.objects.count(), SplitRule.objects.count()) == before
    assert Partner.objects.get(pk=partner.pk).summary_en == "Edited by staff."
