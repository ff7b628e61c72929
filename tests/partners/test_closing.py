"""Months close one after the other, by two people, once nothing of them is unsettled."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from partners import accounts, closing, ledger, postings
from partners.models import ClosedMonth, Entry
from tests.factories.closing import IN_APRIL, IN_MARCH, MARCH, book, compared, sealed
from tests.factories.partners import StaffFactory
from tests.factories.payments import PaymentFactory, RefundFactory, WebhookEventFactory
from weintl.payments.models import Difference

pytestmark = pytest.mark.django_db

END = datetime(2026, 4, 1, tzinfo=UTC)


@pytest.fixture
def books():
    sealed(book("in march", IN_MARCH))
    compared(END)


def labels() -> list[str]:
    found = closing.obstacles(month=MARCH, now=timezone.now())
    return [str(one.label) for one in found]


def closed(month: date = MARCH) -> ClosedMonth:
    row = closing.propose(month=month, actor=StaffFactory(), now=timezone.now())
    return closing.approve(
        closing_id=row.pk, actor=StaffFactory(), now=timezone.now(), four_eyes=True
    )


def test_nothing_is_open_before_the_first_entry(db):
    assert closing.oldest_open() is None


def test_two_people_close_the_oldest_month(books):
    assert closing.oldest_open() == MARCH
    row = closed()
    assert row.approved_at
    assert not row.is_single_handed
    assert row.totals["sales:usd"] == [0, 500, 0, 500]
    assert closing.oldest_open() == date(2026, 4, 1)
    assert closing.last_closed() == row


def test_closing_twice_changes_nothing(books):
    row = closed()
    again = closing.approve(
        closing_id=row.pk, actor=StaffFactory(), now=timezone.now(), four_eyes=True
    )
    assert again.approved_by == row.approved_by


def test_who_proposes_does_not_approve(books):
    row = closing.propose(month=MARCH, actor=StaffFactory(), now=timezone.now())
    now = timezone.now()
    with pytest.raises(closing.SecondPersonNeeded):
        closing.approve(closing_id=row.pk, actor=row.proposed_by, now=now, four_eyes=True)
    row = closing.approve(closing_id=row.pk, actor=row.proposed_by, now=now, four_eyes=False)
    assert row.is_single_handed


def test_a_demonstration_closes_its_past_once(books):
    sealed(book("in april", IN_APRIL))
    book("in june", IN_APRIL.replace(month=6))
    compared(IN_APRIL.replace(month=7))
    people = (StaffFactory(), StaffFactory())
    now, before = timezone.now(), date(2026, 6, 1)
    assert closing.close_past(before=before, people=people, now=now) == 3
    assert closing.oldest_open() == before
    assert closing.close_past(before=date(2026, 7, 1), people=people, now=now) == 0


def test_a_demonstration_leaves_open_what_is_not_settled(books):
    WebhookEventFactory(occurred_at=IN_MARCH)
    people = (StaffFactory(), StaffFactory())
    assert closing.close_past(before=END.date(), people=people, now=timezone.now()) == 0


def test_only_the_oldest_and_only_once(books):
    with pytest.raises(closing.NotOldest):
        closed(date(2026, 4, 1))
    closing.propose(month=MARCH, actor=StaffFactory(), now=timezone.now())
    with pytest.raises(closing.NotOldest):
        closed()


def test_a_proposal_can_be_taken_back_and_a_closed_month_cannot(books):
    row = closing.propose(month=MARCH, actor=StaffFactory(), now=timezone.now())
    assert closing.withdraw(closing_id=row.pk)
    row = closed()
    assert not closing.withdraw(closing_id=row.pk)


def test_a_month_must_be_over(books):
    inside = END - timedelta(seconds=1)
    [one] = closing.obstacles(month=MARCH, now=inside)
    assert "not over" in str(one.label)
    with pytest.raises(closing.InTheWay):
        closing.propose(month=MARCH, actor=StaffFactory(), now=inside)


def test_nothing_stands_in_the_way_of_settled_books(books):
    assert labels() == []


def _difference():
    Difference.objects.create(
        kind="amount", object_id="txn", currency="usd", occurred_at=IN_MARCH, found_at=IN_APRIL
    )


@pytest.mark.parametrize(
    ("what", "label"),
    [
        (_difference, "Differences with the payment provider"),
        (lambda: WebhookEventFactory(occurred_at=IN_MARCH), "Events not processed"),
        (
            lambda: WebhookEventFactory(occurred_at=IN_MARCH, state="failed", last_error="x"),
            "Events not processed",
        ),
        (lambda: book("unsealed", IN_MARCH), "Entries not sealed"),
        (
            lambda: PaymentFactory(is_paid=True, succeeded_at=IN_MARCH),
            "Payments whose fee is not known",
        ),
    ],
)
def test_what_is_not_settled_keeps_the_month_open(books, what, label):
    what()
    assert labels() == [label]


def test_a_refund_that_was_not_sent_keeps_the_month_open(books):
    paid = PaymentFactory(
        is_paid=True, settled_currency="usd", settled_amount=4000, fee_amount=1, net_amount=3999
    )
    RefundFactory(payment=paid, created_at=IN_MARCH)
    assert labels() == ["Refunds not sent"]


def test_what_is_of_the_next_month_does_not_matter(books):
    WebhookEventFactory(occurred_at=IN_APRIL)
    PaymentFactory(is_paid=True, succeeded_at=IN_APRIL)
    book("unsealed", IN_APRIL)
    assert labels() == []


def test_a_currency_that_was_not_compared_keeps_the_month_open():
    sealed(book("in march", IN_MARCH))
    compared(END - timedelta(seconds=1))
    [one] = closing.obstacles(month=MARCH, now=timezone.now())
    assert one.count == 1
    assert one.model == "payments_reconciliation"


def test_the_approver_finds_what_came_up_since_the_proposal(books):
    row = closing.propose(month=MARCH, actor=StaffFactory(), now=timezone.now())
    _difference()
    with pytest.raises(closing.InTheWay):
        closing.approve(closing_id=row.pk, actor=StaffFactory(), now=timezone.now(), four_eyes=True)


def test_the_number_of_statements_is_constant(books, django_assert_num_queries):
    for number in range(5):
        WebhookEventFactory(occurred_at=IN_MARCH)
        book(f"unsealed {number}", IN_MARCH)
    with django_assert_num_queries(8):
        closing.obstacles(month=MARCH, now=timezone.now())


def test_a_refund_that_arrives_after_closing_belongs_to_the_open_month(books):
    fund = accounts.fund("usd")
    postings.post_gift(
        payment_key="g", currency="usd", amount=4000, fee_cover=0, fund=fund, occurred_at=IN_MARCH
    )
    sealed(Entry.objects.get(source_key="payment/g/paid"))
    before = closed().totals
    postings.post_gift_refund(
        refund_key="r", currency="usd", amount=1000, fee_cover=0, fund=fund, occurred_at=IN_MARCH
    )
    refund = Entry.objects.get(source_key="refund/r/sent")
    assert refund.accounted_on == date(2026, 4, 1)
    assert ledger.balance(fund) == 3000
    sealed(refund)
    compared(END + timedelta(days=31))
    april = closed(date(2026, 4, 1))
    assert before["fund:usd"] == [0, 4000, 0, 4000]
    assert april.totals["fund:usd"] == [1000, 0, 1000, 4000]
    assert closing.last_closed() == april


@pytest.mark.parametrize(
    ("month", "following"),
    [(date(2026, 1, 31), date(2026, 2, 1)), (date(2026, 12, 1), date(2027, 1, 1))],
)
def test_the_next_month(month, following):
    assert closing.next_month(month) == following
