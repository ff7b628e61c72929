"""Staff record suggested amounts in their own currency; none is shown unexplained."""

import pytest
from django.urls import reverse

from donations.models import Suggestion
from tests.factories.donations import CampaignFactory, FundFactory

pytestmark = pytest.mark.django_db
ADD = reverse("admin:donations_suggestion_add")


@pytest.fixture
def staff(client, admin_user):
    client.force_login(admin_user)
    return client


def sent(**values):
    return {
        "campaign": "", "currency": "usd", "typed": "25.50", "is_shown": "on",
        "sentence_en": "A month of lessons.", "sentence_es": "Un mes de clases.",
        "source": "Price list of the school", "source_url": "", "source_on": "2026-09-01",
        **values,
    }  # fmt: skip


def test_an_amount_with_its_sentence_and_source_stands_on_the_give_page(staff):
    FundFactory(key="education")
    assert staff.post(ADD, sent()).status_code == 302
    row = Suggestion.objects.get()
    assert row.amount == 2550
    page = staff.get("/en/give/").content.decode()
    for words in ("A month of lessons.", "Price list of the school", "as of Sept. 1, 2026"):
        assert words in page
    assert 'value="2550"' in page
    assert "Un mes de clases." in staff.get("/es/give/").content.decode()
    again = staff.get(reverse("admin:donations_suggestion_change", args=[row.pk]))
    assert 'value="25.50"' in again.content.decode()
    assert str(row) == "$25.50"


def test_yen_are_typed_as_yen(staff):
    assert staff.post(ADD, sent(currency="jpy", typed="500")).status_code == 302
    assert Suggestion.objects.get().amount == 500


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"sentence_es": ""}, "Needed before the amount is shown."),
        ({"source": ""}, "Needed before the amount is shown."),
        ({"typed": "x"}, "Enter an amount in figures"),
        ({"typed": "1"}, "Gifts are from $2.00 to $50,000.00."),
        ({"currency": "jpy", "typed": "25.50"}, "Enter a whole amount in figures"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(staff, changes, words):
    answer = staff.post(ADD, sent(**changes))
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert not Suggestion.objects.exists()


def test_twice_the_same_and_a_campaigns_other_currency_are_refused_in_words(staff):
    staff.post(ADD, sent())
    assert "recorded already" in staff.post(ADD, sent()).content.decode()
    data = sent(campaign=CampaignFactory().pk, currency="eur")
    assert "in another currency" in staff.post(ADD, data).content.decode()
