"""Figures, sources and helplines in the admin."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet, URLField
from django.forms import BaseInlineFormSet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin

from awareness import facts
from awareness.models import (
    Citation,
    Country,
    Helpline,
    Region,
    SeedClaim,
    Source,
    Statistic,
)
from weintl.history import HistoryAdmin

# Who types an address without its scheme means the encrypted one.
HTTPS: dict[Any, dict[str, Any]] = {URLField: {"assume_scheme": "https"}}


class ReviewFilter(admin.SimpleListFilter):
    """Rows whose review is overdue."""

    title = _("review")
    parameter_name = "review"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer overdue and checked."""
        return [("overdue", _("overdue")), ("checked", _("checked"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Compare with today."""
        today = timezone.localdate()
        if self.value() == "overdue":
            return queryset.filter(review_due__lt=today)
        if self.value() == "checked":
            return queryset.filter(review_due__gte=today)
        return queryset


class CitationFormSet(BaseInlineFormSet):
    """The sources of a figure, together with the figure itself."""

    def clean(self) -> None:
        """Refuse a public figure without a source: readers would not see it."""
        super().clean()
        if any(self.errors) or not getattr(self.instance, "is_public", False):
            return
        gone = self.deleted_forms
        if not any(form.cleaned_data for form in self.forms if form not in gone):
            raise ValidationError(_("A public figure needs a source."))


class CitationInline(admin.TabularInline):
    """Where the figure stands."""

    model = Citation
    formset = CitationFormSet
    extra = 0
    autocomplete_fields = ["source"]


@admin.register(Statistic)
class StatisticAdmin(HistoryAdmin, TranslationAdmin):
    """A figure with its sources."""

    list_display = ["key", "value_text", "counts_what", "data_year", "is_public", "review_due"]
    list_filter = [ReviewFilter, "is_public", "topic", "verdict", "confidence", "method_family"]
    autocomplete_fields = ["part_of"]
    search_fields = ["key", "value_text_en", "counts_what_en", "counts_what_es", "statement_en"]
    date_hierarchy = "review_due"
    inlines = [CitationInline]

    def get_readonly_fields(self, request: HttpRequest, obj: Statistic | None = None) -> list[str]:
        """Fix the key once texts or readers know it: both would lose the figure."""
        if obj is None:
            return []
        # As it is stored: the row in hand may bear what was just typed.
        is_public = Statistic.objects.filter(pk=obj.pk, is_public=True).exists()
        return ["key"] if is_public or facts.used_in(obj) else []

    def has_delete_permission(self, request: HttpRequest, obj: Statistic | None = None) -> bool:
        """Keep what a text names."""
        may = super().has_delete_permission(request, obj)
        return may and (obj is None or not facts.used_in(obj))

    def save_model(self, request: HttpRequest, obj: Statistic, form: Any, change: bool) -> None:
        """Save, and name the pages that show a gap where the figure was."""
        super().save_model(request, obj, form, change)
        pages = [] if obj.is_public else facts.used_in(obj)
        if pages:
            words = _("Readers see “a figure under review”, or a gap, on these pages: %(pages)s.")
            self.message_user(
                request, words % {"pages": ", ".join(map(str, pages))}, messages.WARNING
            )


@admin.register(Source)
class SourceAdmin(admin.ModelAdmin):
    """A publication, and how many figures rest on it."""

    list_display = ["key", "publisher", "title", "year", "kind", "is_url_seen", "figures"]
    list_filter = ["kind", "is_url_seen", "year"]
    search_fields = ["key", "publisher", "title", "url"]
    formfield_overrides = HTTPS

    def get_queryset(self, request: HttpRequest) -> QuerySet[Source]:
        """Count the figures in the same query."""
        return super().get_queryset(request).annotate(figure_count=Count("citations"))

    @admin.display(description=_("figures"), ordering="figure_count")
    def figures(self, source: Source) -> int:
        """Return how many figures cite it."""
        return source.figure_count  # type: ignore[attr-defined,no-any-return]


@admin.register(SeedClaim)
class SeedClaimAdmin(TranslationAdmin):
    """What became of a sentence of the founding text; its wording is kept for ever."""

    list_display = ["key", "paragraph", "seed_wording", "verdict"]
    list_filter = ["verdict", "paragraph"]
    search_fields = ["key", "seed_wording", "why_en", "why_es"]
    filter_horizontal = ["replaced_by"]
    readonly_fields = ["key", "paragraph", "seed_wording"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never: the founding text is finished."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: the page on corrections must stay whole."""
        return False


@admin.register(Helpline)
class HelplineAdmin(HistoryAdmin, TranslationAdmin):
    """A line to call. The database refuses to publish an unverified one."""

    list_display = ["country", "name", "operator", "is_public", "checked_on", "review_due"]
    list_display_links = ["country", "name"]
    list_filter = [ReviewFilter, "is_public", "evidence", "operator_kind"]
    search_fields = ["key", "name", "operator_en", "country", "country_name_en", "country_name_es"]
    date_hierarchy = "review_due"
    formfield_overrides = HTTPS


@admin.register(Region)
class RegionAdmin(HistoryAdmin, TranslationAdmin):
    """A region on the page of regions and countries."""

    list_display = ["name", "key", "position"]
    search_fields = ["key", "name_en", "name_es"]


@admin.register(Country)
class CountryAdmin(HistoryAdmin, TranslationAdmin):
    """A country that the founding text names."""

    list_display = ["code", "name", "region", "role"]
    list_display_links = ["code", "name"]
    list_filter = ["region", "role"]
    list_select_related = ["region"]
    search_fields = ["code", "name_en", "name_es"]
