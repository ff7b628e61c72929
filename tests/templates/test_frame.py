"""Head and foot of every page are kept under all that they are made of, and follow it at once."""

import pytest

from tests.factories.marketplace import on_shelf
from weintl.organisation.models import Organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def ourselves() -> Organisation:
    values = {"mission": "One mission", "legal_name": "First e. V.", "address": "1 Street\nTown"}
    return Organisation.objects.update_or_create(pk=1, defaults=values)[0]


def read(client, path: str = "/en/give/") -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        ("mission", "Another mission", "Another mission"),
        ("legal_name", "Second e. V.", "Second e. V."),
        ("tax_number", "DE 12", "DE 12"),
        ("address", "2 Street\nTown", "2 Street, Town"),
    ],
)
def test_the_foot_says_what_the_organisation_says_of_itself(client, ourselves, field, value, shown):
    assert shown not in read(client)
    setattr(ourselves, field, value)
    ourselves.save()
    assert shown in read(client)


def test_the_shop_comes_and_goes(client, ourselves):
    ways = {"/en/shop/", "/en/cart/", "/en/account/"}
    assert all(f'href="{way}"' in read(client) for way in ways)
    ourselves.is_shop_open, ourselves.shop_note_en, ourselves.shop_note_es = False, "", ""
    ourselves.save()
    assert not any(f'href="{way}"' in read(client) for way in ways)


def test_each_language_and_each_place_has_its_own(client, ourselves):
    assert "Leer y comprobar" not in read(client)
    spanish = read(client, "/es/give/")
    assert 'href="/es/shop/"' in spanish
    assert 'href="/en/shop/"' not in spanish.split("<footer")[1]
    assert 'href="/en/give/" aria-current="page"' in read(client)
    assert 'href="/en/give/" aria-current="page"' not in read(client, "/en/cart/")


def test_a_cart_is_counted_on_pages_of_its_own_visitor_alone(client, ourselves):
    other = client.__class__()
    variant = on_shelf(consigned=3)
    for pieces in (1, 2):
        client.post(
            "/en/cart/add/", {"sku": variant.sku}, headers={"sec-fetch-site": "same-origin"}
        )
        assert f'<span class="num" aria-hidden="true">{pieces}</span>' in read(client, "/en/cart/")
        assert 'aria-hidden="true">1</span>' not in read(other, "/en/cart/")
