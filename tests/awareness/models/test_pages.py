from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import override

from awareness.models import Page
from tests.factories.awareness import PageFactory, SectionFactory, StatisticFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def test_a_page_is_public_from_its_moment_on():
    PageFactory(key="now", published_at=NOW)
    PageFactory(key="later", published_at=NOW + timedelta(seconds=1))
    PageFactory(key="draft", published_at=None)
    assert [page.key for page in Page.objects.public(now=NOW)] == ["now"]


def test_the_address_is_that_of_the_active_language():
    page = PageFactory(path_en="understand/money/", path_es="understand/dinero/")
    with override("en"):
        assert page.get_absolute_url() == "/en/understand/money/"
    with override("es"):
        assert page.get_absolute_url() == "/es/understand/dinero/"


@pytest.mark.parametrize("path", ["admin/", "shop/x/", "understand/Money/", "understand/x", "../"])
def test_a_path_outside_the_pages_is_refused(path):
    page = PageFactory.build(path_en=path)
    with pytest.raises(ValidationError) as caught:
        page.full_clean()
    assert "path_en" in caught.value.message_dict


def test_two_pages_cannot_share_an_address():
    PageFactory(path_es="understand/dinero/")
    with pytest.raises(IntegrityError), transaction.atomic():
        PageFactory(path_es="understand/dinero/")


def test_an_anchor_stands_once_on_a_page():
    section = SectionFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        SectionFactory(page=section.page, anchor=section.anchor)


@pytest.mark.parametrize("field", ["body_en", "body_es", "heading_en", "heading_es"])
def test_a_bare_figure_is_refused_in_each_language(field):
    section = SectionFactory()
    setattr(section, field, "There are 27 million of them.")
    with pytest.raises(ValidationError) as caught:
        section.full_clean()
    assert field in caught.value.message_dict


def test_a_bare_figure_is_refused_in_a_lede():
    page = PageFactory.build(lede_es="Son 27 millones.")
    with pytest.raises(ValidationError) as caught:
        page.full_clean()
    assert "lede_es" in caught.value.message_dict


def test_a_token_of_no_statistic_is_refused():
    StatisticFactory(key="there")
    section = SectionFactory(body_en="<p>[[stat:there]]</p>", body_es="<p>[[stat:gone]]</p>")
    with pytest.raises(ValidationError, match="gone"):
        section.full_clean()


def test_history_keeps_both_languages():
    page = PageFactory(title_en="Old", title_es="Viejo")
    page.title_es = "Nuevo"
    page.save()
    assert [row.title_es for row in page.history.all()] == ["Nuevo", "Viejo"]


def test_a_page_is_fetched_in_two_queries(django_assert_num_queries):
    page = PageFactory(parent=PageFactory())
    for _ in range(4):
        SectionFactory(page=page)
    with django_assert_num_queries(2):
        shown = Page.objects.for_display().get(pk=page.pk)
        assert shown.parent.title
        assert len(shown.sections.all()) == 4


def test_a_page_does_not_stand_below_what_stands_below_it():
    above = PageFactory()
    middle = PageFactory(parent=above)
    above.parent = PageFactory(parent=middle)
    with pytest.raises(ValidationError, match="below this one"):
        above.full_clean()


def test_an_anchor_of_the_frame_is_refused():
    section = SectionFactory()
    section.anchor = "main"
    with pytest.raises(ValidationError, match="frame of the page"):
        section.full_clean()
