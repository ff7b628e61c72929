"""Staff write taxes and vouchers; once an order used one, it is only ended."""

import pytest
from django.urls import reverse

from marketplace.models import TaxRule, Voucher
from marketplace.offers import Extras
from tests.factories.donations import FundFactory
from tests.factories.marketplace import on_shelf, order_of, pay, tax_of, voucher_of

pytestmark = pytest.mark.django_db
START = {"starts_at_0": "2026-01-01", "starts_at_1": "00:00"}
END = {"ends_at_0": "2027-01-01", "ends_at_1": "00:00"}


def page(kind, *pk):
    return reverse(f"admin:marketplace_{kind}_{'change' if pk else 'add'}", args=pk)


def text_of(answer):
    return answer.content.decode()


def test_a_tax_is_written_in_per_cent_and_once_used_only_ended(staff):
    given = {
        "name_en": "Sales tax", "name_es": "Impuesto", "country": "US", "region": "WI",
        "percent": "5.5", "on_goods": "on", **START,
    }  # fmt: skip
    answer = staff.post(page("taxrule"), given)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    rule = TaxRule.objects.get()
    assert (rule.rate_ppm, rule.on_goods, rule.on_shipping) == (55_000, True, False)
    assert "5.5" in text_of(staff.get(page("taxrule", rule.pk)))
    assert staff.post(page("taxrule"), given).status_code == 200
    staff.post(page("taxrule", rule.pk), {**given, "percent": "6"})
    rule.refresh_from_db()
    assert rule.rate_ppm == 60_000
    order_of({on_shelf(consigned=1): 1})
    staff.post(page("taxrule", rule.pk), {**given, **END, "percent": "1"})
    rule.refresh_from_db()
    assert (rule.rate_ppm, rule.effective.lower.year, rule.effective.upper.year) == (
        60_000,
        2026,
        2027,
    )
    assert "6\u00a0%" in text_of(staff.get(reverse("admin:marketplace_taxrule_changelist")))


@pytest.mark.parametrize("end", ["2026-01-01", "2025-12-31", "abc", "0000-00-00", "99999-01-01"])
def test_a_time_that_ends_before_it_begins_is_told_beside_its_end(staff, end):
    when = {**START, "ends_at_0": end, "ends_at_1": "00:00"}
    tax = {"name_en": "Tax", "name_es": "Impuesto", "country": "US", "on_goods": "on"}
    voucher = {"code": "A", "kind": "percent", "minimum_amount": "0"}
    for name, given in (("taxrule", tax), ("voucher", voucher)):
        answer = staff.post(page(name), {**given, "percent": "5", **when})
        assert answer.status_code == 200
        assert list(answer.context["adminform"].form.errors) == ["ends_at"]
    assert not TaxRule.objects.exists()
    assert not Voucher.objects.exists()


def test_both_boxes_of_a_moment_have_a_name(staff):
    text = text_of(staff.get(page("voucher")))
    for name in ("Until (empty: without end): day", "Until (empty: without end): time of day"):
        assert f'aria-label="{name}"' in text


@pytest.mark.parametrize("percent", ["", "abc", "-1", "101", "5.55555", "1e9", "NaN", "a\0"])
def test_a_tax_without_a_rate_that_can_be_read_is_asked_for_again(staff, percent):
    given = {
        "name_en": "Sales tax", "name_es": "Impuesto", "country": "US", "on_goods": "on", **START,
    }  # fmt: skip
    answer = staff.post(page("taxrule"), {**given, "percent": percent})
    assert answer.status_code == 200
    assert list(answer.context["adminform"].form.errors) == ["percent"]
    assert not TaxRule.objects.exists()


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"kind": "percent"}, "Say how many per cent."),
        ({"kind": "amount"}, "Say how much."),
        ({"kind": "percent", "percent": "101"}, "less than or equal to 100"),
    ],
)
def test_a_voucher_needs_what_its_kind_takes_off(staff, given, says):
    answer = staff.post(page("voucher"), {"code": "A", "minimum_amount": "0", **given})
    assert says in text_of(answer)


def test_a_voucher_is_written_used_and_then_only_ended(staff):
    given = {
        "code": " spring 26", "kind": "percent", "percent": "10", "minimum_amount": "20.00",
        "total_uses": "5", "is_once_per_customer": "on", "amount": "3.00",
    }  # fmt: skip
    answer = staff.post(page("voucher"), given)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    voucher = Voucher.objects.get()
    assert (voucher.code, voucher.rate_ppm, voucher.amount) == ("SPRING26", 100_000, 0)
    assert voucher.minimum_amount == 2000
    order = order_of({on_shelf(consigned=1): 1}, extras=Extras(voucher="spring26"))
    answer = staff.post(
        page("voucher", voucher.pk), {"total_uses": "9", "note": "More", "percent": "90", **END}
    )
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    voucher.refresh_from_db()
    assert (voucher.rate_ppm, voucher.total_uses, voucher.note) == (100_000, 9, "More")
    assert voucher.effective.upper.year == 2027
    assert "1 / 9" in text_of(staff.get(reverse("admin:marketplace_voucher_changelist")))
    listed = text_of(staff.get(reverse("admin:marketplace_voucheruse_changelist")))
    assert order.number in listed


def test_an_order_shows_its_present_voucher_and_gift(staff):
    voucher_of()
    tax_of("US", 55_000)
    fund = FundFactory(is_open=True)
    extras = Extras(voucher="TEN", gift=700, gift_fund=fund.key)
    order = pay(
        order_of({on_shelf(consigned=1): 1}, extras=extras, hides_prices=True, message="Para ti 🎁")
    )
    text = text_of(staff.get(reverse("admin:marketplace_order_change", args=[order.pk])))
    for part in ("Para ti 🎁", "TEN", "$7.00", "No prices in the parcel"):
        assert part in text, part
    refund = reverse("admin:marketplace_order_refund", args=[order.pk])
    assert "the added gift too" in text_of(staff.get(refund)).lower()
