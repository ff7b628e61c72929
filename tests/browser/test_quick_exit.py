"""The quick exit: by click, by keys, without a script; Back, cookies and Referer give nothing."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Elsewhere
from tests.plugins.browsers import eventually

HELP = "/en/help/"


@pytest.fixture(autouse=True)
def forget_who_came(elsewhere: Elsewhere) -> None:
    """Begin with an empty book of visitors."""
    elsewhere.referrers.clear()


def test_a_click_leads_elsewhere_without_saying_from_where(page, elsewhere):
    page.goto(HELP)
    page.locator("a.exit").click()
    page.wait_for_url(elsewhere.url)
    assert elsewhere.referrers == [None]


def test_shift_three_times_leads_elsewhere(page, elsewhere):
    page.goto(HELP)
    for _ in range(3):
        page.keyboard.press("Shift")
    page.wait_for_url(elsewhere.url)
    assert elsewhere.referrers == [None]


def test_each_press_is_announced_in_the_page_s_language(page):
    page.goto("/es/help/")
    page.keyboard.press("Shift")
    expect(page.locator("body > .vh[role=status]")).to_contain_text("2")
    page.keyboard.press("Shift")
    expect(page.locator("body > .vh[role=status]")).to_contain_text("1")
    assert page.locator("a.exit").get_attribute("data-presses") == "2"


def test_capital_letters_and_walking_back_by_tab_leave_nobody(page, site):
    page.goto(HELP)
    for _ in range(4):
        page.keyboard.press("Shift+Tab")
    for _ in range(4):
        page.keyboard.press("Shift+KeyA")
    page.keyboard.press("Shift")
    page.keyboard.press("KeyB")
    page.keyboard.press("Shift")
    page.keyboard.press("Shift")
    page.wait_for_timeout(300)
    assert site.is_own(page.url)


def test_the_first_two_stops_of_tab_are_the_content_and_the_exit(page, elsewhere):
    page.goto(HELP)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "/exit/"
    page.keyboard.press("Enter")
    page.wait_for_url(elsewhere.url)


def test_the_link_works_without_a_script(browser: Browser, site, elsewhere):
    context = browser.new_context(base_url=site.url, java_script_enabled=False)
    page = context.new_page()
    page.goto(HELP)
    page.locator("a.exit").click()
    page.wait_for_url(elsewhere.url)
    assert elsewhere.referrers == [None]
    context.close()


def test_back_never_shows_the_pages_again(page, elsewhere):
    page.goto("/en/")
    page.goto(HELP)
    page.locator("a.exit").click()
    page.wait_for_url(elsewhere.url)
    page.go_back(wait_until="commit")
    page.wait_for_url(elsewhere.url)
    assert page.title() == "Weather"


def test_who_types_the_address_again_is_let_in(page, site, elsewhere):
    page.goto(HELP)
    page.locator("a.exit").click()
    page.wait_for_url(elsewhere.url)
    page.goto(HELP)
    page.wait_for_timeout(300)
    assert page.url == f"{site.url}{HELP}"
    expect(page.locator("h1")).to_be_visible()


def test_the_cookie_jar_is_emptied(context, page, site, elsewhere):
    context.add_cookies([{"name": "sessionid", "value": "x" * 32, "url": site.url}])
    page.goto(HELP)
    page.locator("a.exit").click()
    page.wait_for_url(elsewhere.url)
    assert not [cookie for cookie in context.cookies() if cookie["name"] == "sessionid"]


def test_the_exit_stays_in_sight_and_covers_no_focus(browser: Browser, site):
    context = browser.new_context(
        base_url=site.url, viewport={"width": 320, "height": 480}, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(HELP)
    page.mouse.wheel(0, 1500)
    eventually(page, lambda: page.evaluate("scrollY") > 500)
    box = page.locator("a.exit").bounding_box()
    assert box["y"] == 0
    assert box["height"] >= 44
    for _ in range(40):
        page.keyboard.press("Tab")
    for _ in range(25):
        page.keyboard.press("Shift+Tab")
        assert page.evaluate(
            """() => {
              const e = document.activeElement, r = e.getBoundingClientRect();
              if (e.closest(".safety") || e.closest(".skip")) return true;
              return r.bottom > document.querySelector(".safety").getBoundingClientRect().bottom;
            }"""
        )
    context.close()


def test_paper_shows_no_exit(page):
    page.goto(HELP)
    page.emulate_media(media="print")
    expect(page.locator(".safety")).to_be_hidden()
