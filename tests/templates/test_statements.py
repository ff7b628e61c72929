"""How many SQL statements each page takes: few, and as many for few rows as for many.

Counted without BEGIN, COMMIT and SAVEPOINT, with the caches of content types and site warm.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, reverse
from django.utils import timezone, translation

import awareness.seed
import awareness.urls
import donations.urls
import marketplace.urls
import partners.urls
from awareness import publishing
from awareness.models import Page
from donations import guard, plans
from marketplace import address_book, alerts, orders
from marketplace.models import Delivery, Order, ProductPicture, SavedAddress, StockAlert
from partners.seed import records
from tests.factories.accounts import CustomerFactory
from tests.factories.allocations import AllocationFactory
from tests.factories.awareness import (
    HelplineFactory,
    PageFactory,
    SectionFactory,
    SeedClaimFactory,
    StatisticFactory,
    StoryFactory,
)
from tests.factories.donations import (
    CampaignFactory,
    FundFactory,
    GiftFactory,
    come_in,
    gift_received,
    link_for,
    plan_of,
)
from tests.factories.mail import MailFactory
from tests.factories.marketplace import VariantFactory, on_shelf, order_of, pay, picture_of
from tests.factories.media import ConsentFactory, PictureFactory
from tests.factories.partners import PartnerFactory, ProgrammeFactory, StaffFactory
from tests.factories.payments import RefundFactory, WebhookEventFactory
from weintl.staff import demo

pytestmark = pytest.mark.django_db
READ = {"home": 5, "help": 5, "safety": 5, "page": 5}
READ |= {"facts": 5, "fact": 5, "facts_csv": 5, "facts_json": 5}
READ |= {"preview": 5, "search": 5, "feed": 5}
READ |= {"help_country": 5, "help_card": 5, "contact": 5, "contact_sent": 5}
READ |= {"stories": 4, "story": 4}
READ |= {"partners": 6, "partner": 7, "programme": 7}
READ |= {"impact": 5, "impact_csv": 4, "impact_json": 5}
READ |= {"shop": 6, "category": 6, "product": 5}
READ |= {"alert": 4, "alert_sent": 2, "alert_yes": 3, "alert_leave": 3}
# With a session's own statements.
OWN = {"cart": 12, "checkout": 14, "review": 14, "order": 14, "marketplace:thanks": 8, "cancel": 6}
OWN |= {"invoice": 3, "return": 6}
OWN |= {"account": 12, "account_order": 5, "account_addresses": 6, "account_address": 6}
OWN |= {"account_address_add": 5, "account_address_remove": 6, "account_details": 7}
OWN |= {"account_data": 5, "account_download": 18, "account_delete": 12, "account_deleted": 4}
OWN |= {"give": 7, "campaign": 5, "go_on": 5, "gift": 7, "receipt": 3, "donations:thanks": 6}
OWN |= {"way_in": 4, "link_sent": 3, "link": 4, "mine": 12, "years": 3, "year": 9}
OWN |= {"plan": 6, "plan_card_typed": 4, "plan_card": 4, "plan_card_mended": 4}
OWN |= {"details": 3, "mails": 4, "data": 3, "download": 14, "erase": 13}
OWN |= {"erased": 3, "erased_later": 3}
READ |= {"mail_first": 2}
ACTS = {"cart_add", "cart_add_confirmed", "cart_update", "cart_country", "mail_again"}
ACTS |= {"account_address_first", "account_alert_remove", "return_withdraw"}
ACTS |= {"by_account", "leave"}


# The marks themselves; and what only triggers of watched tables write, in the same transaction.
FILLED_ALONG = {"kept_contentchange", "marketplace_look", "search_word"}
# Asked for by a donor whose page is open.
DONOR = {
    "plan",
    "plan_card_typed",
    "mine",
    "years",
    "year",
    "details",
    "mails",
    "data",
    "download",
    "erase",
}

ADDRESS = {
    "email": "ana@example.org",
    "name": "Ana Ruiz",
    "country": "US",
    "street": "214 Orchard Road",
    "city": "Madison",
    "postcode": "53703",
}
# Rows of a list in the admin bring their own links; the number of statements stays.
ADMIN = 14


class Site:
    """The site with something of everything, and ways to make it more."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.programme = ProgrammeFactory(code="loom", slug_en="looms")
        self.figure = StatisticFactory(sourced=True)
        self.page = PageFactory(path_en="understand/a/")
        self.story = StoryFactory()
        self.product = self.add_product()
        self.client = Client()
        self.customer = CustomerFactory(email="ana@example.org")
        self.signed_in = Client()
        self.signed_in.force_login(self.customer)
        self.order = self.add_order(1)
        self.campaign = CampaignFactory()
        self.gift = self.add_gift()
        self.unpaid = GiftFactory()
        self.gone = VariantFactory()
        self.address = self.add_address()
        alerts.ask(variant=self.gone, email="ana@example.org", language="en", now=now)
        self.word = alerts.word(StockAlert.objects.get())
        self.plan = plan_of(self.gift.donor, now=now)
        self.giving = Client()
        come_in(self.giving, self.gift.donor, now=now)
        self.donor_link = link_for(self.gift.donor, now=now)
        self.add_to_cart(self.product.variants.get())
        self.grow()

    def add_product(self):
        variant = on_shelf(consigned=500, now=self.now, product__programme=self.programme)
        picture_of(variant.product)
        picture_of(variant.product, position=1)
        return variant.product

    def add_order(self, pieces: int) -> Order:
        more = [on_shelf(consigned=9, now=self.now) for _ in range(pieces - 1)]
        wanted = dict.fromkeys([self.product.variants.get(), *more], pieces)
        return pay(order_of(wanted, now=self.now), now=self.now)

    def add_address(self):
        place = {**dict.fromkeys(address_book.PLACE, ""), "country": "US"}
        label = f"Place {SavedAddress.objects.count()}"
        entry = address_book.Entry(label, place)
        return address_book.add(user=self.customer, entry=entry, now=self.now)

    def client_of(self, name: str) -> Client:
        if name in DONOR:
            return self.giving
        return self.signed_in if name.startswith("account") else self.client

    def add_gift(self, **values):
        return gift_received(**{"now": self.now, **values})

    def add_to_cart(self, variant) -> None:
        answer = self.client.post(
            "/en/cart/add/", {"sku": variant.sku}, HTTP_SEC_FETCH_SITE="same-origin"
        )
        assert answer.status_code == 303

    def grow(self) -> None:
        """Add some rows of each kind, also to what the pages show."""
        key = StatisticFactory(sourced=True).key
        StatisticFactory(sourced=True, part_of=self.figure, value_low=1, value_high=1)
        SeedClaimFactory()
        body = f"<p>[[stat:{key}]]</p><p>And [[stat:{key}]].</p>"
        SectionFactory(page=self.page, body_en=body)
        SectionFactory(page=PageFactory(parent=self.page))
        HelplineFactory()
        consent = ConsentFactory()
        StoryFactory(
            is_of_person=True,
            consent=consent,
            picture=PictureFactory(people="seen", consent=consent),
        )
        product = self.add_product()
        picture_of(
            self.product, position=ProductPicture.objects.filter(product=self.product).count()
        )
        ProgrammeFactory(partner=self.programme.partner)
        AllocationFactory()
        new = PartnerFactory(status="candidate")
        records.load(partner=new, now=self.now, author=StaffFactory(), approver=StaffFactory())
        Delivery.objects.create(programme=self.programme, delivered_on=self.now.date())
        programme = ProgrammeFactory()
        FundFactory(programme=programme, use="")
        self.add_to_cart(product.variants.get())
        orders.mark_sent(order_id=self.add_order(2).pk, actor=None, now=self.now)
        self.add_order(2)
        self.add_gift(donor=self.gift.donor)
        self.add_gift(campaign=self.campaign, fund=self.campaign.fund)
        CampaignFactory(picture=PictureFactory())
        self.campaign.updates.create(day=self.now.date(), title_en="A", text_en="B")
        self.add_address()
        alerts.ask(variant=VariantFactory(), email="ana@example.org", language="en", now=self.now)
        refund = RefundFactory(payment=self.order.payment, amount=1)
        WebhookEventFactory(payment=refund.payment)
        MailFactory()
        # Shown to whoever gave an address; forgotten once an order is paid.
        assert self.client.post(reverse("marketplace:checkout"), ADDRESS).status_code == 303

    def addresses(self) -> dict[str, str]:
        """Return the address of each page by the name of its view."""
        own = {
            "page": reverse("awareness:page", args=["understand/a/"]),
            "preview": publishing.preview_path(self.page, language="en"),
            "help_country": reverse("awareness:help_country", args=["gb"]),
            "help_card": reverse("awareness:help_card", args=["gb"]),
            "fact": self.figure.get_absolute_url(),
            "story": self.story.get_absolute_url(),
            "partner": reverse("partners:partner", args=[self.programme.partner.slug]),
            "programme": self.programme.get_absolute_url(),
            "category": self.product.category.get_absolute_url(),
            "product": self.product.get_absolute_url(),
            "account_order": reverse("marketplace:account_order", args=[self.order.number]),
            "account_address": reverse("marketplace:account_address", args=[self.address.pk]),
            "account_address_remove": reverse(
                "marketplace:account_address_remove", args=[self.address.pk]
            ),
            "alert": reverse("marketplace:alert", args=[self.gone.pk]),
            "alert_yes": reverse("marketplace:alert_yes", args=[self.word]),
            "alert_leave": reverse("marketplace:alert_leave", args=[self.word]),
            "order": reverse("marketplace:order", args=[self.order.token]),
            "cancel": reverse("marketplace:cancel", args=[self.order.token]),
            "return": reverse("marketplace:return", args=[self.order.token]),
            "invoice": reverse(
                "marketplace:invoice",
                args=[self.order.token, self.order.invoices.get().number, "en"],
            ),
            "marketplace:thanks": reverse("marketplace:thanks", args=[self.order.token]),
            "plan": self.plan.get_absolute_url(),
            "plan_card_typed": reverse("donations:plan_card_typed", args=[self.plan.public_id]),
            "plan_card": reverse("donations:plan_card", args=[plans.card_word(self.plan)]),
            "plan_card_mended": reverse(
                "donations:plan_card_mended", args=[plans.card_word(self.plan)]
            ),
            "year": reverse("donations:year", args=[self.now.year, "en"]),
            "link": reverse("donations:link", args=[self.donor_link]),
            "go_on": reverse("donations:go_on", args=[guard.go_on_word(self.unpaid)]),
            "gift": reverse("donations:gift", args=[self.gift.token]),
            "receipt": reverse(
                "donations:receipt",
                args=[self.gift.token, self.gift.receipts.get().number, "en"],
            ),
            "campaign": self.campaign.get_absolute_url(),
            "donations:thanks": reverse("donations:thanks", args=[self.gift.token]),
        }
        return {**{name: reverse(f"{app}:{name}") for app, name in PLAIN}, **own}


