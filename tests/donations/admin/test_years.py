"""Staff print yearly statements from the donor's page and from their list."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone

from tests.factories.donations import DonorFactory, gift_received, year_issued
from weintl.accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    client.force_login(User.objects.create_superuser("root@example.org"))
    return client


def test_staff_print_them(staff):
    ana = DonorFactory(name="Ana")
    gift_received(donor=ana, now=datetime(2020, 5, 1, tzinfo=UTC))
    gift_received(donor=ana, now=timezone.now())
    statement = year_issued(ana, now=timezone.now(), year=2020)
    page = staff.get(f"/admin/donations/donor/{ana.pk}/change/").content.decode()
    for year in (2020, timezone.localdate().year):
        path = f"/admin/donations/donor/{ana.pk}/years/{year}/es/"
        assert path in page
        assert staff.get(path)["Content-Type"] == "application/pdf"
    listed = staff.get("/admin/donations/yearstatement/").content.decode()
    assert statement.number in listed
    assert "$40.00" in listed
    paper = f"/admin/donations/yearstatement/{statement.pk}/paper/en/"
    assert staff.get(paper).content.startswith(b"%PDF-")
    assert staff.get(paper.replace("/en/", "/fr/")).status_code == 404
    assert staff.get(f"/admin/donations/yearstatement/{statement.pk}/change/").status_code == 200
    assert staff.get("/admin/donations/yearstatement/?q=ana").status_code == 200


def test_who_has_no_right_sees_none(client):
    client.force_login(User.objects.create_user("s@example.org", is_staff=True))
    ana = DonorFactory()
    assert client.get(f"/admin/donations/donor/{ana.pk}/years/2020/en/").status_code == 403
