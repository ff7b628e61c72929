"""Forms of the acts of shop and finance staff."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from weintl.money.formatting import format_money
from weintl.money.forms import AmountField
from weintl.payments import refunds
from weintl.rows import minor

from .. import orders, returns, stock
from ..models import Unit
from ..write_offs import Spoilt
from .consequences import Line


def new_key() -> str:
    """Return a word that makes one act of one form, however often it is sent."""
    return uuid4().hex


def sent(request: HttpRequest) -> QueryDict | None:
    """Return what a form was sent with, nothing while it is only looked at."""
    return request.POST if request.method == "POST" else None


class ReceiveForm(forms.Form):
    """A delivery of pieces of one variant."""

    supply = forms.ChoiceField(
        label=_("supply"),
        choices=Unit.Supply,
        initial=Unit.Supply.CONSIGNED,
        help_text=_("Owned: bought outright, the makers are paid. Consigned: paid when sold."),
    )
    quantity = forms.IntegerField(label=_("pieces"), min_value=1, max_value=100_000)
    unit_cost = AmountField(
        label=_("cost of one"),
        currency=settings.BASE_CURRENCY,
        max_value=100_000,
        required=False,
        help_text=_("Only for owned pieces."),
    )
    # Only what `new_key` gives: another word might be that of a line of a delivery.
    key = forms.RegexField(r"\A[0-9a-f]{32}\Z", widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Demand a cost for owned pieces, refuse one for consigned ones."""
        data = super().clean() or self.cleaned_data
        is_owned = data.get("supply") == Unit.Supply.OWNED
        if is_owned and data.get("unit_cost") is None:
            self.add_error("unit_cost", _("Say what one of them cost."))
        if not is_owned and data.get("unit_cost"):
            self.add_error("unit_cost", _("Consigned pieces cost nothing until they are sold."))
        return data


