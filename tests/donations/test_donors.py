"""How a donor stands on papers, and what changing the details does."""

import pytest

from donations import donors, receipts
from donations.models import ReceiptDonor
from tests.factories.donations import DonorFactory

pytestmark = pytest.mark.django_db


def test_lines_on_a_paper():
    ana = DonorFactory(email="ana@example.org")
    assert donors.lines_of(ana) == ["ana@example.org"]
    assert donors.lines_of(ana, name="Eva") == ["Eva"]
    ana.name, ana.organisation, ana.address = "Ana", "Loom Ltd", "1 Road\nMadison"
    assert donors.lines_of(ana) == ["Loom Ltd", "Ana", "1 Road", "Madison"]
    assert donors.lines_of(ana, name="Eva")[1] == "Eva"


def test_a_gift_s_own_organisation_stands_first_on_its_receipt(paid):
    paid(giver="organisation", organisation_name="Loom Ltd", donor_name="Eva")
    row = ReceiptDonor.objects.get()
    assert row.text == "Loom Ltd\nEva"
    assert row.receipt.contents["donor_commitment"] == receipts.commitment(row)


def test_new_receipts_bear_the_address_and_old_ones_stay(paid):
    ana = DonorFactory(name="Ana")
    first = paid(donor=ana)
    donors.change_details(
        donor=ana, name="Ana Ruiz", organisation="", address="1 Road\nMadison", language="es"
    )
    ana.refresh_from_db()
    second = paid(donor=ana)
    texts = dict(ReceiptDonor.objects.values_list("receipt__gift", "text"))
    assert texts == {first.pk: "Ana", second.pk: "Ana Ruiz\n1 Road\nMadison"}
    first.refresh_from_db()
    assert first.language == "es"
    row = ReceiptDonor.objects.get(receipt__gift=second)
    assert row.receipt.contents["donor_commitment"] == receipts.commitment(row)
