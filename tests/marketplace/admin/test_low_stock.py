"""The list of what runs out, in the admin and on the first page."""

import pytest
from django.urls import reverse

from tests.factories.marketplace import on_shelf
from tests.factories.partners import StaffFactory
from tests.partners.admin.test_programmes import signed_in
from tests.partners.admin.test_records import member

pytestmark = pytest.mark.django_db
LIST = "/admin/marketplace/lowvariant/"


def test_it_is_listed_filtered_handed_out_and_leads_to_the_variant():
    few, other = on_shelf(consigned=1, place="A 1"), on_shelf(consigned=1, place="B 2")
    staff = signed_in(StaffFactory(is_superuser=True))
    page = staff.get(LIST, {"place": "A 1"}).content.decode()
    assert few.sku in page
    assert other.sku not in page
    assert (
        other.sku
        in staff.get(
            LIST, {"product__programme__id__exact": other.product.programme_id}
        ).content.decode()
    )
    assert few.sku in staff.get(reverse("admin:marketplace_lowvariant_csv")).content.decode()
    change = reverse("admin:marketplace_lowvariant_change", args=[few.pk])
    assert staff.get(change)["Location"].endswith(f"/variant/{few.pk}/change/")
    assert f'{LIST}">Pieces that run low: 2' in staff.get("/admin/").content.decode()


def test_it_costs_few_statements(django_assert_max_num_queries):
    for _ in range(8):
        on_shelf(consigned=1)
    staff = signed_in(StaffFactory(is_superuser=True))
    staff.get(LIST)
    with django_assert_max_num_queries(16):
        staff.get(LIST)


def test_whoever_may_not_see_it_is_refused():
    assert member("editor").get(reverse("admin:marketplace_lowvariant_csv")).status_code == 403
