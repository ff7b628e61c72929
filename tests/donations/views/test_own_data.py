"""A donor takes the data along, or is erased, with a yes."""

import json

import pytest
from django.utils import timezone

from donations import receipt_papers
from donations.models import Donor
from tests.factories.donations import DonorFactory, come_in
from weintl.mail.models import Mail

pytestmark = pytest.mark.django_db
DATA, ERASE = "/en/giving/mine/data/", "/en/giving/mine/data/erase/"


@pytest.fixture
def ana(db):
    return DonorFactory(email="ana@example.org", name="Ana")


@pytest.fixture
def inside(client, ana, paid):
    paid(donor=ana)
    come_in(client, ana, now=timezone.now())
    for mail in Mail.objects.all():
        Mail.objects.filter(pk=mail.pk).update(state="sent", sent_at=mail.created_at)
    receipt_papers.keep_waiting()
    return client


def test_the_file_is_readable_and_the_donor_s(inside):
    assert f'{DATA}download/"' in inside.get(DATA).content.decode()
    answer = inside.get(f"{DATA}download/")
    assert "attachment" in answer["Content-Disposition"]
    assert answer["Cache-Control"] == "no-store"
    assert json.loads(answer.getvalue())["details"]["email"] == "ana@example.org"


def test_nothing_is_erased_before_a_yes(inside, ana):
    html = inside.get(ERASE).content.decode()
    assert "your name on 1 gift" in html
    assert inside.post(ERASE, {}).status_code == 422
    ana.refresh_from_db()
    assert ana.erase_asked_at is None


def test_a_yes_erases_and_closes_the_page(inside, ana):
    answer = inside.post(ERASE, {"is_sure": "on"})
    assert (answer.status_code, answer["Location"]) == (303, "/en/giving/erased/")
    assert "You are erased" in inside.get(answer["Location"]).content.decode()
    assert Donor.objects.get(pk=ana.pk).name == ""
    assert inside.get(DATA)["Location"] == "/en/giving/"


def test_what_is_open_waits_and_says_so(inside, ana):
    Mail.objects.update(state="queued", sent_at=None)
    html = inside.get(ERASE).content.decode()
    assert "a mail or a receipt is being made" in html
    answer = inside.post(ERASE, {"is_sure": "on"})
    assert answer["Location"] == "/en/giving/erased/later/"
    assert "You will be erased" in inside.get(answer["Location"]).content.decode()
    come_in(inside, ana, now=timezone.now())
    assert "You asked for it on" in inside.get(DATA).content.decode()


def test_strangers_get_nothing(client, ana):
    for path in (DATA, f"{DATA}download/", ERASE):
        assert client.get(path)["Location"] == "/en/giving/"
    assert client.post(ERASE, {"is_sure": "on"})["Location"] == "/en/giving/"
    ana.refresh_from_db()
    assert ana.erase_asked_at is None
