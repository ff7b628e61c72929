"""Readers find stories, nothing stores them, and a withdrawn one was never there."""

import pytest
from django.urls import reverse
from django.utils.translation import override

from awareness.models import Story
from tests.factories.awareness import StoryFactory
from tests.factories.media import ConsentFactory, PictureFactory
from weintl.media import consents
from weintl.media.models import ConsentRecord

pytestmark = pytest.mark.django_db


def test_without_stories_the_page_says_so(client):
    page = client.get("/en/stories/")
    assert page.status_code == 200
    assert "There is no story here at the moment" in page.content.decode()


@pytest.mark.parametrize(
    ("language", "words"), [("en", "How a bowl is turned"), ("es", "Cómo se tornea un cuenco")]
)
def test_a_story_is_listed_and_read_in_each_language(client, language, words):
    story = StoryFactory(picture=PictureFactory())
    with override(language):
        url = story.get_absolute_url()
        listed = client.get(reverse("awareness:stories"))
    assert words in listed.content.decode()
    assert url in listed.content.decode()
    page = client.get(url)
    assert words in page.content.decode()
    assert "<picture>" in page.content.decode()


def test_nothing_stores_lists_or_shares_it(client):
    story = StoryFactory(picture=PictureFactory())
    for url in ("/en/stories/", story.get_absolute_url()):
        answer = client.get(url)
        assert answer["Cache-Control"] == "no-store"
        assert answer["X-Robots-Tag"] == "noindex"
        assert '<meta name="robots" content="noindex">' in answer.content.decode()
        assert "og:image" not in answer.content.decode()
        assert not answer.cookies
        assert "Cookie" not in answer.get("Vary", "")
    assert story.slug_en not in client.get("/sitemap.xml").content.decode()


def test_the_tab_may_show_a_plain_title(client):
    story = StoryFactory()
    for url in ("/en/stories/", story.get_absolute_url()):
        page = client.get(f"{url}?quiet").content.decode()
        assert "<title>Notes</title>" in page
        assert "Show the real one" in page
        assert f'href="{url}?quiet"' in client.get(url).content.decode()
    listed = client.get("/en/stories/?quiet").content.decode()
    assert f'href="{story.get_absolute_url()}?quiet"' in listed


def test_the_other_language_s_word_leads_to_the_page(client):
    story = StoryFactory()
    answer = client.get(f"/en/stories/{story.slug_es}/?quiet")
    assert answer.status_code == 301
    assert answer.url == f"{story.get_absolute_url()}?quiet"
    assert answer["Cache-Control"] == "no-store"


def test_a_word_of_former_times_leads_to_the_page_until_the_story_is_withdrawn(client, now):
    story = StoryFactory(is_of_person=True, consent=ConsentFactory())
    old = story.slug_en
    for word in ("second-word", "third-word"):
        story.slug_en = word
        story.save()
    for word in (old, "second-word"):
        answer = client.get(f"/en/stories/{word}/")
        assert (answer.status_code, answer["Location"]) == (301, "/en/stories/third-word/")
        assert answer["Cache-Control"] == "no-store"
    consents.withdraw(code=story.consent.code, now=now)
    assert client.get(f"/en/stories/{old}/").status_code == 404


def test_a_story_is_read_while_the_consent_is_valid(client):
    consent = ConsentFactory(is_from_programme=False, left_programme_on=None)
    story = StoryFactory(is_of_person=True, consent=consent)
    url = story.get_absolute_url()
    assert "Told by a person" in client.get(url).content.decode()
    ConsentRecord.objects.update(scopes=["print"])
    assert client.get(url).status_code == 404
    assert story.title not in client.get("/en/stories/").content.decode()


def test_a_picture_whose_consent_has_ended_leaves_the_story(client):
    consent = ConsentFactory(scopes=["press"])
    story = StoryFactory(picture=PictureFactory(people="seen", consent=consent))
    page = client.get(story.get_absolute_url()).content.decode()
    assert story.title in page
    assert "<img" not in page


def test_any_number_of_stories_takes_as_many_statements(client, django_assert_max_num_queries):
    for _number in range(5):
        StoryFactory(picture=PictureFactory())
    client.get("/en/stories/")
    with django_assert_max_num_queries(5):
        client.get("/en/stories/")
    with django_assert_max_num_queries(5):
        client.get(Story.objects.first().get_absolute_url())