def views() -> list[tuple[str, URLPattern]]:
    urls = (awareness.urls, partners.urls, marketplace.urls, donations.urls)
    return [(module.app_name, pattern) for module in urls for pattern in module.urlpatterns]


PLAIN = [
    (app, str(pattern.name))
    for app, pattern in views()
    if not pattern.pattern.regex.groups and pattern.name not in ACTS
]


@pytest.fixture
def site() -> Site:
    return Site(timezone.now())


def statements(ask: Callable[[], object]) -> list[str]:
    ask()
    with CaptureQueriesContext(connection) as caught:
        ask()
    texts = [str(row["sql"]) for row in caught.captured_queries]
    return [
        text for text in texts if not text.startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"))
    ]


def count(client: Client, address: str) -> int:
    def ask() -> None:
        answer = client.get(address)
        assert answer.status_code in (200, 302), address
        answer.getvalue()

    return len(statements(ask))


def test_every_page_of_the_site_has_its_limit_here():
    names = [(app, str(pattern.name)) for app, pattern in views()]
    twice = {name for _app, name in names if [n for _a, n in names].count(name) > 1}
    known = {f"{app}:{name}" if name in twice else name for app, name in names}
    assert known - ACTS == {*READ, *OWN}


def test_no_page_takes_more_statements_than_it_may_or_more_for_more_rows(site):
    limits = {**READ, **OWN}
    few = {name: count(site.client_of(name), address) for name, address in site.addresses().items()}
    assert {name: few[name] for name in limits if few[name] > limits[name]} == {}
    for _ in range(4):
        site.grow()
    many = {
        name: count(site.client_of(name), address) for name, address in site.addresses().items()
    }
    assert many == few


