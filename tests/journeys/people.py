"""What people do on the pages, step by step, and where a journey looks afterwards.

    shopper = Person(page, site)
    shopper.put_in_cart(piece)              # shop, category, product page, button
    shopper.fill_in(**DETAILS); shopper.send()
    shopper.pay()                           # or pay(card=DECLINED), on the stand-in's page
    mail = mail_to(site, shopper.email)     # waits for it

Nothing here asserts but `until` and `mail_to`: what must come about within PATIENCE.
"""

import re
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from email import message_from_bytes, policy
from email.message import EmailMessage

from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from donations.models import Gift
from marketplace import publishing
from marketplace.models import Category, Order, Stock, Variant
from partners.models import Account, Programme
from tests.factories.marketplace import ProductFactory, on_shelf
from tests.plugins.processes import PATIENCE
from tests.plugins.site import Site
from weintl.mail.models import Mail
from weintl.media.models import Picture
from weintl.payments.models import WebhookEvent
from weintl.staff.demo import DemoLogin

DETAILS = {
    "name": "Ada Example", "country": "US", "street": "1 Test Street", "city": "Springfield",
    "region": "IL", "postcode": "62701",
}  # fmt: skip
DECLINED = "4000 0000 0000 0002"
SECOND_STEP = "4000 0027 6000 3184"


@dataclass(kw_only=True)
class Person:
    """Somebody with a browser of their own and an address that nobody else uses."""

    page: Page
    site: Site
    language: str = "en"
    email: str = field(default_factory=lambda: f"{secrets.token_hex(4)}@example.org")

    def put_in_cart(self, piece: Variant) -> None:
        """Find the piece in the shop and put it into the cart."""
        self.page.goto(f"/{self.language}/shop/")
        self.page.get_by_role("link", name=self.name_of(piece), exact=True).click()
        self.page.locator("main form[action$='/cart/add/'] button").click()
        self.page.wait_for_url("**/cart/")

    def name_of(self, piece: Variant) -> str:
        """Return the piece's name in this person's language."""
        return str(getattr(piece.product, f"name_{self.language}"))

    def fill_in(self, **values: str) -> None:
        """Fill in the form of this page, the e-mail address too if nothing else is said."""
        for name, value in {"email": self.email, **values}.items():
            control = self.page.locator(f"main [name='{name}']")
            if control.evaluate("node => node.tagName") == "SELECT":
                control.select_option(value)
            else:
                control.fill(value)

    def send(self) -> None:
        """Send the form of this page."""
        self.page.locator("main form .btn:not(.plain)").last.click()

    def go_to_payment(self) -> None:
        """From the cart to the provider's page."""
        self.page.locator("main a.btn.wide").click()
        self.fill_in(**DETAILS)
        self.agree()

    def agree(self) -> None:
        """Send the details, and agree to all that the next page shows."""
        self.send()
        self.page.wait_for_url("**/review/")
        self.send()
        self.page.wait_for_url(f"{self.site.standin.url}/**")

    def pay(self, card: str = "") -> None:
        """Pay on the provider's page."""
        if card:
            self.page.locator("[name=card]").fill(card)
        self.page.locator("button[value=pay]").click()

    def order(self) -> Order:
        """Return this person's one order."""
        with self.site.database():
            return Order.objects.select_related("payment").get(email=self.email)

    def buy(self, piece: Variant) -> Order:
        """Buy one piece, from the shop to the thank-you page; return the order."""
        self.put_in_cart(piece)
        self.go_to_payment()
        self.pay()
        self.page.wait_for_url("**/thanks/**")
        mail_to(self.site, self.email)
        return self.order()

    def give(self, amount: int) -> Gift:
        """Give so many cents to where it is needed most; return the gift."""
        self.page.goto(f"/{self.language}/give/")
        self.fill_in(own_amount=f"{amount / 100:.2f}")
        self.send()
        self.pay()
        self.page.wait_for_url("**/thanks/**")
        mail_to(self.site, self.email)
        with self.site.database():
            gifts = Gift.objects.select_related("payment", "fund")
            return gifts.get(donor__email=self.email)


@dataclass(kw_only=True)
class Staff:
    """One of the demonstration's two people, signed in to the admin."""

    page: Page
    login: DemoLogin

    def __post_init__(self) -> None:
        """Sign in."""
        self.page.goto("/admin/")
        self.page.locator("[name=login]").fill(self.login.email)
        self.page.locator("[name=password]").fill(self.login.password)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url("**/admin/")

    def prove(self) -> None:
        """Give the password once more, as money acts ask."""
        self.page.wait_for_url("**/reauthenticate/**")
        self.page.locator("[name=password]").fill(self.login.password)
        self.page.get_by_role("button", name="Confirm").click()

    def list_of(self, rows: str) -> None:
        """Open a list from the first page, by its name there."""
        self.page.goto("/admin/")
        # An area may bear the name of one of its lists.
        listed = self.page.locator("#content-main th a")
        listed.get_by_text(rows, exact=True).first.click()
        self.page.wait_for_url(re.compile(r"/admin/\w+/\w+/"))

    def search(self, words: str) -> None:
        """Leave in the list only rows with `words`; the rows from before are gone by then."""
        self.page.locator("#searchbar").fill(words)
        self.page.locator("#searchbar").press("Enter")
        self.page.wait_for_url(re.compile(r"[?&]q="))

    def fill_in(self, **values: str) -> None:
        """Fill in fields of the form by their names."""
        for name, value in values.items():
            control = self.page.locator(f"#content [name='{name}']")
            if control.evaluate("node => node.tagName") == "SELECT":
                control.select_option(value)
            else:
                control.fill(value)

    def choose(self, name: str, words: str) -> None:
        """Find a row by typing, in a field that looks rows up."""
        self.page.locator(f"#id_{name} + .select2").click()
        self.page.locator(".select2-dropdown .select2-search__field").fill(words)
        self.page.locator(".select2-results__option--highlighted").filter(has_text=words).click()

    def save(self, *, button: str = "_save") -> None:
        """Save the form, and expect that it was taken."""
        self.page.locator(f"[name={button}]").first.click()
        expect(self.page.locator(".messagelist .success")).to_be_visible()


