"""Suggested amounts: shown only when explained, a campaign's own before the general ones."""

import pytest
from django.db import IntegrityError, transaction

from donations import suggestions
from tests.factories.donations import CampaignFactory, SuggestionFactory

pytestmark = pytest.mark.django_db


def suggest(amount, **values):
    return SuggestionFactory(amount=amount, **values)


def offered(**wanted):
    return [each.amount for each in suggestions.offers(currency="usd", **wanted)]


def test_while_none_is_recorded_none_is_offered():
    suggest(1000, currency="eur")
    suggest(2000, is_shown=False)
    assert offered() == []
    assert suggestions.first([]) is None


def test_a_campaigns_own_are_offered_alone_and_others_see_the_general_ones():
    own, other = CampaignFactory(), CampaignFactory()
    suggest(3000)
    suggest(1500)
    suggest(700, campaign=own)
    suggest(900, currency="eur")
    suggest(9900, is_shown=False)
    assert offered() == [1500, 3000]
    assert offered(campaign=own) == [700]
    assert offered(campaign=other) == [1500, 3000]
    assert suggestions.first(suggestions.offers(currency="usd", campaign=own)).amount == 700
    assert suggestions.first(suggestions.offers(currency="usd")).amount == 1500


@pytest.mark.parametrize(
    "missing",
    [
        {"sentence_en": ""},
        {"sentence_es": ""},
        {"sentence_es": None},
        {"source": ""},
        {"source_on": None},
        {"amount": 0},
    ],
)
def test_the_database_shows_none_unexplained(missing):
    with pytest.raises(IntegrityError):
        suggest(**{"amount": 1000, **missing})


def test_each_amount_stands_once_also_without_a_campaign():
    suggest(1000)
    with pytest.raises(IntegrityError), transaction.atomic():
        suggest(1000)


def test_a_campaigns_amount_is_in_its_currency():
    with pytest.raises(IntegrityError):
        suggest(1000, campaign=CampaignFactory(), currency="eur")
