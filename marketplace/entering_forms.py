"""What staff fill in to enter an order, and to record money that came or went by hand."""

from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from weintl.money.forms import AmountField
from weintl.payments.models import Way

from . import addresses
from .cart import PIECES
from .entering import HELD_DAYS, MOST_HELD_DAYS, Sale
from .models import Channel, Variant
from .offers import Details
from .place_forms import PlaceForm

ROWS, MORE_ROWS, MOST_ROWS = 4, 4, 40
# How many names are said where what was typed fits several pieces.
SAID = 4


class SaleForm(PlaceForm):
    """A sale at a fair, by telephone or elsewhere. With `is_handed_over` an address is optional."""

    channel = forms.ChoiceField(
        label=_("sold at"),
        widget=forms.RadioSelect,
        choices=[choice for choice in Channel.choices if choice[0] != Channel.WEB],
        initial=Channel.FAIR,
    )
    is_handed_over = forms.BooleanField(
        label=_("handed over, no parcel"), required=False, initial=True
    )
    off = AmountField(
        label=_("discount"), currency=settings.BASE_CURRENCY, max_value=100_000, required=False
    )
    off_reason = forms.CharField(label=_("why"), max_length=200, required=False)
    voucher = forms.CharField(label=_("voucher"), max_length=40, required=False)
    way = forms.ChoiceField(
        label=_("paid by"),
        widget=forms.RadioSelect,
        choices=[
            (Way.CASH, _("cash, now")),
            (Way.BANK, _("bank transfer, to come")),
            (Way.PROVIDER, _("card, by a link that is mailed")),
        ],
        initial=Way.CASH,
    )
    reference = forms.CharField(
        label=_("number of the cash receipt"), max_length=80, required=False
    )
    held_days = forms.IntegerField(
        label=_("days to keep the pieces for a transfer"),
        min_value=1,
        max_value=MOST_HELD_DAYS,
        initial=HELD_DAYS,
    )
    email = forms.EmailField(label=_("e-mail"), max_length=254, required=False)
    language = forms.ChoiceField(label=_("language"), choices=settings.LANGUAGES)

    def __init__(self, data: Any = None, *, rows: int = ROWS, **options: Any) -> None:
        """Offer `rows` for pieces, or as many as were sent, and a few more if asked."""
        super().__init__(data, **options)
        self.lines: dict[int, int] = {}
        self.rows = self._count() if self.is_bound else rows
        if self.needs_no_address:
            for name in ("name", *addresses.PLACE):
                self.fields[name].required = False
        for number in range(self.rows):
            said = _("SKU or name in row %d") % (number + 1)
            counted = _("Pieces of row %d") % (number + 1)
            self.fields[f"piece{number}"] = forms.CharField(
                label=_("SKU or name"),
                max_length=120,
                required=False,
                widget=forms.TextInput(attrs={"autocomplete": "off", "aria-label": said}),
            )
            self.fields[f"pieces{number}"] = forms.IntegerField(
                label=_("pieces"),
                min_value=1,
                max_value=PIECES,
                required=False,
                widget=forms.NumberInput(attrs={"aria-label": counted}),
            )

    def _count(self) -> int:
        text = str(self.data.get("rows") or ROWS)
        count = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else ROWS
        return min(max(count, ROWS) + (MORE_ROWS if "more" in self.data else 0), MOST_ROWS)

    @property
    def needs_no_address(self) -> bool:
        """Say whether the buyer takes the pieces along, also of a form that is not valid."""
        return bool(self.data.get("is_handed_over")) if self.is_bound else True

    @property
    def pieces(self) -> list[tuple[Any, Any]]:
        """Return the fields of each row."""
        return [(self[f"piece{number}"], self[f"pieces{number}"]) for number in range(self.rows)]

    def clean_name(self) -> str:
        """Take a name in one line; a buyer at a fair need not give one."""
        if self.needs_no_address:
            return addresses.tidy(self.cleaned_data["name"])
        return super().clean_name()

    def clean(self) -> dict[str, Any]:
        """Hold an address to its country's rules where a parcel goes there; find the pieces."""
        if self.needs_no_address:
            data = self.cleaned_data
            for name in (*addresses.PLACE, "street_extra"):
                data[name] = addresses.tidy(data.get(name) or "")
        else:
            data = super().clean()
        self._find()
        return data

    def _find(self) -> None:
        """Set `lines`, {variant id: pieces}; a piece named twice counts together."""
        for number in range(self.rows):
            name = f"piece{number}"
            text = addresses.tidy(self.cleaned_data.get(name) or "")
            if not text:
                continue
            found = list(_variants(text)[: SAID + 1])
            if not found:
                self.add_error(name, _("Nothing is called so. Type its SKU."))
            elif len(found) > 1:
                names = "; ".join(f"{one.sku} ({one.title})" for one in found[:SAID])
                self.add_error(name, _("Several fit. Type the SKU of one: %s") % names)
            else:
                count = self.cleaned_data.get(f"pieces{number}") or 1
                self.lines[found[0].pk] = self.lines.get(found[0].pk, 0) + count

    def sale(self) -> Sale:
        """Return what was filled in, of a valid form."""
        data = self.cleaned_data
        place = {name: data[name] for name in (*addresses.PLACE, "street_extra", "country")}
        return Sale(
            channel=data["channel"],
            way=data["way"],
            lines=self.lines,
            details=Details(email=data["email"], name=data["name"], **place),
            is_handed_over=data["is_handed_over"],
            off=data["off"] or 0,
            off_reason=data["off_reason"].strip(),
            voucher=addresses.tidy(data["voucher"]),
            language=data["language"],
            held_days=data["held_days"],
            reference=data["reference"].strip(),
        )


def _variants(text: str) -> Any:
    """Return what `text` names: the one of that SKU, else those whose product is called so."""
    rows = Variant.objects.select_related("product").order_by("sku")
    exact = rows.filter(sku__iexact=text)
    if exact.exists():
        return exact
    return rows.filter(
        Q(product__name_en__icontains=text) | Q(product__name_es__icontains=text),
        product__is_published=True,
    )


class MoneyForm(forms.Form):
    """Money that came in by bank transfer."""

    amount = AmountField(label=_("amount"), currency=settings.BASE_CURRENCY)
    day = forms.DateField(
        label=_("day"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    reference = forms.CharField(
        label=_("reference"),
        max_length=80,
        help_text=_("As on the bank's statement, so that it is found there."),
    )


class GivenForm(forms.Form):
    """Money that was given back by hand."""

    way = forms.ChoiceField(
        label=_("given back"),
        widget=forms.RadioSelect,
        choices=[(Way.CASH, _("in cash")), (Way.BANK, _("by bank transfer"))],
    )
    day = forms.DateField(
        label=_("day"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    reference = forms.CharField(label=_("receipt or reference"), max_length=80)
