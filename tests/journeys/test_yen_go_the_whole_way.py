"""A currency without a minor unit goes from the price to the partner's statement and the audit."""

import csv
import io
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from marketplace import orders
from marketplace.models import Variant
from partners import exports, ledger, papers
from partners.models import Allocation, BankFile, SplitRule
from tests.factories.donations import gift_received
from tests.factories.marketplace import DETAILS, on_shelf, order_of, pay
from tests.factories.partners import bank_details, paid_payout
from weintl.audit import export
from weintl.verify import collect

pytestmark = pytest.mark.django_db(transaction=True)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def yen(settings):
    settings.BASE_CURRENCY = "jpy"


@pytest.fixture
def sold():
    """Sell twelve pieces of 6,401 yen to twelve people, and let eleven of them arrive."""
    now = timezone.now()
    variant = on_shelf(
        consigned=12,
        now=now - 60 * DAY,
        price_amount=6_401,
        currency="jpy",
        product__published_at=now - 60 * DAY,
        product__rule__currency="jpy",
        product__rule__maker_pay_amount=2_880,
    )
    bank_details(variant.product.programme, at=now)
    for number in range(12):
        at = now - 50 * DAY + number * timedelta(hours=1)
        buyer = replace(DETAILS, email=f"b{number}@example.org")
        order = pay(order_of({variant: 1}, now=at, details=buyer), now=at)
        if number:
            orders.mark_sent(order_id=order.pk, actor=None, now=at + DAY)
            orders.mark_delivered(order_id=order.pk, now=at + 5 * DAY)
    return variant, order


def table(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def test_yen_reach_bank_statement_and_public_page_without_decimals(client, sold, tmp_path):
    variant, order = sold
    now = timezone.now()
    shown = client.get(variant.product.get_absolute_url()).content.decode()
    for amount in ("¥6,401", "¥2,880", "¥640", "¥480", "¥320", "¥160"):
        assert amount in shown
    assert "¥6,401" in client.get(reverse("marketplace:order", args=[order.token])).content.decode()
    with transaction.atomic():
        gift_received(now=now, amount=3_000, currency="jpy")

    payout = paid_payout(variant.product.programme, at=now, paid_at=now, fee=120, currency="jpy")
    assert payout.amount == 11 * (2_880 + 1_600)
    (row,) = table(exports.remake(BankFile.objects.get()))
    assert (row["currency"], row["amount"]) == ("JPY", "49280")
    said = table(papers.as_csv(payout.statement, language="en"))
    assert {row["amount"] for row in said if row["what"] == "shares of one piece"} == {
        "2880", "640", "480", "320", "160",
    }  # fmt: skip
    assert papers.as_pdf(payout.statement, language="es").startswith(b"%PDF")

    public = table(client.get("/en/impact/figures.csv").content)
    (quarter,) = {row["amount"] for row in public if row["part"] == "quarter"}
    assert int(quarter) == 12 * 4_480 + 3_000
    ledger.seal(now=now)
    export.export(tmp_path / "audit", now=now)
    program = tmp_path / "audit" / export.PROGRAM
    answer = subprocess.run(
        [sys.executable, "-I", "-S", str(program)], capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stdout
    assert collect.all_breaches(collect.checks()) == []


def test_what_staff_begin_is_in_the_base_currency():
    assert {model().currency for model in (Variant, SplitRule, Allocation)} == {"jpy"}
