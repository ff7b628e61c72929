"""Staff keep zones, rates and the countries that are not served."""

import pytest
from django.urls import reverse

from marketplace.models import ShippingRate, ShippingZone, UnservedCountry
from tests.factories.marketplace import on_shelf, order_of, send_everywhere

pytestmark = pytest.mark.django_db
NO_RATES = {"rates-TOTAL_FORMS": 0, "rates-INITIAL_FORMS": 0}


def page(kind, *pk):
    return reverse(f"admin:marketplace_{kind}_{'change' if pk else 'add'}", args=pk)


def test_a_zone_is_made_of_countries_that_no_other_zone_has(staff):
    answer = staff.post(
        page("shippingzone"),
        {"name": "Iberia", "countries": ["ES", "PT"], "days_from": 3, "days_to": 6, **NO_RATES},
    )
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    zone = ShippingZone.objects.get(name="Iberia")
    assert sorted(str(place.country) for place in zone.places.all()) == ["ES", "PT"]
    answer = staff.post(page("shippingzone"), {"name": "Other", "countries": ["PT"], **NO_RATES})
    assert "Portugal is in the zone Iberia." in answer.content.decode()
    staff.post(
        page("shippingzone", zone.pk), {"name": "Iberia", "countries": ["ES", "AD"], **NO_RATES}
    )
    assert sorted(str(place.country) for place in zone.places.all()) == ["AD", "ES"]
    shown = staff.get(reverse("admin:marketplace_shippingzone_changelist")).content.decode()
    assert "Andorra, Spain" in shown


def test_a_rate_is_written_changed_and_once_used_only_ended(staff):
    everywhere = send_everywhere()
    zone = everywhere.zone
    given = {"zone": zone.pk, "from_amount": "0.00", "amount": "12.50", "up_to_grams": 500}
    start = {"starts_at_0": "2026-01-01", "starts_at_1": "00:00"}
    answer = staff.post(page("shippingrate"), {**given, **start})
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    rate = ShippingRate.objects.get(up_to_grams=500)
    assert (rate.amount, rate.effective.lower.year, rate.effective.upper) == (1250, 2026, None)
    answer = staff.post(page("shippingrate"), {**given, **start})
    assert answer.status_code == 200
    assert "overlap" in answer.content.decode() or "violated" in answer.content.decode()
    staff.post(page("shippingrate", rate.pk), {**given, **start, "amount": "13.00"})
    rate.refresh_from_db()
    assert rate.amount == 1300
    order = order_of({on_shelf(consigned=1): 1})
    assert order.shipping_rate == rate
    end = {"ends_at_0": "2027-01-01", "ends_at_1": "00:00"}
    staff.post(page("shippingrate", rate.pk), {**given, **start, **end, "amount": "99.00"})
    rate.refresh_from_db()
    assert (rate.amount, rate.effective.lower.year, rate.effective.upper.year) == (1300, 2026, 2027)
    delete = reverse("admin:marketplace_shippingrate_delete", args=[rate.pk])
    assert staff.post(delete, {"post": "yes"}).status_code == 403


def test_the_list_of_countries_that_are_not_served_is_kept(staff):
    answer = staff.post(
        page("unservedcountry"),
        {"country": "AQ", "kind": "cannot", "reason_en": "No ship.", "reason_es": "Sin barco.",
         "is_closed": "on"},
    )  # fmt: skip
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    row = UnservedCountry.objects.closed().get()
    staff.post(page("unservedcountry", row.pk), {"country": "AQ", "kind": "cannot"})
    assert not UnservedCountry.objects.closed().exists()
    assert staff.get(page("unservedcountry", row.pk)).status_code == 200
