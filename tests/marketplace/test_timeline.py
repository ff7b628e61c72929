"""All that happened to an order stands in its time line, oldest first."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from marketplace import notes, parcels, return_requests, returns, timeline
from marketplace.models import Unit
from tests.factories.marketplace import book_refund, on_shelf, order_of, pay
from tests.factories.partners import StaffFactory
from tests.factories.returns import arrived, received
from weintl.payments.models import Dispute

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


def words(order) -> list[str]:
    return [moment.words for moment in timeline.of(order)]


def test_it_tells_what_happened_in_its_order(now):
    order = arrived(now=now)
    told = words(order)
    assert told[0].startswith("Placed: $")
    firsts = ("Placed", "Paid", "Parcel sent", "Parcel delivered")
    places = [next(i for i, each in enumerate(told) if each.startswith(w)) for w in firsts]
    assert places == sorted(places)
    assert any("invoice" in each for each in told)
    assert any(each.startswith("Mail: ") for each in told)
    moments = [moment.at.replace(microsecond=0) for moment in timeline.of(order)]
    assert moments == sorted(moments)


def test_returns_refunds_disputes_delays_and_notes_are_in_it_with_who_did_them(now):
    who = StaffFactory()
    order = arrived(now=now)
    request = received(order, now=now)
    link = return_requests.refund(request_id=request.pk, with_shipping=False, actor=who, now=now)
    book_refund(link.refund, now=now)
    book_refund(link.refund, state="failed", now=now)
    waiting = pay(order_of({on_shelf(consigned=1, now=now): 1}, now=now), now=now)
    parcels.delay(
        order_id=waiting.pk,
        reason="material",
        expected_on=(now + timedelta(days=20)).date(),
        request_key="d",
        actor=who,
        now=now,
    )
    assert any(each.startswith("Delay told") for each in words(waiting))
    Dispute.objects.create(
        payment=order.payment,
        dispute_id="dp_1",
        state="won",
        amount=100,
        currency="usd",
        opened_at=now,
        closed_at=now,
    )
    notes.write(order_id=order.pk, words="Rang her", request_key="n", actor=who, now=now)
    told = " | ".join(words(order))
    for part in (
        "Return asked: I changed my mind",
        "Return agreed",
        "Return received",
        "Refund of",
    ):
        assert part in told
    for part in ("left us", "came back from the bank", "Contested: $1.00", "Note: Rang her"):
        assert part in told
    assert who in [moment.who for moment in timeline.of(order)]


def test_as_many_queries_for_long_as_for_short(now):
    def count(order) -> int:
        with CaptureQueriesContext(connection) as caught:
            timeline.of(order)
        return len(caught)

    short, long = arrived(now=now), arrived(now=now, pieces=4)
    for number, unit in enumerate(Unit.objects.of(long)):
        notes.write(order_id=long.pk, words="x", request_key=str(number), actor=None, now=now)
        returns.refund(
            order_id=long.pk,
            unit_ids=[unit.pk],
            reason="x",
            request_key=f"r{number}",
            actor=None,
            now=now,
        )
    notes.write(order_id=short.pk, words="x", request_key="s", actor=None, now=now)
    assert count(long) == count(short) <= 10
