import pytest

from awareness.sitemaps import PageSitemap
from tests.factories.awareness import PageFactory


@pytest.mark.django_db
def test_only_public_pages_that_may_be_listed_are_listed():
    listed = PageFactory()
    PageFactory(is_indexed=False)
    PageFactory(published_at=None)
    assert list(PageSitemap().items()) == [listed]


@pytest.mark.django_db
def test_each_page_is_listed_in_both_languages(settings):
    settings.SITE_URL = "https://example.org"
    PageFactory(path_en="understand/money/", path_es="understand/dinero/")
    urls = PageSitemap().get_urls()
    assert {url["location"] for url in urls} == {
        "https://example.org/en/understand/money/",
        "https://example.org/es/understand/dinero/",
    }
    assert any(
        other["lang_code"] == "es" and other["location"].endswith("/es/understand/dinero/")
        for other in urls[0]["alternates"]
    )
