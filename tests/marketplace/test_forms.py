"""What a shopper fills in."""

import pytest
from django.utils.translation import override

from marketplace.forms import AddForm, DetailsForm
from marketplace.offers import Extras
from tests.factories.donations import FundFactory

pytestmark = pytest.mark.django_db
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
        ({"postcode": "4800"}, "postcode"),
        ({"postcode": "48001\n"}, None),
        ({"region": "M"}, "postcode"),
        ({"region": "Atlantis"}, "region"),
        ({"name": "A" * 201}, "name"),
        ({"name": "\u202e\u200f"}, "name"),
        ({"street": "x\x00y"}, "street"),
        ({"postcode": "\x7f\x1b"}, "postcode"),
        ({"country": "AE", "postcode": "", "region": "\x1b"}, "region"),
    ],
)
def test_what_a_parcel_cannot_do_without_is_asked_for(change, field):
    form = DetailsForm({**GOOD, **change})
    assert list(form.errors) == ([field] if field else [])


def test_six_fields_are_asked_for_where_a_postcode_tells_the_region():
    for country in ("US", "ES", "MX", "CA", "BR", "IN", "JP", "GB", "DE"):
        form = DetailsForm({"country": country})
        asked = [field.name for field in form if field.field.required]
        assert len(asked) <= 6, (country, asked)
        assert set(form.errors) == set(asked) - {"country"}


def test_a_postcode_tells_the_region():
    form = DetailsForm({**GOOD, "country": "US", "city": "Madison", "postcode": "53703-1234"})
    assert form.is_valid(), form.errors
    assert form.details().region == "WI"


def test_a_region_is_taken_by_its_name_too():
    form = DetailsForm({**GOOD, "region": "vizcaya"})
    assert form.is_valid()
    assert form.details().region == "BI"


def test_a_postcode_of_another_region_is_told():
    form = DetailsForm({**GOOD, "country": "US", "postcode": "53703", "region": "CA"})
    assert form.errors["postcode"] == ["This postcode belongs to Wisconsin, not to California"]


def test_the_fields_follow_the_country():
    def place(country):
        return [field.name for field in DetailsForm(initial={"country": country}).place]

    assert place("US") == ["street", "street_extra", "city", "region", "postcode"]
    assert place("DE") == ["street", "street_extra", "postcode", "city"]
    assert place("JP") == ["postcode", "region", "street", "street_extra"]
    assert place("") == ["street", "street_extra", "city", "district", "region", "postcode"]
    assert str(DetailsForm(initial={"country": "IE"})["postcode"].label) == "Eircode"


def test_fields_that_a_country_has_not_are_kept_hidden_and_never_ordered():
    form = DetailsForm({**GOOD, "country": "GB", "postcode": "m1 1aa", "region": "Kent"})
    assert [field.name for field in form.left_out] == ["district", "region"]
    assert 'value="Kent"' in form["region"].as_hidden()
    assert form.is_valid()
    assert (form.details().region, form.details().postcode) == ("", "M1 1AA")


@pytest.mark.parametrize(
    "name", ["𝓐𝓷𝓪 🧵", "محمد بن عبد الله", "דוד לוי", "김 철수", "A" * 200, "O'Brien <b>&amp;"]
)
def test_names_of_every_writing_are_taken_as_they_are(name):
    form = DetailsForm({**GOOD, "name": name})
    assert form.is_valid()
    assert form.details().name == name


def test_digits_of_other_keyboards_are_understood():
    for typed in ("４８００１", "٤٨٠٠١", " 48001 "):
        form = DetailsForm({**GOOD, "postcode": typed})
        assert form.is_valid(), typed
        assert form.details().postcode == "48001"


@pytest.mark.parametrize(
    ("given", "gift"),
    [
        ({}, 0),
        ({"gift": "1000"}, 1000),
        ({"gift_own": "12.50"}, 1250),
        ({"gift": "1000", "gift_own": "3"}, 300),
    ],
)
def test_a_gift_that_is_typed_counts_before_one_that_is_chosen(given, gift):
    FundFactory(key="school")
    form = DetailsForm({**GOOD, **given, "gift_fund": "school"})
    assert form.is_valid(), form.errors
    assert form.extras() == Extras(gift=gift, gift_fund="school" if gift else "")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"gift_own": "0.50"}, "gift_own"),
        ({"gift_own": "99999999"}, "gift_own"),
        ({"gift_own": "much"}, "gift_own"),
        ({"gift": "7"}, "gift"),
        ({"gift": "1000", "gift_fund": "nowhere"}, "gift_fund"),
        ({"message": "A" * 301}, "message"),
        ({"voucher": "A" * 41}, "voucher"),
    ],
)
def test_what_cannot_be_added_is_told(given, field):
    FundFactory()
    assert list(DetailsForm({**GOOD, **given}).errors) == [field]


def test_a_present_has_no_prices_and_words_of_any_writing():
    form = DetailsForm({**GOOD, "hides_prices": "on", "message": "عيد سعيد 🎁\nAna"})
    assert form.is_valid()
    assert form.details().hides_prices
    assert form.details().message == "عيد سعيد 🎁\nAna"


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
