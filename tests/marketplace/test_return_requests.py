"""A wish to send pieces back: asked once, answered, received, refunded; the books hold."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from marketplace import orders, return_requests, returns
from marketplace.models import OrderRefund, ReturnPiece, ReturnRequest, Stock, Unit, WriteOff
from tests.factories.marketplace import book_refund, external_refund, on_shelf, order_of, pay
from tests.factories.returns import arrived, asked, received
from weintl.mail.composing import compose
from weintl.mail.models import Mail
from weintl.payments.models import Dispute
from weintl.verify import collect

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def order(now):
    return arrived(now=now, language="es")


def mail(name):
    return Mail.objects.filter(template=f"marketplace/{name}")


def breaches():
    return [breach for check in collect.checks() for breach in collect.breaches(check)]


def test_what_arrived_can_be_asked_for_until_its_days_are_over(now):
    for days, count in ((1, 2), (29, 2), (30, 0)):
        order = arrived(now=now, days=days)
        assert len(return_requests.returnable(order, now=now)) == count, days


def test_a_parcel_that_nobody_saw_arrive_counts_as_with_the_buyer_until_it_is_lost(now):
    order = pay(order_of({on_shelf(consigned=1): 1}))
    assert not return_requests.returnable(order, now=now)
    orders.mark_sent(order_id=order.pk, actor=None, now=now - timedelta(days=89))
    order.refresh_from_db()
    assert len(return_requests.returnable(order, now=now)) == 1
    assert not return_requests.returnable(order, now=now + timedelta(days=2))


def test_asking_is_written_once_and_told_by_mail(order, now):
    first, second = asked(order, now=now), asked(order, now=now)
    assert first.pk == second.pk
    assert mail("return_asked").count() == 1
    message = compose(mail("return_asked").get())
    assert "usted quiere devolver" in str(message.body)
    assert order.number in message.subject
    assert len(return_requests.returnable(order, now=now)) == 1
    with pytest.raises(orders.NotPossible):
        asked(order, now=now, request_key="another form")


def test_a_contested_payment_lets_nothing_come_back(order, now):
    Dispute.objects.create(
        payment=order.payment,
        dispute_id="dp_1",
        state="needs_response",
        amount=order.total_amount,
        currency="usd",
        opened_at=now,
    )
    with pytest.raises(orders.NotPossible):
        asked(order, now=now)


def test_pieces_of_another_order_are_none_of_it(order, now):
    other = arrived(now=now)
    units = list(Unit.objects.of(other).values_list("pk", flat=True))
    with pytest.raises(orders.NotPossible):
        return_requests.ask(
            order_id=order.pk, unit_ids=units, reason="size", request_key="k", now=now
        )


def test_agreeing_names_the_address_and_who_pays_the_way(order, now, organisation_address):
    request = asked(order, now=now, reason="damaged")
    return_requests.agree(request_id=request.pk, words="Gracias", actor=None, now=now)
    text = str(compose(mail("return_answered").get()).body)
    for words in (organisation_address, order.number, "nosotros pagamos", "Gracias"):
        assert words in text, words
    with pytest.raises(orders.NotPossible):
        return_requests.agree(request_id=request.pk, words="", actor=None, now=now)


@pytest.fixture
def organisation_address():
    from weintl.organisation.models import Organisation

    Organisation.objects.update_or_create(pk=1, defaults={"address": "12 Mill Lane"})
    return "12 Mill Lane"


def test_a_no_has_words_and_frees_the_pieces(order, now):
    request = asked(order, now=now)
    with pytest.raises(orders.NotPossible):
        return_requests.decline(request_id=request.pk, words="", actor=None, now=now)
    return_requests.decline(request_id=request.pk, words="Usada", actor=None, now=now)
    assert "Usada" in str(compose(mail("return_answered").get()).body)
    assert len(return_requests.returnable(order, now=now)) == 2


def test_the_buyer_withdraws_until_it_has_come(order, now):
    request = asked(order, now=now)
    return_requests.withdraw(request_id=request.pk)
    assert len(return_requests.returnable(order, now=now)) == 2
    again = received(order, now=now, request_key="again")
    with pytest.raises(orders.NotPossible):
        return_requests.withdraw(request_id=again.pk)


def test_receiving_moves_neither_stock_nor_money(order, now):
    request = received(order, now=now)
    assert request.state == "received"
    assert not OrderRefund.objects.exists()
    assert Stock.objects.get().owned == 0


def test_giving_back_takes_the_good_to_the_shelf_and_writes_the_damaged_off(order, now):
    request = asked(order, now=now, pieces=2)
    return_requests.agree(request_id=request.pk, words="", actor=None, now=now)
    good, bad = request.pieces.order_by("unit_id").values_list("unit_id", flat=True)
    return_requests.receive(
        request_id=request.pk, conditions={good: "good", bad: "damaged"}, actor=None, now=now
    )
    give = {"request_id": request.pk, "with_shipping": True, "actor": None, "now": now}
    first, second = return_requests.refund(**give), return_requests.refund(**give)
    assert first.pk == second.pk
    assert first.refund.amount == order.total_amount
    assert WriteOff.objects.get().unit_id == bad
    assert Stock.objects.get().owned == 1
    request.refresh_from_db()
    assert (request.state, request.refund_id) == ("refunded", first.pk)
    book_refund(first.refund)
    assert breaches() == []


def test_what_was_not_in_the_parcel_is_not_given_back_and_may_be_asked_for_again(order, now):
    request = asked(order, now=now, pieces=2)
    return_requests.agree(request_id=request.pk, words="", actor=None, now=now)
    here, gone = request.pieces.order_by("unit_id").values_list("unit_id", flat=True)
    missing = {here: "missing", gone: "missing"}
    with pytest.raises(return_requests.NothingCame):
        return_requests.receive(request_id=request.pk, conditions=missing, actor=None, now=now)
    return_requests.receive(
        request_id=request.pk, conditions={**missing, here: "good"}, actor=None, now=now
    )
    assert [unit.pk for unit in return_requests.returnable(order, now=now)] == [gone]
    link = return_requests.refund(request_id=request.pk, with_shipping=False, actor=None, now=now)
    assert [unit.pk for unit in link.units.all()] == [here]
    request.refresh_from_db()
    assert request.state == "refunded"


def test_money_comes_only_after_the_pieces(order, now):
    request = asked(order, now=now)
    with pytest.raises(orders.NotPossible):
        return_requests.refund(request_id=request.pk, with_shipping=False, actor=None, now=now)


def test_a_refund_made_without_the_return_closes_it(order, now):
    request = asked(order, now=now)
    unit = request.pieces.get().unit_id
    returns.refund(
        order_id=order.pk, unit_ids=[unit], reason="x", request_key="r", actor=None, now=now
    )
    request.refresh_from_db()
    assert request.state == "refunded"
    assert not ReturnPiece.objects.filter(is_open=True).exists()


def test_a_full_refund_made_at_the_provider_closes_it(order, now):
    request = asked(order, now=now)
    external_refund(order, order.total_amount, now=now)
    request.refresh_from_db()
    assert request.state == "refunded"
    assert breaches() == []


def refused(act):
    with pytest.raises((DatabaseError, IntegrityError)), transaction.atomic():
        act()


def test_the_database_holds_its_way(order, now):
    request = received(order, now=now)
    rows = ReturnRequest.objects.filter(pk=request.pk)
    refused(lambda: rows.update(state="asked"))
    refused(lambda: rows.update(state="refunded"))
    refused(lambda: rows.update(reason="size"))
    refused(lambda: rows.update(words="others"))
    refused(rows.delete)
    refused(lambda: request.pieces.update(condition="damaged"))
    refused(lambda: request.pieces.all().delete())
    other = arrived(now=now)
    refused(lambda: ReturnPiece.objects.create(request=request, unit=Unit.objects.of(other)[0]))
    unit = request.pieces.get().unit
    again = ReturnRequest(order=order, reason="size", asked_at=now, request_key="b")
    refused(lambda: (again.save(), ReturnPiece.objects.create(request=again, unit=unit)))
