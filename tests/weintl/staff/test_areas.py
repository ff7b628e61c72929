"""The admin's areas follow the work."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.urls import reverse

from tests.factories.partners import StaffFactory
from weintl.staff import groups
from weintl.staff.areas import AREAS, by_work

pytestmark = pytest.mark.django_db


def test_every_model_stands_in_one_area(client):
    client.force_login(StaffFactory(is_superuser=True))
    areas = client.get(reverse("admin:index")).context["app_list"]
    found = [row["model"] for area in areas for row in area["models"] if "model" in row]
    assert sorted(map(str, found)) == sorted(map(str, admin.site._registry))
    assert [area["name"] for area in areas][: len(AREAS)] == [title for title, _names in AREAS]


def test_each_name_of_an_area_is_a_model():
    known = {f"{m._meta.app_label}.{m._meta.model_name}" for m in admin.site._registry}
    assert {name for _title, names in AREAS for name in names} <= known


def test_an_area_without_any_right_is_left_out(client):
    groups.ensure()
    person = StaffFactory()
    person.groups.add(Group.objects.get(name="partners"))
    client.force_login(person)
    areas = client.get(reverse("admin:index")).context["app_list"]
    assert [str(area["name"]) for area in areas][:2] == ["Partners", "Ledger"]
    assert by_work([]) == []
