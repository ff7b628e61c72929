"""Mails that a donor asks for, beyond those about own gifts, which always come."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from .models import Donor, MailConsent

Topic = MailConsent.Topic
# What the page asks; the yes keeps these words.
WORDS: dict[str, Any] = {
    Topic.NEWS: _("News of the work that gifts make possible, at most four times a year."),
    Topic.CAMPAIGNS: _("One mail when a new campaign begins."),
}


def given(donor: Donor) -> dict[str, MailConsent]:
    """Return the consents that hold, by topic."""
    return {row.topic: row for row in donor.consents.filter(withdrawn_at=None).order_by("pk")}


@transaction.atomic
def choose(*, donor: Donor, topics: Collection[str], language: str, now: datetime) -> None:
    """Let exactly `topics` hold from now on; what holds already keeps its time.

    The words are kept as the page says them in the active language.
    """
    # Two tabs at once: the second finds what the first has chosen.
    Donor.objects.select_for_update(no_key=True).get(pk=donor.pk)
    holding = given(donor)
    gone = [row.pk for topic, row in holding.items() if topic not in topics]
    MailConsent.objects.filter(pk__in=gone).update(withdrawn_at=now)
    MailConsent.objects.bulk_create(
        MailConsent(donor=donor, topic=topic, words=str(words), language=language, given_at=now)
        for topic, words in WORDS.items()
        if topic in topics and topic not in holding
    )
