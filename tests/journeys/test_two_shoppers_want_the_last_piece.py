"""Two shoppers and one last piece: the second is told before paying, or gets all of it back."""

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import expect

from marketplace import stock
from marketplace.models import Hold, Order, Unit
from partners.models import Entry
from tests.journeys.people import (
    DETAILS,
    Person,
    balances,
    changes,
    counters,
    link_in,
    mail_to,
    mails_to,
    offer,
    settle,
    text_of,
    until,
)
from weintl.payments.models import Payment, Refund


@pytest.fixture
def piece(site):
    return offer(site, pieces=1)


@pytest.fixture
def two(arrive, site) -> list[Person]:
    return [Person(page=arrive(), site=site) for _ in range(2)]


def test_the_loser_is_told_before_paying(two, piece, site):
    first, second = two
    # Both may look and fill their carts; nothing is kept for anybody yet.
    for shopper in two:
        shopper.put_in_cart(piece)
        shopper.page.locator("main a.btn.wide").click()
        shopper.fill_in(**DETAILS)
        shopper.send()
        shopper.page.wait_for_url("**/review/")
    first.send()
    first.page.wait_for_url(f"{site.standin.url}/**")
    second.send()
    second.page.wait_for_url("**/cart/")
    expect(second.page.locator("main")).to_contain_text("not available any more")
    expect(second.page.locator("main")).to_contain_text("Sold meanwhile. Take it out to go on.")
    with site.database():
        assert not Order.objects.filter(email=second.email).exists()
    assert counters(site, piece) == (1, 0)
    first.pay()
    expect(first.page.locator("h1")).to_contain_text("Thank you")
    mail_to(site, first.email)
    assert counters(site, piece) == (0, 1)
    second.page.reload()
    second.page.get_by_role("button", name="Take out").click()
    expect(second.page.locator("main")).to_contain_text("Your cart is empty.")
    second.page.goto(f"/en/shop/p/{piece.product.slug_en}/")
    # The shop's pages may be a minute old in a browser that has seen them before.
    second.page.reload()
    expect(second.page.locator("main .tag").first).to_have_text("Sold out")
    expect(second.page.get_by_role("button", name="Put in cart")).to_have_count(0)
    assert mails_to(site, second.email) == []


def test_the_loser_may_buy_it_when_the_winner_cancels(two, piece, site):
    first, second = two
    first.put_in_cart(piece)
    first.go_to_payment()
    second.page.goto(f"/en/shop/p/{piece.product.slug_en}/")
    expect(second.page.locator("main .tag").first).to_have_text("Sold out")
    first.page.get_by_role("button", name="Cancel and go back").click()
    order = first.order()
    with site.database():
        Hold.objects.filter(order=order).update(expires_at=order.placed_at)
    site.run("marketplace.tasks.sweep_holds")
    until(site, holds=lambda: Order.objects.get(pk=order.pk).state == "expired")
    second.page.reload()
    second.page.get_by_role("button", name="Put in cart").click()
    second.page.wait_for_url("**/cart/")
    second.go_to_payment()
    second.pay()
    expect(second.page.locator("h1")).to_contain_text("Thank you")
    mail_to(site, second.email)
    assert counters(site, piece) == (0, 1)


def test_a_payment_that_comes_too_late_goes_back_by_itself(two, piece, site):
    late, quick = two
    late.put_in_cart(piece)
    late.go_to_payment()
    order = late.order()
    # However it came about that the piece was let go while its page is still open.
    with site.database(), transaction.atomic():
        stock.release(order=order, now=timezone.now())
    quick.put_in_cart(piece)
    quick.go_to_payment()
    quick.pay()
    expect(quick.page.locator("h1")).to_contain_text("Thank you")
    mail_to(site, quick.email)
    settle(site)
    before = balances(site)
    late.pay()
    expect(late.page.locator("h1")).to_contain_text("sold before your payment came")
    expect(late.page.locator(".lede")).to_contain_text(f"${order.total_amount / 100:.2f} back")
    # Told at once, and again when the provider has taken the refund.
    mail_to(site, late.email, number=2)
    # Two processes send them, so that either may be the first.
    found = {str(each["Subject"]): each for each in mails_to(site, late.email)}
    assert any(f"${order.total_amount / 100:.2f} goes back to you" in subject for subject in found)
    mail = next(each for subject, each in found.items() if "could not be filled" in subject)
    assert f"send your ${order.total_amount / 100:.2f} back, all of it" in text_of(mail)
    until(site, holds=lambda: Refund.objects.filter(payment__id=order.payment_id, state="pending"))
    settle(site)
    with site.database():
        payment = Payment.objects.get(pk=order.payment_id)
        assert payment.refunds.get().state == "succeeded"
        assert payment.refunded_amount == payment.amount == order.total_amount
        assert Order.objects.get(pk=order.pk).state == "unfillable"
        assert not Unit.objects.filter(line__order=order).exists()
        posted = Entry.objects.filter(source_key__startswith=f"payment/{payment.public_id}/")
        assert set(posted.values_list("kind", flat=True)) == {"deposit", "fee"}
    # Nobody has a share of it: only the provider's fee is gone, and operations bear it.
    assert set(changes(before, balances(site))) == {"provider:usd", "fees:usd"}
    assert counters(site, piece) == (0, 1)
    late.page.goto(link_in(mail, under="/orders/"))
    expect(late.page.locator("h1")).to_have_text("Your money goes back")
    assert len(mails_to(site, late.email)) == 2
