"""Mails that need a yes: when it was given, to which words, and that it ends."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from donations import consents
from donations.models import MailConsent
from tests.factories.donations import DonorFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def choose(donor, now, *topics):
    consents.choose(donor=donor, topics=topics, language="en", now=now)


def test_a_yes_keeps_time_and_words_and_a_second_one_changes_neither(now):
    donor = DonorFactory()
    assert consents.given(donor) == {}
    choose(donor, now, "news")
    choose(donor, now + DAY, "news", "campaigns")
    given = consents.given(donor)
    assert given["news"].given_at == now
    assert given["news"].words.startswith("News of the work")
    assert given["campaigns"].given_at == now + DAY


def test_taking_it_back_ends_it_and_keeps_that_it_was(now):
    donor = DonorFactory()
    choose(donor, now, "news")
    choose(donor, now + DAY)
    choose(donor, now + 2 * DAY, "news")
    rows = list(MailConsent.objects.order_by("pk").values_list("given_at", "withdrawn_at"))
    assert rows == [(now, now + DAY), (now + 2 * DAY, None)]


def test_the_words_are_those_of_the_page(now):
    donor = DonorFactory()
    with override("es"):
        consents.choose(donor=donor, topics=["news"], language="es", now=now)
    row = MailConsent.objects.get()
    assert row.language == "es"
    assert row.words.startswith("Noticias")


def test_the_database_holds_one_yes_a_topic_and_no_end_before_it(now):
    donor = DonorFactory()
    choose(donor, now, "news")
    with pytest.raises(IntegrityError), transaction.atomic():
        MailConsent.objects.create(
            donor=donor, topic="news", words="w", language="en", given_at=now
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        MailConsent.objects.update(withdrawn_at=now - DAY)
