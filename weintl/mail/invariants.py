"""What must hold of mails."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Q
from django.db.models.functions import Now

from .models import Mail

WAITS_AT_MOST = timedelta(days=1)


def check_nothing_waits_unseen() -> Iterator[str]:
    """No mail waits for more than a day without anybody having tried to send it."""
    forgotten = Mail.objects.filter(
        state=Mail.State.QUEUED, attempts=0, queued_at__lt=Now() - WAITS_AT_MOST
    )
    for pk, key in forgotten.order_by("pk").values_list("pk", "key"):
        yield f"Mail {pk} ({key}) has waited for more than a day and was never tried."


def check_causes_are_named() -> Iterator[str]:
    """Each mail names its cause as `<model>:<number>`."""
    unnamed = Mail.objects.filter(~Q(cause__regex=r"^[a-z]+:[0-9]+$"))
    for pk, cause in unnamed.order_by("pk").values_list("pk", "cause"):
        yield f"Mail {pk} names as its cause {cause!r}, which is nothing."


def check_sent_mails_show_what_was_sent() -> Iterator[str]:
    """Each mail that was sent kept its subject and counted the attempt."""
    odd = Mail.objects.filter(Q(subject="") | Q(attempts=0), state=Mail.State.SENT)
    for pk in odd.order_by("pk").values_list("pk", flat=True):
        yield f"Mail {pk} is marked as sent but has no subject or no attempt."


CHECKS = [check_nothing_waits_unseen, check_causes_are_named, check_sent_mails_show_what_was_sent]
