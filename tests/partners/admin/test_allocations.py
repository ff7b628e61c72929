"""Staff propose and approve allocations; the list says what is unspent."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from partners import accounts, ledger
from partners.models import Allocation
from tests.factories.allocations import AllocationFactory, fill_pool
from tests.factories.partners import ProgrammeFactory, StaffFactory
from tests.partners.admin.test_programmes import signed_in

pytestmark = pytest.mark.django_db
LIST = "admin:partners_allocation_changelist"


@pytest.fixture
def programme(now):
    fill_pool(5_000, at=now)
    return ProgrammeFactory(code="loom")


def asked(programme, **changes):
    return {
        "pool": "education",
        "programme": programme.pk,
        "use": "education",
        "money": "20.00",
        "currency": "usd",
        "reason": "Exercise books",
        **changes,
    }


def test_one_proposes_and_another_approves(programme):
    author, approver = StaffFactory(is_superuser=True), StaffFactory(is_superuser=True)
    add = reverse("admin:partners_allocation_add")
    answer = signed_in(author).post(add, asked(programme))
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    row = Allocation.objects.get()
    assert (row.proposed_by, row.amount) == (author, 2_000)
    approve = reverse("admin:partners_allocation_approve", args=[row.pk])
    refused = signed_in(author).post(approve, follow=True)
    assert b"another person approves it" in refused.content
    browser = signed_in(approver)
    assert b"$20.00" in browser.get(approve).content
    assert ledger.balance(accounts.fund("usd", "loom", "education")) == 0
    browser.post(approve)
    assert ledger.balance(accounts.fund("usd", "loom", "education")) == 2_000
    shown = browser.get(reverse(LIST)).content.decode()
    assert "$30.00" in shown


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"use": "legal_aid"}, "stays with that use"),
        ({"money": "50.01"}, "does not hold so much"),
        ({"money": "0.001"}, "no such small coins"),
        ({"reason": ""}, "required"),
    ],
)
def test_what_cannot_be_is_told_before_it_is_proposed(programme, change, said):
    browser = signed_in(StaffFactory(is_superuser=True))
    answer = browser.post(reverse("admin:partners_allocation_add"), asked(programme, **change))
    assert said in answer.content.decode()
    assert not Allocation.objects.exists()


def test_approving_asks_for_a_fresh_sign_in_and_the_right(programme):
    row = AllocationFactory(programme=programme)
    approve = reverse("admin:partners_allocation_approve", args=[row.pk])
    browser = signed_in(StaffFactory(is_superuser=True), fresh=False)
    assert "reauthenticate" in browser.post(approve)["Location"]
    reader = StaffFactory()
    reader.user_permissions.add(Permission.objects.get(codename="view_allocation"))
    assert signed_in(reader).post(approve).status_code == 403
    assert Allocation.objects.get().approved_at is None


def test_a_proposal_is_withdrawn_never_changed(programme):
    row = AllocationFactory(programme=programme)
    browser = signed_in(StaffFactory(is_superuser=True))
    change = reverse("admin:partners_allocation_change", args=[row.pk])
    assert browser.post(change, asked(programme)).status_code == 403
    delete = reverse("admin:partners_allocation_delete", args=[row.pk])
    assert browser.post(delete, {"post": "yes"}).status_code == 302
    assert not Allocation.objects.exists()
