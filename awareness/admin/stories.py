"""Stories in the admin: three people have a hand in one of a person."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import ModelForm, Textarea
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin

from awareness.models import Story
from awareness.richtext import CleanHtmlField
from weintl.history import HistoryAdmin

RIGHTS = {"consent": "media.change_consentrecord", "published_at": "awareness.publish_story"}
LARGE: Any = {CleanHtmlField: {"widget": Textarea(attrs={"rows": 14, "cols": 60})}}


class StoryForm(ModelForm):
    """Holds the table's rules also where a person only reads the consent or the time."""

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if not self.errors:
            try:
                self.instance.validate_constraints()
            except ValidationError as error:
                self.add_error(None, error)


class PublicFilter(admin.SimpleListFilter):
    """What readers see now."""

    title = _("on the site")
    parameter_name = "public"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer both."""
        return [("yes", _("public")), ("no", _("not public"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Story]) -> QuerySet[Story]:
        """Compare with now."""
        public = Story.objects.public(now=timezone.now()).order_by().values("pk")
        if self.value() == "yes":
            return queryset.filter(pk__in=public)
        if self.value() == "no":
            return queryset.exclude(pk__in=public)
        return queryset


@admin.register(Story)
class StoryAdmin(HistoryAdmin, TranslationAdmin):
    """Editors write it, consent officers link its consent, publishers publish it."""

    form = StoryForm
    list_display = ["title", "is_of_person", "consent", "is_public", "published_at", "see"]
    list_filter = [PublicFilter, "is_of_person"]
    list_select_related = ["consent"]
    search_fields = ["title_en", "title_es", "lede_en", "lede_es"]
    autocomplete_fields = ["consent", "picture"]
    prepopulated_fields = {"slug_en": ["title_en"], "slug_es": ["title_es"]}
    formfield_overrides = LARGE
    fieldsets = [
        (None, {"fields": ["is_of_person", "uses_name", "consent", "published_at"]}),
        (
            _("What readers see"),
            {
                "fields": [
                    ("title_en", "title_es"),
                    ("slug_en", "slug_es"),
                    ("lede_en", "lede_es"),
                    ("content_note_en", "content_note_es"),
                    ("body_en", "body_es"),
                    "picture",
                ],
                "classes": ["side-by-side"],
            },
        ),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Leave the consent to its officers and publishing to publishers."""
        return [field for field, right in RIGHTS.items() if not request.user.has_perm(right)]

    def has_change_permission(self, request: HttpRequest, obj: Story | None = None) -> bool:
        """Refuse a published story to those who only write: its words were agreed to."""
        may = super().has_change_permission(request, obj)
        if obj is None or obj.published_at is None:
            return may
        return may and any(request.user.has_perm(right) for right in RIGHTS.values())

    @admin.display(description=_("public"), boolean=True)
    def is_public(self, story: Story) -> bool:
        """Say whether readers see it now."""
        return story.may_be_read(now=timezone.now())

    @admin.display(description=_("on the site"))
    def see(self, story: Story) -> SafeString | str:
        """Link to the story."""
        if not self.is_public(story):
            return "—"
        return format_html('<a href="{}">{}</a>', story.get_absolute_url(), _("View"))
