"""Categories and the controlled lists by which pieces are found."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin, TranslationTabularInline

from weintl.history import HistoryAdmin
from weintl.rows import NamedCells, link_to

from ..models import Category, Material, Option, OptionValue, Technique


@admin.register(Category)
class CategoryAdmin(NamedCells, HistoryAdmin, TranslationAdmin):
    """Parts of the shop, in its order; each may stand in a wider one."""

    list_display = ["name", "parent_link", "slug", "position"]
    list_editable = ["position"]
    list_select_related = ["parent"]
    search_fields = ["name_en", "name_es"]
    ordering = ["position", "pk"]
    autocomplete_fields = ["parent"]
    prepopulated_fields = {"slug_en": ["name_en"], "slug_es": ["name_es"]}

    @admin.display(description=_("stands in"), ordering="parent__position")
    def parent_link(self, category: Category) -> str:
        """Lead to the wider category."""
        return link_to(category.parent)


class TermAdmin(NamedCells, HistoryAdmin, TranslationAdmin):
    """One controlled list: one entry for one thing, in both languages."""

    list_display = ["name_en", "name_es", "code", "position"]
    list_editable = ["position"]
    search_fields = ["code", "name_en", "name_es"]
    ordering = ["position", "pk"]
    fields = ["code", "name", "position"]
    prepopulated_fields = {"code": ["name_en"]}

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Fix the code once it stands in addresses."""
        return ["code"] if obj else []

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Make the code from the English name, once."""
        return {} if obj else super().get_prepopulated_fields(request, obj)


@admin.register(Technique)
class TechniqueAdmin(TermAdmin):
    """How pieces are made."""


@admin.register(Material)
class MaterialAdmin(TermAdmin):
    """What pieces are made of."""


class ChoiceInline(TranslationTabularInline):
    """The choices of an option."""

    model = OptionValue
    fields = ["name", "code", "position"]
    ordering = ["position", "pk"]
    extra = 1


@admin.register(Option)
class OptionAdmin(TermAdmin):
    """In what variants differ, with its choices."""

    inlines = [ChoiceInline]


@admin.register(OptionValue)
class OptionValueAdmin(HistoryAdmin, TranslationAdmin):
    """All choices of all options: found here by the form of a variant."""

    list_display = ["name_en", "name_es", "option", "code", "position"]
    list_filter = ["option"]
    list_select_related = ["option"]
    search_fields = ["code", "name_en", "name_es", "option__name_en", "option__name_es"]
    ordering = ["option", "position", "pk"]
    fields = ["option", "code", "name", "position"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[OptionValue]:
        """Fetch the options at once: a choice is called by both."""
        return super().get_queryset(request).select_related("option")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Fix what addresses and variants name."""
        return ["option", "code"] if obj else []
