"""Staff add a product, fill its shelf, publish it, and it stands in the shop."""

import pytest
from django.urls import reverse

from marketplace.models import Product, Stock, Variant
from tests.factories.marketplace import CategoryFactory, on_shelf, picture_of
from tests.factories.partners import ProgrammeFactory, SplitRuleFactory
from weintl.accounts.models import User

pytestmark = pytest.mark.django_db


def new_product(staff):
    programme, category = ProgrammeFactory(), CategoryFactory()
    SplitRuleFactory(programme=programme)
    fields = {
        "code": "lantern",
        "category": category.pk,
        "programme": programme.pk,
        "dispatch_days": 3,
        "variants-TOTAL_FORMS": 1,
        "variants-INITIAL_FORMS": 0,
        "variants-0-sku": "LANTERN",
        "variants-0-price_amount": "42.00",
        "variants-0-currency": "usd",
        "variants-0-is_active": "on",
        "variants-0-position": 0,
        "variants-0-weight_grams": 350,
        "pictures-TOTAL_FORMS": 0,
        "pictures-INITIAL_FORMS": 0,
    }
    for name, english, spanish in (
        ("name", "Paper lantern", "Farol de papel"),
        ("slug", "paper-lantern", "farol-de-papel"),
        ("description", "A lantern.", "Un farol."),
    ):
        fields |= {f"{name}_en": english, f"{name}_es": spanish}
    answer = staff.post(reverse("admin:marketplace_product_add"), fields)
    assert answer.status_code == 302, answer.content.decode()
    return Product.objects.get(code="lantern")


def act(staff, product, name):
    return staff.post(
        reverse("admin:marketplace_product_changelist"),
        {"action": name, "_selected_action": [product.pk]},
        follow=True,
    ).content.decode()


def test_a_new_product_reaches_the_shop_once_it_is_whole(staff):
    product = new_product(staff)
    assert "It has no picture." in act(staff, product, "publish")
    assert not Product.objects.public()
    picture_of(product)
    assert "is in the shop" in act(staff, product, "publish")
    assert "Paper lantern" in staff.get("/en/shop/").content.decode()
    assert staff.get("/es/shop/p/farol-de-papel/").status_code == 200
    act(staff, product, "withdraw")
    assert staff.get("/en/shop/p/paper-lantern/").status_code == 404


def test_a_product_can_be_changed_again_and_again(staff):
    product = on_shelf(consigned=1).product
    for name in ("First", "Second"):
        product.refresh_from_db()
        product.name_en = name
        product.save()
    page = staff.get(reverse("admin:marketplace_product_change", args=[product.pk]))
    assert "Receive pieces" in page.content.decode()
    assert product.history.count() == 3


def test_a_delivery_is_received_once(staff):
    variant = on_shelf(consigned=1)
    url = reverse("admin:marketplace_variant_receive", args=[variant.pk])
    key = staff.get(url).context["form"].initial["key"]
    given = {"supply": "owned", "quantity": 4, "unit_cost": "9.00", "key": key}
    for _ in range(2):
        assert staff.post(url, given).status_code == 302
    row = Stock.objects.get(variant=variant)
    assert (row.owned, row.consigned, row.owned_cost_amount) == (4, 1, 3600)


@pytest.mark.parametrize(
    "given",
    [
        {"supply": "owned", "quantity": 4},
        {"supply": "consigned", "quantity": 4, "unit_cost": 5},
        {"supply": "consigned", "quantity": 0},
    ],
)
def test_an_odd_delivery_is_refused(staff, given):
    variant = on_shelf(consigned=1)
    url = reverse("admin:marketplace_variant_receive", args=[variant.pk])
    assert staff.post(url, {**given, "key": "0" * 32}).status_code == 200
    row = Stock.objects.get(variant=variant)
    assert (row.owned, row.consigned) == (0, 1)


def test_no_act_bears_the_name_of_a_line_of_a_delivery(staff):
    variant = on_shelf(consigned=1)
    url = reverse("admin:marketplace_variant_receive", args=[variant.pk])
    given = {"supply": "consigned", "quantity": 4, "key": "delivery-1-1"}
    assert staff.post(url, given).context["form"].errors["key"]
    assert Stock.objects.get(variant=variant).consigned == 1


def test_buying_asks_for_a_fresh_sign_in_and_consignment_does_not(client):
    client.force_login(User.objects.create_superuser("stale@example.org", "correct-horse-battery"))
    variant = on_shelf(consigned=1)
    url = reverse("admin:marketplace_variant_receive", args=[variant.pk])
    bought = {"supply": "owned", "quantity": 4, "unit_cost": "9.00", "key": "0" * 32}
    assert "reauthenticate" in client.post(url, bought)["Location"]
    assert Stock.objects.get(variant=variant).owned == 0
    answer = client.post(url, {"supply": "consigned", "quantity": 4, "key": "1" * 32})
    assert answer["Location"].endswith("/change/")


def test_receiving_needs_the_right(client):
    user = User.objects.create_user("helper@example.org", "x", is_staff=True)
    client.force_login(user)
    variant = on_shelf(consigned=1)
    url = reverse("admin:marketplace_variant_receive", args=[variant.pk])
    assert client.get(url).status_code == 403


@pytest.mark.parametrize("model", ["category", "product", "variant"])
def test_each_list_and_page_opens(staff, model):
    variant = on_shelf(consigned=1)
    rows = {
        "variant": variant,
        "product": variant.product,
        "category": variant.product.category,
    }
    assert staff.get(reverse(f"admin:marketplace_{model}_changelist") + "?q=a").status_code == 200
    page = reverse(f"admin:marketplace_{model}_change", args=[rows[model].pk])
    assert staff.get(page).status_code == 200
    assert Variant.objects.count() == 1


@pytest.mark.parametrize("cost", ["9" * 30, "100000.01", "-1"])
def test_a_cost_that_nobody_pays_is_refused(staff, cost):
    variant = on_shelf(consigned=1)
    url = reverse("admin:marketplace_variant_receive", args=[variant.pk])
    answer = staff.post(
        url, {"supply": "owned", "quantity": "3", "unit_cost": cost, "key": "0" * 32}
    )
    assert answer.status_code == 200
    assert answer.context["form"].errors["unit_cost"]
    assert Stock.objects.get().owned == 0
