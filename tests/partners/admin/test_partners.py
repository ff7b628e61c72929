"""A partner's page: what is internal is seen by those who may, and by no reader."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from partners.seed import records
from tests.factories.partners import PartnerFactory, StaffFactory
from tests.partners.admin.test_records import member

pytestmark = pytest.mark.django_db
INSIDE = ("Robin Example", "Partnership", "Agreement signed", "agreement.txt")


@pytest.fixture
def partner():
    made = PartnerFactory(slug="quay", status="candidate")
    records.load(partner=made, now=timezone.now(), author=StaffFactory(), approver=StaffFactory())
    return made


def test_those_who_work_with_partners_see_all_of_it(partner):
    page = reverse("admin:partners_partner_change", args=[partner.pk])
    shown = member("partners").get(page).content.decode()
    for words in INSIDE:
        assert words in shown


@pytest.mark.parametrize("group", ["shop", "finance"])
def test_others_see_the_partner_without_what_is_internal(partner, group):
    page = reverse("admin:partners_partner_change", args=[partner.pk])
    shown = member(group).get(page).content.decode()
    assert partner.name in shown
    for words in INSIDE:
        assert words not in shown


def test_readers_see_nothing_of_it(partner):
    for address in ("/en/partners/", "/en/partners/quay/"):
        shown = Client().get(address).content.decode()
        for words in INSIDE:
            assert words not in shown


def test_the_start_page_names_what_expires(partner):
    shown = member("partners").get(reverse("admin:index")).content.decode()
    assert "Due diligence to repeat" in shown
    listed = member("partners").get(
        reverse("admin:partners_duediligence_changelist"), {"expiry": "soon"}
    )
    assert listed.context["cl"].result_count == 1
