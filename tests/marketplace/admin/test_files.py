"""Staff of the shop take tables along and bring them back; others do not."""

import html

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from marketplace.models import CatalogueFile, Stock, Variant
from tests.factories.marketplace import on_shelf
from tests.factories.partners import StaffFactory
from tests.partners.admin.test_programmes import signed_in
from tests.partners.admin.test_records import member

pytestmark = pytest.mark.django_db
BRING = "/admin/marketplace/cataloguefile/bring/"


def text(answer):
    return html.unescape(answer.content.decode())


def bring(client, data, kind="variants", **headers):
    upload = SimpleUploadedFile("=table.csv", data if isinstance(data, bytes) else data.encode())
    return client.post(BRING, {"kind": kind, "file": upload}, follow=True, **headers)


def table(client, kind):
    return client.get(reverse("admin:marketplace_cataloguefile_csv", args=[kind]))


def test_a_table_goes_out_comes_back_is_seen_and_taken_over_once():
    variant = on_shelf(consigned=1, sku="A", product__name_en="=1+1", product__name_es="Uno 🧶")
    client = member("shop")
    handed = table(client, "products").content
    assert handed.startswith(b"\xef\xbb\xbf")
    assert b",'=1+1," in handed
    same = text(bring(client, handed, "products"))
    assert "there is nothing to change" in same
    assert "Take it over" not in same

    seen = bring(client, table(client, "variants").content.replace(b"24.95", b"26.00"))
    assert "<del>24.95</del>" in text(seen)
    assert "<ins>26.00</ins>" in text(seen)
    assert Variant.objects.get(sku="A").price_amount == 2495
    row = CatalogueFile.objects.order_by("pk").last()
    apply = reverse("admin:marketplace_cataloguefile_apply", args=[row.pk])
    assert client.get(apply).status_code == 405
    for _ in range(2):
        assert "The file is taken over." in text(client.post(apply, follow=True))
    assert Variant.objects.get(sku="A").price_amount == 2600
    assert variant.history.first().history_user == row.brought_by
    assert variant.history.count() == 2
    assert "taken over" in text(client.get(reverse("admin:marketplace_cataloguefile_changelist")))


def test_mistakes_stand_by_row_and_column_in_the_persons_language():
    on_shelf(consigned=1, sku="A")
    page = bring(member("shop"), "sku;price\r\nA;cheap\r\n", headers={"accept-language": "es"})
    assert "«cheap» no es un importe." in text(page)
    assert "1 error." in text(page)
    assert "Encargarse" not in text(page)


def test_a_wrong_file_is_told_in_a_sentence():
    client = member("shop")
    page = text(bring(client, b"\x89PNG\r\n\x1a\n\x00"))
    assert "CSV UTF-8" in page
    assert "This field is required." in text(client.post(BRING, {"kind": "variants"}))
    assert not CatalogueFile.objects.exists()


def test_a_count_with_money_asks_who_it_is(client):
    variant = on_shelf(consigned=5, sku="A")
    data = "sku,consigned,reason\nA,4,lost\n"
    client.force_login(StaffFactory(is_superuser=True))
    bring(client, data, "count")
    apply = reverse("admin:marketplace_cataloguefile_apply", args=[CatalogueFile.objects.get().pk])
    assert "reauthenticate" in client.post(apply)["Location"]
    assert "The file is taken over." in text(member("shop").post(apply, follow=True))
    assert Stock.objects.get(variant=variant).consigned == 4


@pytest.mark.parametrize("group", ["fulfilment", "finance", "auditor", "editor"])
def test_only_the_shop_brings_and_takes_tables(group):
    client = member(group)
    assert client.get(BRING).status_code == 403
    assert table(client, "products").status_code == 403


def test_odd_addresses_are_not_there():
    client = signed_in(StaffFactory(is_superuser=True))
    assert table(client, "orders").status_code == 404
    for odd in ("x", "9" * 30):
        page = reverse("admin:marketplace_cataloguefile_change", args=[odd])
        assert client.get(page).status_code == 404
