from datetime import UTC, datetime

import pytest
from django.db import connection
from django.db.models import Value
from django.db.models.functions import Concat

from awareness import invariants
from awareness.models import Citation, Helpline, Page, Section, SeedClaim, Statistic, Story
from awareness.seed import load
from tests.factories.awareness import (
    HelplineFactory,
    PageFactory,
    SectionFactory,
    SeedClaimFactory,
    StatisticFactory,
    StoryFactory,
)
from tests.factories.media import ConsentFactory
from weintl.media.models import ConsentRecord
from weintl.media.models.consents import ConsentRecordQuerySet

pytestmark = pytest.mark.django_db


def found(check) -> list[str]:
    return list(check())


def test_a_public_figure_without_a_source_is_reported():
    statistic = StatisticFactory(sourced=True)
    check = invariants.check_every_public_figure_has_a_source
    assert found(check) == []
    Citation.objects.all().delete()
    assert statistic.key in found(check)[0]


def test_a_part_of_another_method_than_its_whole_is_reported():
    whole = StatisticFactory(sourced=True)
    part = StatisticFactory(sourced=True, part_of=whole)
    check = invariants.check_parts_are_of_their_whole_s_kind
    assert found(check) == []
    for change in ({"method_family": "other"}, {"unit": "cases"}, {"data_year_en": "2019"}):
        Statistic.objects.filter(pk=part.pk).update(**change)
        assert part.key in found(check)[0]
        same = {name: getattr(whole, name) for name in change}
        Statistic.objects.filter(pk=part.pk).update(**same)
    assert found(check) == []


def test_a_token_that_readers_cannot_see_is_reported():
    statistic = StatisticFactory(key="people", sourced=True)
    SectionFactory(body_es="<p>[[stat:people]]</p>")
    check = invariants.check_tokens_name_public_figures
    assert found(check) == []
    Statistic.objects.filter(pk=statistic.pk).update(is_public=False)
    assert "people" in found(check)[0]


def test_a_bare_figure_that_came_in_behind_the_forms_is_reported():
    section = SectionFactory()
    check = invariants.check_texts_state_no_bare_figure
    assert found(check) == []
    Section.objects.filter(pk=section.pk).update(
        body_es=Concat(Value("<p>Son 27 "), Value("millones.</p>"))
    )
    assert "27 millones" in found(check)[0]
    Section.objects.all().delete()
    Page.objects.update(lede_en=Concat(Value("They are 27 "), Value("million.")))
    assert "27 million" in found(check)[0]


def test_a_paragraph_that_lost_its_home_is_reported():
    check = invariants.check_every_seed_paragraph_has_a_home
    assert found(check) == []
    load(now=datetime(2026, 1, 1, tzinfo=UTC))
    assert found(check) == []
    Page.objects.filter(key="leaving").update(state="draft", published_at=None)
    assert found(check) == ["Paragraph P10 of the founding text has no home."]


def test_a_claim_that_is_neither_replaced_nor_explained_is_reported():
    claim = SeedClaimFactory(why_es="")
    statistic = StatisticFactory(sourced=True)
    claim.replaced_by.add(statistic)
    check = invariants.check_every_claim_is_answered
    assert found(check) == []
    Statistic.objects.filter(pk=statistic.pk).update(is_public=False)
    assert found(check) == [f"The sentence {claim.key} is neither replaced nor explained (es)."]
    SeedClaim.objects.update(why_es="Era antigua.")
    assert found(check) == []


def test_an_unverified_public_helpline_is_reported():
    helpline = HelplineFactory()
    check = invariants.check_public_helplines_are_verified
    assert found(check) == []
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE awareness_helpline DROP CONSTRAINT helpline_public_is_verified")
    Helpline.objects.update(phones=[])
    assert helpline.key in found(check)[0]


def test_a_draft_page_takes_no_paragraph():
    SectionFactory(page=PageFactory(published_at=None), seed_refs=["P2"])
    assert "Paragraph P2 of the founding text has no home." in found(
        invariants.check_every_seed_paragraph_has_a_home
    )


def test_a_story_of_a_person_without_a_consent_is_reported():
    check = invariants.check_stories_of_people_have_a_consent
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE awareness_story DROP CONSTRAINT story_of_person_has_consent")
    StoryFactory()
    assert found(check) == []
    Story.objects.update(is_of_person=True)
    assert "has no consent" in found(check)[0]


def test_a_public_story_whose_consent_has_ended_is_reported(monkeypatch):
    check = invariants.check_stories_of_people_have_a_consent
    StoryFactory(is_of_person=True, consent=ConsentFactory())
    assert found(check) == []
    ConsentRecord.objects.update(scopes=["print"])
    assert found(check) == []
    # As if somebody had taken the consent out of the one public queryset.
    monkeypatch.setattr(ConsentRecordQuerySet, "valid", lambda rows, *, now, scope: rows)
    assert "without a valid consent" in found(check)[0]
