"""The pages between the shelf and the payment, which no link leads to."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.judging import SCHEMES, WIDTHS, judge, overflow

ASKED = {
    "email": "reader@weintl.example",
    "name": "Ana María Núñez",
    "street": "12 Selvedge Lane",
    "city": "Madison",
    "postcode": "53703",
}


def _look(page: Page, name: str, found: dict[str, list[str]]) -> None:
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        found["frame"] += [f"{name} at {width}: {part}" for part in overflow(page)]
    judge(page, name, found)


@pytest.mark.parametrize(
    "shelf", ["/en/shop/p/night-river-bowl/", "/es/shop/p/cuenco-rio-de-noche/"]
)
def test_axe_finds_nothing_on_the_way_to_the_payment(axe, page, shelf):
    found: dict[str, list[str]] = {"frame": [], **{scheme: [] for scheme in SCHEMES}}
    page.goto(shelf)
    page.locator("form[action$='/cart/add/'] button").first.click()
    page.wait_for_url("**/cart/")
    _look(page, "cart", found)
    page.goto(f"{shelf[:3]}/checkout/")
    page.get_by_role("button").filter(has_text=":").click()
    expect(page.locator("[aria-invalid=true]").first).to_be_visible()
    _look(page, "details with mistakes", found)
    for name, words in ASKED.items():
        page.fill(f"[name={name}]", words)
    page.get_by_role("button").filter(has_text=":").click()
    page.wait_for_url("**/checkout/review/")
    _look(page, "review", found)
    assert not any(found.values()), found


def test_a_picture_opens_large_and_closes_by_keyboard(page):
    page.goto("/en/shop/p/night-river-bowl/")
    picture = page.locator("a.zoom").first
    picture.focus()
    page.keyboard.press("Enter")
    box = page.get_by_role("dialog", name=picture.locator("img").get_attribute("alt"))
    expect(box.locator("img")).to_have_js_property("complete", True)
    assert box.locator("img").evaluate("e => e.naturalWidth") > 1000
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()
    expect(picture).to_be_focused()


def test_without_script_a_picture_leads_to_the_large_one(browser, site):
    context = browser.new_context(base_url=site.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/en/shop/p/night-river-bowl/")
    large = page.locator("a.zoom").first.get_attribute("href")
    page.locator("a.zoom").first.click()
    page.wait_for_url(f"**{large}")
    context.close()
