"""Where parcels go, by whose rate, and where they do not."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import override

from marketplace import serving
from marketplace.models import ShippingRate, ShippingZone, UnservedCountry, Variant, ZoneCountry
from tests.factories.marketplace import AT, on_shelf, order_of, send_everywhere

pytestmark = pytest.mark.django_db
ALWAYS = DateTimeTZRange(None, None)


def zone(*countries, rates, **values):
    made = ShippingZone.objects.create(name="Zone", **values)
    for country in countries:
        made.places.create(country=country)
    for rate in rates:
        made.rates.create(**{"effective": ALWAYS, **rate})
    return made


def costs(country, *, weight=100, goods=1000, now=AT):
    return serving.parcel_to(country, weight=weight, goods=goods, now=now).amount


@pytest.fixture(autouse=True)
def everywhere():
    return send_everywhere()


def test_a_country_has_the_rates_of_its_zone_and_no_others():
    zone("ES", "PT", rates=[{"amount": 300, "up_to_grams": 500}], days_from=3, days_to=6)
    assert (costs("ES"), costs("PT"), costs("FR")) == (300, 300, 800)
    assert serving.parcel_to("ES", weight=1, goods=1, now=AT).days == (3, 6)
    # Its own zone takes no such weight; that of all others is not asked.
    with pytest.raises(serving.TooHeavy, match="ES") as refused:
        costs("ES", weight=501)
    assert "Spain" in refused.value.message


def test_a_rate_holds_for_its_time():
    own = zone("ES", rates=[{"amount": 300, "effective": DateTimeTZRange(None, AT)}])
    own.rates.create(amount=400, effective=DateTimeTZRange(AT, None))
    assert costs("ES", now=AT - timedelta(seconds=1)) == 300
    assert costs("ES") == 400
    with pytest.raises(IntegrityError, match="shipping_rate_no_overlap"), transaction.atomic():
        own.rates.create(amount=500, effective=DateTimeTZRange(AT, None))


def _read(variant, country):
    rows = Variant.objects.for_sale(now=AT).annotate(**serving.annotations(country, now=AT))
    return rows.get(pk=variant.pk)


def test_a_product_is_told_the_parcel_that_its_cart_will_cost(everywhere):
    zone = everywhere.zone
    always = DateTimeTZRange(None, None)
    zone.rates.create(amount=300, up_to_grams=500, free_from_amount=9_000, effective=always)
    zone.rates.create(amount=200, up_to_grams=500, from_amount=5_000, effective=always)
    for grams in (400, 600):
        for price in (4_000, 6_000, 9_500):
            variant = on_shelf(consigned=1, price_amount=price, weight_grams=grams)
            parcel = serving.parcel_to("FR", weight=grams, goods=price, now=AT)
            assert serving.parcel_of(_read(variant, "FR")) == parcel
    zone.rates.filter(up_to_grams=None).update(up_to_grams=550)
    assert serving.parcel_of(_read(variant, "FR")) is None


def test_a_country_on_the_list_is_told_with_its_reason():
    UnservedCountry.objects.create(country="AQ", reason_en="No ship goes.", reason_es="Sin barco.")
    with pytest.raises(serving.NotServed) as refused:
        costs("AQ")
    assert refused.value.message.endswith("Antarctica. No ship goes.")
    with override("es"), pytest.raises(serving.NotServed) as refused:
        costs("AQ")
    assert refused.value.message.endswith("Antártida. Sin barco.")
    variant = on_shelf(consigned=1)
    for country, amount in (("AQ", None), ("FR", 800)):
        found = _read(variant, country)
        parcel = serving.parcel_of(found)
        assert (parcel and parcel.amount, found.unserved) == (amount, ["AQ"])
    assert serving.unserved_names() == ["Antarctica"]
    UnservedCountry.objects.update(is_closed=False)
    assert costs("AQ") == 800


def test_where_no_zone_goes_nothing_is_sent(everywhere):
    everywhere.zone.rates.update(effective=DateTimeTZRange(None, AT))
    with pytest.raises(serving.NotServed):
        costs("FR")


def test_a_country_is_in_one_zone_and_one_zone_is_all_others():
    zone("ES", rates=[])
    with pytest.raises(IntegrityError), transaction.atomic():
        zone("ES", rates=[])
    with pytest.raises(IntegrityError, match="shipping_zone_one_rest"), transaction.atomic():
        zone(rates=[], is_default=True)


def test_a_rate_that_was_used_is_only_ended(everywhere):
    everywhere.amount = 700
    everywhere.save()
    order = order_of({on_shelf(consigned=1): 1})
    assert order.shipping_rate == everywhere
    for change in ({"amount": 1}, {"effective": DateTimeTZRange(AT, None)}):
        with pytest.raises(IntegrityError, match="only ended"), transaction.atomic():
            ShippingRate.objects.update(**change)
    ShippingRate.objects.update(effective=DateTimeTZRange(None, AT + timedelta(days=1)))
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM marketplace_shippingrate WHERE id = %s", [everywhere.pk])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_zone_keeps_its_countries_in_rows_of_their_own():
    zone("ES", rates=[])
    assert str(ZoneCountry.objects.get().country) == "ES"
