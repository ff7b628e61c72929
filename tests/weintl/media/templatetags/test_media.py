"""The tag shows every rendition, and nobody without a consent."""

import pytest
from django.template import Context, Template

from tests.factories.media import ConsentFactory, PictureFactory
from weintl.media.models import Picture

pytestmark = pytest.mark.django_db


def shown(picture, words='sizes="50vw"') -> str:
    template = Template("{% load media %}{% picture picture " + words + " %}")
    return template.render(Context({"picture": picture}))


def test_both_formats_in_each_width_without_a_query(django_assert_num_queries):
    picture = PictureFactory()
    with django_assert_num_queries(0):
        page = shown(picture)
    assert page.startswith('<picture><source type="image/avif" srcset="/media/pictures/')
    assert page.count(" 400w") == page.count(" 1200w") == 2
    assert 'width="1200" height="1500" alt="A folded scarf"' in page
    assert f'src="/media/{picture.folder}/800.webp"' in page
    assert page.count('sizes="50vw"') == 2


def test_one_file_alone_needs_no_choice():
    picture = PictureFactory()
    picture.renditions = [row for row in picture.renditions if row["format"] == "webp"][:1]
    page = shown(picture)
    assert page.startswith("<img ")
    assert "srcset" not in page


def test_nothing_is_shown_while_the_files_are_made():
    assert shown(PictureFactory(renditions=[])).strip() == ""
    assert shown(None).strip() == ""


def test_words_may_stand_beside_it():
    assert 'alt=""' in shown(PictureFactory(), 'alt=""')
    assert 'alt=""' in shown(PictureFactory(is_decorative=True, alt_en="x", alt_es="x"))


def test_nobody_is_shown_without_a_consent_for_the_place(django_assert_num_queries):
    consent = ConsentFactory(scopes=["shop"], is_from_programme=False, left_programme_on=None)
    PictureFactory(people="seen", consent=consent)
    picture = Picture.objects.select_related("consent").get()
    with django_assert_num_queries(0):
        assert shown(picture).strip() == ""
        assert "<picture>" in shown(picture, 'scope="shop"')
