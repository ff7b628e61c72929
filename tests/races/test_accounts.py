"""Two clicks at once on “delete” and on “keep”: one deletion, one address, no breach."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from marketplace import address_book, erasing
from marketplace.models import SavedAddress
from tests.factories.accounts import CustomerFactory
from tests.plugins.processes import PATIENCE
from weintl.accounts.models import User

pytestmark = pytest.mark.django_db(transaction=True)
PLACE = {**dict.fromkeys(address_book.PLACE, ""), "street": "1 Elm", "country": "US"}
AT_ONCE = 6


def together(job):
    """Run `job` in threads with connections of their own; return what each gave or raised."""
    barrier = Barrier(AT_ONCE)

    def run(number):
        try:
            barrier.wait(timeout=PATIENCE)
            return job(number)
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(run, range(AT_ONCE)))


def test_an_account_is_deleted_once():
    user, now = CustomerFactory(), timezone.now()
    found = together(lambda _n: erasing.delete_account(user_id=user.pk, now=now))
    assert sorted(map(str, found)) == ["False"] * (AT_ONCE - 1) + ["True"]
    assert not User.objects.filter(pk=user.pk).exists()


def test_an_address_is_kept_once_and_one_is_used_first():
    user, now = CustomerFactory(), timezone.now()
    found = together(lambda _n: address_book.keep(user=user, place=PLACE, now=now))
    assert {each.pk for each in found} == {SavedAddress.objects.get().pk}
    assert SavedAddress.objects.get().is_default


def test_the_book_takes_no_more_than_it_holds():
    user, now = CustomerFactory(), timezone.now()
    for number in range(address_book.LIMIT - 2):
        address_book.add(user=user, entry=address_book.Entry(f"A{number}", PLACE), now=now)
    found = together(
        lambda n: address_book.add(user=user, entry=address_book.Entry(f"B{n}", PLACE), now=now)
    )
    assert sum(isinstance(each, address_book.Full) for each in found) == AT_ONCE - 2
    assert SavedAddress.objects.count() == address_book.LIMIT
