"""What left the house: one parcel a piece, corrected with a trace, excused once."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from marketplace import orders, parcels
from marketplace.models import (
    Carrier,
    Delay,
    Order,
    Shipment,
    ShipmentUnit,
    ShippingZone,
    Unit,
    WaitingOrder,
)
from tests.factories.marketplace import AT, on_shelf, order_of, pay, send_everywhere
from tests.factories.partners import StaffFactory
from weintl.mail.composing import compose
from weintl.mail.models import Mail

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LATER = AT + DAY


@pytest.fixture
def carrier():
    return Carrier.objects.create(
        name_en="Post", name_es="Correos", tracking_address="https://post.example/?n={number}"
    )


def travels(first: int, last: int) -> None:
    send_everywhere()
    ShippingZone.objects.update(days_from=first, days_to=last)


def paid_order(pieces: int = 3, **given):
    return pay(order_of({on_shelf(consigned=pieces): pieces}, **given))


def ids(order):
    return [unit.pk for unit in Unit.objects.of(order)]


def mails(order, name):
    return Mail.objects.filter(cause=f"order:{order.pk}", template=f"marketplace/{name}")


def test_one_form_makes_one_parcel_however_often_it_is_sent(carrier):
    order = paid_order()
    staff = StaffFactory()
    for _ in range(2):
        shipment = orders.mark_sent(
            order_id=order.pk,
            unit_ids=ids(order)[:2],
            carrier=carrier,
            tracking_number="A B/1",
            request_key="once",
            actor=staff,
            now=LATER,
        )
    assert Shipment.objects.get() == shipment
    assert [row.unit_id for row in shipment.contents.order_by("unit_id")] == ids(order)[:2]
    assert shipment.follow_address == "https://post.example/?n=A%20B%2F1"
    assert mails(order, "order_sent").count() == 1
    assert shipment.history.get().history_user == staff


def test_a_sent_parcel_loses_no_piece_and_gains_none():
    order = paid_order()
    first = orders.mark_sent(order_id=order.pk, unit_ids=ids(order)[:1], actor=None, now=AT)
    second = orders.mark_sent(order_id=order.pk, unit_ids=ids(order)[1:2], actor=None, now=LATER)
    row = first.contents.get()
    waiting = ids(order)[2]
    refused = [
        row.delete,
        lambda: ShipmentUnit.objects.update(shipment=second),
        lambda: ShipmentUnit.objects.create(shipment=first, unit_id=waiting),
        lambda: ShipmentUnit.objects.create(shipment=second, unit_id=row.unit_id),
        lambda: Shipment.objects.update(sent_at=AT - DAY),
        first.delete,
    ]
    for act in refused:
        with pytest.raises(IntegrityError), transaction.atomic():
            act()
    orders.mark_delivered(order_id=order.pk, shipment_ids=[first.pk], now=LATER)
    with pytest.raises(IntegrityError), transaction.atomic():
        Shipment.objects.filter(pk=first.pk).update(delivered_at=None)


def test_what_arrives_is_a_parcel():
    order = paid_order()
    first = orders.mark_sent(order_id=order.pk, unit_ids=ids(order)[:2], actor=None, now=AT)
    orders.mark_sent(order_id=order.pk, actor=None, now=LATER)
    orders.mark_delivered(order_id=order.pk, shipment_ids=[first.pk], now=LATER)
    states = [unit.state for unit in Unit.objects.of(order)]
    assert states == ["delivered", "delivered", "sent"]
    with pytest.raises(orders.NotPossible):
        orders.mark_delivered(order_id=order.pk, shipment_ids=[first.pk], now=LATER)
    other = paid_order(1)
    with pytest.raises(orders.NotPossible):
        orders.mark_delivered(order_id=other.pk, shipment_ids=[first.pk], now=LATER)


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_mail_says_what_comes_by_whom_and_when_and_what_is_still_to_come(carrier, language):
    travels(2, 4)
    order = paid_order(language=language)
    orders.mark_sent(
        order_id=order.pk,
        unit_ids=ids(order)[:1],
        carrier=carrier,
        tracking_number="N1",
        actor=None,
        now=LATER,
    )
    message = compose(mails(order, "order_sent").get())
    words = {
        "en": ["Still to come", "Post", "between Nov. 27, 2026 and Dec. 1, 2026"],
        "es": ["Falta por llegar", "Correos", "entre el 27 de noviembre de 2026"],
    }[language]
    for body in (message.body, message.alternatives[0].content):
        for word in [*words, "https://post.example/?n=N1", "× 2"]:
            assert word in body
    confirmed = compose(mails(order, "order_confirmation").get()).body
    assert {"en": "Dec. 1, 2026 and Dec. 3", "es": "1 de diciembre"}[language] in confirmed


def test_an_order_knows_from_payment_on_when_it_leaves_and_comes():
    travels(2, 4)
    order = paid_order()
    order.refresh_from_db()
    # Paid on a Tuesday; a piece leaves within three working days.
    assert (order.due_on, order.expected_from) == (date(2026, 11, 27), date(2026, 12, 1))
    ShippingZone.objects.update(days_from=None, days_to=None)
    silent = paid_order()
    silent.refresh_from_db()
    assert (silent.due_on, silent.expected_to) == (date(2026, 11, 27), None)
    shipment = orders.mark_sent(order_id=silent.pk, actor=None, now=LATER)
    assert shipment.arrival is None
    assert mails(silent, "order_sent").get().context["arrives"] == ""


def test_a_number_is_corrected_with_a_trace_and_told_once(carrier):
    order, staff = paid_order(), StaffFactory()
    shipment = orders.mark_sent(order_id=order.pk, tracking_number="N1", actor=None, now=AT)
    given = {"shipment_id": shipment.pk, "carrier": carrier, "tracking_number": "N2"}
    told = [parcels.correct_tracking(**given, actor=staff, now=LATER) for _ in range(2)]
    assert told == [True, False]
    text = compose(mails(order, "order_tracking").get()).body
    assert "https://post.example/?n=N2" in text
    history = shipment.history.order_by("history_id")
    assert [row.tracking_number for row in history] == ["N1", "N2"]
    assert history.last().history_user == staff


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_delay_is_said_once_and_moves_what_is_expected(language):
    travels(2, 4)
    order = paid_order(language=language)
    given = {
        "order_id": order.pk,
        "reason": Delay.Reason.MATERIAL,
        "words": "Indigo <b>dries</b> slowly.",
        "expected_on": date(2026, 12, 18),
        "request_key": "k",
        "actor": None,
    }
    assert parcels.delay(**given, now=LATER) == parcels.delay(**given, now=LATER)
    order.refresh_from_db()
    assert (order.due_on, order.expected_to) == (date(2026, 12, 14), date(2026, 12, 18))
    message = compose(mails(order, "order_delayed").get())
    reason = {"en": "waiting for material", "es": "esperan material"}[language]
    day = {"en": "Dec. 18, 2026", "es": "18 de diciembre de 2026"}[language]
    html = message.alternatives[0].content
    for body in (message.body, html):
        assert reason in body
        assert day in body
    assert "<b>dries</b>" not in html
    with pytest.raises(IntegrityError), transaction.atomic():
        Delay.objects.update(words="Never said")


def test_a_delay_of_parcels_under_way_moves_them_and_past_days_are_refused():
    travels(2, 4)
    order = paid_order()
    with pytest.raises(orders.NotPossible):
        _delay(order, AT.date())
    shipment = orders.mark_sent(order_id=order.pk, actor=None, now=AT)
    _delay(order, date(2026, 12, 20))
    shipment.refresh_from_db()
    assert shipment.expected_to == date(2026, 12, 20)
    orders.mark_delivered(order_id=order.pk, now=LATER)
    with pytest.raises(orders.NotPossible):
        _delay(order, date(2026, 12, 21))
    assert mails(order, "order_delayed").count() == 1


def _delay(order, day):
    return parcels.delay(
        order_id=order.pk,
        reason="carrier",
        expected_on=day,
        request_key=f"{order.pk}/{day}",
        actor=None,
        now=AT,
    )


def test_the_queue_has_what_waits_and_knows_what_is_late():
    waiting, sent, part = paid_order(), paid_order(), paid_order()
    order_of({on_shelf(consigned=1): 1})
    orders.mark_sent(order_id=sent.pk, actor=None, now=AT)
    orders.mark_sent(order_id=part.pk, unit_ids=ids(part)[:1], actor=None, now=AT)
    queue = WaitingOrder.objects.waiting().order_by("pk")
    assert [row.pk for row in queue] == [waiting.pk, part.pk]
    Order.objects.filter(pk=part.pk).update(due_on=date(2026, 11, 23))
    assert [row.pk for row in WaitingOrder.objects.late(today=AT.date())] == [part.pk]


def test_what_was_sent_before_there_were_parcels_gets_them():
    migration = __import__("importlib").import_module(
        "marketplace.migrations.0027_parcels_of_before"
    )
    order = paid_order()
    orders.mark_sent(order_id=order.pk, unit_ids=ids(order)[:2], actor=None, now=AT)
    orders.mark_sent(order_id=order.pk, actor=None, now=LATER)
    orders.mark_delivered(order_id=order.pk, shipment_ids=None, now=LATER + DAY)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("DELETE FROM marketplace_shipmentunit")
        cursor.execute("DELETE FROM marketplace_shipment")
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute(migration.SENT)
    found = Shipment.objects.order_by("pk")
    assert [row.contents.count() for row in found] == [2, 1]
    assert {row.delivered_at for row in found} == {LATER + DAY}


def test_a_carrier_s_address_takes_the_number_and_is_safe():
    for address in ("http://post.example/{number}", "https://post.example/", "javascript:{number}"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Carrier.objects.create(name_en="x", tracking_address=address)