class UnitChoice(forms.ModelMultipleChoiceField):
    """Pieces of an order to tick."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, unit: Any) -> str:
        """Write name, place, state and what was paid for it."""
        paid = minor(unit.charged_amount, unit.currency)
        return f"{unit.line.product_name} {unit.position + 1}, {unit.get_state_display()}, {paid}"


class UnitsForm(forms.Form):
    """Some pieces of an order; all are ticked at first."""

    units = UnitChoice(label=_("pieces"), queryset=Unit.objects.none())

    def __init__(self, *args: Any, units: list[Unit], **kwargs: Any) -> None:
        """Offer `units`."""
        super().__init__(*args, **kwargs)
        offered = Unit.objects.filter(pk__in=[unit.pk for unit in units])
        field: Any = self.fields["units"]
        field.queryset = offered.select_related("line").order_by("line_id", "position")
        field.initial = [unit.pk for unit in units]

    @property
    def unit_ids(self) -> list[int]:
        """Return the keys of what was ticked."""
        return [unit.pk for unit in self.cleaned_data.get("units", [])]


class ReasonForm(forms.Form):
    """Why money goes back."""

    reason = forms.CharField(label=_("reason"), max_length=250)
    key = forms.CharField(widget=forms.HiddenInput, max_length=64)


class SpoiltForm(UnitsForm):
    """Which of the chosen pieces nobody can buy again; asked only where some were sent."""

    spoilt = UnitChoice(
        label=_("of these, written off"),
        queryset=Unit.objects.none(),
        required=False,
        help_text=_("Came back damaged, or does not come back. The others go to the shelf."),
    )
    spoilt_reason = forms.CharField(
        label=_("why written off"), max_length=250, required=False, help_text=_("Only for staff.")
    )

    def __init__(self, *args: Any, units: list[Unit], **kwargs: Any) -> None:
        """Tick nothing: each piece is chosen on purpose."""
        super().__init__(*args, units=units, **kwargs)
        self.fields["units"].required = False
        self.fields["units"].initial = []
        out = [unit.pk for unit in units if unit.state in {Unit.State.SENT, Unit.State.DELIVERED}]
        field: Any = self.fields["spoilt"]
        field.queryset = (
            Unit.objects.filter(pk__in=out).select_related("line").order_by("line_id", "position")
        )
        if not out:
            del self.fields["spoilt"], self.fields["spoilt_reason"]

    @property
    def to_write_off(self) -> Spoilt:
        """Return what is written off, and why."""
        return Spoilt(self.spoilt_ids, self.cleaned_data.get("spoilt_reason", ""))

    @property
    def spoilt_ids(self) -> list[int]:
        """Return the keys of the pieces to write off."""
        return [unit.pk for unit in self.cleaned_data.get("spoilt") or []]

    def clean(self) -> dict[str, Any]:
        """Write off only what is refunded, and only with a reason."""
        data = super().clean() or self.cleaned_data
        if not set(self.spoilt_ids) <= set(self.unit_ids):
            self.add_error("spoilt", _("Tick each of these among the pieces, too."))
        if self.spoilt_ids and not data.get("spoilt_reason"):
            self.add_error("spoilt_reason", _("Say why they cannot be sold again."))
        return data


def goodwill_field() -> AmountField:
    """Return the field of what is given beyond any claim."""
    return AmountField(
        label=_("goodwill"),
        currency=settings.BASE_CURRENCY,
        max_value=100_000,
        required=False,
        help_text=_("Beyond any claim. The shop bears it; makers and programmes keep theirs."),
    )


class RefundForm(SpoiltForm, ReasonForm):
    """Pieces, delivery, goodwill."""

    with_shipping = forms.BooleanField(label=_("delivery too"), required=False)
    with_gift = forms.BooleanField(
        label=_("the added gift too"),
        required=False,
        help_text=_("It leaves its fund. Untouched unless you tick it."),
    )
    goodwill = goodwill_field()
    field_order = ["units", "spoilt", "spoilt_reason", "with_shipping", "with_gift", "goodwill"]
    field_order += ["reason", "key"]

    def __init__(self, *args: Any, has_gift: bool = False, **kwargs: Any) -> None:
        """Offer the added gift only where there is one."""
        super().__init__(*args, **kwargs)
        if not has_gift:
            del self.fields["with_gift"]


class NameForm(SpoiltForm):
    """What a refund made at the provider belongs to."""

    with_shipping = forms.BooleanField(label=_("delivery too"), required=False)
    with_gift = forms.BooleanField(label=_("the added gift too"), required=False)
    goodwill = AmountField(label=_("goodwill"), currency=settings.BASE_CURRENCY, required=False)

    def __init__(self, *args: Any, has_gift: bool = False, **kwargs: Any) -> None:
        """Offer the added gift only where there is one."""
        super().__init__(*args, **kwargs)
        if not has_gift:
            del self.fields["with_gift"]


class Acting:
    """A page of the admin that asks, and then acts."""

    admin_site: Any
    opts: Any
    log_change: Callable[..., Any]
    message_user: Callable[..., None]

    def run_act(
        self,
        request: HttpRequest,
        row: Model,
        form: forms.Form,
        act: Callable[[], object],
        *,
        title: Any,
        back: str,
        words: str = "",
        left: str = "",
        effects: list[Line] | None = None,
        foresee: Callable[[], list[Line]] | None = None,
    ) -> HttpResponse:
        """Ask, then act; an act that is refused says why beside its form.

        `effects` stand above the form. With `foresee`, what was chosen is shown with its
        effects first, and done once that is confirmed.
        """
        is_asked = foresee is not None and "confirmed" not in request.POST
        if request.method == "POST" and form.is_valid() and "edit" not in request.POST:
            try:
                if foresee is not None and is_asked:
                    effects = foresee()
                else:
                    act()
            except (
                orders.NotPossible,
                returns.NotTheAmount,
                stock.NothingThere,
                stock.Busy,
            ) as error:
                form.add_error(None, str(error.message))
            except refunds.TooMuch as error:
                over = {"left": format_money(error.remaining)}
                form.add_error(None, _("Only %(left)s of this order is left to refund.") % over)
            else:
                if not is_asked:
                    self.log_change(request, row, str(title))
                    self.message_user(request, _("Done: %s.") % title, messages.SUCCESS)
                    return HttpResponseRedirect(back)
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "row": row,
            "back": back,
            "form": form,
            "words": words,
            "left": left,
            "effects": effects or [],
            "is_confirming": is_asked and bool(effects),
        }
        return TemplateResponse(request, "marketplace/admin/act.html", context)
