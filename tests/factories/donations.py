"""The least valid funds, donors and gifts, with their payments."""

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import factory
from django.conf import settings
from django.test import Client
from django.utils.timezone import localdate

from donations import portal, years
from donations.models import Campaign, Donor, Fund, Gift, Plan, Suggestion, YearStatement
from donations.settlement import GiftSettlement
from tests.factories.payments import PaymentFactory
from weintl.mail.models import Mail
from weintl.payments.models import Subscription

AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


class FundFactory(factory.django.DjangoModelFactory):
    """The fund for education; there is one of a use."""

    class Meta:
        model = Fund
        django_get_or_create = ["programme", "use"]

    key = factory.Sequence(lambda n: f"fund-{n}")
    name_en = "Education"
    name_es = "Educación"
    programme = None
    use = "education"


class CampaignFactory(factory.django.DjangoModelFactory):
    """A thousand dollars for education, running."""

    class Meta:
        model = Campaign

    name_en = factory.Sequence(lambda n: f"Books {n}")
    name_es = factory.Sequence(lambda n: f"Libros {n}")
    slug_en = factory.Sequence(lambda n: f"books-{n}")
    slug_es = factory.Sequence(lambda n: f"libros-{n}")
    summary_en = "School books for a year."
    summary_es = "Libros de texto para un año."
    fund = factory.SubFactory(FundFactory)
    currency = "usd"
    goal_amount = 100_000
    starts_on = date(2026, 1, 1)
    is_published = True


class SuggestionFactory(factory.django.DjangoModelFactory):
    """Forty dollars, with what they make possible."""

    class Meta:
        model = Suggestion

    currency = "usd"
    amount = 4000
    sentence_en = factory.LazyAttribute(lambda row: f"Worth {row.amount}.")
    sentence_es = factory.LazyAttribute(lambda row: f"Vale {row.amount}.")
    source = "Price list of the school"
    source_on = date(2026, 9, 1)
    is_shown = True


class DonorFactory(factory.django.DjangoModelFactory):
    """Somebody with an address."""

    class Meta:
        model = Donor

    email = factory.Sequence(lambda n: f"donor{n}@example.org")
    created_at = AT


class GiftFactory(factory.django.DjangoModelFactory):
    """Forty dollars whose page is open; `is_paid` only makes the payment so, nothing else."""

    class Meta:
        model = Gift

    donor = factory.SubFactory(DonorFactory)
    fund = factory.SubFactory(FundFactory)
    amount = 4000
    fee_cover_amount = 0
    currency = "usd"
    submission_key = factory.Sequence(lambda n: f"form-{n}")
    created_at = AT
    public_id = factory.LazyFunction(uuid.uuid4)
    payment = factory.LazyAttribute(
        lambda row: PaymentFactory(
            purpose="gift",
            reference=str(row.public_id),
            amount=row.amount + row.fee_cover_amount,
            currency=row.currency,
            is_paid=row.is_paid,
            is_open=not row.is_paid,
        )
    )

    class Params:
        is_paid = False


def gift_received(*, now: datetime = AT, **values: Any) -> Gift:
    """Return a gift that was paid, booked, thanked for and receipted, without a provider."""
    gift = GiftFactory(is_paid=True, **values)
    GiftSettlement().paid(gift.payment, now=now)
    GiftSettlement().issue_papers(gift.payment, now=now)
    gift.refresh_from_db()
    return gift


def plan_of(donor: Donor, *, now: datetime = AT, state: str = "active", **values: Any) -> Plan:
    """Return a plan that began a week ago, as the provider's word would leave it."""
    subscription = Subscription.objects.create(
        purpose="gift",
        reference=uuid4().hex,
        state=state,
        amount=2500,
        currency="usd",
        interval="month",
        subscription_id=f"sub_{uuid4().hex}",
        customer_id=f"cus_{uuid4().hex}",
        period_end=now + timedelta(days=23),
        created_at=now - timedelta(days=7),
        begun_at=now - timedelta(days=7),
        ended_at=now if state == "ended" else None,
    )
    given = {"fund": None, "amount": 2500, **values}
    return Plan.objects.create(
        donor=donor,
        currency="usd",
        interval="month",
        subscription=subscription,
        created_at=now - timedelta(days=7),
        **{**given, "fund": given["fund"] or FundFactory()},
    )


def year_issued(donor: Donor, *, now: datetime, year: int | None = None) -> YearStatement:
    """Return the statement of last year, or of `year`."""
    statement = years.issue_due(donor, year or localdate(now).year - 1, now=now)
    assert statement is not None
    return statement


def link_for(donor: Donor, *, now: datetime = AT) -> str:
    """Return the word of a live link to a donor's page, as the last mail has it."""
    portal.ask(email=donor.email, language="en", now=now)
    mail = Mail.objects.filter(cause=f"donor:{donor.pk}").latest("pk")
    return str(mail.context["url"]).rstrip("/").rpartition("/")[2]


def come_in(client: Client, donor: Donor, *, now: datetime) -> None:
    """Open a donor's page in a browser; `now` is the true time."""
    word = portal.open_by_link(link_for(donor, now=now), nonce="n", now=now)
    for name in settings.SCOPED_COOKIES:
        client.cookies[name] = word
