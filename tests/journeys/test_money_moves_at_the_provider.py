"""What happens at the provider arrives here, also past lost webhooks and a killed worker."""

import signal

import pytest
import stripe
from django.utils import timezone
from playwright.sync_api import expect

from donations.models import Gift
from marketplace.models import Order, Unit
from tests.journeys.people import (
    Person,
    Staff,
    balances,
    changes,
    come_to_rest,
    counters,
    mail_to,
    mails_to,
    offer,
    settle,
    text_of,
    until,
)
from tests.plugins.processes import wait_for
from tests.plugins.site import Site
from weintl.payments.models import Payment, WebhookEvent
from weintl.staff.demo import DEMO_LOGINS


@pytest.fixture
def piece(site):
    return offer(site)


@pytest.fixture
def person(arrive, site) -> Person:
    return Person(page=arrive(), site=site)


# More than the worker can use up, and longer than it takes to kill it.
HANGS, SECONDS = 9, 8
# Cents that go back, mails by then, cents left, what the gift is then.
PARTS = [(3000, 2, 5000, "partly_refunded"), (5000, 3, 0, "refunded")]


def refund_at_provider(site: Site, payment: Payment, amount: int | None = None) -> None:
    """Refund as somebody at the provider's dashboard would, all of it or `amount` cents."""
    client = stripe.StripeClient("sk_test_dashboard", base_addresses={"api": site.standin.url})
    given = {"payment_intent": payment.intent_id} | ({"amount": amount} if amount else {})
    client.v1.refunds.create(given)


def close_the_tab_while_paying(person: Person, piece) -> Order:
    """Go to the provider's page and pay there, but never come back to the site."""
    person.put_in_cart(piece)
    person.go_to_payment()
    order = person.order()
    person.page.goto("about:blank")
    return order


def is_sold(site: Site, order: Order, piece) -> None:
    """Expect the one sale, as if nothing had come between."""
    until(site, holds=lambda: Order.objects.get(pk=order.pk).state == "paid")
    come_to_rest(site)
    with site.database():
        assert Payment.objects.get(pk=order.payment_id).state == "succeeded"
        assert Unit.objects.filter(line__order=order).count() == 1
    assert counters(site, piece) == (0, 1)
    assert len(mails_to(site, order.email)) == 1


def test_all_of_an_order_comes_back(person, piece, site):
    settle(site)
    before = balances(site)
    order = person.buy(piece)
    settle(site)
    with site.database():
        fee = Payment.objects.get(pk=order.payment_id).fee_amount
    refund_at_provider(site, person.order().payment)
    settle(site)
    mail = mail_to(site, person.email, number=2)
    assert f"${order.total_amount / 100:.2f} goes back to you" in str(mail["Subject"])
    person.page.goto(order.get_absolute_url())
    expect(person.page.locator(".trail")).to_contain_text(
        f"Given back to you: ${order.total_amount / 100:.2f}"
    )
    expect(person.page.locator("aside.aside")).to_contain_text("All of it came back to you.")
    with site.database():
        assert Order.objects.get(pk=order.pk).state == "cancelled"
        assert Unit.objects.get(line__order=order).state == "cancelled"
        assert Payment.objects.get(pk=order.payment_id).refunded_amount == order.total_amount
    assert counters(site, piece) == (0, 0)
    # The provider keeps its fee, operations bear it, and everybody else is as before.
    assert changes(before, balances(site)) == {"provider:usd": -fee, "fees:usd": fee}


