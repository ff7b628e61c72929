"""A note is written once and stays; only its words and its author may be erased."""

import pytest
from django.db import DatabaseError, transaction

from marketplace import notes
from marketplace.models import OrderNote
from tests.factories.marketplace import AT, on_shelf, order_of, pay
from tests.factories.partners import StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def note():
    order = pay(order_of({on_shelf(consigned=1): 1}))
    given = {"order_id": order.pk, "request_key": "k", "actor": StaffFactory(), "now": AT}
    first = notes.write(words="Rang her", **given)
    assert notes.write(words="Rang her", **given).pk == first.pk
    return first


@pytest.mark.parametrize("change", [{"words": "other"}, {"written_at": None}, {"request_key": "x"}])
def test_nothing_of_it_changes(note, change):
    with pytest.raises(DatabaseError), transaction.atomic():
        OrderNote.objects.filter(pk=note.pk).update(**change)


def test_it_is_not_deleted_but_its_words_may_go(note):
    with pytest.raises(DatabaseError), transaction.atomic():
        note.delete()
    OrderNote.objects.filter(pk=note.pk).update(words="", author=None)
    note.refresh_from_db()
    assert (note.words, note.author) == ("", None)
