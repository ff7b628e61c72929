"""On a phone without scripts a donor gives each month, changes it, and ends it in two clicks."""

import pytest
from playwright.sync_api import expect

from donations.models import Plan, PlanChange
from tests.journeys.people import Person, come_to_rest, link_in, mails_to, text_of, until

WIDTH = 360
BUTTONS = ["Keep the amount", "Keep the purpose", "Skip the next one", "Pause", "End it"]


@pytest.fixture
def donor(arrive, site) -> Person:
    phone = {"width": WIDTH, "height": 740}
    return Person(page=arrive(java_script_enabled=False, viewport=phone), site=site)


def plan_of(donor: Person) -> Plan:
    with donor.site.database():
        return Plan.objects.select_related("subscription").get(donor__email=donor.email)


def give_each_month(donor: Person, amount: str) -> None:
    """Give with the button that says how often, and wait until the plan has begun."""
    page = donor.page
    page.goto("/en/give/")
    donor.fill_in(own_amount=amount)
    page.get_by_role("button", name="Give each month").click()
    page.wait_for_url(f"{donor.site.standin.url}/**")
    donor.pay()
    expect(page.locator("h1")).to_have_text("Thank you. Your gift has arrived.")
    until(donor.site, holds=lambda: plan_of(donor).subscription.state == "active")


def come_in(donor: Person) -> None:
    """Ask for the mailed link, and open the donor's page with it."""
    page, site = donor.page, donor.site
    page.goto("/en/giving/")
    donor.fill_in()
    page.get_by_role("button", name="Mail me the link").click()
    expect(page.locator("h1")).to_have_text("Look into your mailbox")
    come_to_rest(site)
    mailed = [mail for mail in mails_to(site, donor.email) if "/giving/link/" in text_of(mail)]
    page.goto(link_in(mailed[-1], under="/giving/link/"))
    page.get_by_role("button", name="Open my page").click()
    expect(page.locator("h1")).to_have_text("Your gifts")


def test_a_regular_gift_is_changed_and_ended_in_two_clicks_on_a_phone(donor):
    page, site = donor.page, donor.site
    give_each_month(donor, "15")
    come_in(donor)
    page.get_by_role("link", name="$15.00 each month").click()
    expect(page.locator("h1")).to_have_text("$15.00 each month")
    for name in BUTTONS:
        button = page.get_by_role("button", name=name, exact=True)
        expect(button).to_be_visible()
        box = button.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= WIDTH, name
    ids = page.locator("main [id]").evaluate_all("nodes => nodes.map(node => node.id)")
    assert len(ids) == len(set(ids)), sorted(ids)
    page.get_by_label("Another amount").fill("25")
    page.get_by_role("button", name="Keep the amount").click()
    expect(page.get_by_text("Done. A mail says what has changed.")).to_be_visible()
    expect(page.locator("h1")).to_have_text("$25.00 each month")
    page.get_by_role("button", name="End it", exact=True).click()
    expect(page.locator("h1")).to_have_text("End the regular gift?")
    page.get_by_role("button", name="Yes, end it").click()
    expect(page.get_by_text("Done. A mail says what has changed.")).to_be_visible()
    expect(page.locator("main .tag").first).to_have_text("Ended")
    expect(page.get_by_role("button", name="End it", exact=True)).to_have_count(0)
    come_to_rest(site)
    plan = plan_of(donor)
    assert (plan.amount, plan.subscription.amount, plan.subscription.state) == (2500, 2500, "ended")
    with site.database():
        changes = PlanChange.objects.filter(plan=plan).order_by("pk")
        assert list(changes.values_list("kind", "by")) == [
            ("begun", "provider"), ("amount", "donor"), ("ended", "donor"),
        ]  # fmt: skip
        # What was given stays given, and nothing more came.
        assert [gift.state for gift in plan.gifts.all()] == ["received"]