def balances(site: Site) -> dict[str, int]:
    """Return what each account holds, if anything."""
    with site.database():
        return {row.code: row.balance for row in Account.objects.all() if row.balance}


def changes(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    """Return by how much accounts differ, those that do."""
    differ = {code: after.get(code, 0) - before.get(code, 0) for code in after | before}
    return {code: amount for code, amount in differ.items() if amount}


def offer(site: Site, *, price: int = 4200, pieces: int = 9) -> Variant:
    """Let the shop offer a piece that no other journey touches."""
    word, now = secrets.token_hex(3), timezone.now()
    with site.database():
        product = ProductFactory(
            code=f"piece-{word}",
            name_en=f"Shawl {word}",
            name_es=f"Chal {word}",
            slug_en=f"shawl-{word}",
            slug_es=f"chal-{word}",
            category=Category.objects.first(),
            programme=Programme.objects.get(code="riverbank"),
            is_published=False,
            # The newest piece is the first in the shop, however many there are.
            published_at=None,
        )
        product.pictures.create(picture=Picture.objects.get(key="ikat"), position=0)
        variant = on_shelf(
            product=product, sku=word.upper(), price_amount=price, consigned=pieces, now=now
        )
        publishing.publish(product=product, now=now)
        return variant


def counters(site: Site, piece: Variant) -> tuple[int, int]:
    """Return how many of a piece are held and allocated."""
    with site.database():
        return Stock.objects.values_list("held", "allocated").get(variant=piece)


def until(site: Site, *, holds: Callable[[], object]) -> None:
    """Wait until `holds()` is true of the site's database."""
    last = time.monotonic() + PATIENCE
    with site.database():
        while not holds():
            assert time.monotonic() < last, "It did not come about."
            time.sleep(0.1)


def settle(site: Site) -> None:
    """Let fees, refunds and debits happen now, and wait until all of it is processed."""
    site.standin.settle()
    come_to_rest(site)


def come_to_rest(site: Site) -> None:
    """Wait until nothing is on its way: no webhook, no event to be processed, no mail."""
    site.standin.wait_idle()
    last = time.monotonic() + PATIENCE
    with site.database():
        while left := _on_their_way():
            assert time.monotonic() < last, f"Still on their way: {left}"
            time.sleep(0.1)


def _on_their_way() -> list[tuple[object, ...]]:
    """Return the webhooks and mails that are not done with, and what stopped them."""
    return [
        *WebhookEvent.objects.filter(state="received").values_list(
            "type", "attempts", "last_error"
        ),
        *Mail.objects.filter(state="queued").values_list("template", "attempts", "last_error"),
    ]


def mails_to(site: Site, address: str) -> list[EmailMessage]:
    """Return the mails that arrived at an address, oldest first."""
    files = sorted(site.mails.glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
    read = (message_from_bytes(file.read_bytes(), policy=policy.default) for file in files)
    return [mail for mail in read if address in str(mail["To"])]


def mail_to(site: Site, address: str, *, number: int = 1) -> EmailMessage:
    """Return the last of the `number` mails that an address gets, once they are there."""
    last = time.monotonic() + PATIENCE
    while len(found := mails_to(site, address)) < number:
        assert time.monotonic() < last, f"{address} has {len(found)} mails, not {number}."
        time.sleep(0.1)
    assert len(found) == number, [str(mail["Subject"]) for mail in found]
    return found[-1]


def text_of(mail: EmailMessage) -> str:
    """Return a mail's plain text."""
    return mail.get_body(("plain",)).get_content()


def link_in(mail: EmailMessage, *, under: str) -> str:
    """Return the first address in a mail's text that has `under` in its path."""
    return re.search(rf"https?://\S*{under}\S*", text_of(mail))[0]


def cents(text: str) -> int:
    """Return the first amount in `text`, such as $1,234.56, in cents."""
    found = re.search(r"[\d,]+\.\d\d", text)[0]
    return int(Decimal(found.replace(",", "")) * 100)


def column(table: Locator) -> tuple[list[int], int]:
    """Return the amounts in the last column of a table, in cents, and the total at its foot."""
    # Texts of all rows are read as they stand: without this, perhaps before the page is there.
    # The foot comes last, so that no row is missing either.
    expect(table.locator("tfoot td:last-child")).to_be_visible()
    rows = table.locator("tbody tr td:last-child").all_inner_texts()
    return [cents(row) for row in rows], cents(table.locator("tfoot td:last-child").inner_text())


@contextmanager
def strangers(page: Page, site: Site) -> Iterator[list[str]]:
    """Collect what `page` asks of anybody but the site."""
    called: list[str] = []
    page.on("request", lambda sent: None if site.is_own(sent.url) else called.append(sent.url))
    yield called
