"""The guard rises and locks with declined cards, calms again, and lets donors on."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.db import DatabaseError, transaction
from django.test import RequestFactory
from django.utils import timezone

from donations import gifts, guard
from donations.models import Donor, Gift, GuardChange
from donations.settlement import GiftSettlement
from tests.factories.donations import DonorFactory, FundFactory, GiftFactory
from tests.factories.partners import StaffFactory
from tests.factories.payments import PaymentFactory, WebhookEventFactory
from weintl.mail.composing import compose
from weintl.mail.models import Mail
from weintl.money import Money

pytestmark = pytest.mark.django_db
S = GuardChange.State


def decline(number, *, now, purpose="gift"):
    for _ in range(number):
        payment = PaymentFactory(purpose=purpose)
        WebhookEventFactory(payment=payment, type=guard.DECLINED, received_at=now)


def paid_gifts(number, *, now):
    for _ in range(number):
        GiftFactory(is_paid=True, state="received", created_at=now, received_at=now)


@pytest.mark.parametrize(
    ("declined", "paid", "state"),
    [
        (9, 0, S.CALM),
        (10, 0, S.RAISED),
        (10, 5, S.RAISED),
        (10, 6, S.CALM),
        (30, 0, S.LOCKDOWN),
        (30, 7, S.LOCKDOWN),
        (30, 8, S.RAISED),
    ],
)
def test_declined_cards_raise_and_lock_it_by_their_number_and_share(now, declined, paid, state):
    decline(declined, now=now)
    paid_gifts(paid, now=now)
    assert guard.judge(now=now) == guard.state() == state


def test_orders_and_old_cards_are_none_of_its_business(now):
    decline(40, now=now - timedelta(minutes=11))
    decline(40, now=now, purpose="order")
    assert guard.judge(now=now) == S.CALM


def test_it_rises_once_with_one_mail_and_calms_after_a_quiet_hour(now):
    decline(12, now=now)
    for _ in range(3):
        guard.judge(now=now)
    assert GuardChange.objects.count() == 1
    message = compose(Mail.objects.get(template="donations/guard_alert"))
    assert "12 cards declined" in message.body
    assert guard.judge(now=now + timedelta(minutes=59)) == S.RAISED
    assert guard.judge(now=now + timedelta(minutes=61)) == S.CALM


def test_what_came_before_it_was_calmed_counts_no_more(now):
    decline(30, now=now)
    guard.judge(now=now)
    guard.switch(to=S.CALM, reason="A false alarm", actor=None, now=now + timedelta(seconds=1))
    assert guard.judge(now=now + timedelta(seconds=2)) == S.CALM


def test_only_a_person_ends_a_lock(now):
    decline(30, now=now)
    guard.judge(now=now)
    later = now + timedelta(days=2)
    assert guard.judge(now=later) == S.LOCKDOWN
    who = StaffFactory()
    for _ in range(2):
        guard.switch(to=S.CALM, reason="Quiet again", actor=who, now=later)
    assert (guard.state(), GuardChange.objects.count()) == (S.CALM, 2)
    assert GuardChange.objects.order_by("-pk").first().actor == who
    assert not GuardChange.objects.locked().exists()


@pytest.fixture
def raised(now):
    """Raise the guard by declined cards; return a moment at which forms come afterwards."""
    decline(guard.RAISE_AT, now=now)
    assert guard.judge(now=now) == S.RAISED
    return now + timedelta(seconds=20)


def mailed(number, *, at, **more):
    """Let forms be sent, each by somebody else, whose mails nobody follows."""
    fund = FundFactory()
    for _ in range(number):
        payment = PaymentFactory(purpose="gift")
        GiftFactory(**{"fund": fund, "payment": payment, "created_at": at, **more})


def followed(number, *, at):
    """Let people follow their mails to the payment page."""
    fund = FundFactory()
    for _ in range(number):
        GiftFactory(fund=fund, created_at=at)


@pytest.mark.parametrize(
    ("waiting", "heeded", "state"),
    [(99, 0, S.RAISED), (100, 0, S.LOCKDOWN), (100, 25, S.LOCKDOWN), (100, 26, S.RAISED)],
)
def test_an_attack_that_goes_on_while_it_is_raised_locks_it(raised, waiting, heeded, state):
    mailed(waiting, at=raised)
    followed(heeded, at=raised)
    later = raised + timedelta(seconds=10)
    assert guard.judge(now=later) == guard.state() == state
    if state == S.LOCKDOWN:
        message = compose(Mail.objects.latest("pk"))
        assert f"{heeded} followed it, {waiting} not" in message.body
        assert guard.judge(now=later + timedelta(days=1)) == S.LOCKDOWN


def test_forms_without_declined_cards_lock_nothing(raised):
    # An attack of before; now a whole hall gives, and its mails are slow.
    evening = raised + timedelta(minutes=11)
    mailed(150, at=evening)
    assert guard.judge(now=evening + timedelta(seconds=10)) == S.RAISED


def test_gifts_that_are_paid_speak_for_whoever_comes(raised):
    mailed(150, at=raised)
    paid_gifts(6, now=raised)
    assert guard.judge(now=raised + timedelta(seconds=10)) == S.RAISED


def test_only_strangers_since_it_rose_count_and_each_once(raised, now, django_user_model):
    mailed(50, at=now - timedelta(seconds=1))
    donor = DonorFactory()
    mailed(50, at=raised, donor=donor)
    before = DonorFactory()
    GiftFactory(donor=before, is_paid=True, state="received", created_at=now - timedelta(days=9),
                received_at=now)  # fmt: skip
    mailed(3, at=raised, donor=before)
    user = django_user_model.objects.create_user("with-account@example.org")
    EmailAddress.objects.create(user=user, email=user.email, verified=True)
    mailed(3, at=raised, donor=DonorFactory(email=user.email))
    found = guard.counted(now=raised)
    assert (found.waiting, found.followed) == (1, 0)


def test_a_lock_by_forms_that_was_ended_does_not_come_again(raised):
    mailed(100, at=raised)
    later = raised + timedelta(seconds=10)
    assert guard.judge(now=later) == S.LOCKDOWN
    for level in (S.CALM, S.RAISED):
        guard.switch(to=level, reason="x", actor=StaffFactory(), now=later + timedelta(seconds=1))
    assert guard.judge(now=later + timedelta(seconds=2)) == S.RAISED


def test_it_is_judged_at_once_after_each_twenty_mailed_links(raised):
    mailed(100, at=raised)
    later = raised + timedelta(seconds=10)
    for _ in range(guard.JUDGE_AFTER):
        assert guard.state() == S.RAISED
        guard.count_mailed(now=later)
    assert guard.state() == S.LOCKDOWN


def test_a_form_of_ours_is_taken_for_two_hours(now, monkeypatch):
    word = guard.new_form()
    guard.check_form(word)
    for wrong in ("", "k", word[:-1], guard.go_on_word(GiftFactory())):
        with pytest.raises(guard.NotTaken):
            guard.check_form(wrong)
    monkeypatch.setattr(guard, "FORM_LIVES", timedelta(seconds=-1))
    with pytest.raises(guard.TooOld):
        guard.check_form(word)


def asked(address):
    return RequestFactory().post("/", REMOTE_ADDR=address)


def test_an_address_and_a_mail_address_are_counted(settings):
    settings.GIFTS_PER_HOUR = 15
    for number in range(settings.GIFTS_PER_HOUR):
        guard.count(asked("203.0.113.7"), email=f"{number}@example.org")
    with pytest.raises(guard.TooOften):
        guard.count(asked("203.0.113.7"), email="more@example.org")
    guard.count(asked("203.0.113.8"), email="neighbour@example.org")
    for number in range(guard.PER_MAIL):
        guard.count(asked(f"198.51.{number}.7"), email="Ana@example.org")
    with pytest.raises(guard.TooOften):
        guard.count(asked("198.51.100.7"), email="ana@example.org")


def test_neighbours_together_are_many(settings):
    settings.GIFTS_PER_HOUR = 15
    for number in range(guard.NEIGHBOURS * settings.GIFTS_PER_HOUR):
        guard.count(asked(f"203.0.113.{number}"), email=f"{number}@example.org")
    with pytest.raises(guard.TooOften):
        guard.count(asked("203.0.113.200"), email="one@example.org")


def test_an_ipv6_line_is_one_address(settings):
    settings.GIFTS_PER_HOUR = 15
    for number in range(settings.GIFTS_PER_HOUR):
        guard.count(asked(f"2001:db8:1:2::{number:x}"), email=f"{number}@example.org")
    with pytest.raises(guard.TooOften):
        guard.count(asked("2001:db8:1:2:ffff::1"), email="x@example.org")


def test_who_gave_before_is_known(now, paid):
    gift = paid()
    assert guard.is_known(gift.donor.email.upper())
    assert not guard.is_known(GiftFactory(donor__email="new@example.org").donor.email)
    # An address that was merged into theirs leads to the same donor.
    old = DonorFactory(email="old@example.org")
    assert not guard.is_known(old.email)
    Donor.objects.filter(pk=old.pk).update(merged_into=gift.donor)
    assert guard.is_known(old.email)


def test_a_page_on_which_six_cards_were_declined_is_closed(standin, client, right_now):
    gift = opened(client)
    for number in range(guard.PER_PAGE):
        assert guard.close_if_tried(payment_id=gift.payment_id, now=right_now) is False, number
        WebhookEventFactory(payment=gift.payment, type=guard.DECLINED)
    assert guard.close_if_tried(payment_id=gift.payment_id, now=right_now)
    gift.refresh_from_db()
    assert gift.state == "expired"


def opened(client, email="stranger@example.org") -> Gift:
    """Return a gift whose payment page is open."""
    now = timezone.now()
    gift = gifts.start(
        email=email, name="", fund=FundFactory(), amount=Money(4000, "usd"),
        is_fee_covered=False, language="en", submission_key=guard.new_form(), now=now,
    )  # fmt: skip
    gifts.open_page(gift=gift, now=now)
    return gift


def test_a_lock_closes_pages_of_strangers_and_leaves_donors_theirs(
    standin, client, right_now, paid
):
    known = paid(donor__email="ana@example.org").donor.email
    strange, mine = opened(client), opened(client, known)
    assert guard.close_pages(now=right_now) == 0
    guard.switch(to=S.LOCKDOWN, reason="x", actor=None, now=right_now)
    assert guard.close_pages(now=right_now) == 1
    strange.refresh_from_db()
    mine.refresh_from_db()
    assert (strange.state, mine.state) == ("expired", "awaiting_payment")


def test_the_database_keeps_each_change(now):
    guard.switch(to=S.RAISED, reason="x", actor=None, now=now)
    for act in (
        lambda: GuardChange.objects.update(state=S.CALM),
        lambda: GuardChange.objects.all().delete(),
        lambda: GuardChange.objects.create(state="open", reason="x", changed_at=now),
        lambda: GuardChange.objects.create(state=S.CALM, reason="", changed_at=now),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


def test_a_declined_card_is_looked_at_after_the_commit(now, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        GiftSettlement().declined(PaymentFactory(purpose="gift"), now=now)
    assert len(callbacks) == 1
