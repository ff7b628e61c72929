"""What a shopper fills in."""

import pytest
from django.utils.translation import override

from marketplace.forms import AddForm, DetailsForm

GOOD = {
    "email": "ana@example.org",
    "name": "Ana Ruiz",
    "country": "ES",
    "street": "Calle Mayor 1",
    "city": "Bilbao",
    "postcode": "48001",
}


def test_a_whole_address_is_taken():
    form = DetailsForm(GOOD)
    assert form.is_valid()
    assert form.details().city == "Bilbao"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": "ana"}, "email"),
        ({"name": " "}, "name"),
        ({"country": "XX"}, "country"),
        ({"country": ""}, "country"),
        ({"street": ""}, "street"),
        ({"city": ""}, "city"),
        ({"postcode": ""}, "postcode"),
        ({"postcode": "1" * 21}, "postcode"),
        ({"name": "A" * 121}, "name"),
        ({"street": "x\x00y"}, "street"),
    ],
)
def test_what_a_parcel_cannot_do_without_is_asked_for(change, field):
    form = DetailsForm({**GOOD, **change})
    assert list(form.errors) == [field]


def test_some_countries_have_no_postcode():
    assert DetailsForm({**GOOD, "country": "GH", "postcode": ""}).is_valid()


@pytest.mark.parametrize(("language", "typed"), [("en", "United States"), ("es", "Estados Unidos")])
def test_typing_a_country_s_name_chooses_it_and_not_its_islands(language, typed):
    with override(language):
        choices = DetailsForm().fields["country"].choices
        found = [code for code, name in choices if str(name).startswith(typed)]
    assert found == ["US"]


@pytest.mark.parametrize("quantity", ["", "1", "99"])
def test_a_number_of_pieces_is_optional(quantity):
    assert AddForm({"sku": "A", "quantity": quantity}).is_valid()