def test_a_part_of_an_order_waits_until_staff_name_its_pieces(person, piece, site, arrive):
    order = person.buy(piece)
    come_to_rest(site)
    before = balances(site)
    refund_at_provider(site, person.order().payment, 500)
    settle(site)
    assert "$5.00" in text_of(mail_to(site, person.email, number=2))
    assert balances(site)["refund_suspense:usd"] == before.get("refund_suspense:usd", 0) + 500
    person.page.goto(order.get_absolute_url())
    expect(person.page.locator(".trail")).to_contain_text("Given back to you: $5.00")
    expect(person.page.locator(".trail")).to_contain_text("still naming the pieces")
    staff = Staff(page=arrive(), login=DEMO_LOGINS[0])
    staff.page.locator("#content a[href*='refund=unnamed']").click()
    staff.page.get_by_role("link", name=order.number, exact=True).click()
    staff.page.get_by_role("link", name="Name its pieces").click()
    staff.prove()
    staff.fill_in(goodwill="5.00")
    staff.page.get_by_role("button", name="Yes, go on").click()
    expect(staff.page.locator(".messagelist")).to_contain_text("Done")
    person.page.reload()
    expect(person.page.locator(".trail")).not_to_contain_text("still naming the pieces")
    assert changes(before, balances(site)).get("refund_suspense:usd", 0) == 0
    assert changes(before, balances(site))["goodwill:usd"] == 500
    assert counters(site, piece) == (0, 1)


def test_a_gift_comes_back_in_part_and_then_whole(person, site):
    gift = person.give(8000)
    settle(site)
    for part, number, left, state in PARTS:
        with site.database():
            payment = Gift.objects.get(pk=gift.pk).payment
        refund_at_provider(site, payment, part)
        settle(site)
        assert f"${part // 100}.00 of your gift" in str(
            mail_to(site, person.email, number=number)["Subject"]
        )
        with site.database():
            payment.refresh_from_db()
            assert payment.amount - payment.refunded_amount == left
            assert Gift.objects.get(pk=gift.pk).state == state
    person.page.goto(gift.get_absolute_url())
    expect(person.page.locator(".spec")).to_contain_text("$80.00")
    expect(person.page.locator(".tag").first).to_have_text("Refunded in full")


def test_a_worker_killed_in_the_middle_ends_in_the_same_state(person, piece, site):
    order = close_the_tab_while_paying(person, piece)
    # The worker asks the provider and waits for the answer: then it is killed.
    site.standin.faults(hang=SECONDS, count=HANGS, path="/v1/checkout/sessions", method="GET")
    site.standin.pay(order.payment.session_id)
    wait_for(lambda: site.standin.state()["faults"][0]["count"] < HANGS)
    site.stop_worker(signal.SIGKILL)
    site.standin.clear_faults()
    with site.database():
        events = WebhookEvent.objects.filter(state="received")
        assert events.exists()
        assert Order.objects.get(pk=order.pk).state == "awaiting_payment"
    assert counters(site, piece) == (1, 0)
    assert mails_to(site, order.email) == []
    site.start_worker()
    # What the broker knew of it is lost with the worker; the database knows all.
    with site.database():
        events.update(next_attempt_at=timezone.now())
    site.run("weintl.payments.tasks.sweep")
    is_sold(site, order, piece)


def test_without_any_webhook_the_sweeper_learns_of_the_payment(person, piece, site):
    order = close_the_tab_while_paying(person, piece)
    site.standin.webhooks(drop=True)
    site.standin.pay(order.payment.session_id)
    with site.database():
        assert Order.objects.get(pk=order.pk).state == "awaiting_payment"
        Payment.objects.filter(pk=order.payment_id).update(next_check_at=timezone.now())
    site.run("weintl.payments.tasks.sweep")
    is_sold(site, order, piece)


def test_without_any_webhook_reconciling_learns_of_a_refund(person, piece, site):
    order = person.buy(piece)
    settle(site)
    site.standin.webhooks(drop=True)
    refund_at_provider(site, person.order().payment)
    site.standin.settle()
    done = site.manage("reconcile")
    assert done.returncode == 0, done.stdout + done.stderr
    come_to_rest(site)
    with site.database():
        assert Order.objects.get(pk=order.pk).state == "cancelled"
    assert counters(site, piece) == (0, 0)
    mail_to(site, person.email, number=2)
