"""A shopper buys as a guest: from the shop to the page that shows where each cent went."""

import pytest
from playwright.sync_api import Page, expect

from marketplace.models import Order, Unit
from partners import accounts
from partners.models import Transfer
from tests.journeys.people import (
    DECLINED,
    DETAILS,
    SECOND_STEP,
    Person,
    cents,
    column,
    counters,
    link_in,
    mail_to,
    mails_to,
    offer,
    settle,
    text_of,
    until,
)

SHIPPING = 595
THANKS = {"en": "Thank you. We have your order.", "es": "Gracias."}


@pytest.fixture
def piece(site):
    return offer(site)


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def shopper(arrive, site, request) -> Person:
    return Person(page=arrive(java_script_enabled=request.param), site=site)


@pytest.fixture
def guest(arrive, site) -> Person:
    return Person(page=arrive(), site=site)


def is_paid(person: Person, piece) -> Order:
    """Expect a paid order of one piece in page, database, books, stock and mail."""
    expect(person.page.locator("h1")).to_contain_text(THANKS[person.language])
    order = person.order()
    mail = mail_to(person.site, person.email)
    assert order.number in str(mail["Subject"])
    with person.site.database():
        assert (order.state, order.payment.state) == ("paid", "succeeded")
        posted = Transfer.objects.filter(
            entry__source_key=f"payment/{order.payment.public_id}/paid",
            debit__code=accounts.provider("usd").code,
        )
        assert sum(posted.values_list("amount", flat=True)) == order.total_amount
        assert Unit.objects.get(line__order=order).state == "paid"
    assert counters(person.site, piece) == (0, 1)
    return order


def is_accounted_for(page: Page, order: Order) -> None:
    """Expect each cent of an order of one piece on the buyer's page."""
    expect(page.locator("h1")).to_contain_text(f"${order.total_amount / 100:.2f}")
    parts, total = column(page.locator("aside.aside table"))
    assert sum(parts) == total == order.total_amount
    page.locator("details summary").first.click()
    parts, price = column(page.locator("details table").first)
    assert sum(parts) == price == order.goods_amount
    lines, total = column(page.locator("table.receipt"))
    assert lines == [order.goods_amount, order.shipping_amount] and sum(lines) == total


def test_a_guest_buys_a_piece_and_follows_each_cent(shopper, piece, arrive):
    page = shopper.page
    page.goto("/en/shop/")
    page.get_by_role("link", name=shopper.name_of(piece), exact=True).click()
    parts, price = column(page.locator("#pays table"))
    assert sum(parts) == price == piece.price_amount
    page.get_by_role("button", name="Put in cart").click()
    expect(page.locator("[role=status]").first).to_have_text("The piece is in your cart.")
    total = cents(page.locator(".sum .total").inner_text())
    shopper.go_to_payment()
    assert cents(page.locator(".amount").inner_text()) == total
    shopper.pay()
    order = is_paid(shopper, piece)
    assert total == order.total_amount == piece.price_amount + order.shipping_amount
    assert cents(page.locator(".lede").inner_text()) == total
    mail = mail_to(shopper.site, shopper.email)
    assert f"Total paid: ${total / 100:.2f}" in text_of(mail)
    # The link works for whoever holds it, on any device.
    elsewhere = arrive()
    elsewhere.goto(link_in(mail, under="/orders/"))
    is_accounted_for(elsewhere, order)
    settle(shopper.site)
    elsewhere.reload()
    expect(elsewhere.locator(".trail")).to_contain_text("kept its fee, which the shop bears")
    is_accounted_for(elsewhere, order)
    # The cart is empty, so that nobody pays twice.
    page.goto("/en/cart/")
    expect(page.locator("main")).to_contain_text("Your cart is empty.")


def test_a_guest_buys_with_the_keyboard_alone(guest, piece):
    page, keys = guest.page, guest.page.keyboard

    def reach(what: str) -> None:
        for _ in range(80):
            keys.press("Tab")
            if page.evaluate("what => document.activeElement.matches(what)", what):
                return
        raise AssertionError(f"Tab does not reach {what} on {page.url}")

    page.goto(f"/en/shop/p/{piece.product.slug_en}/")
    reach("form[action$='/cart/add/'] button")
    keys.press("Enter")
    page.wait_for_url("**/cart/")
    reach("a.btn.wide")
    keys.press("Enter")
    page.wait_for_url("**/checkout/")
    for name, value in {"email": guest.email, **DETAILS}.items():
        reach(f"[name={name}]")
        keys.type("United States" if name == "country" else value)
    keys.press("Enter")
    page.wait_for_url("**/review/")
    reach("main form button")
    keys.press("Enter")
    page.wait_for_url(f"{guest.site.standin.url}/**")
    reach("[name=card]")
    keys.press("Enter")
    assert is_paid(guest, piece).country == "US"


