"""A donor's own page: judged at every width, and walked without script."""

import pytest
from django.db.models import Count
from playwright.sync_api import expect

from donations.models import Donor, MailConsent
from tests.browser.judging import SCHEMES, WIDTHS, judge, overflow
from weintl.mail.models import Mail

PAGES = ["", "years/", "details/", "mails/", "data/", "data/erase/"]


def a_donor(site, number: int) -> str:
    """Return the address of one of the demonstration's donors with the most gifts."""
    with site.database():
        found = Donor.objects.live().annotate(count=Count("gifts")).order_by("-count", "pk")
        return str(found[number].email)


def mailed(site, email: str) -> str:
    """Return the address in the newest mailed link."""
    with site.database():
        donor = Donor.objects.get(email=email)
        return str(Mail.objects.filter(cause=f"donor:{donor.pk}").latest("pk").context["url"])


@pytest.mark.parametrize("language", ["en", "es"])
def test_axe_finds_nothing_on_a_donor_s_pages(axe, site, page, language):
    email = a_donor(site, 0 if language == "en" else 1)
    found: dict[str, list[str]] = {"frame": [], **{scheme: [] for scheme in SCHEMES}}

    def look(name: str) -> None:
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            found["frame"] += [f"{name} at {width}: {part}" for part in overflow(page)]
        judge(page, name, found)

    for name in ("", "sent/", "link/nonsense/", "erased/"):
        page.goto(f"/{language}/giving/{name}")
        look(name or "way in")
    page.goto(f"/{language}/giving/")
    page.fill("[name=email]", email)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{language}/giving/sent/")
    page.goto(mailed(site, email))
    look("link")
    page.locator("main form button").click()
    page.wait_for_url(f"**/{language}/giving/mine/")
    for name in PAGES:
        page.goto(f"/{language}/giving/mine/{name}")
        look(f"mine/{name}")
    assert not any(found.values()), found


def test_a_donor_comes_in_says_yes_and_leaves_without_script(browser, site):
    email = a_donor(site, 2)
    context = browser.new_context(base_url=site.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/en/giving/")
    page.fill("[name=email]", email)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Look into your mailbox")).to_be_visible()
    link = mailed(site, email)
    scanner = browser.new_context(base_url=site.url).new_page()
    scanner.goto(link)
    page.goto(link)
    page.get_by_role("button", name="Open my page").click()
    expect(page.get_by_role("heading", name="Your gifts")).to_be_visible()
    page.get_by_role("link", name="Mails", exact=True).click()
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="Keep the choice").click()
    expect(page.get_by_text("Your choice is kept.")).to_be_visible()
    page.get_by_role("link", name="Details", exact=True).click()
    page.fill("[name=address]", "12 Selvedge Lane\nMadison, WI 53703")
    page.get_by_role("button", name="Keep the details").click()
    expect(page.get_by_text("Your details are kept.")).to_be_visible()
    page.get_by_role("button", name="Close my page").click()
    expect(page.get_by_text("Your page is closed in this browser.")).to_be_visible()
    page.goto(link)
    expect(page.get_by_text("This link was used already.")).to_be_visible()
    page.goto("/en/giving/mine/")
    expect(page.get_by_role("heading", name="Your giving")).to_be_visible()
    with site.database():
        assert MailConsent.objects.filter(donor__email=email, withdrawn_at=None).count() == 1
        assert Donor.objects.get(email=email).postcode == "53703"
    context.close()
