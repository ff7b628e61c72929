"""Staff bring a partner's work onto the site, send an order and give a part of it back."""

import re
import secrets

import pytest
from playwright.sync_api import Page, expect

from marketplace.models import Order, Product, Unit, Variant
from partners.models import SplitRule
from tests.journeys.people import (
    Person,
    Staff,
    balances,
    cents,
    changes,
    column,
    come_to_rest,
    counters,
    link_in,
    mail_to,
    offer,
    settle,
    text_of,
)
from tests.plugins.processes import ROOT
from weintl.staff.demo import DEMO_LOGINS

PICTURE = ROOT / "marketplace/seed/pictures/kantha.webp"
BOOKED = [
    "payments/payment", "payments/webhookevent", "payments/refund", "partners/entry",
    "partners/transfer", "partners/account", "partners/seal",
]  # fmt: skip
PARTNER = {"country": "PE"}
RULE = {
    "maker_pay": "21.50", "programme_share": "30", "long_term_care": "40", "education": "30",
    "medical_psychological": "20", "legal_aid": "10", "reason": "Agreed with the workshop",
}  # fmt: skip


@pytest.fixture
def ines(arrive) -> Staff:
    return Staff(page=arrive(viewport={"width": 1280, "height": 1000}), login=DEMO_LOGINS[0])


@pytest.fixture
def amara(arrive) -> Staff:
    return Staff(page=arrive(viewport={"width": 1280, "height": 1000}), login=DEMO_LOGINS[1])


@pytest.fixture
def visitor(arrive, site) -> Person:
    return Person(page=arrive(), site=site)


def both(name: str, english: str, spanish: str) -> dict[str, str]:
    """Return a field's words in both languages."""
    return {f"{name}_en": english, f"{name}_es": spanish}


def add(staff: Staff, rows: str) -> None:
    """Open the form of a new row."""
    staff.list_of(rows)
    staff.page.locator(".object-tools a.addlink").click()


def take_up(staff, partner: str) -> None:
    """Add a partner, pass every point of its checklist, lead it to active, step by step."""
    add(staff, "Partners")
    staff.fill_in(name=partner, **PARTNER, **both("summary", "A loom.", "Un telar."))
    staff.save()
    staff.list_of("Partners")
    staff.page.locator("#result_list tbody th a").get_by_text(partner, exact=True).click()
    staff.page.wait_for_url("**/change/")
    for outcome in staff.page.locator("select[name^='checks-'][name$='-outcome']").all():
        name = outcome.get_attribute("name")
        if "__prefix__" not in name:
            outcome.select_option("passed")
            staff.fill_in(**{name.replace("outcome", "checked_on"): "2026-11-01"})
    staff.save(button="_continue")
    for status in ("vetted", "active"):
        staff.page.get_by_role("link", name="Change status").click()
        staff.fill_in(to=status, reason="All points are passed")
        staff.page.locator("#content form [type=submit]").first.click()
        expect(staff.page.locator(".messagelist .success")).to_contain_text("The status is changed")


