"""Staff choose several pictures of a product at once, and say of all together what they show."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from marketplace import new_pictures
from marketplace.models import NewPicture, Product
from tests.factories.marketplace import on_shelf, picture_of
from tests.factories.media import ConsentFactory, image_file, telling_jpeg
from tests.partners.admin.test_records import member
from weintl.media import intake
from weintl.media.models import Picture, Upload

pytestmark = pytest.mark.django_db


def page(name, product, *more):
    return reverse(f"admin:marketplace_product_{name}", args=[product.pk, *more])


@pytest.fixture
def product(settings, tmp_path) -> Product:
    settings.MEDIA_ROOT = tmp_path
    return on_shelf(consigned=1, product__code="scarf").product


def choose(client, product, *files, key="0" * 32):
    uploads = [SimpleUploadedFile(name, data) for name, data in files]
    return client.post(page("pictures", product), {"files": uploads, "key": key}, follow=True)


def words(product, *, count=None, **more):
    rows = list(new_pictures.waiting(product))[:count]
    sent = {}
    for number, row in enumerate(rows):
        sent |= {
            f"p{row.pk}-alt_en": f"Scarf {'abc'[number]}",
            f"p{row.pk}-alt_es": f"Bufanda {'abc'[number]}",
            f"p{row.pk}-people": "none",
            f"p{row.pk}-credit": "Ana",
        }
    return sent | more


def test_several_files_become_pictures_in_their_order_once_they_have_words(staff, product):
    picture_of(product, position=4)
    files = [("1.jpg", telling_jpeg()), ("2.png", image_file(kind="PNG")), ("3.jpg", image_file())]
    for _ in range(2):
        choose(staff, product, *files)
    assert NewPicture.objects.count() == 3
    assert all(b"secret" not in bytes(row.data) for row in NewPicture.objects.all())
    assert product.pictures.count() == 1
    assert "3 pictures wait for words" in staff.get(page("change", product)).content.decode()

    sent = words(product)
    for _ in range(2):
        answer = staff.post(page("words", product), sent)
        assert answer["Location"] == page("change", product)
    hung = [row.picture for row in product.pictures.order_by("position")][1:]
    assert [each.alt_en for each in hung] == ["Scarf a", "Scarf b", "Scarf c"]
    assert [each.key for each in hung] == ["scarf-1", "scarf-2", "scarf-3"]
    assert {each.credit for each in hung} == {"Ana"}
    assert Upload.objects.count() == 3
    assert not NewPicture.objects.exists()


def test_hostile_files_are_named_and_the_good_ones_kept(staff, product):
    files = [
        ("<b>.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("good.jpg", image_file()),
        ("cut.jpg", telling_jpeg()[:900]),
        ("big.jpg", bytes(intake.LARGEST_BYTES + 1)),
    ]
    said = choose(staff, product, *files).content.decode()
    assert "“&lt;b&gt;.svg”: This is no JPEG" in said
    assert "“cut.jpg”: The file is damaged" in said
    assert "“big.jpg”: The file is larger than 15 MB" in said
    assert [row.place for row in new_pictures.waiting(product)] == [2]


def test_where_no_file_is_good_the_form_says_so_of_each(staff, product):
    answer = choose(staff, product, ("a.gif", image_file(kind="GIF")), ("b.txt", b"hello"))
    assert answer.status_code == 200
    assert len(answer.context["form"].errors["files"]) == 2
    assert "Choose at least one file." in choose(staff, product).content.decode()
    many = [("a.jpg", b"x")] * 21
    assert "at most 20 files" in choose(staff, product, *many).content.decode()
    assert not NewPicture.objects.exists()


def test_nothing_hangs_without_words_and_what_was_typed_stays(staff, product):
    choose(staff, product, ("1.jpg", image_file()), ("2.jpg", image_file()))
    _first, second = new_pictures.waiting(product)
    half = words(product) | {f"p{second.pk}-alt_es": ""}
    answer = staff.post(page("words", product), half)
    assert answer.status_code == 200
    assert "Scarf b" in answer.content.decode()
    assert not Picture.objects.exists()
    figure = words(product) | {f"p{second.pk}-alt_en": "27 million people"}
    assert "is a figure without" in staff.post(page("words", product), figure).content.decode()

    answer = staff.post(page("words", product), words(product, count=1), follow=True)
    assert "1 picture stands at the product." in answer.content.decode()
    assert list(new_pictures.waiting(product)) == [second]
    staff.post(page("words", product), {f"p{second.pk}-drop": "on", f"p{second.pk}-people": "none"})
    assert not NewPicture.objects.exists()
    assert Picture.objects.count() == 1


def test_a_person_in_a_picture_needs_a_consent_for_the_shop(staff, product):
    choose(staff, product, ("1.jpg", image_file()))
    (row,) = new_pictures.waiting(product)
    seen = words(product) | {f"p{row.pk}-people": "seen"}
    shown = staff.post(page("words", product), seen).content.decode()
    assert "A picture of people needs a consent." in shown
    elsewhere = seen | {f"p{row.pk}-consent": ConsentFactory(scopes=["web"]).pk}
    assert staff.post(page("words", product), elsewhere).status_code == 200
    consent = ConsentFactory()
    staff.post(page("words", product), seen | {f"p{row.pk}-consent": consent.pk})
    picture = Picture.objects.get()
    assert picture.consent == consent
    assert picture.folder.startswith("people/")


def test_who_may_not_link_consents_is_offered_none(product):
    client = member("shop")
    choose(client, product, ("1.jpg", image_file()))
    (row,) = new_pictures.waiting(product)
    sent = words(product) | {f"p{row.pk}-people": "seen", f"p{row.pk}-consent": ConsentFactory().pk}
    shown = client.post(page("words", product), sent).content.decode()
    assert "A picture of people needs a consent." in shown
    assert not Picture.objects.exists()


def test_a_waiting_picture_is_for_staff_and_goes_in_time(staff, client, product):
    choose(staff, product, ("1.jpg", image_file()))
    (row,) = new_pictures.waiting(product)
    answer = staff.get(page("waiting", product, row.pk))
    assert answer["Content-Type"] == "image/webp"
    assert "no-store" in answer["Cache-Control"]
    assert intake.canvas(answer.content).size <= new_pictures.SMALL
    other = on_shelf(consigned=1).product
    assert staff.get(page("waiting", other, row.pk)).status_code == 404
    client.logout()
    assert client.get(page("waiting", product, row.pk)).status_code == 302
    now = timezone.now()
    assert new_pictures.forget(now=now) == 0
    assert new_pictures.forget(now=now + timedelta(days=15)) == 1


def test_the_table_takes_each_place_of_a_form_once(product):
    row = {"product": product, "data": b"x", "request_key": "a", "chosen_at": timezone.now()}
    NewPicture.objects.create(place=1, **row)
    for place in (0, 1, 21):
        with pytest.raises(IntegrityError), transaction.atomic():
            NewPicture.objects.create(place=place, **row)
