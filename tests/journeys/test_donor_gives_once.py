"""A donor gives once on one page, is thanked, and sees behind the link where the gift stands."""

import re

import pytest
from playwright.sync_api import expect

from donations import fees
from donations.models import Gift
from partners.models import Transfer
from tests.journeys.people import (
    DECLINED,
    Person,
    cents,
    column,
    link_in,
    mail_to,
    mails_to,
    settle,
    text_of,
)
from weintl.money import Money


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def donor(arrive, site, request) -> Person:
    person = Person(page=arrive(java_script_enabled=request.param), site=site)
    person.is_scripted = request.param
    person.page.goto("/en/")
    person.page.get_by_role("link", name="Give", exact=True).first.click()
    return person


@pytest.fixture
def spanish_donor(arrive, site) -> Person:
    person = Person(page=arrive(), site=site, language="es")
    person.page.goto("/es/give/")
    return person


def give(donor: Person) -> None:
    """Send the form of the give page; it leads to the provider's page."""
    donor.send()
    donor.page.wait_for_url(f"{donor.site.standin.url}/**")


def is_received(donor: Person, *, amount: int, cover: int = 0) -> Gift:
    """Expect the gift in page, database, books and mail."""
    site = donor.site
    expect(donor.page.locator("h1")).to_have_text("Thank you. Your gift has arrived.")
    mail = mail_to(site, donor.email)
    with site.database():
        gift = Gift.objects.select_related("payment", "fund").get(donor__email=donor.email)
        assert (gift.state, gift.payment.state) == ("received", "succeeded")
        assert (gift.amount, gift.fee_cover_amount) == (amount, cover)
        posted = Transfer.objects.filter(
            entry__source_key=f"payment/{gift.payment.public_id}/paid"
        ).values_list("debit__code", "credit__code", "amount")
        expected = {("provider:usd", gift.fund.account("usd").code, amount)}
        if cover:
            expected.add(("provider:usd", "fee_cover:usd", cover))
        assert set(posted) == expected
    assert f"${(amount + cover) / 100:.2f}" in str(mail["Subject"])
    assert f"Gift number: {gift.number}" in text_of(mail)
    return gift


def test_a_gift_of_one_s_own_amount_for_one_use(donor, arrive):
    page, site = donor.page, donor.site
    page.get_by_label("Another amount").fill("123.45")
    page.get_by_role("radio", name="Education").check()
    if donor.is_scripted:
        expect(page.locator("main form .btn.give")).to_contain_text("Give $123.45 once")
    donor.fill_in(name="Grace")
    give(donor)
    assert cents(page.locator(".amount").inner_text()) == 12345
    donor.pay()
    gift = is_received(donor, amount=12345)
    assert gift.fund.use == "education"
    mail = mail_to(site, donor.email)
    assert "Dear Grace," in text_of(mail)
    elsewhere = arrive()
    elsewhere.goto(link_in(mail, under="/giving/"))
    expect(elsewhere.locator("h1")).to_contain_text("$123.45 for: Education")
    expect(elsewhere.locator(".spec")).to_contain_text("Not known yet")
    settle(site)
    elsewhere.reload()
    parts, total = column(elsewhere.locator(".rail table").first)
    assert sum(parts) == total == 12345
    with site.database():
        fee = Gift.objects.get(pk=gift.pk).payment.fee_amount
    assert sorted(parts) == sorted([fee, 12345 - fee])
    expect(elsewhere.locator(".spec")).to_contain_text("taken from the same fund")


def test_the_card_fee_may_be_covered(donor):
    cover = fees.cover(Money(2000, "usd")).amount
    page, site = donor.page, donor.site
    page.get_by_role("radio", name=re.compile(r"^\$20\b")).check()
    page.locator("[name=is_fee_covered]").check()
    if donor.is_scripted:
        total = f"${(2000 + cover) / 100:.2f}"
        expect(page.locator("main form .btn.give")).to_contain_text(f"Give {total} once")
    donor.fill_in()
    give(donor)
    assert cents(page.locator(".amount").inner_text()) == 2000 + cover
    donor.pay()
    gift = is_received(donor, amount=2000, cover=cover)
    page.get_by_role("link", name="See where it stands").click()
    settle(site)
    page.reload()
    # The whole gift is in its fund: the real fee came out of what was covered.
    expect(page.locator(".spec")).to_contain_text(f"you covered ${cover / 100:.2f}")
    parts, total = column(page.locator(".rail table").first)
    assert 2000 in parts and sum(parts) == total == 2000 + cover
    with site.database():
        assert gift.fund.account("usd").code in Transfer.objects.filter(
            entry__source_key=f"payment/{gift.payment.public_id}/paid"
        ).values_list("credit__code", flat=True)
        fee = Transfer.objects.get(entry__source_key=f"payment/{gift.payment.public_id}/fee")
        assert fee.debit.code == "fees:usd"


