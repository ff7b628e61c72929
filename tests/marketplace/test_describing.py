import json
import re

import pytest

from marketplace.models import Product
from tests.factories.marketplace import VariantFactory, on_shelf, picture_of
from weintl.organisation.models import Organisation

pytestmark = pytest.mark.django_db
BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.S)


@pytest.fixture(autouse=True)
def address(settings):
    settings.SITE_URL = "https://we.example"


def described(client, product: Product):
    text = client.get(product.get_absolute_url()).content.decode()
    (found,) = BLOCK.findall(text)
    return json.loads(found)["@graph"]


def test_a_product_says_its_price_and_that_it_can_be_had(client, now):
    variant = on_shelf(consigned=1, now=now, price_amount=2450)
    picture_of(variant.product)
    product, way = described(client, variant.product)
    (offer,) = product["offers"]
    assert (offer["price"], offer["priceCurrency"]) == ("24.50", "USD")
    assert offer["availability"] == "https://schema.org/InStock"
    assert product["image"][0].startswith("https://we.example/")
    assert len(way["itemListElement"]) == 4


def test_what_is_sold_out_or_closed_cannot_be_had(client, now):
    variant = VariantFactory()
    assert described(client, variant.product)[0]["offers"][0]["availability"].endswith("OutOfStock")
    other = on_shelf(consigned=1, now=now)
    organisation = Organisation.current()
    organisation.is_shop_open = False
    organisation.save()
    assert described(client, other.product)[0]["offers"][0]["availability"].endswith("OutOfStock")


def test_a_description_cannot_end_the_element(client, now):
    variant = on_shelf(consigned=1, now=now, product__description_en="</script><script>alert(1)")
    assert described(client, variant.product)[0]["description"].startswith("</script>")
