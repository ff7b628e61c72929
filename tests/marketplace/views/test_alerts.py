"""The form and the links of “mail me when it is back” work without script and account."""

import re

import pytest
from django.test import Client

from marketplace import tasks
from marketplace.models import StockAlert
from tests.factories.marketplace import VariantFactory, on_shelf
from weintl.mail.composing import compose
from weintl.mail.models import Mail

pytestmark = pytest.mark.django_db


def link(mail, word):
    text = compose(mail).body
    return re.search(rf"https?://[^/\s]+(/\S*/shop/back/{word}/\S+)", text)[1]


def test_asked_confirmed_told_and_left(client):
    variant = VariantFactory()
    page = client.get(variant.product.get_absolute_url()).content.decode()
    address = f"/en/shop/back/{variant.pk}/"
    assert f'href="{address}"' in page
    form = client.get(address)
    assert form["X-Robots-Tag"] == "noindex"
    answer = client.post(address, {"email": "ana@example.org"})
    assert (answer.status_code, answer["Location"]) == (302, "/en/shop/back/sent/")
    assert client.get(answer["Location"]).status_code == 200
    yes = link(Mail.objects.get(), "yes")
    # A scanner of mails opens the link, and nothing happens.
    assert "Yes, write to me" in client.get(yes).content.decode()
    assert StockAlert.objects.get().confirmed_at is None
    assert "Thank you" in client.post(yes, follow=True).content.decode()
    on_shelf(consigned=1, product=variant.product)
    assert tasks.tell_of_pieces() == 0
    leave = link(Mail.objects.get(), "leave")
    assert "Forget my address" in client.get(leave).content.decode()
    assert StockAlert.objects.exists()
    assert "forgotten" in client.post(leave).content.decode()
    assert not StockAlert.objects.exists()
    assert not Mail.objects.exists()
    assert client.get(leave).status_code == 200
    assert client.get(yes).status_code == 404


def test_in_spanish_the_mail_is_spanish(client):
    variant = VariantFactory(product__name_es="Pañuelo")
    client.post(f"/es/shop/back/{variant.pk}/", {"email": "luz@example.org"})
    message = compose(Mail.objects.get())
    assert "Pañuelo" in message.body
    assert link(Mail.objects.get(), "yes").startswith("/es/")


def test_what_can_be_had_or_was_the_only_one_has_no_such_form(client):
    here = on_shelf(consigned=1)
    only = VariantFactory(product__is_one_of_a_kind=True)
    for variant in (here, only):
        answer = client.get(f"/en/shop/back/{variant.pk}/")
        assert answer["Location"] == variant.product.get_absolute_url()
    assert client.get("/en/shop/back/999999/").status_code == 404


@pytest.mark.parametrize("email", ["", "no address", "a@b", "x" * 300 + "@example.org"])
def test_what_is_no_address_is_said(client, email):
    variant = VariantFactory()
    answer = client.post(f"/en/shop/back/{variant.pk}/", {"email": email})
    assert answer.status_code == 422
    assert not Mail.objects.exists()


def test_programs_are_thanked_and_ignored_and_haste_is_slowed(client):
    variant = VariantFactory()
    address = f"/en/shop/back/{variant.pk}/"
    client.post(address, {"email": "bot@example.org", "website": "http://x"})
    assert not StockAlert.objects.exists()
    answers = [client.post(address, {"email": f"a{n}@example.org"}) for n in range(11)]
    assert answers[0].status_code == 302
    assert answers[-1].status_code == 429
    assert Client(enforce_csrf_checks=True).post(address, {"email": "a@b.c"}).status_code == 403
