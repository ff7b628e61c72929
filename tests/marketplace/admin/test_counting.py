"""Staff count: a list, the differences, one act; on paper too."""

import html
import re

import pytest
from django.urls import reverse

from marketplace.models import Stock, StockCount
from tests.factories.marketplace import on_shelf, order_of, pay
from tests.factories.partners import StaffFactory
from tests.marketplace.test_counting import breaches
from tests.partners.admin.test_programmes import signed_in
from tests.partners.admin.test_records import member

pytestmark = pytest.mark.django_db

COUNT = "/admin/marketplace/stockcount/count/"


def browser():
    return signed_in(StaffFactory(is_superuser=True))


def text(answer):
    return html.unescape(answer.content.decode())


def fields(answer):
    """Return what the page's form would send, the last of equal names but rows all."""
    page = answer.content.decode()
    found = {"row": re.findall(r'name="row" value="(\d+)"', page)}
    for tag in re.findall(r"<input[^>]+>", page):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and name[1] not in {"row", "csrfmiddlewaretoken", "next", "language"}:
            found[name[1]] = value[1] if value else ""
    return found


def test_counted_seen_and_booked_once():
    scarf = on_shelf(consigned=5, place="Shelf A", product__name_en="Scarf")
    other = on_shelf(owned=2, unit_cost=700)
    staff = browser()
    form = fields(staff.get(COUNT))
    typed = {f"{scarf.pk}-consigned": "3", f"{other.pk}-owned": "2"}
    seen = staff.post(COUNT, {**form, **typed, "compare": "1"})
    assert "-2" in text(seen)
    assert "1 more variant is as in the books." in text(seen)
    assert not StockCount.objects.exists()

    form = fields(seen)
    asked = staff.post(COUNT, {**form, "book": "1"})
    assert "Say why." in text(asked)
    lost = {**form, f"{scarf.pk}-reason": "lost", "book": "1"}
    sums = staff.post(COUNT, lost)
    assert "$18.00 owed to the makers" in text(sums)
    assert not StockCount.objects.exists()
    last = {**fields(sums), f"{scarf.pk}-reason": "lost", "book": "1", "words": "Yearly"}
    for _ in range(2):
        done = staff.post(COUNT, last, follow=True)
        assert "The count is booked." in text(done)
    assert "lost or stolen" in text(done)
    assert StockCount.objects.get().words == "Yearly"
    assert Stock.objects.get(variant=scarf).consigned == 3
    assert not breaches()


def test_a_sale_meanwhile_shows_the_line_again():
    scarf = on_shelf(consigned=5)
    staff = browser()
    form = fields(staff.get(COUNT)) | {f"{scarf.pk}-consigned": "4"}
    pay(order_of({scarf: 1}))
    seen = staff.post(COUNT, {**form, "compare": "1"})
    assert "The books of 1 line changed since you counted" in text(seen)
    again = {**fields(seen), f"{scarf.pk}-reason": "books", "book": "1"}
    staff.post(COUNT, again)
    assert Stock.objects.get(variant=scarf).consigned == 4


def test_mistakes_are_told_and_what_was_typed_is_kept():
    scarf = on_shelf(consigned=5)
    staff = browser()
    form = fields(staff.get(COUNT))
    nothing = staff.post(COUNT, {**form, "compare": "1"})
    assert "Type what you counted" in text(nothing)
    wrong = staff.post(COUNT, {**form, f"{scarf.pk}-consigned": "many", "compare": "1"})
    assert "Enter a whole number." in text(wrong)
    assert 'value="many"' in text(wrong)
    odd = staff.post(COUNT, {"row": ["9" * 30, "x"], "word": "no"})
    assert odd.status_code == 200
    assert not StockCount.objects.exists()


def test_the_list_is_chosen_by_place_and_printed():
    here, there = on_shelf(consigned=1, place="A 1"), on_shelf(consigned=1, place="B 2")
    staff = browser()
    listed = text(staff.get(COUNT, {"place": "A 1"}))
    assert here.sku in listed
    assert there.sku not in listed
    paper = text(staff.get(COUNT, {"place": "B 2", "print": "1"}))
    assert there.sku in paper
    assert here.sku not in paper


def test_the_list_costs_few_statements(django_assert_max_num_queries):
    for _ in range(10):
        on_shelf(consigned=1)
    staff = browser()
    staff.get(COUNT)
    with django_assert_max_num_queries(14):
        staff.get(COUNT)


@pytest.mark.parametrize(
    ("group", "status"), [("shop", 200), ("fulfilment", 200), ("auditor", 403)]
)
def test_who_works_with_the_shelves_counts(group, status):
    assert member(group).get(COUNT).status_code == status


def test_who_books_money_is_asked_who_they_are(client):
    scarf = on_shelf(consigned=5)
    client.force_login(StaffFactory(is_superuser=True))
    staff = client
    seen = staff.post(
        COUNT, {**fields(staff.get(COUNT)), f"{scarf.pk}-consigned": "4", "compare": "1"}
    )
    reason = {f"{scarf.pk}-reason": "lost", "book": "1"}
    sums = staff.post(COUNT, {**fields(seen), **reason})
    asked = staff.post(COUNT, {**fields(sums), **reason})
    assert "reauthenticate" in asked["Location"]
    assert not StockCount.objects.exists()


def test_the_page_of_all_counts_leads_to_the_next(client):
    page = browser().get(reverse("admin:marketplace_stockcount_changelist"))
    assert COUNT in text(page)
