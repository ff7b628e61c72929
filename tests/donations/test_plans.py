"""Repeated gifts against the real SDK and the stand-in's clock: begun, renewed, changed, ended."""

import json
import urllib.error
import urllib.parse
import urllib.request
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from donations import gifts, guard, plans
from donations.models import Donor, Gift, Plan, PlanChange
from partners import accounts, ledger
from tests.factories.donations import FundFactory
from weintl.mail.composing import compose
from weintl.mail.models import Mail
from weintl.money import Money
from weintl.payments import client as provider
from weintl.payments import (
    dispatch,
    inbox,
    reconcile,
    sessions,
    subscriptions,
    sweeper,
    syncing,
    tasks,
)
from weintl.payments.models import Payment, Subscription, WebhookEvent
from weintl.payments.roots import Clue
from weintl.payments.sessions import NotPayable
from weintl.verify import collect

pytestmark = pytest.mark.django_db
DAY = 86_400


@pytest.fixture
def fund():
    return FundFactory(key="education", use="education")


def begin(fund, *, interval="month", amount=2500, **more) -> Gift:
    given = {
        "email": "ana@example.org",
        "name": "Ana",
        "fund": fund,
        "amount": Money(amount, "usd"),
        "is_fee_covered": False,
        "language": "en",
        "submission_key": guard.new_form(),
        "interval": interval,
        "now": timezone.now(),
    }
    gift = gifts.start(**{**given, **more})
    gifts.open_page(gift=gift, now=timezone.now())
    return gift


def take_in(standin) -> None:
    """Process every event that the stand-in has, as webhooks or the nightly run would."""
    reconcile.catch_up(now=now_of(standin))


def now_of(standin):
    return timezone.datetime.fromtimestamp(
        standin.clock()["now"], tz=timezone.get_default_timezone()
    )


@pytest.fixture
def plan(fund, standin):
    gift = begin(fund)
    standin.pay(gift.payment.session_id or Payment.objects.get().session_id)
    take_in(standin)
    return Plan.objects.get()


def renew(standin, plan, *, card="") -> None:
    """Move the provider's clock past the next renewal and take in what came of it."""
    plan.subscription.refresh_from_db()
    if card:
        standin.next_card(plan.subscription.subscription_id, card)
    now = standin.clock()["now"]
    standin.clock(advance=int(plan.subscription.period_end.timestamp()) - now + 3700)
    take_in(standin)
    plan.refresh_from_db()


def act(key="k", **more):
    return plans.Act(**{"by": "donor", "key": key, "now": timezone.now(), **more})


def breaches():
    return [breach for check in collect.checks() for breach in collect.breaches(check)]


def test_the_first_gift_begins_the_plan_and_is_booked_once(plan, standin, fund):
    gift = Gift.objects.get()
    row = plan.subscription
    assert (gift.state, gift.plan, gift.amount) == ("received", plan, 2500)
    assert (row.state, row.amount, row.interval) == ("active", 2500, "month")
    assert row.period_end > timezone.now() + timedelta(days=27)
    assert Payment.objects.get().invoice_id
    assert [change.kind for change in PlanChange.objects.all()] == ["begun"]
    for _ in range(3):
        subscriptions.sync(pk=row.pk, now=timezone.now())
        take_in(standin)
    assert Gift.objects.count() == Payment.objects.count() == 1
    assert ledger.balance(accounts.fund("usd", "", "education")) == 2500
    assert Mail.objects.filter(template="donations/gift_thanks").count() == 1
    assert breaches() == []


def test_whichever_event_comes_first_one_gift_stands(fund, standin):
    gift = begin(fund)
    standin.pay(Payment.objects.get().session_id)
    client_events = list(reconcile.client.events(types=["invoice.paid"], since=0))
    for event in client_events * 3:
        row = inbox.take_in(event=event, raw=json.dumps(event), now=timezone.now())
        dispatch.process(event_id=row.pk, now=timezone.now())
    gift.refresh_from_db()
    assert gift.state == "received"
    assert Payment.objects.count() == 1
    take_in(standin)
    assert Gift.objects.count() == 1


@pytest.fixture
def unheard(fund, standin):
    """A plan whose first gift is paid and thanked for, and whose own events were lost."""
    gift = begin(fund)
    payment = Payment.objects.get()
    standin.pay(payment.session_id)
    sessions.refresh(payment=payment, now=timezone.now())
    gift.refresh_from_db()
    assert gift.state == "received"
    return gift.plan