def test_staff_bring_a_workshop_and_its_piece_onto_the_site(ines, amara, visitor, site):
    word = secrets.token_hex(3)
    take_up(ines, f"Andes {word}")
    add(ines, "Programmes")
    ines.choose("partner", f"Andes {word}")
    ines.fill_in(
        code=f"andes-{word}", pillar="aftercare", country="PE",
        **both("name", f"Loom {word}", f"Telar {word}"),
        **both("slug", f"loom-{word}", f"telar-{word}"),
        **both("summary", "Weaving and lessons.", "Tejido y clases."),
    )  # fmt: skip
    ines.save()
    is_public(visitor.page, f"/en/partners/andes-{word}/", f"Loom {word}")

    # The one who writes a rule cannot approve it; the other can.
    add(ines, "Split rules")
    ines.choose("programme", f"Loom {word}")
    ines.fill_in(**RULE)
    ines.save()
    with site.database():
        rule = SplitRule.objects.get(programme__code=f"andes-{word}")
    approve(ines, rule)
    expect(ines.page.locator(".messagelist .error")).to_be_visible()
    with site.database():
        assert SplitRule.objects.get(pk=rule.pk).approved_at is None
    approve(amara, rule)
    expect(amara.page.locator(".messagelist .success")).to_contain_text("The rule is approved.")

    add(ines, "Pictures")
    ines.page.locator("[name=upload]").set_input_files(PICTURE)
    ines.fill_in(key=f"shawl-{word}", **both("alt", "A folded shawl", "Un chal doblado"))
    ines.save()
    add(ines, "Products")
    ines.choose("category", "Weaving")
    ines.choose("programme", f"Loom {word}")
    ines.fill_in(
        code=f"shawl-{word}",
        **both("name", f"Dawn shawl {word}", f"Chal del alba {word}"),
        **both("slug", f"dawn-{word}", f"alba-{word}"),
        **both("description", "Woven in a week.", "Tejido en una semana."),
        **{
            "variants-0-sku": f"DAWN-{word}",
            "variants-0-price_amount": "64.00",
            "variants-0-weight_grams": "400",
        },
    )
    ines.choose("pictures-0-picture", f"shawl-{word}")
    ines.save()
    shelve(ines, word)
    publish(ines, word)

    # There it is, and what its price pays for is what the rule says.
    visitor.page.goto("/es/shop/")
    visitor.page.get_by_role("link", name=f"Chal del alba {word}", exact=True).click()
    expect(visitor.page.locator(".views img").first).to_have_js_property("complete", True)
    visitor.page.goto(f"/en/shop/p/dawn-{word}/")
    expect(visitor.page.locator("dl.spec").first).to_contain_text(f"Andes {word}")
    parts, price = column(visitor.page.locator("#pays table"))
    assert price == sum(parts) == 6400
    assert parts[0] == 2150
    assert sum(parts[1:-1]) == 1920
    with site.database():
        piece = Variant.objects.select_related("product").get(sku=f"DAWN-{word}")
    visitor.buy(piece)
    come_to_rest(site)
    held = balances(site)
    assert held[f"maker_payable:usd:andes-{word}"] == 2150
    assert held[f"fund:usd:andes-{word}:education"] == 576
    assert counters(site, piece) == (0, 1)


def is_public(page: Page, address: str, words: str) -> None:
    """Expect the words on a page, its Spanish too."""
    page.goto(address)
    expect(page.locator("main")).to_contain_text(words)
    page.locator("nav.safety a.language").click()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    expect(page.locator("h1")).to_be_visible()


def approve(staff: Staff, rule: SplitRule) -> None:
    """Find the rule in its list, and say yes."""
    staff.list_of("Split rules")
    staff.page.locator(f"#result_list a[href*='/{rule.pk}/change/']").first.click()
    staff.page.locator(".object-tools").get_by_role("link", name="Approve").click()
    staff.prove()
    staff.page.get_by_role("button", name="Yes, go on").click()


def shelve(staff: Staff, word: str) -> None:
    """Take five pieces in."""
    staff.list_of("Variants")
    staff.search(f"DAWN-{word}")
    staff.page.get_by_role("link", name="Receive pieces").click()
    staff.fill_in(quantity="5")
    staff.page.get_by_role("button", name="Yes, go on").click()
    expect(staff.page.locator(".messagelist")).to_contain_text("5 pieces are on the shelf.")


def publish(staff: Staff, word: str) -> None:
    """Put the product into the shop."""
    staff.list_of("Products")
    staff.search(word)
    staff.page.locator("#result_list .action-select").check()
    staff.page.locator("select[name=action]").select_option("publish")
    staff.page.locator("button[name=index]").click()
    expect(staff.page.locator(".messagelist")).to_contain_text("is in the shop")


def test_a_product_that_lacks_something_stays_out_and_staff_are_told_why(ines, site):
    word = secrets.token_hex(3)
    with site.database():
        kin = Product.objects.first()
        made = Product.objects.create(
            code=f"bare-{word}", category=kin.category, programme=kin.programme,
            name_en=f"Bare {word}", slug_en=f"bare-{word}", slug_es=f"desnudo-{word}",
            description_en="Nothing yet.",
        )  # fmt: skip
    ines.list_of("Products")
    ines.search(word)
    ines.page.locator("#result_list .action-select").check()
    ines.page.locator("select[name=action]").select_option("publish")
    ines.page.locator("button[name=index]").click()
    told = ines.page.locator(".messagelist .error")
    expect(told).to_contain_text("It has no picture.")
    expect(told).to_contain_text("It has no price: add a variant.")
    expect(told).to_contain_text("Name is missing in Spanish.")
    with site.database():
        assert not Product.objects.get(pk=made.pk).is_published


