"""Payments are shown to staff and edited by nobody."""

import html
from datetime import timedelta

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.urls import reverse

from tests.factories.payments import AT, PaymentFactory, RefundFactory, WebhookEventFactory
from weintl.accounts.models import User
from weintl.payments import differences
from weintl.payments.admin import reconciliation
from weintl.payments.models import (
    Difference,
    Dispute,
    Payment,
    ProviderPayout,
    ProviderPayoutItem,
    Reconciliation,
    WebhookEvent,
)

pytestmark = pytest.mark.django_db

NAMES = ["payment", "refund", "dispute", "webhookevent", "reconciliation", "difference"]
NAMES += ["providerpayout", "providerpayoutitem"]


@pytest.fixture
def staff():
    return User.objects.create_superuser(email="s@example.org", password="a long password 1")


@pytest.fixture
def staff_client(client, staff):
    client.force_login(staff)
    return client


@pytest.fixture
def rows():
    payment = PaymentFactory(
        is_paid=True,
        refunded_amount=1000,
        settled_currency="usd",
        settled_amount=4000,
        fee_amount=146,
        net_amount=3854,
        balance_transaction_id="txn_1",
    )
    payout = ProviderPayout.objects.create(
        payout_id="po_1", state="paid", amount=3854, currency="usd", created_at=AT,
        arrives_on=AT.date(), balance_transaction_id="txn_2", settled_at=AT,
    )  # fmt: skip
    return {
        "payment": payment,
        "providerpayout": payout,
        "providerpayoutitem": ProviderPayoutItem.objects.create(
            provider_payout=payout,
            payment=payment,
            transaction_id="txn_1",
            category="charge",
            amount=4000,
            fee_amount=146,
            net_amount=3854,
            currency="usd",
            occurred_at=AT,
        ),
        "refund": RefundFactory(payment=payment, state="succeeded"),
        "dispute": Dispute.objects.create(
            payment=payment,
            dispute_id="du_1",
            state="won",
            amount=4000,
            currency="usd",
            opened_at=AT,
        ),
        "webhookevent": WebhookEventFactory(payment=payment, state="failed", last_error="Oh."),
        "reconciliation": Reconciliation.objects.create(
            currency="usd", from_at=AT, cut_off_at=AT, run_at=AT, ledger_balance=3854
        ),
        "difference": differences.record(
            kind="amount",
            object_id="txn_1",
            currency="usd",
            detail="charge ch_1",
            ours=1,
            theirs=2,
            payment=payment,
            provider_payout=payout,
            occurred_at=AT,
            found_at=AT,
        ),
    }


@pytest.mark.parametrize("name", NAMES)
def test_lists_and_pages_are_shown(staff_client, rows, name):
    row = rows[name]
    query = {"q": "T-"} if name in ("payment", "refund", "webhookevent") else {}
    listed = staff_client.get(reverse(f"admin:payments_{name}_changelist"), query)
    assert listed.status_code == 200
    url = reverse(f"admin:payments_{name}_change", args=[row.pk])
    assert url in listed.content.decode()
    assert staff_client.get(url).status_code == 200


@pytest.mark.parametrize("name", NAMES)
def test_nobody_adds_changes_or_deletes(staff_client, rows, name):
    row = rows[name]
    assert staff_client.get(reverse(f"admin:payments_{name}_add")).status_code == 403
    change = reverse(f"admin:payments_{name}_change", args=[row.pk])
    assert staff_client.post(change, {"state": "open"}).status_code == 403
    assert (
        staff_client.post(reverse(f"admin:payments_{name}_delete", args=[row.pk])).status_code
        == 403
    )
    listed = staff_client.get(reverse(f"admin:payments_{name}_changelist"))
    assert "delete_selected" not in listed.content.decode()


def test_a_list_needs_the_same_queries_however_long(
    staff_client, rows, django_assert_max_num_queries
):
    for name in NAMES[:4]:
        for number in range(12):
            payment = PaymentFactory(is_paid=True)
            RefundFactory(payment=payment)
            WebhookEventFactory(payment=payment, event_id=f"evt_{name}_{number}")
        with django_assert_max_num_queries(9):
            staff_client.get(reverse(f"admin:payments_{name}_changelist"))


def test_a_payment_leads_to_what_it_paid_for_and_to_its_refunds(staff_client, rows):
    page = staff_client.get(
        reverse("admin:payments_payment_change", args=[rows["payment"].pk])
    ).content.decode()
    assert f'href="/test/{rows["payment"].reference}/"' in page
    assert f"q=payment%2F{rows['payment'].public_id}" in page
    assert reverse("admin:payments_refund_change", args=[rows["refund"].pk]) in page
    assert f"payment__id__exact={rows['payment'].pk}" in page
    assert "$38.54" in page


