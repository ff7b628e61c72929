"""What no page of the admin sends is answered in words, and changes nothing."""

import pytest
from django.urls import reverse

from marketplace.models import Category, Variant
from weintl.accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief(client):
    client.force_login(User.objects.create_superuser("chief@example.org", "weave-and-weld"))
    return client


@pytest.mark.parametrize("key", ["a\0b", "<b>", "NaN", "😀"])
def test_a_row_that_is_no_number_is_refused(chief, key):
    act = {"action": "delete_selected", "_selected_action": [key]}
    listed = reverse("admin:marketplace_category_changelist")
    assert chief.post(listed, act).status_code in {302, 400}
    address = reverse("admin:marketplace_variant_add")
    assert chief.post(address, {"product": key, "sku": "X"}).status_code in {200, 400}
    assert not Category.objects.exists()
    assert not Variant.objects.exists()


def test_a_year_that_no_calendar_has_is_refused(chief):
    listed = reverse("admin:marketplace_delivery_changelist")
    for year in ("999999999", "9" * 30, "-5", "0"):
        answer = chief.get(listed, {"delivered_on__year": year})
        assert answer.status_code in {200, 302, 400}, year