def test_an_order_is_sent_and_a_part_of_it_given_back(ines, visitor, site):
    piece = offer(site)
    visitor.put_in_cart(piece)
    of_one = visitor.page.locator(".sum .total").inner_text()
    visitor.page.locator("input[name^=quantity]").fill("2")
    visitor.page.get_by_role("button", name="Update").click()
    expect(visitor.page.locator(".sum .total")).not_to_have_text(of_one)
    visitor.go_to_payment()
    visitor.pay()
    expect(visitor.page.locator("h1")).to_contain_text("Thank you")
    mail_to(site, visitor.email)
    settle(site)
    order, before = visitor.order(), balances(site)
    page = ines.page
    ines.list_of("Orders")
    ines.search(order.number)
    page.get_by_role("link", name=order.number, exact=True).click()
    page.get_by_role("link", name="Mark as sent").click()
    page.get_by_role("button", name="Yes, go on").click()
    expect(page.locator(".messagelist")).to_contain_text("Done")
    sent = mail_to(site, visitor.email, number=2)
    assert "on its way" in str(sent["Subject"])
    assert f"{piece.product.name_en} × 2" in text_of(sent)
    page.get_by_role("link", name="Refund", exact=True).click()
    ines.prove()
    page.locator("[name=units]").first.check()
    ines.fill_in(goodwill="1.50", reason="A thread was loose")
    page.get_by_role("button", name="See what will happen").click()
    expect(page.locator(".effects")).to_be_visible()
    page.get_by_role("button", name="Yes, give it back").click()
    expect(page.locator(".messagelist")).to_contain_text("Done")
    settle(site)
    back = piece.price_amount + 150
    mail = mail_to(site, visitor.email, number=3)
    assert f"${back / 100:.2f} goes back to you" in str(mail["Subject"])
    # Sent pieces that come back are ours: the makers keep their pay.
    differ = changes(before, balances(site))
    assert differ["provider:usd"] == -back and differ["goodwill:usd"] == 150
    assert not [code for code in differ if code.startswith("maker_payable")]
    with site.database():
        found = Order.objects.get(pk=order.pk)
        states = Unit.objects.filter(line__order=order).values_list("state", flat=True)
        assert sorted(states) == ["returned", "sent"]
        assert found.payment.refunded_amount == back
    # What was sent is on no shelf any more, and what came back is free.
    assert counters(site, piece) == (0, 0)
    visitor.page.goto(link_in(mail, under="/orders/"))
    shown = visitor.page.locator(".trail").get_by_role("heading", name="Given back to you")
    assert cents(shown.inner_text()) == back
    parts, total = column(visitor.page.locator("aside.aside table"))
    assert sum(parts) == total == order.total_amount - back


def test_what_happened_can_be_followed_and_nothing_of_it_changed(ines, visitor, site):
    order = visitor.buy(offer(site))
    come_to_rest(site)
    page = ines.page
    # From the order to its payment, its events, its entries, accounts and mails, and back.
    page.goto(f"/admin/marketplace/order/{order.pk}/change/")
    for step in ("payments/payment", "partners/entry", "mail/mail"):
        page.locator(f"#content a[href*='/admin/{step}/']").first.click()
        is_read_only(page, at=step)
        expect(page.locator("#content h1, #content h2").first).to_be_visible()
        if step == "payments/payment":
            expect(page.locator(f"#content a[href*='/order/{order.pk}/']").first).to_be_visible()
            page.locator("#content a[href*='/webhookevent/']").first.click()
            page.locator("#result_list tbody th a").first.click()
            is_read_only(page, at=r"payments/webhookevent/\d+/change")
            expect(page.locator("#content a[href*='/payments/payment/']")).to_be_visible()
        if step == "partners/entry":
            page.locator("#content a[href*='/partners/account/']").first.click()
            is_read_only(page, at="partners/account")
            page.get_by_role("link", name="Show").first.click()
            expect(page.locator("#result_list tbody tr").first).to_be_visible()
        page.goto(f"/admin/marketplace/order/{order.pk}/change/")
    for model in BOOKED:
        page.goto(f"/admin/{model}/")
        is_read_only(page, at=model)
        expect(page.locator("select[name=action] option[value=delete_selected]")).to_have_count(0)
        assert page.goto(f"/admin/{model}/add/").status == 403
    # Nor past the pages: the database itself refuses.
    with site.database():
        entry = order.payment.events.first()
    answer = page.request.post(f"/admin/payments/webhookevent/{entry.pk}/delete/")
    assert answer.status == 403


def is_read_only(page: Page, *, at: str) -> None:
    """Expect no way to add, save or delete, once the page under /admin/… is there as a whole."""
    page.wait_for_url(re.compile(f"/admin/{at}/"))
    for gone in (
        "[name=_save]",
        "a.deletelink",
        "#content-main a.addlink",
        "#content-main [type=submit][name^=_]",
    ):
        found = page.locator(gone).filter(visible=True)
        assert not found.count(), found.first.evaluate("node => node.outerHTML")
