"""Staff read receipts, fetch copies and export a sheet; nobody changes one."""

import csv
import io

import pytest
from django.urls import reverse

from donations.models import Receipt

pytestmark = pytest.mark.django_db
LIST = "admin:donations_receipt_changelist"


@pytest.fixture
def gift(paid, refund, now):
    gift = paid(donor_name="Ana Ruiz")
    refund(gift, 1000)
    return gift


def test_the_list_tells_which_hold(admin_client, gift):
    page = admin_client.get(reverse(LIST)).content.decode()
    assert "RC-2026-000001" in page
    assert "void since 2026-11-24: money went back to the donor" in page
    page = admin_client.get(reverse(LIST), {"valid": "yes"}).content.decode()
    assert "RC-2026-000002" in page
    assert "RC-2026-000001" not in page
    page = admin_client.get(reverse(LIST), {"q": "Ana"}).content.decode()
    assert "RC-2026-000001" in page


def test_a_receipt_s_page_and_paper(admin_client, gift):
    first, second = Receipt.objects.order_by("pk")
    page = admin_client.get(reverse("admin:donations_receipt_change", args=[first.pk]))
    assert second.number in page.content.decode()
    for language in ("en", "es"):
        address = reverse("admin:donations_receipt_paper", args=[first.pk, language])
        assert admin_client.get(address).content.startswith(b"%PDF-")
    wrong = reverse("admin:donations_receipt_paper", args=[first.pk, "fr"])
    assert admin_client.get(wrong).status_code == 404


def test_nobody_changes_one(admin_client, gift):
    pk = Receipt.objects.first().pk
    change = admin_client.post(
        reverse("admin:donations_receipt_change", args=[pk]), {"number": "X"}
    )
    assert change.status_code == 403
    delete = admin_client.post(
        reverse("admin:donations_receipt_delete", args=[pk]), {"post": "yes"}
    )
    assert delete.status_code == 403
    assert admin_client.get(reverse("admin:donations_receipt_add")).status_code == 403


def test_the_sheet_names_no_donor_and_sums_exactly(admin_client, gift):
    pks = list(Receipt.objects.values_list("pk", flat=True))
    answer = admin_client.post(reverse(LIST), {"action": "export", "_selected_action": pks})
    text = answer.getvalue().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["number"], row["gift_amount"], row["void_reason"]) for row in rows] == [
        ("RC-2026-000001", "40.00", "refunded"),
        ("RC-2026-000002", "30.00", ""),
    ]
    assert "Ana" not in text