def test_a_plan_whose_events_were_lost_begins_with_the_next_sweep(unheard, standin):
    row = Subscription.objects.get()
    assert (row.state, row.subscription_id) == ("created", None)
    now = timezone.now()
    assert sweeper.due_subscriptions(now=now) == [row.pk]
    assert sweeper.due_subscriptions(now=now) == []
    for _ in range(2):
        tasks.check_subscription(pk=row.pk)
    row.refresh_from_db()
    assert (row.state, row.amount, row.interval) == ("active", 2500, "month")
    assert row.subscription_id and row.customer_id and row.period_end
    assert row.next_check_at > now + timedelta(days=27)
    # What comes late, or is asked for once more, changes nothing.
    take_in(standin)
    syncing.sync(payment_id=Payment.objects.get().pk, clue=Clue(), moment=now, now=now)
    row.refresh_from_db()
    assert row.next_check_at > now + timedelta(days=27)
    assert Gift.objects.count() == Payment.objects.count() == 1
    assert [change.kind for change in PlanChange.objects.all()] == ["begun"]
    assert Mail.objects.filter(template="donations/gift_thanks").count() == 1
    renew(standin, unheard)
    assert Gift.objects.filter(state="received").count() == 2
    assert breaches() == []


def test_a_page_that_is_not_paid_wakes_nothing(fund, standin):
    begin(fund)
    sessions.refresh(payment=Payment.objects.get(), now=timezone.now())
    row = Subscription.objects.get()
    assert row.next_check_at is None
    assert subscriptions.check(pk=row.pk, now=timezone.now())
    row.refresh_from_db()
    assert (row.state, row.subscription_id) == ("created", None)


def test_ended_before_it_was_paid_its_page_is_closed(fund, standin):
    gift = begin(fund)
    payment = Payment.objects.get()
    plans.cancel(gift.plan, act())
    row = Subscription.objects.get()
    assert (row.state, row.subscription_id) == ("ended", None)
    assert subscriptions.client.session(payment.session_id)["status"] == "expired"
    take_in(standin)
    payment.refresh_from_db()
    gift.refresh_from_db()
    assert (payment.state, gift.state) == ("expired", "expired")
    assert breaches() == []


def test_ended_while_its_page_was_just_paid_it_is_ended_at_the_provider(fund, standin):
    gift = begin(fund)
    standin.pay(Payment.objects.get().session_id)
    plans.cancel(gift.plan, act())
    row = Subscription.objects.get()
    gift.refresh_from_db()
    assert (row.state, gift.state) == ("ended", "received")
    assert subscriptions.client.subscription(row.subscription_id)["status"] == "canceled"
    take_in(standin)
    assert breaches() == []


def test_a_plan_we_have_not_heard_of_yet_is_ended_at_the_provider_too(unheard, standin):
    plans.cancel(unheard, act())
    row = Subscription.objects.get()
    assert (row.state, row.end_reason) == ("ended", "cancellation_requested")
    assert subscriptions.client.subscription(row.subscription_id)["status"] == "canceled"
    take_in(standin)
    standin.clock(advance=40 * DAY)
    take_in(standin)
    assert Gift.objects.count() == 1


def test_each_renewal_is_a_gift_of_its_own_with_receipt_and_mail(plan, standin):
    renew(standin, plan)
    renew(standin, plan)
    found = Gift.objects.order_by("pk")
    assert [gift.state for gift in found] == ["received"] * 3
    assert {gift.plan for gift in found} == {plan}
    assert len({payment.invoice_id for payment in Payment.objects.all()}) == 3
    assert Mail.objects.filter(template="donations/gift_thanks").count() == 3
    assert [gift.receipts.count() for gift in found] == [1, 1, 1]
    assert ledger.balance(accounts.fund("usd", "", "education")) == 7500
    assert breaches() == []