def test_the_thank_you_page_is_true_before_the_webhook_has_come(shopper, piece):
    site = shopper.site
    shopper.put_in_cart(piece)
    shopper.go_to_payment()
    site.standin.webhooks(deliver=False)
    # Neither webhook nor answer: nobody knows yet, and the page says so.
    site.standin.faults(status=503, count=20, path="/v1/checkout/sessions", method="GET")
    shopper.pay()
    expect(shopper.page.locator("h1")).to_have_text("We are waiting for the payment provider")
    assert shopper.order().state == "awaiting_payment"
    assert counters(site, piece) == (1, 0)
    assert mails_to(site, shopper.email) == []
    site.standin.clear_faults()
    # Asked for anew, the page learns it from the provider itself.
    shopper.page.get_by_role("link", name="Look again").click()
    is_paid(shopper, piece)
    site.standin.webhooks(deliver=True)
    site.standin.wait_idle()
    assert len(mails_to(site, shopper.email)) == 1


def test_a_waiting_page_looks_again_by_itself(shopper, piece):
    shopper.put_in_cart(piece)
    shopper.go_to_payment()
    shopper.site.standin.webhooks(deliver=False)
    shopper.site.standin.faults(status=503, count=20, path="/v1/checkout/sessions", method="GET")
    shopper.pay()
    expect(shopper.page.locator("h1")).to_have_text("We are waiting for the payment provider")
    shopper.site.standin.clear_faults()
    shopper.site.standin.webhooks(deliver=True)
    is_paid(shopper, piece)


def test_a_declined_card_then_a_good_one(shopper, piece):
    shopper.put_in_cart(piece)
    shopper.go_to_payment()
    shopper.pay(card=DECLINED)
    expect(shopper.page.locator("[role=alert]")).to_contain_text("Your card was declined.")
    shopper.site.standin.wait_idle()
    assert shopper.order().state == "awaiting_payment"
    assert counters(shopper.site, piece) == (1, 0)
    shopper.pay(card="4242 4242 4242 4242")
    is_paid(shopper, piece)


def test_a_card_that_asks_for_a_second_step(guest, piece):
    guest.put_in_cart(piece)
    guest.go_to_payment()
    guest.pay(card=SECOND_STEP)
    guest.page.get_by_role("button", name="Do not confirm").click()
    expect(guest.page.locator("[role=alert]")).to_contain_text("unable to authenticate")
    assert counters(guest.site, piece) == (1, 0)
    guest.pay(card=SECOND_STEP)
    guest.page.get_by_role("button", name="Confirm the payment").click()
    is_paid(guest, piece)


def test_cancelling_leads_back_with_everything_kept(shopper, piece):
    page = shopper.page
    shopper.put_in_cart(piece)
    shopper.go_to_payment()
    page.get_by_role("button", name="Cancel and go back").click()
    page.wait_for_url("**/en/checkout/review/")
    expect(page.locator("main .notice").first).to_contain_text("Nothing was paid.")
    page.get_by_role("link", name="Change the details").click()
    page.wait_for_url("**/en/checkout/")
    for name, value in {"email": shopper.email, **DETAILS}.items():
        expect(page.locator(f"main [name={name}]")).to_have_value(value)
    # Going on opens a new page; what the first one held is free for it.
    shopper.agree()
    assert counters(shopper.site, piece) == (1, 0)
    shopper.pay()
    expect(page.locator("h1")).to_contain_text(THANKS["en"])
    until(
        shopper.site,
        holds=lambda: (
            set(Order.objects.filter(email=shopper.email).values_list("state", flat=True))
            == {"paid", "expired"}
        ),
    )
    assert counters(shopper.site, piece) == (0, 1)
    mail_to(shopper.site, shopper.email)


def test_bad_input_keeps_what_was_typed_in_both_languages(arrive, site, piece):
    for language, problem, wrong in (
        ("en", "There is a problem", "Enter an e-mail address with an @"),
        ("es", "Hay un problema", "Escriba un correo electrónico con @"),
    ):
        person = Person(page=arrive(), site=site, language=language)
        person.put_in_cart(piece)
        person.page.locator("main a.btn.wide").click()
        person.fill_in(**DETAILS | {"email": "ada example", "street": "", "city": "Córdoba"})
        person.send()
        summary = person.page.locator(".summary[role=alert]")
        expect(summary).to_contain_text(problem)
        expect(summary.locator("li")).to_have_count(2)
        expect(person.page.locator("html")).to_have_attribute("lang", language)
        expect(person.page.locator("main .err").first).to_contain_text(wrong)
        for name, value in (DETAILS | {"email": "ada example", "city": "Córdoba"}).items():
            if name != "street":
                expect(person.page.locator(f"main [name={name}]")).to_have_value(value)
        # The error leads to its field.
        summary.locator("a").first.click()
        expect(person.page.locator("[name=email]")).to_be_focused()
        person.fill_in(street="1 Test Street")
        person.agree()
        expect(person.page.locator("html")).to_have_attribute("lang", language)
        assert person.order().language == language
        with site.database():
            assert Order.objects.filter(email="ada example").count() == 0


