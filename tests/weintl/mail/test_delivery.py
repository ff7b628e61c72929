"""Sent once; tried again with growing waits; failed after many."""

import smtplib
from datetime import timedelta

import pytest
from django.core import mail as django_mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection

from tests.factories.mail import MailFactory
from weintl.mail import delivery


class Refusing(BaseEmailBackend):
    """A mail server that answers every message with `error`."""

    error: Exception = OSError("no route to host")

    def send_messages(self, email_messages):
        raise self.error


@pytest.fixture
def server_refuses(settings):
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"

    def with_error(error):
        Refusing.error = error

    return with_error


@pytest.mark.django_db
def test_a_due_mail_goes_out_once(now):
    mail = MailFactory()
    delivery.deliver(mail_id=mail.pk, now=now)
    delivery.deliver(mail_id=mail.pk, now=now)
    assert len(django_mail.outbox) == 1
    mail.refresh_from_db()
    assert (mail.state, mail.sent_at, mail.attempts) == ("sent", now, 1)
    assert mail.subject == "Thank you for your gift of $40.00"


@pytest.mark.django_db
def test_a_mail_that_is_not_due_waits(now):
    mail = MailFactory(next_attempt_at=now + timedelta(minutes=1))
    delivery.deliver(mail_id=mail.pk, now=now)
    assert not django_mail.outbox


@pytest.mark.django_db
def test_an_unreachable_server_puts_the_mail_off(now, server_refuses):
    server_refuses(OSError("no route to host"))
    mail = MailFactory()
    delivery.deliver(mail_id=mail.pk, now=now)
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == ("queued", 1)
    assert now + timedelta(minutes=1) <= mail.next_attempt_at <= now + timedelta(seconds=75)
    assert mail.last_error == "OSError: no route to host"


@pytest.mark.django_db
def test_after_many_attempts_the_mail_has_failed(now, server_refuses):
    server_refuses(smtplib.SMTPServerDisconnected("gone"))
    mail = MailFactory(attempts=delivery.MAX_ATTEMPTS - 1)
    delivery.deliver(mail_id=mail.pk, now=now)
    mail.refresh_from_db()
    assert mail.state == "failed"


@pytest.mark.django_db
def test_a_refusal_for_good_is_not_tried_again(now, server_refuses):
    server_refuses(smtplib.SMTPRecipientsRefused({"donor@example.org": (550, b"unknown")}))
    mail = MailFactory()
    delivery.deliver(mail_id=mail.pk, now=now)
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == ("failed", 1)


@pytest.mark.django_db
def test_a_refusal_for_now_is_tried_again(now, server_refuses):
    server_refuses(smtplib.SMTPRecipientsRefused({"donor@example.org": (451, b"greylisted")}))
    mail = MailFactory()
    delivery.deliver(mail_id=mail.pk, now=now)
    mail.refresh_from_db()
    assert mail.state == "queued"


@pytest.mark.django_db
def test_a_missing_template_is_written_down(now):
    mail = MailFactory(template="donations/none")
    delivery.deliver(mail_id=mail.pk, now=now)
    mail.refresh_from_db()
    assert mail.attempts == 1
    assert "TemplateDoesNotExist" in mail.last_error


@pytest.mark.django_db(transaction=True)
def test_a_second_worker_passes_by_a_mail_that_is_being_sent(now):
    mail = MailFactory()
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT 1 FROM mail_mail WHERE id = %s FOR NO KEY UPDATE", [mail.pk])
            delivery.deliver(mail_id=mail.pk, now=now)
            assert not django_mail.outbox
            cursor.execute("ROLLBACK")
    finally:
        other.close()
    delivery.deliver(mail_id=mail.pk, now=now)
    assert len(django_mail.outbox) == 1


def test_waits_double_up_to_six_hours():
    waits = [delivery.wait_after(n, jitter=0) for n in (1, 2, 3, 9, 10, 40)]
    minutes = [wait / timedelta(minutes=1) for wait in waits]
    assert minutes == [1, 2, 4, 256, 360, 360]
    assert delivery.wait_after(1, jitter=25) == timedelta(seconds=75)
