"""A mail is a row, written once."""

from datetime import timedelta

import pytest
from django.db import transaction

from tests.factories.mail import THANKS, MailFactory
from weintl.mail import outbox
from weintl.mail.models import Mail


def queue(now, **changes):
    wanted = {
        "key": "gift/1/thanks",
        "template": "donations/gift_thanks",
        "to": "donor@example.org",
        "language": "es",
        "context": THANKS,
        "cause": "gift:1",
        "now": now,
    }
    return outbox.queue(**{**wanted, **changes})


@pytest.mark.django_db
def test_the_same_key_makes_one_mail(now):
    first = queue(now)
    second = queue(now, to="other@example.org")
    assert first == second
    assert Mail.objects.get().recipient == "donor@example.org"


@pytest.mark.django_db
def test_an_unknown_language_becomes_the_sites_own(now):
    assert queue(now, language="xx").language == "en"
    assert queue(now, key="b", language="es-mx").language == "es"


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_cause_leaves_no_mail(now):
    with pytest.raises(RuntimeError), transaction.atomic():
        queue(now)
        raise RuntimeError
    assert not Mail.objects.exists()


@pytest.mark.django_db
def test_only_the_first_queueing_asks_for_delivery(now, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        queue(now)
        queue(now)
    assert len(callbacks) == 1


@pytest.mark.django_db
def test_a_failed_mail_is_tried_anew(now):
    mail = MailFactory(state="failed", attempts=12)
    again = outbox.send_again(mail=mail, now=now + timedelta(hours=1))
    assert again.pk == mail.pk
    again.refresh_from_db()
    assert (again.state, again.attempts) == ("queued", 0)
    assert again.next_attempt_at == now + timedelta(hours=1)


@pytest.mark.django_db
def test_a_sent_mail_is_copied_with_its_own_message_id(now):
    mail = MailFactory(state="sent", sent_at=now, subject="x", attempts=1)
    first = outbox.send_again(mail=mail, now=now)
    Mail.objects.filter(pk=first.pk).update(state="sent", sent_at=now)
    second = outbox.send_again(mail=first, now=now)
    assert [first.key, second.key] == [f"{mail.key}/again-1", f"{mail.key}/again-2"]
    assert len({mail.message_id, first.message_id, second.message_id}) == 3
