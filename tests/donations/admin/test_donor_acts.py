"""Staff find look-alikes, merge two, and erase one who asked by mail."""

import pytest

from donations.models import Donor, DonorMerge
from tests.factories.donations import DonorFactory, GiftFactory
from weintl.accounts.models import User

pytestmark = pytest.mark.django_db
LIST = "/admin/donations/donor/"


@pytest.fixture
def staff(client, db):
    """Return a browser of somebody who may all and has just given the password once more."""
    client.person = User.objects.create_superuser("root@example.org", "a long enough phrase")
    client.force_login(client.person)
    client.post("/accounts/reauthenticate/", {"password": "a long enough phrase"})
    return client


@pytest.fixture
def pair(db):
    ana = DonorFactory(email="ana@example.org", name="Ana")
    return ana, DonorFactory(email="ana+x@example.org")


def test_two_are_compared_and_merged(staff, pair):
    ana, twin = pair
    assert "Donors that look like one" in staff.get(LIST).content.decode()
    page = staff.get(f"{LIST}duplicates/").content.decode()
    path = f"{LIST}{ana.pk}/merge/{twin.pk}/"
    assert path in page
    assert path in staff.get(f"{LIST}{ana.pk}/change/").content.decode()
    shown = staff.get(path).content.decode()
    assert ana.email in shown
    assert twin.email in shown
    assert staff.post(path).status_code == 302
    merge = DonorMerge.objects.get()
    assert (merge.survivor, merge.merged, merge.merged_by) == (ana, twin, staff.person)
    assert "merged on" in staff.get(f"{LIST}{ana.pk}/change/").content.decode()
    assert "merged into" in staff.get(f"{LIST}{twin.pk}/change/").content.decode()
    again = staff.post(path)
    assert again.status_code == 200
    assert "cannot be merged" in again.content.decode()
    assert staff.get(f"{LIST}{ana.pk}/merge/{ana.pk}/").status_code == 404
    assert "None: every donor" in staff.get(f"{LIST}duplicates/").content.decode()


def test_a_donor_is_erased_after_a_second_look(staff, pair):
    ana, _twin = pair
    path = f"{LIST}{ana.pk}/erase/"
    assert path in staff.get(f"{LIST}{ana.pk}/change/").content.decode()
    assert "without a name" in staff.get(path).content.decode()
    assert staff.post(path).status_code == 302
    assert Donor.objects.get(pk=ana.pk).email.endswith("@erased.invalid")
    assert staff.get(path).status_code == 404
    assert staff.get(f"{LIST}{ana.pk}/change/").status_code == 200
    assert "The donor is erased." in staff.get(f"{LIST}{ana.pk}/history/").content.decode()


def test_the_history_tells_of_a_merging_and_of_a_closed_page(staff, pair):
    ana, twin = pair
    staff.post(LIST, {"action": "close_page", "_selected_action": [ana.pk]})
    staff.post(f"{LIST}{ana.pk}/merge/{twin.pk}/")
    page = staff.get(f"{LIST}{ana.pk}/history/").content.decode()
    assert "page closed" in page
    assert str(DonorMerge.objects.get()) in page


def test_what_is_open_is_waited_for(staff, pair):
    ana, _twin = pair
    GiftFactory(donor=ana)
    path = f"{LIST}{ana.pk}/erase/"
    assert "a payment is on its way" in staff.get(path).content.decode()
    assert staff.post(path)["Location"] == f"{LIST}{ana.pk}/change/"
    ana.refresh_from_db()
    assert (ana.erased_at, ana.erase_asked_at is None) == (None, False)


def test_who_is_gone_gets_no_name_back(staff, pair):
    ana, twin = pair
    assert 'value="es"' in staff.get(f"{LIST}{ana.pk}/change/").content.decode()
    staff.post(f"{LIST}{ana.pk}/merge/{twin.pk}/")
    staff.post(f"{LIST}{ana.pk}/erase/")
    for donor in pair:
        page = f"{LIST}{donor.pk}/change/"
        assert staff.get(page).status_code == 200
        assert staff.post(page, {"name": "Ana", "language": "en"}).status_code == 403
    assert not Donor.objects.filter(name="Ana").exists()
