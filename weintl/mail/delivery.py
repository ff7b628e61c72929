"""Send one mail exactly once, as far as mail allows that."""

import logging
import secrets
from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused, SMTPResponseException

from django.db import transaction

from .composing import compose
from .models import Mail

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 12
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
# Waits vary by up to a quarter, so that mails which failed together do not come back together.
JITTER_PER_CENT = 25


def deliver(*, mail_id: int, now: datetime) -> None:
    """Render and send the mail; a failure is written down with the time of the next attempt.

    The row stays locked while the mail server is spoken to: a second worker passes by, and
    a worker that is killed lets go of it. Killed between the server's yes and our commit,
    the mail goes out again under the same Message-ID, by which receivers drop the second.
    """
    with transaction.atomic():
        mail = (
            Mail.objects.due(now=now)
            .select_for_update(skip_locked=True, no_key=True)
            .filter(pk=mail_id)
            .first()
        )
        if mail is None:
            return
        try:
            # The savepoint keeps the row writable after a failed query in a template.
            with transaction.atomic():
                message = compose(mail)
                mail.subject = str(message.subject)[:250]
                message.send()
        except Exception as error:
            _put_off(mail, error=error, now=now)
            return
        mail.state = Mail.State.SENT
        mail.sent_at = now
        mail.attempts += 1
        mail.last_error = ""
        mail.save(update_fields=["state", "sent_at", "attempts", "last_error", "subject"])
    logger.info("mail.sent", extra={"mail": mail.pk})


def _put_off(mail: Mail, *, error: Exception, now: datetime) -> None:
    mail.attempts += 1
    mail.last_error = f"{type(error).__name__}: {error}"[:2000]
    if is_final(error) or mail.attempts >= MAX_ATTEMPTS:
        mail.state = Mail.State.FAILED
        logger.error("mail.failed", extra={"mail": mail.pk, "reason": type(error).__name__})
    else:
        jitter = secrets.randbelow(JITTER_PER_CENT + 1)
        mail.next_attempt_at = now + wait_after(mail.attempts, jitter=jitter)
        logger.warning("mail.put_off", extra={"mail": mail.pk, "reason": type(error).__name__})
    mail.save(update_fields=["state", "attempts", "last_error", "next_attempt_at"])


def wait_after(attempts: int, *, jitter: int) -> timedelta:
    """Return how long to wait after so many attempts: doubling, at most six hours.

    `jitter` is added in per cent of the wait.
    """
    wait = min(FIRST_WAIT * 2 ** min(attempts - 1, 30), LONGEST_WAIT)
    return wait + wait * jitter // 100


def is_final(error: Exception) -> bool:
    """Say whether the mail server refused for good (SMTP 5xx), so that trying is no use."""
    if isinstance(error, SMTPRecipientsRefused):
        return all(500 <= code < 600 for code, _words in error.recipients.values())
    return isinstance(error, SMTPResponseException) and 500 <= error.smtp_code < 600
