"""An editor writes, a consent officer links, a publisher publishes."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone

from awareness.models import Story
from tests.factories.awareness import StoryFactory
from tests.factories.media import ConsentFactory
from weintl.accounts.models import User
from weintl.staff import groups

pytestmark = pytest.mark.django_db
STORY = {
    "title_en": "Bowls", "title_es": "Cuencos", "slug_en": "bowls", "slug_es": "cuencos",
    "lede_en": "Wood.", "lede_es": "Madera.", "body_en": "<p>A log.</p>",
    "body_es": "<p>Un tronco.</p>", "published_at_0": "2026-01-01", "published_at_1": "00:00",
}  # fmt: skip


def write(client, group: str, story: Story | None = None, **values) -> str:
    """Send the form as a member of `group`; return the page that answers, "" where it is saved."""
    groups.ensure()
    user = User.objects.create_user(f"{group}@example.org", "correct-horse-battery", is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    client.force_login(user)
    url = reverse("admin:awareness_story_add")
    if story:
        url = reverse("admin:awareness_story_change", args=[story.pk])
    answer = client.post(url, {**STORY, **values})
    return "" if answer.status_code == 302 else answer.content.decode()


def test_an_editor_writes_a_story_and_neither_publishes_it_nor_links_a_consent(client):
    assert write(client, "editor", is_of_person="on", consent=ConsentFactory().pk) == ""
    story = Story.objects.get()
    assert (story.published_at, story.consent) == (None, None)


def test_a_publisher_cannot_publish_a_person_without_a_consent(client):
    page = write(client, "publisher", is_of_person="on", consent=ConsentFactory().pk)
    assert "published only with a consent" in page
    assert not Story.objects.exists()


def test_a_publisher_publishes_what_a_consent_officer_has_linked(client):
    story = StoryFactory(is_of_person=True, published_at=None)
    assert (
        write(client, "consent officer", story, is_of_person="on", consent=ConsentFactory().pk)
        == ""
    )
    assert write(client, "publisher", story, is_of_person="on") == ""
    story.refresh_from_db()
    assert story.consent is not None
    assert story.may_be_read(now=timezone.now())
    page = client.get(reverse("admin:awareness_story_changelist")).content.decode()
    assert story.get_absolute_url() in page


def test_a_story_that_is_not_public_has_no_link(client):
    StoryFactory(published_at=None)
    client.force_login(User.objects.create_superuser("all@example.org", "correct-horse-battery"))
    page = client.get(reverse("admin:awareness_story_changelist")).content.decode()
    assert "/en/stories/" not in page


def test_the_list_is_parted_by_what_readers_see(client):
    shown, draft = StoryFactory(), StoryFactory(published_at=None)
    client.force_login(User.objects.create_superuser("all@example.org", "correct-horse-battery"))
    for answer, story in (("yes", shown), ("no", draft)):
        page = client.get(reverse("admin:awareness_story_changelist"), {"public": answer})
        assert list(page.context["cl"].result_list) == [story]


def test_an_editor_does_not_publish_by_returning_to_a_former_state(client):
    story = StoryFactory(is_of_person=True, consent=ConsentFactory(), title_en="As it was")
    former = Story.history.get(id=story.pk)
    story.consent, story.published_at, story.title_en = None, None, "Taken off"
    story.save()
    write(client, "editor", StoryFactory(published_at=None), slug_en="x", slug_es="y")
    address = reverse("admin:awareness_story_simple_history", args=[story.pk, former.history_id])
    answer = client.post(address, {**STORY, "title_en": "As it was", "is_of_person": "on"})
    assert answer.status_code == 302
    story.refresh_from_db()
    assert story.title_en == "As it was"
    assert (story.published_at, story.consent) == (None, None)


def test_the_words_of_a_published_story_are_not_the_editors_alone(client):
    story = StoryFactory(title_en="Agreed to")
    assert write(client, "editor", story) != ""
    story.refresh_from_db()
    assert story.title_en == "Agreed to"
    assert write(client, "publisher", story) == ""
