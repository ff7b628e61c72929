"""A donor's page of a regular gift: theirs alone, acts once, says what was wrong."""

import html
import re

import pytest
from django.test import Client
from django.utils import timezone

from donations import plans
from donations.models import PlanChange
from tests.factories.donations import FundFactory, come_in, gift_received, plan_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    return plan_of(gift_received().donor, now=timezone.now())


@pytest.fixture
def page(client, plan):
    come_in(client, plan.donor, now=timezone.now())
    return client


def words(answer) -> str:
    return html.unescape(re.sub(r"\s+", " ", answer.content.decode()))


def test_the_page_says_how_it_stands_and_the_list_leads_to_it(page, plan):
    address = plan.get_absolute_url()
    assert address in words(page.get("/en/giving/mine/"))
    text = words(page.get(address))
    for part in ("$25.00 each month", "Education", "Next gift", "Skip the next one", "End it"):
        assert part in text
    assert "no-store" in page.get(address)["Cache-Control"]


def test_nobody_else_sees_or_changes_it(plan):
    address = plan.get_absolute_url()
    assert Client().get(address).status_code == 303
    other = Client()
    come_in(other, gift_received(donor__email="other@example.org").donor, now=timezone.now())
    assert other.get(address).status_code == 404
    given = {"act": "end", "confirmed": "1", "key": "a" * 32}
    assert other.post(address, given).status_code == 404
    assert Client().post(address, given).status_code == 303
    assert not PlanChange.objects.exists()


def test_the_purpose_is_changed_once_and_told(page, plan):
    FundFactory(key="legal-aid", use="legal_aid")
    given = {"act": "fund", "fund": "legal-aid", "key": "a" * 32}
    for _ in range(2):
        assert page.post(plan.get_absolute_url(), given).status_code == 303
    plan.refresh_from_db()
    assert plan.fund.key == "legal-aid"
    assert PlanChange.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"amount": "1"}, "The smallest gift is $2"),
        ({"amount": "lots"}, "Enter an amount in figures"),
        ({"amount": ""}, "This field is required."),
    ],
)
def test_a_wrong_amount_is_told_and_kept(page, plan, wrong, told):
    answer = page.post(plan.get_absolute_url(), {"act": "amount", "key": "a" * 32, **wrong})
    assert answer.status_code == 422
    assert told in words(answer)
    assert f'value="{wrong["amount"]}"' in words(answer) or not wrong["amount"]
    assert not PlanChange.objects.exists()


def test_ending_it_takes_two_clicks_and_the_first_changes_nothing(page, plan):
    first = page.post(plan.get_absolute_url(), {"act": "end", "key": "a" * 32})
    assert "Yes, end it" in words(first)
    assert not PlanChange.objects.exists()


def test_a_provider_that_is_away_changes_nothing_and_says_so(page, plan, standin):
    standin.faults(status=503, count=20, path="/v1/subscriptions")
    given = {"act": "pause", "key": "a" * 32}
    answer = page.post(plan.get_absolute_url(), given)
    assert answer.status_code == 503
    assert "cannot be reached" in words(answer)
    assert not PlanChange.objects.exists()


def test_what_the_provider_refuses_is_said(page, plan, standin):
    answer = page.post(plan.get_absolute_url(), {"act": "pause", "key": "a" * 32})
    assert answer.status_code == 409
    assert "could not do this" in words(answer)


def test_one_that_has_ended_offers_nothing_but_its_gifts(client):
    plan = plan_of(gift_received().donor, now=timezone.now(), state="ended")
    come_in(client, plan.donor, now=timezone.now())
    text = words(client.get(plan.get_absolute_url()))
    assert "Ended" in text
    assert 'name="act"' not in text
    assert client.post(f"/en/giving/card/{plans.card_word(plan)}/").status_code == 410


@pytest.mark.parametrize("act", ["nonsense", "", "Skip"])
def test_an_unknown_act_does_nothing(page, plan, act):
    assert page.post(plan.get_absolute_url(), {"act": act}).status_code in {200, 422}
    assert not PlanChange.objects.exists()
