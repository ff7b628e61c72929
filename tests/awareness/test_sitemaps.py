import pytest

from awareness.sitemaps import FactSitemap, HelpSitemap, PageSitemap
from tests.factories.awareness import HelplineFactory, PageFactory, StatisticFactory


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


@pytest.mark.django_db
def test_a_page_is_listed_only_in_languages_that_it_is_written_in():
    PageFactory(title_es="", path_es="")
    (url,) = PageSitemap().get_urls()
    assert [other["lang_code"] for other in url["alternates"]] == ["en"]


@pytest.mark.django_db
def test_public_figures_and_countries_with_helplines_are_listed(settings):
    settings.SITE_URL = "https://example.org"
    figure = StatisticFactory(sourced=True)
    StatisticFactory()
    HelplineFactory(country="MX")
    HelplineFactory(country="MX")
    HelplineFactory(country="NP", is_public=False)
    assert [url["location"] for url in FactSitemap().get_urls()] == [
        f"https://example.org/en/facts/{figure.key}/",
        f"https://example.org/es/facts/{figure.key}/",
    ]
    assert {url["location"] for url in HelpSitemap().get_urls()} == {
        "https://example.org/en/help/mx/",
        "https://example.org/es/help/mx/",
    }
