"""Partners in the admin: what the public reads, and apart from it what only staff know."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin

from partners.models import Partner, Programme
from weintl.history import HistoryAdmin
from weintl.rows import UsedCountryFilter, link_to

from .records import (
    AgreementInline,
    CheckInline,
    ContactInline,
    DocumentInline,
    OnLadder,
    StepInline,
)


class ProgrammeInline(admin.TabularInline):
    """The programmes of a partner."""

    model = Programme
    fields = ["code", "pillar", "country", "is_active"]
    readonly_fields = ["code", "pillar", "country", "is_active"]
    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Programmes are added on a page of their own."""
        return False


@admin.register(Partner)
class PartnerAdmin(OnLadder, HistoryAdmin, TranslationAdmin):
    """Partners: what the public reads, and apart from it what only staff may know."""

    change_form_template = "partners/admin/partner_change.html"
    fieldsets = [
        (_("Public"), {"fields": ["name", "slug", "country", "summary", "story", "picture"]}),
        (_("Internal"), {"fields": ["status", "internal_note"]}),
    ]
    readonly_fields = ["status"]

    list_display = ["name", "country", "status", "programme_links", "created_at"]
    list_filter = ["status", UsedCountryFilter]
    search_fields = ["name", "slug", "summary_en", "summary_es"]
    search_help_text = _("Name or summary")
    ordering = ["name", "pk"]
    date_hierarchy = "created_at"
    prepopulated_fields = {"slug": ["name"]}
    autocomplete_fields = ["picture"]
    inlines = [
        ProgrammeInline, CheckInline, AgreementInline, ContactInline, DocumentInline, StepInline,
    ]  # fmt: skip

    def get_inlines(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Begin with the partner alone."""
        return self.inlines if obj else []

    def get_queryset(self, request: HttpRequest) -> QuerySet[Partner]:
        """Fetch the programmes at once."""
        return super().get_queryset(request).prefetch_related("programmes")

    @admin.display(description=_("programmes"))
    def programme_links(self, partner: Partner) -> str:
        """Lead to each."""
        rows = ((link_to(row),) for row in partner.programmes.all())
        return format_html_join(", ", "{}", rows) or "–"