def test_another_amount_and_fund_count_from_the_next_gift_on(plan, standin):
    legal = FundFactory(key="legal-aid", use="legal_aid")
    plans.change_amount(plan, Money(4000, "usd"), act("a"))
    plans.change_amount(plan, Money(4000, "usd"), act("a"))
    plans.change_fund(plan, legal, act("f"))
    renew(standin, plan)
    last = Gift.objects.order_by("-pk").first()
    assert (last.amount, last.fund) == (4000, legal)
    kinds = list(PlanChange.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["begun", "amount", "fund"]
    change = PlanChange.objects.get(kind="amount")
    assert (change.before["amount"], change.after["amount"], change.by) == (2500, 4000, "donor")
    assert Mail.objects.filter(template="donations/plan_changed").count() == 2


def test_another_amount_leaves_the_covered_fee_as_it_was_agreed(fund, standin):
    begin(fund, is_fee_covered=True)
    standin.pay(Payment.objects.get().session_id)
    take_in(standin)
    plan = Plan.objects.get()
    cover = plan.fee_cover_amount
    assert cover
    plans.change_amount(plan, Money(4000, "usd"), act("a"))
    take_in(standin)
    plan = Plan.objects.get()
    assert (plan.amount, plan.fee_cover_amount) == (4000, cover)
    assert plan.subscription.amount == 4000 + cover
    renew(standin, plan)
    last = Gift.objects.order_by("-pk").first()
    assert (last.amount, last.fee_cover_amount) == (4000, cover)
    assert breaches() == []


def test_a_mail_to_who_gave_no_name_begins_with_a_capital(plan):
    Donor.objects.update(name="")
    plans.change_fund(Plan.objects.get(), FundFactory(key="legal-aid", use="legal_aid"), act("f"))
    told = compose(Mail.objects.get(template="donations/plan_changed"))
    assert told.body.lstrip().startswith("Your regular gift is for")


def test_one_that_has_ended_gets_no_other_fund(plan, standin):
    legal = FundFactory(key="legal-aid", use="legal_aid")
    plans.cancel(plan, act("e"))
    with pytest.raises(NotPayable):
        plans.change_fund(plan, legal, act("f"))
    plan.refresh_from_db()
    assert plan.fund != legal


def test_one_is_skipped_and_the_next_comes(plan, standin):
    plans.skip_next(plan, act())
    told = compose(Mail.objects.get(template="donations/plan_changed")).body
    assert f"of {plan.subscription.period_end:%b}" in told
    assert "The next one comes on" not in told
    renew(standin, plan)
    assert Gift.objects.count() == 1
    renew(standin, plan)
    assert Gift.objects.filter(state="received").count() == 2


def test_a_skip_can_be_taken_back(plan, standin):
    plans.skip_next(plan, act("s"))
    plans.unskip(plan, act("u"))
    renew(standin, plan)
    assert Gift.objects.filter(state="received").count() == 2


@pytest.mark.parametrize(
    ("asked", "undone", "kind"),
    [
        (plans.skip_next, plans.unskip, "skipped"),
        (plans.pause, plans.resume, "paused"),
    ],
)
def test_what_stands_already_is_no_change_and_no_mail(plan, asked, undone, kind):
    # Two tabs: the second still offers what the first has done.
    for key in ("a", "b"):
        asked(plan, act(key))
    assert list(plan.changes.values_list("kind", flat=True)).count(kind) == 1
    assert Mail.objects.filter(template="donations/plan_changed").count() == 1
    for key in ("c", "d"):
        undone(plan, act(key))
    assert Mail.objects.filter(template="donations/plan_changed").count() == 2


def test_the_same_amount_is_no_change_and_no_mail(plan):
    plans.change_amount(plan, plan.money, act())
    assert not plan.changes.filter(kind="amount").exists()
    assert not Mail.objects.filter(template="donations/plan_changed").exists()


def test_paused_nothing_comes_until_resumed(plan, standin):
    plans.pause(plan, act("p"))
    standin.clock(advance=90 * DAY)
    take_in(standin)
    assert (Gift.objects.count(), plan.subscription.state) == (1, "paused")
    plans.resume(plan, act("r"))
    take_in(standin)
    plan.subscription.refresh_from_db()
    assert plan.subscription.state == "active"
    assert Gift.objects.filter(state="received").count() == 2


def test_ended_nothing_comes_and_twice_is_as_once(plan, standin):
    for key in ("a", "b"):
        plans.cancel(plan, act(key))
    standin.clock(advance=40 * DAY)
    take_in(standin)
    plan.subscription.refresh_from_db()
    assert plan.subscription.state == "ended"
    assert Gift.objects.count() == 1
    assert PlanChange.objects.filter(kind="ended").count() == 1
    with pytest.raises(NotPayable):
        plans.pause(plan, act("c"))


@pytest.mark.parametrize(
    ("card", "words"),
    [
        ("4000000000009995", "money was short"),
        ("4000000000000069", "expired"),
        ("4000000000000002", "did not say why"),
    ],
)
def test_a_declined_card_is_told_by_its_reason_once_for_each_try(plan, standin, card, words):
    renew(standin, plan, card=card)
    take_in(standin)
    plan.subscription.refresh_from_db()
    assert plan.subscription.state == "past_due"
    mail = Mail.objects.get(template="donations/plan_declined")
    message = compose(mail)
    for body in (message.body, message.alternatives[0].content):
        assert words in body
        assert "/giving/card/" in body
    first = mail.context["again"]
    assert first in message.body
    standin.clock(advance=3 * DAY + 60)
    take_in(standin)
    second = Mail.objects.filter(template="donations/plan_declined").latest("pk")
    assert second.pk != mail.pk
    # Each names the day of the next try, not the same words again.
    (bill,) = [
        each
        for each in provider.invoices_of(plan.subscription.subscription_id)
        if each["status"] == "open"
    ]
    due = datetime.fromtimestamp(bill["next_payment_attempt"], UTC)
    assert second.context["again"] == plans.day_of(due) != first
    assert Gift.objects.count() == 1


def test_a_late_payment_heals_it_by_itself(plan, standin):
    renew(standin, plan, card="4000000000009995")
    standin.next_card(plan.subscription.subscription_id, "4242424242424242")
    standin.clock(advance=3 * DAY + 60)
    take_in(standin)
    plan.subscription.refresh_from_db()
    assert (plan.subscription.state, plan.subscription.decline_code) == ("active", "")
    assert Gift.objects.filter(state="received").count() == 2
    kinds = list(PlanChange.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["begun", "overdue", "mended"]


def test_after_the_last_try_the_plan_ends_and_the_donor_is_told(plan, standin):
    renew(standin, plan, card="4000000000000002")
    standin.clock(advance=20 * DAY)
    take_in(standin)
    plan.subscription.refresh_from_db()
    assert (plan.subscription.state, plan.subscription.end_reason) == ("ended", "payment_failed")
    told = compose(Mail.objects.get(template="donations/plan_ended")).body
    assert "/en/give/" in told
    assert "/en/giving/" in told
    assert not Mail.objects.filter(key__endswith="/4", template="donations/plan_declined").exists()


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def type_card(url, number):
    data = urllib.parse.urlencode({"action": "card", "card": number}).encode()
    with pytest.raises(urllib.error.HTTPError) as left:
        urllib.request.build_opener(_Stay).open(urllib.request.Request(url, data=data), timeout=10)
    return left.value.headers["Location"]


def test_the_mailed_link_leads_to_another_card_which_mends_it_at_once(plan, standin, client):
    renew(standin, plan, card="4000000000009995")
    context = Mail.objects.get(template="donations/plan_declined").context
    link = urllib.parse.urlsplit(context["mend"]).path
    assert "<form" in client.get(link).content.decode()
    answer = client.post(link)
    assert answer.status_code == 303
    back = type_card(answer["Location"], "5555 5555 5555 4444")
    path = urllib.parse.urlsplit(back).path
    page = client.get(path).content.decode()
    assert "try the overdue gift" in page
    assert Gift.objects.count() == 1
    assert "All is well" in client.post(path).content.decode()
    assert Gift.objects.filter(state="received").count() == 2
    assert client.get(f"{link[:-2]}x/").status_code == 410


def test_another_card_is_charged_from_then_on_though_its_donor_never_came_back(plan, standin):
    url = plans.card_page(plan, act(), return_path="/en/giving/")
    type_card(url, "5555 5555 5555 4444")
    take_in(standin)
    assert breaches() == []
    # The event asks for a look; the sweeper finds what the queue did not bring.
    due = Subscription.objects.get(next_check_at__lte=now_of(standin))
    assert subscriptions.check(pk=due.pk, now=timezone.now())
    renew(standin, plan)
    payment = Payment.objects.order_by("-pk").first()
    charge = subscriptions.client.charge(payment.charge_id)
    assert charge["payment_method_details"]["card"]["brand"] == "mastercard"


def test_a_refund_of_a_renewal_takes_that_gift_alone(plan, standin):
    from weintl.payments import refunds

    renew(standin, plan)
    gift = Gift.objects.order_by("-pk").first()
    row = refunds.request(
        payment=gift.payment, amount=Money(2500, "usd"), reason="x", request_key="r", actor=None,
        now=timezone.now(),
    )  # fmt: skip
    refunds.send(refund_id=row.pk, now=timezone.now())
    take_in(standin)
    assert [one.state for one in Gift.objects.order_by("pk")] == ["received", "refunded"]
    assert breaches() == []


def test_a_page_that_nobody_pays_begins_nothing(fund, standin):
    gift = begin(fund)
    standin.expire(Payment.objects.get().session_id)
    take_in(standin)
    gift.refresh_from_db()
    assert (gift.state, Subscription.objects.get().state) == ("expired", "created")
    assert not Plan.objects.of_donor(gift.donor).exists()


def test_events_of_others_subscriptions_are_ignored(plan, standin):
    assert not WebhookEvent.objects.filter(state="failed").exists()


def test_yearly_gifts_come_after_a_year(fund, standin):
    gift = begin(fund, interval="year")
    standin.pay(Payment.objects.get().session_id)
    take_in(standin)
    plan = Plan.objects.get()
    assert plan.interval == "year"
    renew(standin, plan)
    assert Gift.objects.filter(state="received").count() == 2
    assert gift.plan == plan
