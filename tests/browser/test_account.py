"""The pages behind the sign-in: judged at every width, and walked without script."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import get_hashers, make_password
from playwright.sync_api import Page, expect

from marketplace.models import Order
from tests.browser.judging import SCHEMES, WIDTHS, judge, overflow
from weintl.accounts.models import User

PASSWORD = "a long enough phrase"
PAGES = ["", "addresses/", "addresses/add/", "details/", "data/", "delete/"]


def shopper(site, email: str) -> None:
    """Make an account with some of the demonstration's orders."""
    with site.database():
        # As the running site hashes it, not as tests do.
        password = make_password(PASSWORD, hasher=get_hashers()[1].algorithm)
        user = User.objects.create(email=email, password=password, first_name="Ana")
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
        few = Order.objects.filter(customer=None).order_by("-pk").values("pk")[:4]
        Order.objects.filter(pk__in=[row["pk"] for row in few]).update(customer=user)


def sign_in(page: Page, email: str, path: str) -> None:
    page.goto(path)
    page.fill("[name=login]", email)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{path}")


def prove(page: Page) -> None:
    if "reauthenticate" in page.url:
        page.fill("[name=password]", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/account/delete/")


@pytest.mark.parametrize("language", ["en", "es"])
def test_axe_finds_nothing_in_the_account(axe, site, page, language):
    email = f"judged-{language}@weintl.example"
    shopper(site, email)
    found: dict[str, list[str]] = {"frame": [], **{scheme: [] for scheme in SCHEMES}}
    sign_in(page, email, f"/{language}/account/")
    for name in PAGES:
        page.goto(f"/{language}/account/{name}")
        prove(page)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            found["frame"] += [f"{name} at {width}: {part}" for part in overflow(page)]
        judge(page, name, found)
    assert not any(found.values()), found


def test_an_account_is_deleted_without_script_and_the_books_hold(browser, site):
    email = "leaving@weintl.example"
    shopper(site, email)
    context = browser.new_context(base_url=site.url, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, email, "/en/account/addresses/add/")
    for name, words in {"label": "Home", "street": "12 Selvedge Lane", "city": "Madison"}.items():
        page.fill(f"[name={name}]", words)
    page.fill("[name=postcode]", "53703")
    page.get_by_role("button", name="Keep the address").last.click()
    expect(page.get_by_role("heading", name="Home")).to_be_visible()
    page.goto("/en/account/delete/")
    prove(page)
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Delete my account").click()
    page.wait_for_url("**/account/deleted/")
    page.goto("/en/account/")
    assert "/accounts/login/" in page.url
    with site.database():
        assert not User.objects.filter(email=email).exists()
    assert site.manage("verify").returncode == 0
    context.close()
