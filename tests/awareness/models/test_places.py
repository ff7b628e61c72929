import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from awareness.models import Country, Region

pytestmark = pytest.mark.django_db


@pytest.fixture
def country() -> Country:
    region = Region.objects.create(key="here", name_en="Here", name_es="Aquí")
    return Country.objects.create(
        code="NP", name_en="Nepal", name_es="Nepal", region=region, role=Country.Role.TRANSIT
    )


def test_a_country_stands_once(country):
    with pytest.raises(IntegrityError), transaction.atomic():
        Country.objects.create(code="NP", name_en="Again", region=country.region, role="transit")


def test_a_region_with_countries_is_not_deleted(country):
    with pytest.raises(ProtectedError):
        country.region.delete()


def test_a_note_takes_no_bare_figure(country):
    country.note_en = "There are 27 million."
    with pytest.raises(ValidationError, match="27 million"):
        country.full_clean()


@pytest.mark.parametrize("model", [Country, Region])
def test_a_note_takes_no_bare_figure_on_any_other_path(country, model):
    with pytest.raises(ValidationError, match="38 %"), transaction.atomic():
        model.objects.update(note_es="El 38 %")
    with pytest.raises(ValidationError, match="27 million"), transaction.atomic():
        row = model.objects.get()
        row.note_en = "There are 27 million."
        model.objects.bulk_update([row], ["note_en"])


def test_a_region_without_countries_is_listed_too(country):
    Region.objects.create(key="there", name_en="There", name_es="Allí", position=1)
    rows = list(Region.objects.with_countries())
    assert [(row["key"], row["countries__code"]) for row in rows] == [
        ("here", "NP"),
        ("there", None),
    ]


def test_an_edit_is_kept_in_history(country):
    country.note_en = "A word."
    country.save()
    assert country.history.count() == 2
    assert str(country) == "Nepal"
    assert str(country.region) == "Here"
