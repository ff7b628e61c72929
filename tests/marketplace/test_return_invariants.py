"""A returned piece is in one place, and verify sees when it is not."""

import pytest
from django.db import connection
from django.utils import timezone

from marketplace import invariants, orders, returns
from marketplace.models import StockMove, Unit, WriteOff
from marketplace.return_invariants import (
    check_returned_in_one_place,
    check_returns_are_settled,
)
from marketplace.write_offs import Spoilt
from tests.factories.marketplace import AT, book_refund, on_shelf, order_of, pay
from tests.factories.returns import arrived, asked

pytestmark = pytest.mark.django_db


@pytest.fixture
def returned():
    """Two pieces that came back: the first whole, the second spoilt; the books know both."""
    order = pay(order_of({on_shelf(consigned=1, owned=1, unit_cost=800): 2}))
    orders.mark_sent(order_id=order.pk, actor=None, now=AT)
    units = list(Unit.objects.of(order))
    link = returns.refund(
        order_id=order.pk,
        unit_ids=[unit.pk for unit in units],
        spoilt=Spoilt([units[1].pk], "Torn"),
        reason="x",
        request_key="k",
        actor=None,
        now=AT,
    )
    book_refund(link.refund)
    return units


def unguarded(statement, *given):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement, given)
        cursor.execute("SET session_replication_role = DEFAULT")


def test_all_holds_with_one_on_the_shelf_and_one_written_off(returned):
    assert [words for check in invariants.CHECKS for words in check()] == []


def test_a_write_off_that_is_gone_is_seen(returned):
    unguarded("DELETE FROM marketplace_writeoff")
    assert len(list(check_returned_in_one_place())) == 1


def test_a_piece_on_the_shelf_and_written_off_is_seen(returned):
    assert StockMove.objects.filter(source_key=f"unit/{returned[0].pk}/returned").exists()
    WriteOff.objects.create(unit=returned[0], reason="x", written_off_at=AT)
    assert len(list(check_returned_in_one_place())) == 1


def test_returns_that_do_not_fit_their_state_are_seen(returned):
    now = timezone.now()
    request = asked(arrived(now=now), now=now)
    assert list(check_returns_are_settled()) == []
    unguarded("UPDATE marketplace_returnrequest SET state = 'withdrawn' WHERE id = %s", request.pk)
    assert len(list(check_returns_are_settled())) == 1
