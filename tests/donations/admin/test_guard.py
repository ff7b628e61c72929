"""Staff see how the guard stands, and switch it with a reason."""

import pytest
from django.urls import reverse
from django.utils import timezone

from donations import guard
from donations.models import GuardChange
from tests.factories.payments import PaymentFactory, WebhookEventFactory

pytestmark = pytest.mark.django_db
LIST = reverse("admin:donations_guardchange_changelist")
SWITCH = reverse("admin:donations_guardchange_switch")


def test_a_lock_is_on_the_first_page_and_is_ended_with_a_reason(staff):
    now = timezone.now()
    for _ in range(30):
        payment = PaymentFactory(purpose="gift")
        WebhookEventFactory(payment=payment, type=guard.DECLINED, received_at=now)
    guard.judge(now=timezone.now())
    assert "Gifts are locked" in staff.get(reverse("admin:index")).content.decode()
    text = staff.get(LIST).content.decode()
    for words in ("Now:", "locked: only who gave before", "cards declined 30"):
        assert words in text, words
    refused = staff.post(SWITCH, {"state": "calm", "reason": ""}).content.decode()
    assert "This field is required." in refused
    assert guard.state() == "lockdown"
    assert staff.post(SWITCH, {"state": "calm", "reason": "Quiet"}).url == LIST
    assert GuardChange.objects.order_by("-pk").first().actor.email == "staff@example.org"
    assert "Gifts are locked" not in staff.get(reverse("admin:index")).content.decode()


def test_the_switch_asks_who_it_is(client, django_user_model):
    person = django_user_model.objects.create_superuser("boss@example.org", "x")
    client.force_login(person)
    assert "/accounts/reauthenticate/" in client.post(SWITCH, {"state": "calm", "reason": "x"}).url
