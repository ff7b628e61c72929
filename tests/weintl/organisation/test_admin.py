"""The record's form: a closed shop opens on a day to come."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from weintl.organisation.models import Organisation

pytestmark = pytest.mark.django_db
PAGE = reverse("admin:organisation_organisation_change", args=[1])


@pytest.fixture
def staff(client, admin_user):
    Organisation.unfilled().save()
    client.force_login(admin_user)
    return client


def sent(**values):
    return {
        "name": "W", "legal_name": "W", "country": "US", "contact_email": "w@example.org",
        "low_stock_at": "2", "are_gifts_open": "on", "shop_note_en": "At the fair",
        "shop_note_es": "En la feria", **values,
    }  # fmt: skip


def test_a_closed_shop_takes_words_and_a_day(staff):
    day = localdate() + timedelta(days=3)
    assert staff.post(PAGE, sent(shop_opens_on=day.isoformat())).status_code == 302
    ours = Organisation.current()
    assert (ours.is_shop_open, ours.shop_opens_on) == (False, day)
    assert (ours.shop_note_en, ours.shop_note_es) == ("At the fair", "En la feria")


def test_a_day_that_is_over_is_refused_and_what_was_typed_stays(staff):
    answer = staff.post(PAGE, sent(shop_opens_on=localdate().isoformat()))
    page = answer.content.decode()
    assert "Choose a day after today." in page
    assert "At the fair" in page
    assert Organisation.current().is_shop_open


def test_closed_gifts_take_words_and_a_day_to_come(staff):
    wanted = {"is_shop_open": "on", "are_gifts_open": "", "gifts_note_en": "Our bank moves."}
    over = staff.post(PAGE, sent(**wanted, gifts_open_on=localdate().isoformat()))
    assert "Choose a day after today." in over.content.decode()
    day = localdate() + timedelta(days=2)
    assert staff.post(PAGE, sent(**wanted, gifts_open_on=day.isoformat())).status_code == 302
    ours = Organisation.current()
    assert (ours.are_gifts_open, ours.gifts_open_on) == (False, day)
    assert ours.gifts_note_en == "Our bank moves."
