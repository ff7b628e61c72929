"""A delivery is received once, posts what was bought, and is corrected, never changed."""

import pytest
from django.db import IntegrityError

from marketplace import deliveries, invariants, stock
from marketplace.models import Delivery, DeliveryLine, Stock
from partners import accounts, ledger
from tests.factories.marketplace import VariantFactory, order_of, pay
from tests.factories.partners import ProgrammeFactory, StaffFactory

pytestmark = pytest.mark.django_db
INVENTORY, BANK = accounts.inventory("usd"), accounts.bank("usd")


@pytest.fixture
def delivery(now):
    """Three pieces on consignment and two of another bought at 7.00 each."""
    programme = ProgrammeFactory(code="loom")
    row = Delivery.objects.create(programme=programme, delivered_on=now.date())
    for supply, quantity, cost in (("consigned", 3, 0), ("owned", 2, 700)):
        variant = VariantFactory(product__programme=programme)
        DeliveryLine.objects.create(
            delivery=row, variant=variant, quantity=quantity, supply=supply, unit_cost_amount=cost
        )
    return row


def receive(row, now):
    return deliveries.receive(delivery_id=row.pk, actor=StaffFactory(), now=now)


def shelf(row):
    lines = row.lines.order_by("pk")
    return [
        Stock.objects.filter(variant=line.variant)
        .values_list("consigned", "owned", "owned_cost_amount")
        .first()
        for line in lines
    ]


def test_it_puts_pieces_on_the_shelf_and_posts_what_was_bought(delivery, now):
    assert receive(delivery, now)
    assert shelf(delivery) == [(3, 0, 0), (0, 2, 1_400)]
    assert ledger.balance(INVENTORY) == 1_400
    assert ledger.balance(BANK) == -1_400
    assert list(invariants.check_deliveries()) == []


def test_receiving_twice_changes_nothing(delivery, now):
    receive(delivery, now)
    assert not receive(delivery, now)
    assert shelf(delivery) == [(3, 0, 0), (0, 2, 1_400)]
    assert ledger.balance(INVENTORY) == 1_400


def test_a_counter_delivery_takes_back_what_was_wrong(delivery, now):
    receive(delivery, now)
    counter = deliveries.correct(delivery_id=delivery.pk, reason="One was broken", now=now)
    counter.lines.filter(supply="consigned").delete()
    counter.lines.update(quantity=1)
    receive(counter, now)
    assert shelf(delivery) == [(3, 0, 0), (0, 1, 700)]
    assert ledger.balance(INVENTORY) == 700
    assert list(invariants.check_deliveries()) == []
    again = deliveries.correct(delivery_id=delivery.pk, reason="Both were", now=now)
    with pytest.raises(deliveries.NotThere):
        receive(again, now)
    assert shelf(delivery) == [(3, 0, 0), (0, 1, 700)]


def test_what_is_sold_does_not_go_back(now):
    variant = VariantFactory()
    row = Delivery.objects.create(programme=variant.product.programme, delivered_on=now.date())
    DeliveryLine.objects.create(delivery=row, variant=variant, quantity=2, supply="consigned")
    receive(row, now)
    pay(order_of({variant: 1}, now=now), now=now)
    counter = deliveries.correct(delivery_id=row.pk, reason="All wrong", now=now)
    with pytest.raises(deliveries.NotThere):
        receive(counter, now)
    counter.lines.update(quantity=1)
    receive(counter, now)
    assert Stock.objects.get(variant=variant).free == 0


def test_an_empty_one_and_pieces_of_others_are_refused(delivery, now):
    DeliveryLine.objects.create(delivery=delivery, variant=VariantFactory(), quantity=1)
    with pytest.raises(deliveries.OtherProgramme):
        receive(delivery, now)
    delivery.lines.all().delete()
    with pytest.raises(deliveries.Empty):
        receive(delivery, now)


def test_a_correction_is_of_what_was_received_and_not_of_another(delivery, now):
    with pytest.raises(deliveries.NotPossible):
        deliveries.correct(delivery_id=delivery.pk, reason="Too early", now=now)
    receive(delivery, now)
    counter = deliveries.correct(delivery_id=delivery.pk, reason="Wrong", now=now)
    receive(counter, now)
    counter.refresh_from_db()
    with pytest.raises(deliveries.NotPossible):
        deliveries.correct(delivery_id=counter.pk, reason="Wrong again", now=now)


@pytest.mark.parametrize(
    "act",
    [
        lambda row: Delivery.objects.update(reference="Other"),
        lambda row: Delivery.objects.all()._raw_delete("default"),
        lambda row: DeliveryLine.objects.update(quantity=9),
        lambda row: DeliveryLine.objects.all()._raw_delete("default"),
        lambda row: DeliveryLine.objects.create(delivery=row, variant=VariantFactory(), quantity=1),
        lambda row: line_of_another(row).update(delivery=row),
    ],
)
def test_the_database_keeps_a_received_one_as_it_is(delivery, now, act):
    receive(delivery, now)
    with pytest.raises(IntegrityError, match="stays as it is"):
        act(delivery)


def line_of_another(row):
    """Return a line of a delivery that was not received."""
    other = Delivery.objects.create(programme=row.programme, delivered_on=row.delivered_on)
    line = DeliveryLine.objects.create(delivery=other, variant=VariantFactory(), quantity=1)
    return DeliveryLine.objects.filter(pk=line.pk)


def test_a_line_whose_name_is_taken_is_not_received_without_its_pieces(delivery, now):
    line = delivery.lines.get(supply="consigned")
    stock.receive(variant=line.variant, consigned=1, source_key=line.source_key, now=now)
    with pytest.raises(deliveries.NotPossible):
        receive(delivery, now)
    delivery.refresh_from_db()
    assert delivery.received_at is None


def test_a_line_on_consignment_has_no_cost(delivery):
    with pytest.raises(IntegrityError):
        delivery.lines.filter(supply="consigned").update(unit_cost_amount=1)


def test_a_delivery_without_its_moves_is_told(delivery, now):
    Delivery.objects.update(received_by=StaffFactory(), received_at=now)
    assert len(list(invariants.check_deliveries())) == 2
