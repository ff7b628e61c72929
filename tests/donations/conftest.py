"""Gifts as they are once paid, and a running stand-in."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from donations import gifts, guard
from donations.models import Gift
from donations.settlement import GiftSettlement
from tests.factories.donations import CampaignFactory, FundFactory, GiftFactory
from tests.factories.payments import RefundFactory
from tests.plugins.standin import StandIn, start_standin
from weintl.money import Money
from weintl.payments import reconcile
from weintl.payments.models import Payment
from weintl.verify import collect


@pytest.fixture
def paid(db, now):
    """Make a gift that was paid, booked, thanked for and receipted."""

    def make(*, has_receipt: bool = True, **changes) -> Gift:
        gift = GiftFactory(is_paid=True, **changes)
        GiftSettlement().paid(gift.payment, now=now)
        if has_receipt:
            GiftSettlement().issue_papers(gift.payment, now=now)
        gift.refresh_from_db()
        return gift

    return make


@pytest.fixture
def settle(now):
    """Let the provider's fee of a gift be known."""

    def book(gift: Gift, *, fee: int) -> None:
        payment = gift.payment
        payment.settled_currency = "usd"
        payment.settled_amount = payment.amount
        payment.fee_amount = fee
        payment.net_amount = payment.amount - fee
        payment.save()
        GiftSettlement().settled(payment, now=now)

    return book


@pytest.fixture
def refund(now):
    """Book a refund of a gift as the payments core does; return its row."""

    def book(gift: Gift, amount: int, *, state: str = "succeeded"):
        row = RefundFactory(payment=gift.payment, amount=amount, state=state)
        tell(gift, row, now=now)
        return row

    return book


@pytest.fixture
def fail_refund(now):
    """Let a refund come back."""

    def book(gift: Gift, row) -> None:
        row.state = "failed"
        row.save()
        tell(gift, row, now=now)

    return book


def tell(gift: Gift, row, *, now) -> None:
    live = gift.payment.refunds.filter(state__in=["pending", "succeeded"])
    gift.payment.refunded_amount = sum(live.values_list("amount", flat=True))
    gift.payment.save()
    GiftSettlement().refunded(gift.payment, row, now=now)
    GiftSettlement().issue_papers(gift.payment, now=now)
    gift.refresh_from_db()


@pytest.fixture(scope="module")
def running_standin(tmp_path_factory) -> Iterator[StandIn]:
    """One process for a module; fees settle only when a test says so."""
    with start_standin(tmp_path_factory.mktemp("standin"), secret="whsec_gifts") as standin:
        yield standin


@pytest.fixture
def standin(running_standin, settings) -> StandIn:
    """An empty stand-in at which the project's client points; it sends nothing by itself."""
    running_standin.reset()
    running_standin.clear_faults()
    running_standin.webhooks(url="", deliver=True)
    settings.STRIPE_API_BASE = running_standin.url
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_gifts"]
    return running_standin


@pytest.fixture
def right_now():
    """The true time, for what the stand-in dates by its own clock."""
    return timezone.now()


def take_in() -> None:
    """Process every event that the stand-in has, as webhooks or the nightly run would."""
    reconcile.catch_up(now=timezone.now())


def give(standin, *, amount=7300, currency="usd", is_paid=True, **more) -> Gift:
    """Give so many cents to a campaign, a plan to a fund alone; pay, and let the fee be known."""
    campaign = None if "interval" in more else CampaignFactory()
    given = {
        "email": "ana@example.org",
        "name": "Ana",
        "fund": campaign.fund if campaign else FundFactory(),
        "campaign": campaign,
        "amount": Money(amount, currency),
        "is_fee_covered": False,
        "language": "en",
        "submission_key": guard.new_form(),
        "now": timezone.now(),
    }
    gift = gifts.start(**{**given, **more})
    gifts.open_page(gift=gift, now=timezone.now())
    if is_paid:
        answer = standin.pay(Payment.objects.get(pk=gift.payment_id).session_id)
        standin.settle_charge(answer["charge"])
        take_in()
        gift.refresh_from_db()
        assert gift.state == "received"
    return gift


def all_is_well() -> None:
    """Nothing is broken here, and the provider holds what the books say."""
    breaches = [each for check in collect.checks() for each in collect.breaches(check)]
    assert breaches == []
    rows = reconcile.run(now=timezone.now() + timedelta(hours=1))
    assert rows and all(row.is_equal for row in rows)


def begin_plan(standin, *, amount=2500) -> Gift:
    """Begin a monthly plan, pay its first gift, and take in all of it; return that gift."""
    gift = give(standin, amount=amount, interval="month", is_paid=False)
    standin.pay(Payment.objects.get(pk=gift.payment_id).session_id)
    standin.settle()
    take_in()
    gift.refresh_from_db()
    return gift
