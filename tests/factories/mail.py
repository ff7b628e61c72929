"""The least valid mail."""

from datetime import UTC, datetime

import factory

from weintl.mail import outbox
from weintl.mail.models import Mail

THANKS = {
    "name": "Ana & Bo <b>",
    "fund": "Education",
    "amount": {"amount": 4000, "currency": "usd"},
    "fee_cover": None,
    "total": {"amount": 4000, "currency": "usd"},
    "day": "24 November 2026",
    "number": "G-1",
    "url": "http://localhost:8000/en/giving/abc/",
}


class MailFactory(factory.django.DjangoModelFactory):
    """A queued thank-you mail."""

    class Meta:
        model = Mail

    key = factory.Sequence(lambda n: f"gift/{n}/thanks")
    cause = factory.Sequence(lambda n: f"gift:{n}")
    template = "donations/gift_thanks"
    language = "en"
    recipient = "donor@example.org"
    context = factory.LazyFunction(lambda: dict(THANKS))
    message_id = factory.LazyFunction(outbox.new_message_id)
    next_attempt_at = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
    created_at = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