def test_two_clicks_on_pay_make_one_order_and_one_payment(guest, piece):
    page = guest.page
    guest.put_in_cart(piece)
    page.locator("main a.btn.wide").click()
    guest.fill_in(**DETAILS)
    guest.send()
    page.wait_for_url("**/review/")
    page.locator("main form .btn:not(.plain)").last.dblclick(no_wait_after=True)
    page.wait_for_url(f"{guest.site.standin.url}/**")
    assert counters(guest.site, piece) == (1, 0)
    page.locator("button[value=pay]").dblclick(no_wait_after=True)
    is_paid(guest, piece)
    guest.site.standin.wait_idle()
    assert len(mails_to(guest.site, guest.email)) == 1


def test_two_tabs_end_in_one_order(guest, piece):
    guest.put_in_cart(piece)
    guest.page.locator("main a.btn.wide").click()
    other = Person(page=guest.page.context.new_page(), site=guest.site, email=guest.email)
    other.page.goto("/en/checkout/")
    for tab in (guest, other):
        tab.fill_in(**DETAILS)
        tab.agree()
    # The second tab has closed the first one's page: what it shows cannot be paid any more.
    assert counters(guest.site, piece) == (1, 0)
    guest.pay()
    expect(guest.page.locator("main")).to_contain_text("has expired. Nothing was paid.")
    other.pay()
    expect(other.page.locator("h1")).to_contain_text(THANKS["en"])
    mail_to(guest.site, guest.email)
    assert counters(guest.site, piece) == (0, 1)
    guest.page.goto("/en/checkout/")
    expect(guest.page.locator("main")).to_contain_text("Your cart is empty.")


def test_a_price_that_changed_meanwhile_is_shown_before_it_is_paid(shopper, piece):
    page, site = shopper.page, shopper.site
    shopper.put_in_cart(piece)
    page.locator("main a.btn.wide").click()
    shopper.fill_in(**DETAILS)
    shopper.send()
    page.wait_for_url("**/review/")
    with site.database():
        piece.price_amount += 300
        piece.save(update_fields=["price_amount"])
    shopper.send()
    expect(page.locator(".summary")).to_contain_text("A price has changed since you opened")
    with site.database():
        assert not Order.objects.filter(email=shopper.email).exists()
    assert counters(site, piece) == (0, 0)
    expect(page.locator("main address")).to_contain_text(DETAILS["street"])
    shown = cents(page.locator(".sum .total").inner_text())
    shopper.send()
    page.wait_for_url(f"{site.standin.url}/**")
    assert cents(page.locator(".amount").inner_text()) == shown
    shopper.pay()
    assert is_paid(shopper, piece).total_amount == shown


def test_an_abandoned_page_lets_its_piece_go(guest, piece):
    site = guest.site
    guest.put_in_cart(piece)
    guest.go_to_payment()
    order = guest.order()
    assert counters(site, piece) == (1, 0)
    pay_page = guest.page.url
    guest.page.goto("about:blank")
    # The clock alone frees nothing: the sweeper closes the page first.
    site.standin.webhooks(drop=True)
    with site.database():
        order.holds.update(expires_at=order.placed_at)
    site.run("marketplace.tasks.sweep_holds")
    until(site, holds=lambda: Order.objects.get(pk=order.pk).state == "expired")
    assert counters(site, piece) == (0, 0)
    guest.page.goto(pay_page)
    expect(guest.page.locator("h1")).to_have_text(
        "This payment page has expired. Nothing was paid."
    )
    guest.page.goto(order.get_absolute_url())
    expect(guest.page.locator("h1")).to_have_text("This order is not paid")
    assert mails_to(site, guest.email) == []
    # The cart is as it was, and the errand can be done after all.
    guest.page.goto("/en/cart/")
    guest.go_to_payment()
    guest.pay()
    expect(guest.page.locator("h1")).to_contain_text(THANKS["en"])
    until(site, holds=lambda: Order.objects.filter(email=guest.email, state="paid").exists())
    assert counters(site, piece) == (0, 1)
