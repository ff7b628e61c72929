"""Lists as CSV: filtered as the list is, no formula in it, and only for who may."""

import csv
import io

import pytest
from django.contrib.auth.models import Group

from tests.factories.donations import DonorFactory
from weintl.accounts.models import User
from weintl.staff import groups

pytestmark = pytest.mark.django_db


def table(answer):
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))


def test_what_is_listed_is_exported(admin_client, paid):
    mine = paid(donor=DonorFactory(email="ana@example.org"))
    paid()
    page = admin_client.get("/admin/donations/gift/?q=ana").content.decode()
    assert "/admin/donations/gift/export/?q=ana" in page
    found = table(admin_client.get("/admin/donations/gift/export/?q=ana"))
    assert [row["number"] for row in found] == [mine.number]
    assert len(table(admin_client.get("/admin/donations/gift/export/"))) == 2
    assert table(admin_client.get("/admin/donations/receipt/export/?valid=no")) == []
    assert len(table(admin_client.get("/admin/donations/receipt/export/"))) == 2


@pytest.mark.parametrize("word", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1"])
def test_no_cell_is_a_formula(admin_client, word):
    DonorFactory(name=word, organisation=word, address=f"{word}\nMadison")
    (row,) = table(admin_client.get("/admin/donations/donor/export/"))
    for name in ("name", "organisation", "address"):
        assert row[name].startswith("'")


def test_an_auditor_reads_gifts_and_takes_no_list_of_people(client, paid):
    paid()
    groups.ensure()
    user = User.objects.create_user("a@example.org", is_staff=True)
    user.groups.set(Group.objects.filter(name="auditor"))
    client.force_login(user)
    assert client.get("/admin/donations/gift/export/").status_code == 200
    assert client.get("/admin/donations/donor/export/").status_code == 403
    page = client.get("/admin/donations/donor/").content.decode()
    assert "This list as CSV" not in page
    assert "This list as CSV" in client.get("/admin/donations/gift/").content.decode()


@pytest.mark.parametrize("asked", ["nonsense=1", "created_at__gte=rubbish"])
@pytest.mark.parametrize("name", ["gift", "donor", "receipt"])
def test_a_filter_that_there_is_not_leads_back_to_the_list(admin_client, name, asked):
    listed = f"/admin/donations/{name}/"
    assert admin_client.get(f"{listed}export/?{asked}").url == f"{listed}?e=1"


def test_a_spreadsheet_reads_the_accents_of_names(admin_client):
    DonorFactory(name="Inés Muñoz")
    sent = admin_client.get("/admin/donations/donor/export/").getvalue()
    assert sent.startswith("\ufeffnumber,".encode())
    assert "Inés Muñoz" in sent.decode("utf-8-sig")
