"""The book of addresses: one is used first, twenty at most, everybody has their own."""

from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction

from marketplace import address_book
from marketplace.address_book import Entry
from marketplace.models import SavedAddress
from tests.factories.accounts import CustomerFactory

pytestmark = pytest.mark.django_db
PLACE = {
    "name": "Ana Ruiz",
    "street": "214 Orchard Road",
    "street_extra": "",
    "district": "",
    "city": "Madison",
    "region": "WI",
    "postcode": "53703",
    "country": "US",
}
HOME = Entry("Home", PLACE)


@pytest.fixture
def ana():
    return CustomerFactory()


def first(user):
    return [each.label for each in address_book.of(user) if each.is_default]


def test_the_first_address_is_used_first_until_another_is_chosen(ana, now):
    home = address_book.add(user=ana, entry=HOME, now=now)
    work = address_book.add(user=ana, entry=replace(HOME, label="Work"), now=now)
    assert first(ana) == ["Home"]
    address_book.use_first(user=ana, pk=work.pk)
    assert first(ana) == ["Work"]
    address_book.remove(user=ana, pk=work.pk)
    address_book.remove(user=ana, pk=work.pk)
    assert first(ana) == ["Home"]
    address_book.change(user=ana, pk=home.pk, entry=replace(HOME, label="House"))
    assert first(ana) == ["House"]


def test_the_same_form_sent_twice_keeps_one_address(ana, now):
    for _ in range(2):
        address_book.add(user=ana, entry=HOME, now=now)
        address_book.keep(user=ana, place=PLACE, now=now)
    assert address_book.of(ana).count() == 1


def test_two_addresses_of_one_name_are_refused(ana, now):
    address_book.add(user=ana, entry=HOME, now=now)
    other = Entry("Home", {**PLACE, "city": "Milwaukee"})
    with pytest.raises(address_book.SameLabel):
        address_book.add(user=ana, entry=other, now=now)
    assert address_book.of(ana).count() == 1


def test_an_address_of_the_checkout_is_named_by_street_and_town(ana, now):
    kept = address_book.keep(user=ana, place=PLACE, now=now)
    again = address_book.keep(user=ana, place={**PLACE, "name": "Ben Ruiz"}, now=now)
    assert kept.label == "214 Orchard Road, Madison"
    assert again.label == "214 Orchard Road, Madison (2)"


def test_the_book_is_full_with_twenty(ana, now):
    for number in range(address_book.LIMIT):
        address_book.add(user=ana, entry=replace(HOME, label=str(number)), now=now)
    with pytest.raises(address_book.Full):
        address_book.add(user=ana, entry=HOME, now=now)
    with pytest.raises(address_book.Full):
        address_book.keep(user=ana, place={**PLACE, "name": "Ben"}, now=now)


def test_nobody_reaches_the_address_of_another(ana, now):
    home = address_book.add(user=ana, entry=HOME, now=now)
    ben = CustomerFactory()
    for act in (
        lambda: address_book.change(user=ben, pk=home.pk, entry=HOME),
        lambda: address_book.use_first(user=ben, pk=home.pk),
    ):
        with pytest.raises(SavedAddress.DoesNotExist):
            act()
    address_book.remove(user=ben, pk=home.pk)
    assert list(address_book.of(ana)) == [home]


def test_the_database_keeps_one_first_address(ana, now):
    address_book.add(user=ana, entry=HOME, now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        SavedAddress.objects.create(
            customer=ana, label="Other", is_default=True, created_at=now, **PLACE
        )
