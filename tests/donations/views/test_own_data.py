"""A donor takes the data along, or is erased, with a yes."""

import json

import pytest
from django.utils import timezone

from donations import erasing, gifts, guard, receipt_papers
from donations.models import Donor, Gift, Plan
from tests.factories.donations import DonorFactory, come_in, plan_of
from weintl.mail.models import Mail
from weintl.money import Money
from weintl.payments import reconcile
from weintl.payments.models import Payment

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


@pytest.fixture
def began(inside, ana, standin):
    """Begin a regular gift of the donor, as the provider's page leaves it."""
    gift = gifts.start(
        email=ana.email,
        name="Ana",
        fund=Gift.objects.get().fund,
        amount=Money(2500, "usd"),
        is_fee_covered=False,
        language="en",
        submission_key=guard.new_form(),
        interval="month",
        now=timezone.now(),
    )
    gifts.open_page(gift=gift, now=timezone.now())
    standin.pay(Payment.objects.get(pk=gift.payment_id).session_id)
    reconcile.catch_up(now=timezone.now())
    settle()
    return Plan.objects.get()


def settle():
    Mail.objects.filter(state="queued").update(state="sent", sent_at=timezone.now())
    receipt_papers.keep_waiting()


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


def test_a_regular_gift_ends_with_the_yes_and_is_named_before(inside, ana, began):
    html = inside.get(ERASE).content.decode()
    assert "your regular gift: it ends at once" in html
    assert "end it first" not in html
    answer = inside.post(ERASE, {"is_sure": "on"})
    assert answer["Location"] == "/en/giving/erased/later/"
    began.subscription.refresh_from_db()
    assert began.subscription.state == "ended"
    assert began.changes.get(kind="ended").by == "donor"
    settle()
    assert erasing.erase_due(now=timezone.now()) == 1


def test_a_regular_gift_that_cannot_be_ended_now_stops_it_and_says_so(inside, ana, began, standin):
    standin.faults(status=503, count=20, path="/v1/subscriptions")
    answer = inside.post(ERASE, {"is_sure": "on"})
    assert answer.status_code == 503
    assert "could not be ended now" in answer.content.decode()
    ana.refresh_from_db()
    assert ana.erase_asked_at is None


def test_who_asked_before_and_still_gives_may_ask_again(inside, ana):
    plan_of(ana, now=timezone.now())
    Donor.objects.filter(pk=ana.pk).update(erase_asked_at=timezone.now())
    html = inside.get(DATA).content.decode()
    assert "Ask once more" in html
    assert f'href="{ERASE}"' in html


def test_strangers_get_nothing(client, ana):
    for path in (DATA, f"{DATA}download/", ERASE):
        assert client.get(path)["Location"] == "/en/giving/"
    assert client.post(ERASE, {"is_sure": "on"})["Location"] == "/en/giving/"
    ana.refresh_from_db()
    assert ana.erase_asked_at is None
