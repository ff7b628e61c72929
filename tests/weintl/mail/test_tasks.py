"""What the sweep hands out."""

from datetime import timedelta

import pytest
from django.core import mail as django_mail
from django.utils import timezone

from tests.factories.mail import MailFactory
from weintl.mail import tasks


@pytest.mark.django_db
def test_the_sweep_hands_out_what_is_due_and_nothing_else(django_capture_on_commit_callbacks):
    now = timezone.now()
    MailFactory(next_attempt_at=now - timedelta(minutes=5))
    MailFactory(next_attempt_at=now + timedelta(minutes=5))
    MailFactory(state="sent", sent_at=now)
    MailFactory(state="failed")
    with django_capture_on_commit_callbacks() as callbacks:
        tasks.sweep()
    assert len(callbacks) == 1


@pytest.mark.django_db
def test_the_task_sends():
    tasks.deliver(mail_id=MailFactory(next_attempt_at=timezone.now()).pk)
    assert len(django_mail.outbox) == 1
