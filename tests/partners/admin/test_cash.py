"""Staff see the box, count it, approve what another counted, and take cash to the bank."""

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from partners import accounts, ledger
from partners.models import CashCount, CashTransfer
from tests.factories.cash import put_in
from tests.partners.admin.test_records import member

pytestmark = pytest.mark.django_db
BOX = accounts.cash_box("usd")
LIST = "admin:partners_cashcount_changelist"


@pytest.fixture(autouse=True)
def box():
    put_in(15_000, at=timezone.now())


def enter(client, amount, key="0" * 32, **more):
    given = {"money": amount, "currency": "usd", "day": localdate(), "key": key, **more}
    return client.post(reverse("admin:partners_cashcount_add"), given, follow=True)


def pay_in(client, amount, **more):
    given = {"direction": "to_bank", "money": amount, "currency": "usd", "day": localdate()}
    url = reverse("admin:partners_cashtransfer_add")
    return client.post(url, {**given, "slip": "A-1", **more}, follow=True)


def test_a_difference_is_named_explained_and_approved_by_another():
    one, other = member("finance"), member("finance approver")
    page = one.get(reverse(LIST)).content.decode()
    assert "$150.00 should be in the box (USD)" in page
    asked = enter(one, "100.00")
    assert asked.status_code == 200
    assert "$50.00 is missing" in asked.content.decode()
    assert 'value="100.00"' in asked.content.decode()
    assert "Recorded." in enter(one, "100.00", reason="Box was open").content.decode()
    row = CashCount.objects.get()
    approve = reverse("admin:partners_cashcount_approve", args=[row.pk])
    assert "another person" in one.post(approve, follow=True).content.decode()
    assert "Box was open" in other.get(approve).content.decode()
    assert "stands in the ledger now" in other.post(approve, follow=True).content.decode()
    assert ledger.balance(BOX) == 10_000


def test_what_waits_may_be_withdrawn():
    client = member("finance")
    enter(client, "1", reason="x")
    row = CashCount.objects.get()
    client.post(reverse("admin:partners_cashcount_delete", args=[row.pk]), {"post": "yes"})
    assert not CashCount.objects.exists()


def test_cash_goes_to_the_bank_with_a_slip():
    client = member("finance")
    assert "does not hold so much" in pay_in(client, "150.01").content.decode()
    assert "above zero" in pay_in(client, "0").content.decode()
    assert "no such small coins" in pay_in(client, "1.001").content.decode()
    assert "Recorded." in pay_in(client, "140").content.decode()
    assert "another amount or day" in pay_in(client, "1").content.decode()
    assert CashTransfer.objects.get().amount == 14_000
    page = client.get(reverse(LIST)).content.decode()
    assert "$10.00 should be in the box (USD)" in page
    assert "-$140.00" in page or "−$140.00" in page


def test_only_finance_counts():
    for group in ("shop", "fulfilment", "editor"):
        assert member(group).get(reverse("admin:partners_cashcount_add")).status_code == 403
    assert member("auditor").get(reverse(LIST)).status_code == 200
    assert enter(member("auditor"), "150").status_code == 403


def test_the_day_stands_in_the_form_in_either_language():
    client = member("finance")
    for language in ("en", "es"):
        for page in ("cashcount", "cashtransfer"):
            url = reverse(f"admin:partners_{page}_add")
            shown = client.get(url, headers={"accept-language": language}).content.decode()
            assert f'value="{localdate().isoformat()}"' in shown
