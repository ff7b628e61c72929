"""Payment pages: one a payment, whatever is repeated or lost."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from tests.weintl.payments.conftest import calls, deliver, listed, open_page
from weintl.money import Money
from weintl.payments import client, sessions
from weintl.payments.models import Payment

pytestmark = pytest.mark.django_db


def test_the_page_shows_the_lines_and_leads_back(payment, standin):
    assert payment.session_url.startswith(standin.url)
    session = client.session(payment.session_id)
    assert session["amount_total"] == 4000
    assert session["client_reference_id"] == str(payment.public_id)
    assert session["success_url"] == "http://localhost:8000/en/thanks/"
    assert session["cancel_url"] == "http://localhost:8000/en/cart/"
    assert session["customer_email"] == "payer@example.org"
    assert session["locale"] == "en"
    assert payment.state == "open"
    assert 30 * 60 < (payment.session_expires_at - payment.created_at).total_seconds() < 32 * 60


def test_opening_again_returns_the_same_page(payment, standin):
    assert open_page(payment) == payment.session_url
    assert len(listed(standin, "checkout/sessions")) == 1


def test_lines_must_sum_to_the_amount(make_payment):
    payment = make_payment(is_open=False)
    with pytest.raises(ValueError, match="sum"):
        open_page(payment, lines=[sessions.CheckoutLine("Scarf", 1000, 3)])


def test_a_purpose_is_paid_once(payment):
    with pytest.raises(IntegrityError), transaction.atomic():
        sessions.create_payment(
            purpose=payment.purpose,
            reference=payment.reference,
            amount=Money(1, "usd"),
            email="",
            language="en",
            now=timezone.now(),
        )


def test_a_purpose_that_nobody_answers_is_refused_at_once():
    with pytest.raises(KeyError):
        sessions.create_payment(
            purpose="nobody",
            reference="1",
            amount=Money(1, "usd"),
            email="",
            language="en",
            now=timezone.now(),
        )


def test_a_lost_answer_makes_no_second_page(make_payment, standin):
    payment = make_payment(is_open=False)
    standin.faults(drop_after_commit=True, path="/v1/checkout/sessions")
    address = open_page(payment)
    [session] = listed(standin, "checkout/sessions")
    assert address.endswith(session["id"])


def test_answers_lost_until_we_give_up_make_no_second_page(make_payment, standin):
    payment = make_payment(is_open=False)
    standin.faults(drop_after_commit=True, count=3, path="/v1/checkout/sessions")
    with pytest.raises(sessions.ProviderUnavailable):
        open_page(payment)
    payment.refresh_from_db()
    assert payment.state == "created"
    open_page(payment)
    assert len(listed(standin, "checkout/sessions")) == 1


def test_an_error_that_the_provider_repeats_for_its_key_does_not_last(make_payment, standin):
    payment = make_payment(is_open=False)
    standin.faults(status=500, keep=True, path="/v1/checkout/sessions")
    with pytest.raises(sessions.ProviderUnavailable):
        open_page(payment)
    assert open_page(payment).startswith(standin.url)


def test_a_short_outage_is_not_noticed(make_payment, standin):
    payment = make_payment(is_open=False)
    standin.faults(status=503, count=2, path="/v1/checkout/sessions")
    assert open_page(payment).startswith(standin.url)


def test_a_busy_or_absent_provider_is_said_in_words(make_payment, standin, settings):
    payment = make_payment(is_open=False)
    standin.faults(status=429, count=9, path="/v1/checkout/sessions")
    with pytest.raises(sessions.ProviderUnavailable) as caught:
        open_page(payment)
    assert "try again" in str(caught.value.message)
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    with pytest.raises(sessions.ProviderUnavailable):
        open_page(payment)


def test_a_try_that_never_arrived_gets_a_new_closing_time(make_payment, standin, settings):
    payment = make_payment(is_open=False)
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    earlier = timezone.now() - timedelta(minutes=10)
    with pytest.raises(sessions.ProviderUnavailable):
        open_page(payment, now=earlier)
    settings.STRIPE_API_BASE = standin.url
    open_page(payment)
    payment.refresh_from_db()
    assert payment.session_expires_at > timezone.now() + timedelta(minutes=30)


def test_a_decided_or_old_payment_opens_no_page(payment, make_payment, standin):
    standin.expire(payment.session_id)
    sessions.refresh(payment=payment, now=timezone.now())
    with pytest.raises(sessions.NotPayable):
        open_page(payment)
    old = make_payment(is_open=False)
    with pytest.raises(sessions.NotPayable):
        open_page(old, now=timezone.now() + timedelta(hours=24))


def test_a_page_past_its_time_is_not_handed_out_again(payment):
    with pytest.raises(sessions.NotPayable):
        open_page(payment, now=timezone.now() + timedelta(hours=1))


def test_refresh_asks_the_provider_and_survives_its_absence(payment, standin, settings):
    standin.pay(payment.session_id)
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    assert sessions.refresh(payment=payment, now=timezone.now()).state == "open"
    settings.STRIPE_API_BASE = standin.url
    assert sessions.refresh(payment=payment, now=timezone.now()).state == "succeeded"
    assert calls(payment) == ["paid"]


def test_expiring_closes_the_page(payment, standin):
    assert sessions.expire(payment=payment, now=timezone.now()).state == "expired"
    assert client.session(payment.session_id)["status"] == "expired"
    assert calls(payment) == ["expired"]
    assert sessions.expire(payment=payment, now=timezone.now()).state == "expired"


def test_expiring_too_late_takes_in_the_payment(payment, standin):
    standin.pay(payment.session_id)
    assert sessions.expire(payment=payment, now=timezone.now()).state == "succeeded"
    assert calls(payment) == ["paid"]


def test_nothing_is_expired_while_the_provider_is_away(payment, settings):
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    with pytest.raises(sessions.ProviderUnavailable):
        sessions.expire(payment=payment, now=timezone.now())
    payment.refresh_from_db()
    assert payment.state == "open"


def test_a_payment_without_a_page_expires_here(make_payment):
    payment = make_payment(is_open=False)
    assert sessions.expire(payment=payment, now=timezone.now()).state == "expired"
    assert calls(payment) == ["expired"]


def test_a_page_that_may_exist_is_not_expired_before_its_time(make_payment, standin, settings):
    payment = make_payment(is_open=False)
    standin.faults(drop_after_commit=True, count=3, path="/v1/checkout/sessions")
    with pytest.raises(sessions.ProviderUnavailable):
        open_page(payment)
    with pytest.raises(sessions.ProviderUnavailable):
        sessions.expire(payment=payment, now=timezone.now())
    later = timezone.now() + timedelta(minutes=32)
    assert sessions.expire(payment=payment, now=later).state == "expired"


def test_money_that_comes_after_the_end_is_received(make_payment, standin):
    payment = make_payment()
    Payment.objects.filter(pk=payment.pk).update(state="expired", next_check_at=None)
    standin.pay(payment.session_id)
    payment.refresh_from_db()
    assert sessions.refresh(payment=payment, now=timezone.now()).state == "expired"
    # Decided payments are not asked about by a page; the event brings it.
    deliver(standin)
    payment.refresh_from_db()
    assert payment.state == "succeeded"
    assert calls(payment) == ["paid"]
