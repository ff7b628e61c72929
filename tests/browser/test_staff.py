"""Pages of the staff on which Django's own left something without a name."""

from playwright.sync_api import Page

from tests.browser.judging import SCHEMES, judge
from weintl.staff.demo import DEMO_LOGINS

# A list that is searched, one with boxes in its rows, choosers of one row, and of several.
PAGES = [
    "/admin/",
    "/admin/donations/gift/",
    "/admin/donations/fund/",
    "/admin/donations/campaign/add/",
    "/admin/donations/campaign/1/change/",
    "/admin/marketplace/variant/1/change/",
]


def test_axe_finds_nothing_on_pages_of_the_staff(page: Page):
    login = DEMO_LOGINS[0]
    # Else a colour is measured on its way to another.
    page.emulate_media(reduced_motion="reduce")
    page.goto("/admin/login/?next=/admin/")
    page.fill("[name=login]", login.email)
    page.fill("[name=password]", login.password)
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/")
    found: dict[str, list[str]] = {scheme: [] for scheme in SCHEMES}
    for path in PAGES:
        page.goto(path)
        page.wait_for_load_state("networkidle")
        judge(page, path, found)
    assert found == {scheme: [] for scheme in SCHEMES}
