"""Who may enter the admin."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.apps import apps
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories.closing import all_sealed
from tests.factories.donations import gift_received
from tests.factories.marketplace import AT, on_shelf, order_of, pay
from tests.factories.partners import StaffFactory
from tests.factories.payments import RefundFactory, WebhookEventFactory
from weintl.accounts.models import User
from weintl.payments import differences
from weintl.payments.models import Dispute, Reconciliation
from weintl.staff import demo

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    return demo.load_people()[0]


def test_a_visitor_is_sent_to_the_sign_in(client):
    answer = client.get("/admin/", follow=True)
    assert answer.redirect_chain[-1][0].startswith("/accounts/login/")


def test_somebody_who_is_no_staff_is_refused(client):
    client.force_login(User.objects.create_user("shopper@weintl.example", "long-enough-words"))
    assert client.get("/admin/", follow=True).status_code == 403


def test_the_demonstration_lets_staff_in_and_offers_the_second_factor(client, staff):
    client.force_login(staff)
    answer = client.get("/admin/")
    assert answer.status_code == 200
    assert answer.context["offers_second_factor"]


def test_production_demands_the_second_factor(client, staff, settings):
    settings.PRODUCTION = True
    client.force_login(staff)
    answer = client.get("/admin/", follow=True)
    assert "/accounts/2fa/totp/activate/" in answer.redirect_chain[-1][0] or (
        "/accounts/reauthenticate/" in answer.redirect_chain[-1][0]
    )
    TOTP.activate(staff, generate_totp_secret())
    assert client.get("/admin/").status_code == 200


def test_an_inactive_user_is_refused(client, staff):
    client.force_login(staff)
    User.objects.filter(pk=staff.pk).update(is_active=False)
    assert client.get("/admin/").status_code == 302


def test_demonstration_logins_are_never_made_in_production(settings):
    settings.PRODUCTION = True
    with pytest.raises(demo.NotADemonstration):
        demo.load_people()
    assert not User.objects.exists()


def test_two_people_so_that_one_approves_the_others_act():
    first, second = demo.load_people()
    assert first.pk != second.pk
    assert demo.load_people() == (first, second)


@pytest.mark.django_db
def test_a_demonstration_login_opens_the_admin_at_once(client):
    demo.load_people()
    login = demo.DEMO_LOGINS[0]
    client.post("/accounts/login/", {"login": login.email, "password": login.password})
    assert client.get("/admin/").status_code == 200


# -- what holds for every list and page -----------------------------------------------------------
BOOKED = [
    "payments_payment",
    "payments_refund",
    "payments_dispute",
    "payments_webhookevent",
    "payments_reconciliation",
    "payments_difference",
    "partners_account",
    "partners_entry",
    "partners_transfer",
    "partners_seal",
    "partners_maturity",
    "mail_mail",
    "marketplace_order",
    "marketplace_stock",
    "marketplace_stockmove",
    "marketplace_hold",
    "donations_gift",
    "donations_receipt",
]
FOLLOWED = [
    *BOOKED,
    "partners_partner",
    "partners_programme",
    "partners_splitrule",
    "marketplace_product",
    "marketplace_variant",
    "donations_donor",
    "donations_fund",
]


def a_purchase_and_a_gift() -> None:
    order = pay(order_of({on_shelf(consigned=5): 2}))
    gift = gift_received()
    for payment in (order.payment, gift.payment):
        refund = RefundFactory(payment=payment)
        WebhookEventFactory(payment=payment, event_id=f"evt_{payment.pk}")
        Dispute.objects.create(
            payment=payment,
            dispute_id=f"du_{payment.pk}",
            state="won",
            amount=1,
            currency="usd",
            opened_at=AT,
        )
        differences.record(
            kind="amount",
            object_id=f"txn_{refund.pk}",
            currency="usd",
            detail="charge",
            ours=1,
            theirs=2,
            payment=payment,
            occurred_at=AT,
            found_at=AT,
        )
    all_sealed()
    Reconciliation.objects.create(currency="usd", from_at=AT, cut_off_at=AT, run_at=AT)


@pytest.fixture
def chief(client):
    client.force_login(StaffFactory(is_superuser=True))
    return client


def statements(client, address) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def test_no_list_needs_more_statements_for_more_rows(chief):
    a_purchase_and_a_gift()
    addresses = [reverse(f"admin:{name}_changelist") for name in FOLLOWED]
    for address in addresses:
        chief.get(address)
    few = [statements(chief, address) for address in addresses]
    for _ in range(4):
        a_purchase_and_a_gift()
    many = [statements(chief, address) for address in addresses]
    found = dict(zip(FOLLOWED, zip(few, many, strict=True), strict=True))
    # A filter or a level of the date hierarchy may ask once more than for a single row.
    assert not {name: pair for name, pair in found.items() if pair[1] > pair[0] + 2}
    assert max(many) <= 16, found


@pytest.mark.parametrize("name", BOOKED)
def test_what_is_booked_is_changed_by_nobody(chief, name):
    a_purchase_and_a_gift()
    model = apps.get_model(*name.split("_"))
    before = list(model.objects.order_by("pk").values())
    assert before, name
    pk = before[0]["id"]
    chosen = {"action": "delete_selected", "_selected_action": [pk], "post": "yes"}
    listed = reverse(f"admin:{name}_changelist")
    for page in ("add", "change", "delete"):
        address = reverse(f"admin:{name}_{page}", args=[] if page == "add" else [pk])
        for answer in (
            chief.post(address, {"post": "yes", "state": "x", "amount": 1}),
            *([] if page == "change" else [chief.get(address)]),
        ):
            assert answer.status_code == 403, (page, name)
    page = chief.get(reverse(f"admin:{name}_change", args=[pk])).content.decode()
    assert 'name="_save"' not in page
    chief.post(listed, chosen)
    assert list(model.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("name", FOLLOWED)
def test_every_list_can_be_searched_and_narrowed_by_time(chief, name):
    a_purchase_and_a_gift()
    page = admin.site._registry[apps.get_model(*name.split("_"))]
    assert page.search_fields
    answer = chief.get(reverse(f"admin:{name}_changelist"), {"q": "a"})
    assert answer.status_code == 200
    if page.date_hierarchy:
        year = {f"{page.date_hierarchy}__year": 2026}
        assert chief.get(reverse(f"admin:{name}_changelist"), year).status_code == 200


def test_moments_are_shown_with_their_zone_and_amounts_with_their_currency(chief):
    a_purchase_and_a_gift()
    for name, written in (("marketplace_order", "$57.90"), ("payments_payment", "$57.90")):
        page = chief.get(reverse(f"admin:{name}_changelist")).content.decode()
        assert "Nov 24, 2026, 12:00 UTC" in page
        assert written in page
    chief.cookies["django_language"] = "es"
    page = chief.get(reverse("admin:marketplace_order_changelist")).content.decode()
    assert "24 Nov 2026, 12:00 UTC" in page or "24 nov 2026, 12:00 UTC" in page


def test_every_word_of_a_form_or_column_can_be_translated():
    ours = {"accounts", "donations", "mail", "marketplace", "media", "organisation"}
    ours |= {"partners", "payments"}
    bare = [
        f"{model._meta.label}.{field.name}"
        for model in admin.site._registry
        if model._meta.app_label in ours and not model._meta.proxy
        for field in model._meta.get_fields()
        if field.concrete and not field.auto_created and field.editable
        if field.name != "id" and type(field.verbose_name) is str
    ]
    assert bare == []
