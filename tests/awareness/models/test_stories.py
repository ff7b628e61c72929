"""A story of a person stands on a consent, in the table and in time."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from awareness.models import Story
from tests.factories.awareness import StoryFactory
from tests.factories.media import ConsentFactory

pytestmark = pytest.mark.django_db


def of_person(**values) -> Story:
    consent = ConsentFactory(
        **{
            key.removeprefix("consent_"): values.pop(key)
            for key in list(values)
            if "_" in key and key.startswith("consent_")
        }
    )
    return StoryFactory(is_of_person=True, consent=consent, **values)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"is_of_person": True}, "only with a consent"),
        ({"uses_name": True}, "tells of a person"),
        ({"body_es": ""}, "both languages"),
        ({"title_en": ""}, "both languages"),
        ({"body_en": None}, "both languages"),
    ],
)
def test_the_table_refuses(change, message):
    with pytest.raises(ValidationError, match=message):
        StoryFactory.build(**change).validate_constraints()
    with pytest.raises(IntegrityError):
        StoryFactory(**change)


def test_a_draft_may_lack_both():
    StoryFactory(is_of_person=True, body_es="", published_at=None)


@pytest.mark.parametrize("field", ["title_en", "lede_es", "body_en"])
def test_a_bare_figure_is_refused_on_every_path(field):
    with pytest.raises(ValidationError):
        StoryFactory(**{field: "She was one of 40 million people."})


def test_the_text_is_clean():
    story = StoryFactory(body_en="<p onclick='x()'>Hello<script>x()</script></p>")
    assert story.body_en == "<p>Hello</p>"


@pytest.mark.parametrize(
    ("values", "public"),
    [
        ({}, True),
        ({"published_at": None}, False),
        ({"consent_scopes": ["shop"]}, False),
        ({"consent_expires_on": date(2026, 11, 24)}, False),
        ({"consent_left_programme_on": date(2026, 1, 1)}, False),
        ({"uses_name": True}, False),
        (
            {
                "uses_name": True,
                "consent_uses_name": True,
                "consent_risk_assessed_on": date(2026, 1, 1),
            },
            True,
        ),
    ],
)
def test_a_story_of_a_person_is_public_as_far_as_the_consent_goes(now, values, public):
    story = of_person(**values)
    assert Story.objects.public(now=now).exists() is public
    assert story.may_be_read(now=now) is public


def test_an_expired_story_is_gone_by_itself(now):
    story = of_person(consent_expires_on=now.date() + timedelta(days=1))
    assert Story.objects.public(now=now).exists()
    assert not Story.objects.public(now=now + timedelta(days=1)).exists()
    assert not story.may_be_read(now=now + timedelta(days=1))


def test_a_note_of_nobody_needs_no_consent(now):
    story = StoryFactory(published_at=now)
    assert story.may_be_read(now=now)
    assert not story.may_be_read(now=now - timedelta(seconds=1))
    assert not Story.objects.public(now=now - timedelta(seconds=1)).exists()
