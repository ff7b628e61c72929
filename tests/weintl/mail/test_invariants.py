"""Each claim about mails is broken on purpose and seen."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories.mail import MailFactory
from weintl.mail import invariants
from weintl.mail.models import Mail

pytestmark = pytest.mark.django_db


def test_fresh_mails_break_nothing(now):
    MailFactory(created_at=now - timedelta(days=80), next_attempt_at=now - timedelta(days=80))
    MailFactory(state="sent", sent_at=now, subject="Thank you", attempts=1)
    assert not [sentence for check in invariants.CHECKS for sentence in check()]


def test_a_forgotten_mail_is_seen():
    mail = MailFactory()
    Mail.objects.update(queued_at=timezone.now() - timedelta(days=2))
    (sentence,) = invariants.check_nothing_waits_unseen()
    assert mail.key in sentence


def test_a_mail_without_a_cause_is_seen():
    MailFactory(cause="because")
    (sentence,) = invariants.check_causes_are_named()
    assert "because" in sentence


def test_a_mail_marked_as_sent_by_hand_is_seen(now):
    MailFactory(state="sent", sent_at=now)
    assert len(list(invariants.check_sent_mails_show_what_was_sent())) == 1
