"""A donor fetches yearly statements; nobody else does."""

from datetime import timedelta

import pytest
from django.utils import timezone

from donations.models import YearStatement
from tests.factories.donations import DonorFactory, come_in, gift_received

pytestmark = pytest.mark.django_db


@pytest.fixture
def real():
    return timezone.now()


@pytest.fixture
def ana(real):
    return DonorFactory(email="ana@example.org", name="Ana")


def test_past_years_are_final_and_the_present_one_provisional(client, ana, real):
    this = timezone.localdate(real).year
    gift_received(donor=ana, now=real - timedelta(days=400))
    gift_received(donor=ana, now=real)
    come_in(client, ana, now=real)
    html = client.get("/en/giving/mine/years/").content.decode()
    last = YearStatement.objects.count()
    assert (last, html.count("Provisional")) == (0, 1)
    before = timezone.localdate(real - timedelta(days=400)).year
    for year in (this, before):
        for language in ("en", "es"):
            path = f"/en/giving/mine/years/{year}/{language}/"
            assert path in html
            answer = client.get(path)
            assert answer["Content-Type"] == "application/pdf"
            assert answer["Cache-Control"] == "no-store"
            assert ("provisional" in answer["Content-Disposition"]) == (year == this)
    assert [row.year for row in YearStatement.objects.all()] == [before]


def test_what_is_not_there_is_not_found_and_strangers_are_led_to_the_way_in(client, ana, real):
    gift_received(donor=ana, now=real)
    path = f"/en/giving/mine/years/{real.year}/en/"
    assert client.get(path)["Location"] == "/en/giving/"
    come_in(client, ana, now=real)
    for wrong in (f"{real.year - 9}/en", f"{real.year + 1}/en", f"{real.year}/fr"):
        assert client.get(f"/en/giving/mine/years/{wrong}/").status_code == 404


def test_another_donor_s_year_has_another_s_gifts(client, ana, real):
    gift_received(donor=DonorFactory(), now=real)
    come_in(client, ana, now=real)
    assert client.get(f"/en/giving/mine/years/{real.year}/en/").status_code == 404
    assert "Nothing counts for a year yet" in client.get("/en/giving/mine/years/").content.decode()