def test_a_failed_event_runs_again(staff_client, rows):
    answer = staff_client.post(
        reverse("admin:payments_webhookevent_changelist"),
        {"action": "run_again", "_selected_action": [rows["webhookevent"].pk]},
        follow=True,
    )
    assert "1 event runs again." in answer.content.decode()
    assert WebhookEvent.objects.get().state == "received"


def test_an_auditor_sees_and_does_not_act(client, rows):
    auditor = User.objects.create_user(email="a@example.org", password="x", is_staff=True)
    auditor.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    client.force_login(auditor)
    url = reverse("admin:payments_webhookevent_changelist")
    assert "run_again" not in client.get(url).content.decode()
    client.post(url, {"action": "run_again", "_selected_action": [rows["webhookevent"].pk]})
    assert WebhookEvent.objects.get().state == "failed"


def test_staff_ask_the_provider_now(staff_client, payment, standin):
    standin.pay(payment.session_id)
    staff_client.post(
        reverse("admin:payments_payment_changelist"),
        {"action": "ask_provider", "_selected_action": [payment.pk]},
    )
    assert Payment.objects.get().state == "succeeded"


def test_who_may_only_read_does_not_book_what_the_provider_says(client, payment, standin):
    auditor = User.objects.create_user(email="r@example.org", password="x", is_staff=True)
    auditor.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    client.force_login(auditor)
    standin.pay(payment.session_id)
    url = reverse("admin:payments_payment_changelist")
    client.post(url, {"action": "ask_provider", "_selected_action": [payment.pk]})
    assert Payment.objects.get().state == "open"


def test_closing_a_difference_asks_who_it_is_and_for_a_reason(client, staff, rows, monkeypatch):
    client.force_login(staff)
    url = reverse("admin:payments_difference_resolve", args=[rows["difference"].pk])
    answer = client.post(url, {"reason": "Bank fee"})
    assert answer.status_code == 302
    assert "reauthenticate" in answer.url
    assert Difference.objects.get().resolved_at is None
    sign_in_freshly(client)
    assert client.post(url, {"reason": ""}).status_code == 200
    assert Difference.objects.get().resolved_at is None
    assert client.get(url).status_code == 200
    assert client.post(url, {"reason": "Bank fee"}).status_code == 302
    row = Difference.objects.get()
    assert (row.resolution, row.resolved_by) == ("Bank fee", staff)


def sign_in_freshly(client):
    """Prove the password, as the question before a money act wants it."""
    answer = client.post(reverse("account_reauthenticate"), {"password": "a long password 1"})
    assert answer.status_code == 302


def test_everything_is_registered():
    registered = {model._meta.model_name for model in admin.site._registry}
    assert set(NAMES) <= registered


@pytest.mark.parametrize("kind", ["unknown_to_us", "unknown_to_provider", "amount", "balance"])
def test_each_kind_of_difference_says_what_to_do(staff_client, rows, kind):
    row = rows["difference"]
    Difference.objects.filter(pk=row.pk).update(kind=kind)
    page = staff_client.get(reverse("admin:payments_difference_change", args=[row.pk]))
    assert str(reconciliation.ADVICE[kind]) in html.unescape(page.content.decode())


def test_a_payout_leads_to_its_items_differences_and_entries(staff_client, rows):
    payout = rows["providerpayout"]
    page = staff_client.get(reverse("admin:payments_providerpayout_change", args=[payout.pk]))
    text = html.unescape(page.content.decode())
    for wanted in (
        f"/providerpayoutitem/?provider_payout__id__exact={payout.pk}",
        f"/difference/?provider_payout__id__exact={payout.pk}",
        "q=to_bank%2Fpo_1%2F",
    ):
        assert wanted in text
    for model in ("providerpayoutitem", "difference"):
        address = reverse(f"admin:payments_{model}_changelist")
        page = staff_client.get(f"{address}?provider_payout__id__exact={payout.pk}")
        assert page.status_code == 200
        assert page.context["cl"].result_count == 1


def test_refused_refunds_wait_until_something_is_given_in_their_place(staff_client):
    refused, mended, gone = (
        RefundFactory(state="refused", next_attempt_at=None, amount=1000) for _ in range(3)
    )
    RefundFactory(payment=mended.payment, amount=1000, created_at=AT + timedelta(days=1))
    # All of it went back before the provider was asked once more.
    RefundFactory(
        payment=gone.payment, amount=gone.payment.amount, created_at=AT - timedelta(days=1)
    )
    address = reverse("admin:payments_refund_changelist")
    waiting = staff_client.get(address, {"back": "refused"}).context["cl"].queryset
    assert [row.pk for row in waiting] == [refused.pk]
    assert staff_client.get(address).context["cl"].result_count == 5
