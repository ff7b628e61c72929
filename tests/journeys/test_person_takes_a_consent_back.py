"""A person takes the consent back: afterwards no table and no file holds a word of it."""

import io
import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from awareness.models import Page, Story
from marketplace.models import ProductPicture
from tests.factories.awareness import PageFactory
from tests.factories.marketplace import ProductFactory
from tests.factories.media import ConsentFactory
from tests.plugins.tables import tables_that_hold
from weintl.accounts.models import User
from weintl.mail import delivery
from weintl.mail.models import Mail
from weintl.media import consents, renditions
from weintl.media.models import ConsentRecord, Picture, Upload, Withdrawal
from weintl.staff import groups

pytestmark = pytest.mark.django_db
# Words that stand in the story and in the words for its picture, and nowhere else.
WORDS = ["Marigold", "caléndula", "riverbank", "orilla", "kingfisher", "martín"]


@pytest.fixture
def staff(client: Client, settings, tmp_path) -> Client:
    """A person who is editor, publisher, shop and consent officer in one."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()
    settings.WITHDRAWALS_FILE = tmp_path / "withdrawals"
    groups.ensure()
    user = User.objects.create_user("staff@example.org", "correct-horse-battery", is_staff=True)
    user.groups.set(Group.objects.filter(name__in=["publisher", "consent officer", "shop"]))
    client.force_login(user)
    return client


def photograph() -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (900, 1200), "teal").save(out, "JPEG")
    return SimpleUploadedFile("kingfisher.jpg", out.getvalue(), "image/jpeg")


def add_picture(staff: Client, consent: ConsentRecord, key: str) -> Picture:
    answer = staff.post(
        reverse("admin:media_picture_add"),
        {
            "key": key, "upload": photograph(), "people": "seen", "consent": consent.pk,
            "alt_en": "Hands with a kingfisher", "alt_es": "Manos con un martín pescador",
        },
    )  # fmt: skip
    assert answer.status_code == 302, answer.content.decode()
    return Picture.objects.get(key=key)


def write_story(staff: Client, consent: ConsentRecord, picture: Picture) -> Story:
    form = {
        "title_en": "Marigold tells", "title_es": "Cuenta caléndula",
        "slug_en": "marigold", "slug_es": "calendula",
        "lede_en": "By the riverbank.", "lede_es": "En la orilla.",
        "body_en": "<p>I sat on the riverbank.</p>", "body_es": "<p>Estaba en la orilla.</p>",
        "is_of_person": "on", "consent": consent.pk, "picture": picture.pk,
        "published_at_0": "2026-01-01", "published_at_1": "00:00",
    }  # fmt: skip
    add = staff.post(reverse("admin:awareness_story_add"), form)
    assert add.status_code == 302, add.content.decode()
    story = Story.objects.get()
    form["lede_en"] = "By the riverbank, with a kingfisher."
    staff.post(reverse("admin:awareness_story_change", args=[story.pk]), form)
    return story


def test_person_takes_a_consent_back(staff, settings):
    today = timezone.localdate()
    consent = ConsentFactory(
        obtained_on=today.replace(year=today.year - 1, day=1),
        expires_on=today.replace(year=today.year - 1, day=1).replace(year=today.year + 1),
        is_from_programme=False,
        left_programme_on=None,
    )
    other = ConsentFactory(is_from_programme=False, left_programme_on=None)
    shown, waiting = (add_picture(staff, consent, key) for key in ("marigold", "riverbank"))
    kept = add_picture(staff, other, "kept")
    kept.alt_en, kept.alt_es = "Hands", "Manos"
    kept.save()
    for picture in (shown, kept):
        renditions.render(picture_id=picture.pk, now=timezone.now())
    story = write_story(staff, consent, shown)
    product, page = ProductFactory(is_published=False), PageFactory(picture=shown)
    ProductPicture.objects.create(product=product, picture=shown, position=0)
    ConsentRecord.objects.filter(pk=consent.pk).update(expires_on=today + timedelta(days=9))
    consents.remind(now=timezone.now())
    for mail in Mail.objects.all():
        delivery.deliver(mail_id=mail.pk, now=timezone.now())

    reader = Client()
    address = f"/media/{shown.folder}/400.webp"
    assert reader.get(story.get_absolute_url()).status_code == 200
    assert reader.get(address).status_code == 200
    assert {"awareness_historicalstory", "awareness_story", "django_admin_log"} <= {
        table for word in WORDS for table in tables_that_hold(word)
    }
    assert tables_that_hold(shown.folder)
    assert Upload.objects.filter(picture=waiting).exists()
    folders = [shown.folder, waiting.folder]

    # What the admin still had to tell of earlier steps is told now.
    staff.get(reverse("admin:index"))
    answer = staff.post(
        reverse("admin:media_consentrecord_withdraw", args=[consent.pk]), follow=True
    )
    page_of_staff = answer.content.decode()
    assert "1 story, 2 pictures, 6 files." in page_of_staff
    assert "2 pages or products that showed a picture lost it." in page_of_staff
    assert not [word for word in WORDS if word in page_of_staff]

    assert reader.get(story.get_absolute_url()).status_code == 404
    assert reader.get(address).status_code == 404
    for word in [*WORDS, *folders, *(folder.split("/")[1] for folder in folders)]:
        assert tables_that_hold(word) == [], word
    left = [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]
    assert left
    assert all(kept.folder in str(path) for path in left)
    for path in [*left, *settings.WITHDRAWALS_FILE.parent.glob("withdrawals")]:
        data = path.read_bytes().lower()
        assert not [word for word in WORDS if word.lower().encode() in data]

    # What stays: codes, numbers, and what others have agreed to.
    withdrawal = Withdrawal.objects.get()
    assert withdrawal.code == consent.code
    assert LogEntry.objects.filter(object_repr=consent.code).exists()
    assert re.fullmatch(r"C-\w{8}", consent.code)
    assert list(Picture.objects.all()) == [kept]
    page.refresh_from_db()
    assert page.picture is None
    assert Page.objects.public(now=timezone.now()).filter(pk=page.pk).exists()
    assert reader.get(page.get_absolute_url()).status_code == 200
