"""Take in messages of the contact form, and forget them in time.

Nothing is ever sent to the writer by itself: the mailbox may be read by somebody else. Spam
is put aside, not refused, so that no honest message is lost to a guess.
"""

import logging
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse

from weintl.accounts.models import User
from weintl.mail import outbox
from weintl.organisation.models import Organisation
from weintl.web import absolute

from .models import ContactMessage

logger = logging.getLogger(__name__)

STATE = ContactMessage.State
SALT = "awareness.contact"
# Nobody reads the page and writes a sentence in less.
QUICKEST = timedelta(seconds=3)
MOST_LINKS = 2
OPEN_FOR = timedelta(days=1)
KEEP_SPAM = timedelta(days=30)
KEEP_CLOSED = timedelta(days=180)
LINK = re.compile(r"https?://|www\.|\[url", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Written:
    """What somebody wrote. `trap` is a field that people do not see."""

    key: str
    topic: str
    text: str
    name: str
    reply: str
    reply_to: str
    reply_note: str
    language: str
    trap: str


def new_key() -> str:
    """Return a signed word that makes one form its own and bears when it was shown."""
    return signing.dumps(secrets.token_urlsafe(9), salt=SALT)


def is_key(key: str) -> bool:
    """Say whether the form with this word is ours and was shown within a day."""
    return _is_younger(key, OPEN_FOR)


def _is_younger(key: str, age: timedelta) -> bool:
    try:
        signing.loads(key, salt=SALT, max_age=age)
    except signing.BadSignature:
        return False
    return True


def receive(*, written: Written, now: datetime) -> ContactMessage:
    """Keep the message once, as new or as spam, and tell staff of a new one."""
    is_spam = looks_like_spam(written)
    row = ContactMessage(
        submission_key=written.key,
        topic=written.topic,
        text=written.text,
        name=written.name,
        reply=written.reply,
        reply_to=written.reply_to,
        reply_note=written.reply_note,
        language=written.language,
        state=STATE.SPAM if is_spam else STATE.NEW,
        created_at=now,
        closed_at=now if is_spam else None,
    )
    with transaction.atomic():
        # A double click sends the same form twice; the second finds the first.
        ContactMessage.objects.bulk_create([row], ignore_conflicts=True)
        message = ContactMessage.objects.get(submission_key=written.key)
        if message.state == STATE.NEW:
            _tell(message, now=now)
    logger.info("message.received", extra={"message_id": message.pk, "state": message.state})
    return message


def looks_like_spam(written: Written) -> bool:
    """Say whether a program seems to have written it: the trap, the haste, many links."""
    is_hasty = _is_younger(written.key, QUICKEST)
    return bool(written.trap) or is_hasty or len(LINK.findall(written.text)) > MOST_LINKS


def _tell(message: ContactMessage, *, now: datetime) -> None:
    """Tell the organisation's mailbox that something waits; the words stay in the admin."""
    path = reverse("admin:awareness_contactmessage_change", args=[message.pk])
    outbox.queue(
        key=f"contact/{message.pk}",
        template="awareness/message_waits",
        to=Organisation.current().contact_email,
        language=settings.LANGUAGE_CODE,
        context={"topic": message.topic, "url": absolute(path)},
        cause=f"message:{message.pk}",
        now=now,
    )


def move(*, message: ContactMessage, state: str, actor: User, now: datetime) -> None:
    """Put a message into `state`; whoever does it handles it from now on."""
    message.state = state
    message.handled_by = actor
    message.closed_at = None if state in {STATE.NEW, STATE.OPEN} else now
    message.save(update_fields=["state", "handled_by", "closed_at"])


def forget(*, now: datetime) -> int:
    """Delete spam after a month, what is closed after half a year; return how many."""
    spam = ContactMessage.objects.filter(state=STATE.SPAM, closed_at__lt=now - KEEP_SPAM)
    closed = ContactMessage.objects.filter(
        state__in=[STATE.ANSWERED, STATE.CLOSED], closed_at__lt=now - KEEP_CLOSED
    )
    return spam.delete()[0] + closed.delete()[0]
