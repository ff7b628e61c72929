"""A name and an address, with the fields of the country that is chosen."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from . import addresses
from .addresses import Layout

# What a field must say when it is needed and empty.
ASK = {
    "street": _("Enter the street and number"),
    "city": _("Enter the town or city"),
    "district": _("Enter the district"),
    "region": _("Choose the state or province"),
    "postcode": _("Enter the postcode of the delivery address"),
}
# The browser's own words for the fields, for its filling in.
AUTOCOMPLETE = {
    "street": "address-line1",
    "street_extra": "address-line2",
    "district": "address-level3",
    "city": "address-level2",
    "region": "address-level1",
    "postcode": "postal-code",
}
LONGEST = {"street": 200, "street_extra": 200, "postcode": 20}


def _country_choices() -> list[tuple[str, Any]]:
    return [("", _("Choose a country")), *countries]


COUNTRIES: Any = lazy(_country_choices, list)()


def _line(label: Any, name: str, **options: Any) -> forms.CharField:
    # Arabic and Hebrew are written from the right, in a field of a page in English too.
    attrs = {"autocomplete": AUTOCOMPLETE.get(name, name), "dir": "auto"}
    return forms.CharField(
        label=label,
        max_length=LONGEST.get(name, 120),
        required=False,
        widget=forms.TextInput(attrs=attrs),
        **options,
    )


class PlaceForm(forms.Form):
    """Whose name and which address, held to the rules of the country."""

    name = forms.CharField(
        label=_("Name on the parcel"),
        max_length=200,
        error_messages={"required": _("Enter the name for the parcel")},
        widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
    )
    country = forms.ChoiceField(
        label=_("Country"),
        choices=COUNTRIES,
        error_messages={
            "required": _("Choose the country of the delivery address"),
            "invalid_choice": _("Choose the country of the delivery address"),
        },
        widget=forms.Select(attrs={"autocomplete": "country"}),
    )
    street = _line(_("Street and number"), "street")
    street_extra = _line(_("Flat, floor, building"), "street_extra")
    district = _line(_("District or suburb"), "district")
    city = _line(_("Town or city"), "city")
    region = _line(_("State or province"), "region")
    postcode = _line(_("Postcode"), "postcode")

    def __init__(self, data: Any = None, **options: Any) -> None:
        """Lay the fields out as the chosen country writes addresses."""
        super().__init__(data, **options)
        given: Mapping[str, Any] = self.data if self.is_bound else self.initial
        self.layout = _layout(str(given.get("country") or ""))
        for name in addresses.PLACE:
            field = self.fields[name]
            field.label = self.layout.labels[name]
            field.required = field.widget.is_required = name in self.layout.needed
            field.error_messages["required"] = ASK[name]
        if self.layout.regions:
            self._offer_regions()
        if self.layout.example:
            self.fields["postcode"].help_text = _("Such as %s") % self.layout.example

    def _offer_regions(self) -> None:
        form = self.layout
        first = _("As the postcode says") if form.region_is_told else _("Choose one")
        choices = [("", first), *sorted(((r.key, r.name) for r in form.regions), key=_by_name)]
        attrs = self.fields["region"].widget.attrs
        self.fields["region"].widget = forms.Select(attrs=attrs, choices=choices)

    @property
    def place(self) -> list[Any]:
        """Return the fields of the address in the country's order."""
        names = []
        for name in self.layout.fields:
            names.append(name)
            if name == "street":
                names.append("street_extra")
        return [self[name] for name in names]

    @property
    def left_out(self) -> list[Any]:
        """Return fields that this country has not; what was typed in them is kept hidden."""
        return [self[name] for name in addresses.PLACE if name not in self.layout.fields]

    def clean_name(self) -> str:
        """Take a name in one line."""
        name = addresses.tidy(self.cleaned_data["name"])
        if not name:
            raise forms.ValidationError(_("Enter the name for the parcel"))
        return name

    def clean(self) -> dict[str, Any]:
        """Hold the address to the rules of its country."""
        data = super().clean() or self.cleaned_data
        for name in (*addresses.PLACE, "street_extra"):
            data[name] = addresses.tidy(data.get(name) or "")
        if not data.get("country"):
            return data
        for name in self.left_out:
            data[name.name] = ""
        data["postcode"] = addresses.tidy_postcode(data["postcode"])
        for name in addresses.missing(self.layout, data):
            if name not in self.errors:
                self.add_error(name, ASK[name])
        self._check_region(data)
        return data

    def _check_region(self, data: dict[str, Any]) -> None:
        # A field with an error has no value here any more.
        form, postcode = self.layout, data.get("postcode", "")
        if postcode and not form.is_postcode(postcode):
            words = _("Enter a postcode as this country writes them, such as %s")
            self.add_error("postcode", words % form.example)
            return
        if not form.regions or "region" not in data:
            return
        told = form.region_of(postcode) if postcode else None
        if not data["region"]:
            only = form.regions[0] if len(form.regions) == 1 else None
            found = told or only
            data["region"] = found.key if found else ""
            if found is None and form.region_is_told and postcode:
                self.add_error("region", ASK["region"])
            return
        chosen = form.region(data["region"])
        if chosen is None:
            self.add_error("region", ASK["region"])
        elif told is not None and told != chosen:
            words = _("This postcode belongs to %(told)s, not to %(chosen)s")
            names = {"told": told.name, "chosen": chosen.name}
            self.add_error("postcode", words % names)
        else:
            data["region"] = chosen.key


def _layout(country: str) -> Layout:
    try:
        return addresses.layout(country)
    except addresses.UnknownCountry:
        return addresses.anywhere()


def _by_name(choice: tuple[str, str]) -> str:
    return addresses.plain(choice[1])
