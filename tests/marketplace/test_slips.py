"""A packing slip says what is in the parcel, for whom, and what customs ask."""

import pytest

from marketplace import orders, publishing, returns, slips
from marketplace.models import ShippingZone, Unit
from tests.factories.marketplace import AT, book_refund, on_shelf, order_of, pay
from weintl.organisation.models import Organisation

pytestmark = pytest.mark.django_db
SPAIN = {"country": "ES", "city": "Sevilla", "region": "Sevilla", "postcode": "41001"}


@pytest.fixture
def ours():
    ours = Organisation.unfilled()
    ours.address = "412 Harbour Street\nMadison, WI 53703"
    ours.save()
    return ours


@pytest.fixture
def scarf(ours):
    return on_shelf(
        consigned=9,
        product__name_es="Bufanda",
        product__customs_description_en="Woven cotton scarf",
        product__customs_description_es="Bufanda de algodón",
        product__hs_code="621490",
    )


def slip_of(order, ours, units=None):
    found = list(units or Unit.objects.of(order))
    return slips.slip(order, found, ours=ours, invoice="IN-2026-000001", now=AT)


def test_it_names_pieces_makers_and_the_address(scarf, ours):
    order = pay(order_of({scarf: 2}))
    slip = slip_of(order, ours)
    programme = scarf.product.programme
    assert slip["to"] == [
        "Ana Ruiz",
        "214 Orchard Road",
        "Madison, WI 53703",
        "UNITED STATES OF AMERICA",
    ]
    assert slip["rows"] == [
        [
            [scarf.product.name, scarf.sku],
            f"{programme.name}, {programme.partner.name}",
            "2",
            "$49.90",
        ]
    ]
    assert slip["customs"] is None


def test_a_present_bears_no_prices_and_the_words_for_the_card(scarf, ours):
    order = pay(order_of({scarf: 1}, hides_prices=True, message="Happy\nbirthday"))
    slip = slip_of(order, ours)
    assert slip["card"] == ["Happy", "birthday"]
    assert "$" not in str(slip)


def test_abroad_it_declares_each_piece_in_both_languages(scarf, ours):
    plain = on_shelf(
        consigned=1,
        weight_grams=1100,
        product__hs_code="",
        product__customs_description_en="",
        product__customs_description_es="",
    )
    order = pay(order_of({scarf: 2, plain: 1}, language="es", hides_prices=True, **SPAIN))
    slip = slip_of(order, ours)
    assert slip["title"] == "Albarán"
    assert slip["to"][-1] == "ESPAÑA / SPAIN"
    country = scarf.product.programme.country
    known, unknown = slip["customs"]["rows"]
    assert known == [
        ["Woven cotton scarf", "Bufanda de algodón"],
        "2",
        "0.480",
        "49.90 USD",
        "621490",
        f"{country}, {country.name}",
    ]
    assert unknown[0] == [plain.product.name_en, plain.product.name_es]
    assert unknown[4] == "–"
    assert slip["customs"]["totals"][:2] == [
        ["Total net weight, kg", "1.580"],
        ["Total value", "74.85 USD"],
    ]
    assert ["Invoice", "IN-2026-000001"] in slip["customs"]["facts"]
    # The slip inside is a present's.
    assert "49.90" not in str(slip["rows"])


@pytest.mark.parametrize(
    ("here", "there", "needs"),
    [("US", "US", False), ("US", "ES", True), ("ES", "FR", False), ("ES", "GB", True)],
)
def test_within_the_union_nothing_is_declared(scarf, ours, here, there, needs):
    ours.country = here
    order = order_of({scarf: 1})
    order.country = there
    assert slips.is_abroad(order, ours=ours) is needs


def test_several_are_one_pdf_and_what_is_gone_is_left_out(scarf, django_assert_max_num_queries):
    gone, sent, waiting = (pay(order_of({scarf: 1})) for _number in range(3))
    link = returns.cancel(order_id=gone.pk, reason="", request_key="a", actor=None, now=AT)
    book_refund(link.refund)
    shipment = orders.mark_sent(order_id=sent.pk, actor=None, now=AT)
    with django_assert_max_num_queries(3):
        content = slips.of_orders([gone, sent, waiting], now=AT)
    assert content.startswith(b"%PDF-")
    assert b"/Type/Pages/Count 2" in content
    assert slips.of_shipment(shipment, now=AT).startswith(b"%PDF-")
    with pytest.raises(slips.NothingToPack):
        slips.of_orders([gone], now=AT)


def test_a_part_that_waits_is_what_is_printed(scarf, ours):
    order = pay(order_of({scarf: 3}))
    first = Unit.objects.of(order).first()
    orders.mark_sent(order_id=order.pk, unit_ids=[first.pk], actor=None, now=AT)
    ((_order, units),) = slips.packed([order])
    assert len(units) == 2
    orders.mark_sent(order_id=order.pk, actor=None, now=AT)
    ((_order, units),) = slips.packed([order])
    assert len(units) == 3


def test_publishing_warns_of_what_customs_will_ask_only_where_parcels_go_abroad(ours):
    nothing = dict.fromkeys(("hs_code", "customs_description_en", "customs_description_es"), "")
    bare = {f"product__{name}": value for name, value in nothing.items()}
    product = on_shelf(consigned=1, **bare).product
    words = "For customs abroad it lacks: description for customs (English)"
    assert any(words in each for each in publishing.warnings(product, now=AT))
    assert publishing.missing(product, now=AT) == ["It has no picture."]
    zone = ShippingZone.objects.get(is_default=True)
    zone.is_default = False
    zone.save()
    zone.places.create(country="US")
    assert publishing.warnings(product, now=AT) == []