def test_pages_that_are_kept_read_only_tables_that_are_watched(site):
    """Else a page would be shown for a minute as it was: `weintl.kept.watching`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE 'content\\_%'"
            " GROUP BY 1 HAVING bit_or(tgtype) & 60 = 60"
        )
        watched = {name for (name,) in cursor.fetchall()}
    tables = set(connection.introspection.table_names())
    kept, unwatched = set(), {}
    for name, address in site.addresses().items():
        asked = " ".join(statements(partial(site.client.get, address)))
        if "kept_contentchange" not in asked:
            continue
        for query in ("q=scarf", "q=scrafs", "stock=1&sort=price"):
            asked += " ".join(statements(partial(site.client.get, f"{address}?{query}")))
        kept.add(name)
        read = set(re.findall(r'(?:FROM|JOIN) "?(\w+)"?', asked)) & tables - FILLED_ALONG
        if read - watched:
            unwatched[name] = read - watched
    assert {"home", "page", "facts", "fact", "shop", "product"} <= kept
    assert unwatched == {}


def test_every_seeded_page_keeps_to_the_limit_in_both_languages():
    awareness.seed.load(now=datetime(2026, 1, 1, tzinfo=UTC))
    client, over = Client(), {}
    for page in Page.objects.exclude(key="home"):
        for language in ("en", "es"):
            with translation.override(language):
                address = page.get_absolute_url()
            taken = count(client, address)
            if taken > READ["page"]:
                over[address] = taken
    assert over == {}


def test_no_list_in_the_admin_takes_more_statements_for_more_rows(site):
    site.client.force_login(demo.load_people()[0])
    lists = {
        model._meta.label: reverse(
            f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        )
        for model in admin.site._registry
    }
    few = {name: count(site.client, address) for name, address in lists.items()}
    for _ in range(4):
        site.grow()
    many = {name: count(site.client, address) for name, address in lists.items()}
    assert {n: (few[n], many[n]) for n in few if few[n] != many[n]} == {}
    assert {name: few[name] for name in few if few[name] > ADMIN} == {}
