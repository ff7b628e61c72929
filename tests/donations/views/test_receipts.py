"""A donor fetches receipts behind the gift's link and nobody else does."""

import pytest
from django.urls import reverse

from donations import receipts
from tests.factories.donations import DonorFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def gift(paid, now):
    return paid(donor_name="Ana Ruiz")


def address(gift, number="RC-2026-000001", language="en"):
    return reverse("donations:receipt", args=[gift.token, number, language])


def test_the_gift_s_page_leads_to_it_in_both_languages(client, gift):
    page = client.get(gift.get_absolute_url()).content.decode()
    assert "RC-2026-000001" in page
    for language in ("en", "es"):
        assert address(gift, language=language) in page
        answer = client.get(address(gift, language=language))
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Cache-Control"] == "no-store"
        assert answer.content.startswith(b"%PDF-")


def test_another_s_link_and_wrong_words_find_nothing(client, gift, paid, now):
    other = paid(donor=DonorFactory())
    for wrong in (
        address(other),
        address(gift, number="RC-2026-000002"),
        address(gift, language="fr"),
    ):
        assert client.get(wrong).status_code == 404
    assert client.post(address(gift)).status_code == 405


def test_an_erased_donor_s_receipt_is_not_found(client, gift, now):
    receipts.erase_donor(gift.donor, now=now)
    assert client.get(address(gift)).status_code == 404
