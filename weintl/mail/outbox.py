"""The outbox: a mail is a row in the transaction that causes it, sent after the commit."""

import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import get_supported_language_variant

from weintl.background import enqueue

from .models import Mail
from .tasks import deliver


def queue(
    *,
    key: str,
    template: str,
    to: str,
    language: str,
    context: dict[str, Any],
    cause: str,
    now: datetime,
) -> Mail:
    """Write one mail in the caller's transaction and have it sent after the commit.

    `key` is unique for ever: queueing it again returns the first row unchanged.
    `template` names templates/mail/<template>.{subject.txt,txt,html}. `context` is JSON;
    money goes in as {"amount", "currency"}. `cause` is `<model>:<pk>`, such as `order:12`.
    """
    message_id = new_message_id()
    row = Mail(
        key=key,
        cause=cause,
        template=template,
        language=known_language(language),
        recipient=to,
        context=context,
        message_id=message_id,
        next_attempt_at=now,
        created_at=now,
    )
    # Two workers may take in the same payment: the second insert waits and does nothing.
    Mail.objects.bulk_create([row], ignore_conflicts=True)
    mail = Mail.objects.get(key=key)
    if mail.message_id == message_id:
        enqueue(deliver, mail_id=mail.pk)
    return mail


@transaction.atomic
def send_again(*, mail: Mail, now: datetime) -> Mail:
    """Have `mail` sent again and return the row that will be sent.

    One that failed or still waits is tried anew; one that went out is copied under a key
    of its own, since a receiver may drop a second message with the same Message-ID.
    """
    mail = Mail.objects.select_for_update(no_key=True).get(pk=mail.pk)
    if mail.state == Mail.State.SENT:
        first = mail.key.split("/again-")[0]
        count = Mail.objects.filter(key__startswith=f"{first}/again-").count()
        return queue(
            key=f"{first}/again-{count + 1}",
            template=mail.template,
            to=mail.recipient,
            language=mail.language,
            context=mail.context,
            cause=mail.cause,
            now=now,
        )
    mail.state = Mail.State.QUEUED
    mail.attempts = 0
    mail.next_attempt_at = now
    mail.save(update_fields=["state", "attempts", "next_attempt_at"])
    enqueue(deliver, mail_id=mail.pk)
    return mail


def new_message_id() -> str:
    """Return a Message-ID that no other mail has."""
    return f"<{uuid.uuid4().hex}@{settings.SITE_HOST}>"


def known_language(language: str) -> str:
    """Return the site's language nearest to `language`, else the site's own."""
    try:
        return get_supported_language_variant(language)
    except LookupError:
        return settings.LANGUAGE_CODE
