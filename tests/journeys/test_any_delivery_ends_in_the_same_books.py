"""However webhooks come, one purchase and one gift end in the same books, stock and mails."""

import re
import secrets
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar

import pytest
from django.utils import timezone

from donations.models import Gift
from marketplace.models import Order, Stock, Unit, Variant
from partners.models import Transfer
from tests.journeys.people import DETAILS, until
from tests.plugins.processes import PATIENCE
from tests.plugins.site import Site
from weintl.mail.models import Mail
from weintl.payments.models import Payment

DELIVERIES = {
    "once": {},
    "three times in parallel": {"duplicate": 3, "parallel": True},
    "in reverse order": {"reorder": True},
    "delayed": {"delay_ms": 700},
    "never": {"drop": True},
}


class Visitor:
    """A browser without a screen: it keeps cookies and stays on the site."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._open = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(CookieJar())
        ).open

    def get(self, path: str) -> str:
        with self._open(self.site.url + path, timeout=PATIENCE) as answer:
            return answer.read().decode()

    def send(self, path: str, page: str = "", **given: object) -> str:
        """Send a form with what `page` hides in it; return the address that one ends at."""
        hidden = {
            name: found[1]
            for name in ("csrfmiddlewaretoken", "shown", "submission_key")
            if (found := re.search(rf'name="{name}"[^>]* value="([^"]*)"', page))
        }
        request = urllib.request.Request(
            self.site.url + path,
            data=urllib.parse.urlencode(hidden | given).encode(),
            headers={"Origin": self.site.url},
        )
        with self._open(request, timeout=PATIENCE) as answer:
            return answer.geturl()


def buy(site: Site, sku: str, email: str) -> Payment:
    """Bring an order of one piece to its payment page."""
    visitor = Visitor(site)
    visitor.send("/en/cart/add/", sku=sku, quantity=1)
    visitor.send("/en/checkout/", visitor.get("/en/checkout/"), email=email, **DETAILS)
    end = visitor.send("/en/checkout/review/", visitor.get("/en/checkout/review/"))
    assert end.startswith(site.standin.url), end
    with site.database():
        return Order.objects.select_related("payment").get(email=email).payment


def give(site: Site, email: str) -> Payment:
    """Bring a gift to its payment page."""
    visitor = Visitor(site)
    page = visitor.get("/en/give/")
    fund = re.search(r'name="fund"[^>]* value="([^"]*)"', page)[1]
    end = visitor.send("/en/give/", page, choice=4000, fund=fund, email=email)
    assert end.startswith(site.standin.url), end
    with site.database():
        return Gift.objects.select_related("payment").get(donor__email=email).payment


@contextmanager
def counted(site: Site, sku: str) -> Iterator[list[int]]:
    """Tell by how much the counters of a stock changed meanwhile."""
    names = ("owned", "consigned", "held", "allocated")
    changed: list[int] = []
    with site.database():
        before = Stock.objects.values_list(*names).get(variant__sku=sku)
    yield changed
    with site.database():
        after = Stock.objects.values_list(*names).get(variant__sku=sku)
    changed += [new - old for new, old in zip(after, before, strict=True)]


def picture(payment: Payment, email: str) -> dict[str, object]:
    """Return all that stands of `payment`, without what names it."""
    payment.refresh_from_db()
    units = Unit.objects.filter(line__order__payment=payment)
    posted = Transfer.objects.filter(entry__source_key__startswith=f"payment/{payment.public_id}/")
    pieces = Transfer.objects.filter(
        entry__source_key__in=[f"unit/{unit.pk}/split" for unit in units]
    )
    columns = ("entry__kind", "debit__code", "credit__code", "amount")
    return {
        "payment": payment.state,
        "order": list(Order.objects.filter(payment=payment).values_list("state")),
        "gift": list(Gift.objects.filter(payment=payment).values_list("state")),
        "units": list(units.values_list("state", "net_amount", "maker_amount")),
        "posted": sorted(posted.values_list(*columns)),
        "pieces": sorted(pieces.values_list(*columns)),
        "mails": sorted(Mail.objects.filter(recipient=email).values_list("template", "state")),
    }


def live_through(site: Site, sku: str, how: dict[str, object]) -> list[object]:
    """Buy and give while webhooks come as `how` says; return what came of it."""
    word, pictures = secrets.token_hex(4), []
    with counted(site, sku) as changed:
        emails = [f"{word}-buyer@example.org", f"{word}-donor@example.org"]
        payments = [buy(site, sku, emails[0]), give(site, emails[1])]
        site.standin.webhooks(**how)
        for payment in payments:
            site.standin.pay(payment.session_id)
        if "drop" in how:
            with site.database():
                of_these = Payment.objects.filter(pk__in=[payment.pk for payment in payments])
                assert set(of_these.values_list("state", flat=True)) == {"open"}
                of_these.update(next_check_at=timezone.now())
            site.run("weintl.payments.tasks.sweep")
        else:
            site.standin.wait_idle()
        until(
            site,
            holds=lambda: Mail.objects.filter(recipient__in=emails, state="sent").count() >= 2,
        )
        with site.database():
            pictures += [picture(*each) for each in zip(payments, emails, strict=True)]
    return [pictures, changed]


@pytest.fixture
def sku(site: Site) -> str:
    """Name a plain piece of which there are many."""
    with site.database():
        chosen = Variant.objects.for_sale(now=timezone.now()).filter(
            stock__consigned__gte=8, stock__owned=0
        )
        return chosen.order_by("pk").first().sku


def test_any_delivery_ends_in_the_same_books(site, sku):
    ends = {}
    for name, how in DELIVERIES.items():
        ends[name] = live_through(site, sku, how)
        site.standin.webhooks(duplicate=1, parallel=False, reorder=False, delay_ms=0, drop=False)
    (order, gift), changed = ends["once"]
    assert order["payment"] == gift["payment"] == "succeeded"
    assert order["posted"] and order["pieces"] and gift["posted"]
    assert len(order["mails"]) == len(gift["mails"]) == 1
    assert changed[2] == 0 and changed[3] == 1
    for name, end in ends.items():
        assert end == ends["once"], name
