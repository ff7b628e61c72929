"""What search engines are told: the sitemap of all apps, and robots.txt."""

from xml.etree.ElementTree import fromstring

import pytest

from marketplace.models import Product
from tests.factories.awareness import PageFactory
from tests.factories.marketplace import on_shelf
from tests.factories.partners import PartnerFactory, ProgrammeFactory

pytestmark = pytest.mark.django_db
SPACE = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
ADDRESS = "https://weintl.example"


@pytest.fixture
def production(settings):
    settings.SITE_URL = ADDRESS
    settings.DEMO = False


def addresses(client) -> set[str]:
    answer = client.get("/sitemap.xml")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/xml"
    assert answer["Cache-Control"] == "public, max-age=60"
    assert not answer.cookies
    assert "Cookie" not in answer.get("Vary", "")
    return {each.text for each in fromstring(answer.content).findall("s:url/s:loc", SPACE)}


def test_the_sitemap_lists_what_is_public_in_both_languages(client, production):
    PageFactory(path_en="understand/money/", path_es="understand/dinero/")
    product = on_shelf(consigned=1).product
    Product.objects.filter(pk=product.pk).update(slug_en="a-throw", slug_es="una-manta")
    programme = product.programme
    found = addresses(client)
    for path in (
        *(
            "/en/understand/money/",
            "/es/understand/dinero/",
            "/en/shop/",
            "/es/partners/",
            "/es/give/",
        ),
        *("/en/shop/p/a-throw/", "/es/shop/p/una-manta/"),
        f"/en/shop/c/{product.category.slug_en}/",
        f"/en/partners/{programme.partner.slug}/",
        f"/es/partners/{programme.partner.slug}/{programme.slug_es}/",
    ):
        assert ADDRESS + path in found, path


def test_the_sitemap_leaves_out_what_is_not_public(client, production):
    hidden = on_shelf(consigned=1).product
    Product.objects.filter(pk=hidden.pk).update(is_published=False)
    paused = ProgrammeFactory(partner=PartnerFactory(slug="paused-house", status="paused"))
    found = addresses(client)
    assert not [each for each in found if "/shop/p/" in each or "/shop/c/" in each]
    assert not [each for each in found if paused.partner.slug in each]


def test_each_address_names_its_other_language(client, production):
    answer = client.get("/sitemap.xml")
    for each in fromstring(answer.content).findall("s:url", SPACE):
        others = {link.get("hreflang") for link in each.findall("x:link", SPACE)}
        assert others == {"en", "es"}


def test_robots_names_the_sitemap_and_keeps_personal_pages_out(client, production):
    answer = client.get("/robots.txt")
    lines = answer.content.decode().splitlines()
    assert answer["Cache-Control"] == "public, max-age=60"
    assert not answer.cookies
    assert f"Sitemap: {ADDRESS}/sitemap.xml" in lines
    for path in ("/admin/", "/accounts/", "/exit/", "/*/cart/", "/*/checkout/", "/*/orders/"):
        assert f"Disallow: {path}" in lines
    assert "Disallow: /*/giving/" in lines
    assert "Disallow: /" not in lines


def test_the_demonstration_refuses_all_robots(client, settings):
    settings.DEMO = True
    assert client.get("/robots.txt").content == b"User-agent: *\nDisallow: /\n"
