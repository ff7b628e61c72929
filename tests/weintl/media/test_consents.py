"""Withdrawing takes everything back; reminders come once."""

from datetime import date, timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType

from awareness.models import Story
from marketplace.models import ProductPicture
from tests.factories.awareness import StoryFactory
from tests.factories.marketplace import ProductFactory
from tests.factories.media import ConsentFactory, PictureFactory
from weintl.accounts.models import User
from weintl.mail.composing import compose
from weintl.mail.models import Mail
from weintl.media import consents, storing
from weintl.media.models import ConsentRecord, Doomed, Picture, Withdrawal

pytestmark = pytest.mark.django_db


def person(consent, **values) -> Picture:
    picture = PictureFactory(people="seen", consent=consent, **values)
    for row in picture.renditions:
        storing.write(row["name"], b"pixels")
    return picture


def test_pictures_files_and_places_go_and_the_record_stays(storage, now):
    consent, other = ConsentFactory(), ConsentFactory()
    shown = ProductPicture.objects.create(
        product=ProductFactory(is_published=False), picture=person(consent), position=0
    )
    person(consent)
    kept = person(other)
    withdrawal = consents.withdraw(code=consent.code, now=now)
    assert withdrawal.erased == {"media.picture": 2, "marketplace.productpicture": 1}
    assert not ProductPicture.objects.filter(pk=shown.pk).exists()
    assert list(Picture.objects.all()) == [kept]
    assert storing.remove(now=now) == 12
    assert {path.parent.name for path in storage.rglob("*.*")} == {kept.folder.split("/")[1]}
    assert not Doomed.objects.exists()
    consent.refresh_from_db()
    assert consent.withdrawn_at == now
    assert ConsentRecord.history.filter(id=consent.pk).count() == 1


def test_it_happens_at_once_or_not_at_all(storage, now, monkeypatch):
    consent = ConsentFactory()
    person(consent)

    def fault(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(Withdrawal.objects, "update_or_create", fault, raising=False)
    with pytest.raises(RuntimeError):
        consents.withdraw(code=consent.code, now=now)
    assert Picture.objects.exists()
    assert not Doomed.objects.exists()
    assert len(list(storage.rglob("*.webp"))) == 3


def test_withdrawn_twice_is_said(now):
    consent = ConsentFactory()
    consents.withdraw(code=consent.code, now=now)
    with pytest.raises(consents.AlreadyWithdrawn):
        consents.withdraw(code=consent.code, now=now)


def test_what_was_linked_after_a_withdrawal_goes_too(storage, now):
    consent = ConsentFactory()
    consents.withdraw(code=consent.code, now=now)
    person(consent)
    assert consents.withdraw(code=consent.code, now=now).erased == {"media.picture": 1}


@pytest.mark.parametrize("last", ["deleted", "loosened"])
def test_a_story_that_left_its_consent_before_goes_with_its_history(now, last):
    consent, log = ConsentFactory(), ContentType.objects.get_for_model(Story)
    author = User.objects.create_user("staff@example.org")
    story = StoryFactory(is_of_person=True, consent=consent, title_en="Marigold tells")
    key = story.pk
    LogEntry.objects.create(
        user=author, content_type=log, object_id=str(key), object_repr=str(story), action_flag=1
    )
    if last == "deleted":
        story.delete()
    else:
        story.consent, story.published_at = None, None
        story.save()
        assert [use.titles for use in consents.uses(consent)] == [["Marigold tells"]]
    consents.withdraw(code=consent.code, now=now)
    assert not Story.objects.exists()
    assert not Story.history.filter(id=key).exists()
    assert not LogEntry.objects.exists()


def test_a_story_that_moved_on_stays_without_its_earlier_versions(now):
    first, second = ConsentFactory(), ConsentFactory()
    moved = StoryFactory(is_of_person=True, consent=first, title_en="Marigold tells")
    moved.consent = second
    moved.save()
    of_nobody = StoryFactory(is_of_person=True, consent=first, title_en="Marigold weaves")
    of_nobody.is_of_person, of_nobody.consent, of_nobody.title_en = False, None, "A loom"
    of_nobody.save()
    consents.withdraw(code=first.code, now=now)
    assert set(Story.objects.all()) == {moved, of_nobody}
    assert not Story.history.filter(title_en__startswith="Marigold").exists()


@pytest.fixture
def officer():
    user = User.objects.create_user("officer@example.org", "correct-horse-battery", is_staff=True)
    user.groups.add(Group.objects.create(name=consents.OFFICERS))
    return user


def test_officers_hear_once_a_month_before_the_end(now, officer):
    User.objects.create_superuser("other@example.org", "correct-horse-battery")
    soon = ConsentFactory(expires_on=now.date() + timedelta(days=30))
    ConsentFactory(expires_on=now.date() + timedelta(days=31))
    ConsentFactory(expires_on=now.date())
    ConsentFactory(expires_on=now.date() + timedelta(days=3), withdrawn_at=now)
    assert consents.remind(now=now) == 1
    consents.remind(now=now + timedelta(days=1))
    mail = Mail.objects.get(cause=f"consent:{soon.pk}")
    assert mail.recipient == "officer@example.org"
    message = compose(mail)
    assert soon.code in message.subject
    assert f"/admin/media/consentrecord/{soon.pk}/change/" in message.body
    assert date.fromisoformat(mail.context["expires_on"]) == soon.expires_on


def test_a_consent_made_longer_is_told_of_again(now, officer):
    consent = ConsentFactory(expires_on=now.date() + timedelta(days=5))
    consents.remind(now=now)
    consent.expires_on += timedelta(days=300)
    consent.save()
    consents.remind(now=now + timedelta(days=290))
    assert Mail.objects.count() == 2


def test_without_officers_those_with_every_right_hear(now):
    User.objects.create_superuser("all@example.org", "correct-horse-battery")
    User.objects.create_user("clerk@example.org", "correct-horse-battery", is_staff=True)
    ConsentFactory(expires_on=now.date() + timedelta(days=5))
    consents.remind(now=now)
    assert Mail.objects.get().recipient == "all@example.org"
