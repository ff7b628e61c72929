"""Staff write a batch of offline gifts, and book it once its total is met."""

import time

import pytest
from allauth.account.internal.flows import login
from django.urls import reverse
from django.utils import timezone

from donations.models import Gift, OfflineBatch
from tests.factories.donations import CampaignFactory, FundFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client, admin_user):
    client.force_login(admin_user)
    session = client.session
    session[login.AUTHENTICATION_METHODS_SESSION_KEY] = [
        {"method": "password", "at": time.time(), "reauthenticated": True}
    ]
    session[login._AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(admin_user.pk)
    session.save()
    return client


def sent(**values):
    return {
        "note": "Cheques of today", "control_amount": "50.00", "lines-TOTAL_FORMS": "1",
        "lines-INITIAL_FORMS": "0", "lines-0-way": "cheque", "lines-0-reference": "77",
        "lines-0-received_on": "2026-11-20", "lines-0-amount": "50.00", "lines-0-campaign": "",
        "lines-0-email": "ana@example.org", "lines-0-name": "Ana", "lines-0-language": "en",
        "lines-0-organisation_name": "", **values,
    }  # fmt: skip


def act(batch):
    return reverse("admin:donations_offlinebatch_book", args=[batch.pk])


def write(staff, **values):
    data = sent(**{"lines-0-fund": FundFactory().pk, **values})
    answer = staff.post(reverse("admin:donations_offlinebatch_add"), data)
    assert answer.status_code == 302, answer.content.decode()
    return OfflineBatch.objects.get()


def test_a_batch_is_written_booked_by_post_alone_and_then_read_only(staff, admin_user):
    batch = write(staff)
    assert (batch.created_by, batch.control_amount) == (admin_user, 5000)
    page = reverse("admin:donations_offlinebatch_change", args=[batch.pk])
    assert "Book the saved batch" in staff.get(page).content.decode()
    assert staff.get(act(batch)).status_code == 405
    told = staff.post(act(batch), follow=True).content.decode()
    assert "Gifts booked: 1." in told
    gift = Gift.objects.get()
    assert gift.number in told
    assert 'name="control_amount"' not in told
    assert "Gifts booked: 0." in staff.post(act(batch), follow=True).content.decode()
    assert staff.post(page, sent()).status_code == 403


def test_a_total_that_is_not_met_is_said_and_nothing_is_booked(staff):
    batch = write(staff, control_amount="49.00")
    told = staff.post(act(batch), follow=True).content.decode()
    assert "The gifts come to $50.00, the control total is $49.00." in told
    assert not Gift.objects.exists()


def test_a_draft_can_be_thrown_away(staff):
    batch = write(staff)
    page = reverse("admin:donations_offlinebatch_delete", args=[batch.pk])
    assert staff.post(page, {"post": "yes"}).status_code == 302
    assert not OfflineBatch.objects.exists()


def test_a_wrong_gift_is_given_back_from_its_page(staff):
    staff.post(act(write(staff)))
    gift = Gift.objects.get()
    data = {"amount": "50.00", "reason": "Bounced", "request_key": "k", "confirmed": "1"}
    assert (
        staff.post(reverse("admin:donations_gift_refund", args=[gift.pk]), data).status_code == 302
    )
    gift.refresh_from_db()
    assert gift.state == "refunded"


def test_a_campaign_of_another_fund_and_a_day_to_come_are_said_at_once(staff):
    values = {
        "lines-0-fund": FundFactory(use="legal_aid").pk,
        "lines-0-campaign": CampaignFactory().pk,
        "lines-0-received_on": "2126-11-20",
    }
    answer = staff.post(reverse("admin:donations_offlinebatch_add"), sent(**values))
    assert answer.status_code == 200
    told = answer.content.decode()
    assert "This campaign asks for gifts to: Education." in told
    assert "A gift has a day that lies in the future." in told
    assert not OfflineBatch.objects.exists()


def test_a_booked_batch_tells_amounts_as_money_and_offers_nothing_more(staff, admin_user):
    batch = write(staff)
    page = reverse("admin:donations_offlinebatch_change", args=[batch.pk])
    # Broke off before its line was booked.
    OfflineBatch.objects.update(booked_by=admin_user, booked_at=timezone.now())
    assert "Book what is left" in staff.get(page).content.decode()
    told = staff.post(act(batch), follow=True).content.decode()
    # Control total, sum of the gifts, the line.
    assert told.count("$50.00") == 3
    assert "5000" not in told
    assert "Book what is left" not in told
