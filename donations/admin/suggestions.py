"""Suggested amounts in the admin: typed in their own currency, shown only when explained."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin

from weintl.history import HistoryAdmin
from weintl.money.formatting import format_money
from weintl.rows import shown

from .. import amounts
from ..forms import format_plain, read_amount
from ..models import Suggestion

EXPLAINED = ("sentence_en", "sentence_es", "source", "source_on")


class SuggestionForm(ModelForm):
    """An amount as it is said in its currency, such as 40.00 or, in yen, 500."""

    typed = forms.CharField(label=_("Amount"), max_length=20)
    source_url = forms.URLField(
        label=_("Address of the source"), max_length=400, required=False, assume_scheme="https"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Show a kept amount as one types it."""
        super().__init__(*args, **kwargs)
        if self.instance.pk and "typed" in self.fields:
            self.fields["typed"].initial = format_plain(self.instance.money)

    def clean(self) -> dict[str, Any]:
        """Read the amount, and refuse to show one that is not explained."""
        data = super().clean() or {}
        currency, campaign = data.get("currency"), data.get("campaign")
        if campaign and currency and campaign.currency != currency:
            self.add_error("currency", _("The campaign takes gifts in another currency."))
        elif currency and data.get("typed"):
            self._read(data["typed"], currency=currency)
        if data.get("is_shown"):
            for name in EXPLAINED:
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, _("Needed before the amount is shown."))
        return data

    def _read(self, text: str, *, currency: str) -> None:
        try:
            money = amounts.within_limits(read_amount(text, currency=currency))
        except forms.ValidationError as error:
            self.add_error("typed", error)
        except amounts.OutOfRange as error:
            words = _("Gifts are from %(least)s to %(most)s.")
            least, most = amounts.least(currency), amounts.most(currency)
            self.add_error(
                "typed",
                forms.ValidationError(
                    words % {"least": format_money(least), "most": format_money(most)},
                    code=str(error),
                ),
            )
        else:
            self.instance.amount = money.amount
            same = Suggestion.objects.filter(
                campaign=self.cleaned_data.get("campaign"), currency=currency, amount=money.amount
            )
            if same.exclude(pk=self.instance.pk).exists():
                self.add_error("typed", _("This amount is recorded already."))


@admin.register(Suggestion)
class SuggestionAdmin(HistoryAdmin, TranslationAdmin):
    """What the give page and campaigns suggest. Taken off the page rather than deleted."""

    form = SuggestionForm
    list_display = ["shown_amount", "sentence", "campaign", "source", "source_on", "is_shown"]
    list_filter = ["is_shown", "currency", "campaign"]
    list_select_related = ["campaign"]
    search_fields = ["sentence_en", "sentence_es", "source"]
    search_help_text = _("Sentence or source")
    ordering = ["currency", "campaign", "amount", "pk"]
    fieldsets = [
        (None, {"fields": ["campaign", "currency", "typed", "is_shown"]}),
        (_("What it makes possible"), {"fields": ["sentence"]}),
        (_("How we know"), {"fields": ["source", "source_url", "source_on"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Suggestion]:
        """Fetch the campaign in the same row."""
        return super().get_queryset(request).select_related("campaign")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Hide it instead: what was said stays known."""
        return False

    @admin.display(description=_("amount"), ordering="amount")
    def shown_amount(self, suggestion: Suggestion) -> str:
        """Write the amount."""
        return shown(suggestion.money)
