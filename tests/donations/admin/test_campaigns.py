"""Staff write campaigns: in both languages before they are shown, with the fund fixed."""

import pytest
from django.urls import reverse

from donations.models import Campaign
from tests.factories.donations import CampaignFactory, FundFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client, admin_user):
    client.force_login(admin_user)
    return client


def sent(**values):
    return {
        "name_en": "Books", "name_es": "Libros", "slug_en": "books", "slug_es": "libros",
        "summary_en": "School books.", "summary_es": "Libros de texto.", "story_en": "",
        "story_es": "", "goal_amount": "5000.00", "starts_on": "2026-12-01", "ends_on": "",
        "is_published": "on", "updates-TOTAL_FORMS": "1", "updates-INITIAL_FORMS": "0",
        "updates-0-day": "2026-12-02", "updates-0-title_en": "Begun",
        "updates-0-title_es": "Empezado", "updates-0-text_en": "We began.",
        "updates-0-text_es": "Empezamos.", "updates-0-is_published": "on", **values,
    }  # fmt: skip


def test_a_new_campaign_has_its_goal_and_its_first_update(staff):
    fund = FundFactory()
    answer = staff.post(reverse("admin:donations_campaign_add"), sent(fund=fund.pk))
    assert answer.status_code == 302, answer.content.decode()
    campaign = Campaign.objects.get()
    assert (campaign.goal_amount, campaign.currency, campaign.fund) == (500_000, "usd", fund)
    assert campaign.updates.get().title_es == "Empezado"
    assert campaign.history.count() == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name_es": ""}, "Needed in both languages"),
        ({"story_en": "The school has no books."}, "Needed in both languages"),
        ({"updates-0-title_es": ""}, "Needed in both languages"),
        ({"ends_on": "2026-11-01"}, "The last day lies before the first."),
        ({"slug_es": "mail"}, "This word has another page"),
        ({"goal_amount": "0"}, "Enter an amount above zero."),
        ({"summary_en": "Rent for 12000 people."}, "is a figure without a source"),
    ],
)
def test_what_is_wrong_is_said_and_stays_typed(staff, changes, words):
    data = sent(fund=FundFactory().pk, **changes)
    answer = staff.post(reverse("admin:donations_campaign_add"), data)
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert "We began." in answer.content.decode()
    assert not Campaign.objects.exists()


def test_a_fund_stays_and_what_came_is_shown(staff, paid):
    campaign = CampaignFactory()
    paid(campaign=campaign, fund=campaign.fund)
    page = reverse("admin:donations_campaign_change", args=[campaign.pk])
    shown = staff.get(page).content.decode()
    assert "$40.00" in shown
    assert campaign.get_absolute_url() in shown
    other = FundFactory(use="legal_aid")
    data = {"fund": other.pk, "updates-TOTAL_FORMS": "0"}
    assert staff.post(page, sent(**data)).status_code == 302
    campaign.refresh_from_db()
    assert campaign.fund.use == "education"
    assert "$40.00" in staff.get(reverse("admin:donations_campaign_changelist")).content.decode()
