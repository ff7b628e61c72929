"""Split rules as people write them: amounts with cents, shares in per cent."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminSplitDateTime
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from weintl.money import exponent

from .models import PROGRAMME_USES, SplitRule

PPM = 10_000  # millionths in one per cent
HUNDRED = Decimal(100)


def _percent(label: Any, **options: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, min_value=0, max_value=100, max_digits=7, decimal_places=4, **options
    )


class SplitRuleForm(forms.ModelForm):
    """Reads and writes ppm and cents through per cent and amounts; exact, never a float."""

    maker_pay = forms.DecimalField(
        label=_("Maker pay a piece"), min_value=0, max_digits=13, decimal_places=3
    )
    programme_share = _percent(
        _("Programme's share, per cent of the net price"),
        help_text=_("After maker pay and this share, the rest is operations."),
    )
    long_term_care = _percent(format_lazy("{} %", PROGRAMME_USES[0].label))
    education = _percent(format_lazy("{} %", PROGRAMME_USES[1].label))
    medical_psychological = _percent(format_lazy("{} %", PROGRAMME_USES[2].label))
    legal_aid = _percent(
        format_lazy("{} %", PROGRAMME_USES[3].label),
        help_text=_("The four uses sum to 100 per cent."),
    )
    starts_at = forms.SplitDateTimeField(
        label=_("In force from"),
        widget=AdminSplitDateTime,
        help_text=_("A rule that follows another begins after its approval, never before."),
    )
    ends_at = forms.SplitDateTimeField(
        label=_("Until (empty: without end)"), widget=AdminSplitDateTime, required=False
    )

    class Meta:
        model = SplitRule
        fields = ["programme", "product_code", "currency", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Show a stored rule in people's units."""
        super().__init__(*args, **kwargs)
        rule = self.instance
        if rule.pk is None:
            return
        self.initial["maker_pay"] = Decimal(rule.maker_pay_amount).scaleb(-exponent(rule.currency))
        self.initial["programme_share"] = Decimal(rule.programme_ppm) / PPM
        for use, ppm in rule.weights.items():
            self.initial[use] = Decimal(ppm) / PPM
        self.initial["starts_at"] = rule.effective.lower
        self.initial["ends_at"] = rule.effective.upper

    def clean(self) -> dict[str, Any]:
        """Check what the database would refuse, and set the rule's own columns."""
        data = super().clean() or self.cleaned_data
        if self.errors:
            return data
        if sum(data[use.value] for use in PROGRAMME_USES) != HUNDRED:
            self.add_error("legal_aid", _("The four uses must sum to 100 per cent."))
        if data["ends_at"] and data["ends_at"] <= data["starts_at"]:
            self.add_error("ends_at", _("The end must come after the start."))
        if not self.errors:
            self._set_amounts(data)
        return data

    def _set_amounts(self, data: dict[str, Any]) -> None:
        pay: Decimal = data["maker_pay"].scaleb(exponent(data["currency"]))
        if pay != pay.to_integral_value():
            self.add_error("maker_pay", _("That currency has no such small coins."))
            return
        self.instance.maker_pay_amount = int(pay)
        self.instance.programme_ppm = int(data["programme_share"] * PPM)
        for use in PROGRAMME_USES:
            setattr(self.instance, f"{use.value}_ppm", int(data[use.value] * PPM))
        self.instance.effective = DateTimeTZRange(data["starts_at"], data["ends_at"], "[)")


class EndRuleForm(forms.Form):
    """Asks when an approved rule shall end."""

    ends_at = forms.SplitDateTimeField(label=_("In force until"), widget=AdminSplitDateTime)

    @property
    def moment(self) -> datetime:
        """Return the moment that was chosen."""
        chosen: datetime = self.cleaned_data["ends_at"]
        return chosen
