"""Messages are taken in once, answered only where that is safe, and forgotten in time."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from awareness import contact
from awareness.models import ContactMessage
from tests.factories.partners import StaffFactory
from weintl.mail.models import Mail

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def written(**more):
    values = {
        "key": "an-old-form",
        "topic": "order",
        "text": "Where is my parcel?",
        "name": "Ana",
        "reply": "email",
        "reply_to": "ana@example.org",
        "reply_note": "before noon",
        "language": "es",
        "trap": "",
    }
    return contact.Written(**(values | more))


def test_a_message_waits_as_new_and_staff_are_told_without_its_words():
    message = contact.receive(written=written(), now=NOW)
    assert (message.state, message.closed_at, message.language) == ("new", None, "es")
    mail = Mail.objects.get()
    assert mail.cause == f"message:{message.pk}"
    assert f"/admin/awareness/contactmessage/{message.pk}/" in mail.context["url"]
    assert "parcel" not in str(mail.context)
    assert "ana@example.org" not in f"{mail.context}{mail.recipient}"


def test_the_same_form_sent_twice_is_one_message():
    first = contact.receive(written=written(), now=NOW)
    assert contact.receive(written=written(text="again"), now=NOW) == first
    assert ContactMessage.objects.count() == Mail.objects.count() == 1


@pytest.mark.parametrize(
    "more",
    [
        {"trap": "https://buy.example"},
        {"text": "http://a.example http://b.example www.c.example"},
    ],
)
def test_spam_is_put_aside_and_nobody_is_told(more):
    message = contact.receive(written=written(**more), now=NOW)
    assert (message.state, message.closed_at) == ("spam", NOW)
    assert not Mail.objects.exists()


def test_a_form_filled_in_at_once_was_filled_in_by_a_program():
    assert contact.looks_like_spam(written(key=contact.new_key()))
    assert not contact.looks_like_spam(written(key="an-old-form"))


def test_two_links_are_no_spam():
    assert not contact.looks_like_spam(written(text="See http://a.example and www.b.example"))


@pytest.mark.parametrize("key", ["", "x", "a:b:c", "\x00"])
def test_a_word_that_is_not_ours_is_no_key(key):
    assert not contact.is_key(key)


def test_a_form_has_a_key_of_its_own():
    first, second = contact.new_key(), contact.new_key()
    assert first != second
    assert contact.is_key(first)


def test_who_moves_a_message_handles_it():
    message = contact.receive(written=written(), now=NOW)
    user = StaffFactory()
    contact.move(message=message, state="answered", actor=user, now=NOW)
    message.refresh_from_db()
    assert (message.state, message.handled_by, message.closed_at) == ("answered", user, NOW)
    contact.move(message=message, state="open", actor=user, now=NOW)
    message.refresh_from_db()
    assert message.closed_at is None


def test_messages_are_forgotten_when_their_time_is_over():
    user = StaffFactory()

    def one(key, state, days):
        message = contact.receive(written=written(key=key), now=NOW)
        contact.move(message=message, state=state, actor=user, now=NOW - timedelta(days=days))
        return message.pk

    gone = [one("a", "spam", 31), one("b", "answered", 181), one("c", "closed", 181)]
    kept = [one("d", "spam", 29), one("e", "answered", 179), one("f", "open", 900)]
    assert contact.forget(now=NOW) == len(gone)
    assert set(ContactMessage.objects.values_list("pk", flat=True)) == set(kept)


@pytest.mark.parametrize(
    "broken",
    [
        {"reply": "none", "reply_to": "ana@example.org"},
        {"reply": "email", "reply_to": ""},
        {"state": "answered"},
        {"state": "new", "closed_at": NOW},
    ],
)
def test_the_database_refuses_a_message_that_contradicts_itself(broken):
    values = {"submission_key": "k", "text": "t", "reply": "none", "language": "en"}
    with pytest.raises(IntegrityError), transaction.atomic():
        ContactMessage.objects.create(**(values | {"created_at": NOW} | broken))
