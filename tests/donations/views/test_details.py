"""A donor changes details and mails; what was typed stays on errors."""

import pytest
from django.utils import timezone

from donations import consents
from donations.models import MailConsent
from tests.factories.donations import DonorFactory, come_in

pytestmark = pytest.mark.django_db
DETAILS, MAILS = "/en/giving/mine/details/", "/en/giving/mine/mails/"


@pytest.fixture
def ana(db):
    return DonorFactory(email="ana@example.org", name="Ana")


@pytest.fixture
def inside(client, ana):
    come_in(client, ana, now=timezone.now())
    return client


def typed(**changes):
    known = {"name": "Ana  Ruiz", "organisation": "", "address": "1 Road\r\n\r\n Madison "}
    return {**known, "language": "es", **changes}


def test_details_are_kept_tidy(inside, ana):
    assert 'value="Ana"' in inside.get(DETAILS).content.decode()
    answer = inside.post(DETAILS, typed(organisation="Loom 🧵 Ltd"))
    assert (answer.status_code, answer["Location"]) == (303, DETAILS)
    ana.refresh_from_db()
    assert (ana.name, ana.organisation) == ("Ana Ruiz", "Loom 🧵 Ltd")
    assert (ana.address, ana.language) == ("1 Road\nMadison", "es")
    assert ana.email == "ana@example.org"


@pytest.mark.parametrize(
    "wrong",
    [{"address": "x" * 61}, {"address": "a\n" * 8}, {"language": "fr"}, {"name": "x" * 121}],
)
def test_what_does_not_fit_is_told_and_kept(inside, ana, wrong):
    answer = inside.post(DETAILS, typed(**wrong))
    assert answer.status_code == 422
    assert "There is a problem" in answer.content.decode()
    ana.refresh_from_db()
    assert ana.name == "Ana"


def test_no_mail_is_chosen_for_a_donor_and_a_yes_ends_by_unticking(inside, ana):
    assert "checked" not in inside.get(MAILS).content.decode()
    assert inside.post(MAILS, {"topics": ["news"]}).status_code == 303
    assert list(consents.given(ana)) == ["news"]
    html = inside.get(MAILS).content.decode()
    assert html.count(" checked") == 1
    assert "You said yes on" in html
    inside.post(MAILS, {})
    assert consents.given(ana) == {}
    assert MailConsent.objects.count() == 1
    assert inside.post(MAILS, {"topics": ["spam"]}).status_code == 422


def test_strangers_are_led_to_the_way_in_and_change_nothing(client, ana):
    for path in (DETAILS, MAILS):
        assert client.get(path)["Location"] == "/en/giving/"
        assert client.post(path, typed())["Location"] == "/en/giving/"
    ana.refresh_from_db()
    assert ana.name == "Ana"
