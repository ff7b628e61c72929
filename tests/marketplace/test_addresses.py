"""How addresses are written in each country."""

from types import SimpleNamespace

import pytest
from django.utils.translation import override
from django_countries import countries

from marketplace import addresses


def at(country, **parts):
    empty = dict.fromkeys(("street", "street_extra", "district", "city", "region", "postcode"), "")
    return SimpleNamespace(name="Ana Ruiz", country=country, **(empty | parts))


def test_every_country_has_its_layout():
    for code, _name in countries:
        form = addresses.layout(code)
        assert "street" in form.fields
        assert form.needed <= set(form.fields)
        assert not form.example or form.is_postcode(form.example), code


def test_a_country_that_does_not_exist_is_none():
    with pytest.raises(addresses.UnknownCountry):
        addresses.layout("XX")


def test_alternatives_of_a_postcode_are_held_from_end_to_end():
    # The data write them as A|B: each must match as a whole.
    assert addresses.layout("GB").is_postcode("GIR 0AA")
    assert not addresses.layout("GB").is_postcode("GIR 0AA or so")


@pytest.mark.parametrize(
    ("country", "postcode", "region"),
    [("US", "53703", "WI"), ("ES", "48001", "BI"), ("CA", "M5V 2T6", "ON"), ("US", "00000", None)],
)
def test_a_postcode_tells_the_region(country, postcode, region):
    found = addresses.layout(country).region_of(postcode)
    assert (found.key if found else None) == region


def test_regions_are_named_in_letters_that_shoppers_read():
    with override("en"):
        assert addresses.layout("JP").region("東京都").name == "Tokyo (東京都)"
        assert addresses.layout("HK").region("Kowloon").name == "Kowloon (九龍)"
        assert addresses.layout("ES").region("BI").name == "Vizcaya"


@pytest.mark.parametrize(
    ("place", "lines"),
    [
        (
            at("US", street="1 Test St", city="Madison", region="WI", postcode="53703"),
            ["Ana Ruiz", "1 Test St", "Madison, WI 53703"],
        ),
        (
            at(
                "ES",
                street="Calle 1",
                street_extra="2º",
                city="Bilbao",
                region="BI",
                postcode="48001",
            ),
            ["Ana Ruiz", "Calle 1", "2º", "48001 Bilbao Vizcaya"],
        ),
        (
            at("MX", street="Av. 1", district="Roma", city="CDMX", region="CDMX", postcode="06700"),
            ["Ana Ruiz", "Av. 1", "Roma", "06700 CDMX, CDMX"],
        ),
        (at("GH", street="Ring 1", city="Accra"), ["Ana Ruiz", "Ring 1", "Accra"]),
        # Kept from before there were rules: nothing of it is left out.
        (at("GB", street="A 1", city="Bath", region="Avon"), ["Ana Ruiz", "A 1", "Bath", "Avon"]),
    ],
)
def test_an_address_stands_as_on_a_parcel(place, lines):
    assert addresses.lines(place) == lines


def test_text_is_one_line_that_turns_no_direction():
    assert addresses.tidy(" Ana\u202e\n\tRuiz\x07 ") == "Ana Ruiz"
    assert addresses.tidy("محمد 🧵") == "محمد 🧵"


def test_postcodes_are_written_in_our_digits():
    assert addresses.tidy_postcode("１５４−００２３") == "154-0023"
    assert addresses.tidy_postcode("m1  1aa") == "M1 1AA"