@pytest.mark.parametrize(
    ("language", "typed", "told"),
    [
        ("en", "1.50", "The smallest gift is $2"),
        ("en", "ten", "Enter an amount in figures"),
        ("es", "1,50", "La donación mínima es de"),
    ],
)
def test_a_bad_amount_is_told_and_nothing_else_is_lost(arrive, site, language, typed, told):
    donor = Person(page=arrive(), site=site, language=language)
    page = donor.page
    page.goto(f"/{language}/give/")
    page.locator("[name=own_amount]").fill(typed)
    page.locator("[name=fund][value=education]").check()
    page.locator("[name=is_fee_covered]").check()
    donor.fill_in(name="Grace", email="grace at home")
    donor.send()
    summary = page.locator(".summary[role=alert]")
    expect(summary).to_contain_text(told)
    expect(summary.locator("li")).to_have_count(2)
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator("[name=own_amount]")).to_have_value(typed)
    expect(page.locator("[name=email]")).to_have_value("grace at home")
    expect(page.locator("[name=name]")).to_have_value("Grace")
    expect(page.locator("[name=fund][value=education]")).to_be_checked()
    expect(page.locator("[name=is_fee_covered]")).to_be_checked()
    summary.locator("a").first.click()
    expect(page.locator("[name=own_amount]")).to_be_focused()
    with site.database():
        assert not Gift.objects.filter(
            donor_name="Grace", donor__email__startswith="grace"
        ).exists()
    page.locator("[name=own_amount]").fill("")
    page.locator("[name=is_fee_covered]").uncheck()
    page.locator("[name=choice][value='1000']").check()
    donor.fill_in()
    give(donor)
    expect(page.locator("html")).to_have_attribute("lang", language)


def test_a_donor_who_reads_spanish_is_answered_in_spanish(spanish_donor, site):
    page = spanish_donor.page
    page.locator("[name=own_amount]").fill("1.000,50")
    spanish_donor.fill_in()
    give(spanish_donor)
    spanish_donor.pay()
    expect(page.locator("h1")).to_have_text("Gracias. Su donación ha llegado.")
    mail = mail_to(site, spanish_donor.email)
    assert "1000,50" in str(mail["Subject"]).replace(".", "")
    page.goto(link_in(mail, under="/giving/"))
    expect(page.locator("html")).to_have_attribute("lang", "es")
    with site.database():
        assert Gift.objects.get(donor__email=spanish_donor.email).amount == 100050


def test_a_donor_who_turns_back_finds_the_choice_kept(donor):
    page, site = donor.page, donor.site
    page.get_by_label("Another amount").fill("31")
    donor.fill_in()
    give(donor)
    donor.pay(card=DECLINED)
    expect(page.locator("[role=alert]")).to_contain_text("Your card was declined.")
    page.get_by_role("button", name="Cancel and go back").click()
    expect(page.locator("main [role=status]")).to_contain_text("Nothing was paid.")
    expect(page.locator("[name=own_amount]")).to_have_value("31.00")
    assert mails_to(site, donor.email) == []
    with site.database():
        gift = Gift.objects.get(donor__email=donor.email)
        assert gift.state == "awaiting_payment"
        assert not Transfer.objects.filter(entry__source_key__contains=gift.payment.public_id)


def test_the_thank_you_page_waits_for_the_truth(donor):
    site = donor.site
    donor.fill_in()
    give(donor)
    site.standin.webhooks(deliver=False)
    site.standin.faults(status=503, count=20, path="/v1/checkout/sessions", method="GET")
    donor.pay()
    expect(donor.page.locator("h1")).to_have_text("We are waiting for your payment")
    assert mails_to(site, donor.email) == []
    site.standin.clear_faults()
    site.standin.webhooks(deliver=True)
    is_received(donor, amount=4000)


def test_a_link_that_is_not_whole_leads_nowhere(spanish_donor, site):
    page = spanish_donor.page
    spanish_donor.fill_in()
    give(spanish_donor)
    spanish_donor.pay()
    link = link_in(mail_to(site, spanish_donor.email), under="/giving/")
    token = link.rstrip("/").rpartition("/")[2]
    for address in (link.replace(token, token[:-1]), link.replace(token, "x" * len(token))):
        answer = page.goto(address)
        assert answer.status == 404
        expect(page.locator("html")).to_have_attribute("lang", "es")
        expect(page.locator("nav.safety a.exit")).to_be_visible()
    assert page.goto(link).status == 200
    # Who came by the link is nobody's business: it is stored and listed nowhere.
    assert page.goto(link).header_value("cache-control") == "no-store"
