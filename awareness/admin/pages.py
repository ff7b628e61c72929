"""Pages in the admin: sections side by side in both languages, states, proposals, versions."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from js_asset import Script
from modeltranslation.admin import TranslationAdmin

from awareness import publishing, versions
from awareness.models import Page
from weintl.web import allow_import_map

from .page_forms import SectionInline, StateRules

STATE = Page.State
PUBLISH = "awareness.publish_page"


class PublishedFilter(admin.SimpleListFilter):
    """What readers see now."""

    title = _("on the site")
    parameter_name = "public"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer both."""
        return [("yes", _("public")), ("no", _("not public"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Page]) -> QuerySet[Page]:
        """Compare with now."""
        public = Page.objects.public(now=timezone.now()).values("pk")
        if self.value() == "yes":
            return queryset.filter(pk__in=public)
        if self.value() == "no":
            return queryset.exclude(pk__in=public)
        return queryset


class SpanishFilter(admin.SimpleListFilter):
    """Pages whose Spanish is not complete."""

    title = _("Spanish")
    parameter_name = "spanish"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer what is missing."""
        return [("missing", _("something is missing"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Page]) -> QuerySet[Page]:
        """Look at titles, ledes and sections."""
        if self.value() != "missing":
            return queryset
        empty = Q(title_es__isnull=True) | Q(title_es="") | Q(lede_es__isnull=True) | Q(lede_es="")
        part = Q(sections__body_es__isnull=True) | Q(sections__body_es="")
        return queryset.filter(empty | part & Q(sections__isnull=False)).distinct()


@admin.register(Page)
class PageAdmin(TranslationAdmin):
    """A page with its sections. Who may not publish proposes changes to what is public."""

    list_display = [
        "title",
        "address",
        "kind",
        "state",
        "is_public",
        "spanish",
        "reviewed_on",
        "see",
    ]
    list_filter = ["state", PublishedFilter, SpanishFilter, "kind", "pillar"]
    search_fields = [
        "key", "title_en", "title_es", "lede_en", "lede_es",
        "sections__heading_en", "sections__heading_es", "sections__body_en", "sections__body_es",
    ]  # fmt: skip
    autocomplete_fields = ["parent", "picture", "share_picture"]
    inlines = [SectionInline]
    date_hierarchy = "published_at"
    change_form_template = "awareness/admin/page_form.html"
    readonly_fields = ["missing"]
    fieldsets = [
        (None, {"fields": ["missing", ("state", "published_at", "unpublish_at")]}),
        (
            _("What readers see first"),
            {
                "fields": [
                    ("title_en", "title_es"),
                    ("lede_en", "lede_es"),
                    ("content_note_en", "content_note_es"),
                ],
                "classes": ["side-by-side"],
            },
        ),
        (
            _("Address and search engines"),
            {
                "fields": [
                    ("path_en", "path_es"),
                    ("description_en", "description_es"),
                ],
                "classes": ["side-by-side"],
            },
        ),
        (_("Pictures"), {"fields": ["picture", "share_picture"]}),
        (
            _("Place on the site"),
            {
                "fields": [
                    "is_indexed",
                    "key",
                    "kind",
                    "parent",
                    "position",
                    "pillar",
                    "reviewed_on",
                ]
            },
        ),
    ]

    class Media:
        css = {"all": ["css/editing.css"]}
        js = [Script("js/unsaved.js", type="module")]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Page]:
        """Fetch what the list shows in one query."""
        part = Q(sections__body_es__isnull=True) | Q(sections__body_es="")
        rows = super().get_queryset(request).select_related("parent")
        return rows.annotate(
            untranslated=Count("sections", filter=part & Q(sections__isnull=False), distinct=True)
        )

    # -- who may what --------------------------------------------------------------------------

    def has_change_permission(self, request: HttpRequest, obj: Page | None = None) -> bool:
        """Refuse a public page to those who may not publish: they propose."""
        may = super().has_change_permission(request, obj)
        if obj is None or request.user.has_perm(PUBLISH):
            return may
        return may and obj.state in {STATE.DRAFT, STATE.REVIEW}

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer only the states that this person may set."""
        if db_field.name == "state" and not request.user.has_perm(PUBLISH):
            kwargs["choices"] = [STATE.DRAFT, STATE.REVIEW]
            kwargs["choices"] = [(state.value, state.label) for state in kwargs["choices"]]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kw: Any
    ) -> Any:
        """Check the state together with its times, in words."""
        form = super().get_form(request, obj, change=change, **kw)
        return type("PageForm", (StateRules, form), {"is_proposal": bool(obj and obj.replaces_id)})

    def has_delete_permission(self, request: HttpRequest, obj: Page | None = None) -> bool:
        """Delete only what never was before readers; the rest goes to the archive."""
        may = super().has_delete_permission(request, obj)
        return may and (obj is None or obj.state in {STATE.DRAFT, STATE.REVIEW})

    # -- the list ------------------------------------------------------------------------------

    @admin.display(description=_("address"), ordering="path_en")
    def address(self, page: Page) -> str:
        """Return the path, or what a proposal would replace."""
        return page.path or "—"

    @admin.display(description=_("public"), boolean=True)
    def is_public(self, page: Page) -> bool:
        """Say whether readers see it now."""
        return page.is_public(now=timezone.now())

    @admin.display(description=_("Spanish"), boolean=True)
    def spanish(self, page: Page) -> bool:
        """Say whether nothing of it is missing."""
        return bool(page.title_es and page.lede_es and not page.untranslated)  # type: ignore[attr-defined]

    @admin.display(description=_("on the site"))
    def see(self, page: Page) -> SafeString | str:
        """Link to the page."""
        if not self.is_public(page):
            return "—"
        return format_html('<a href="{}">{}</a>', page.get_absolute_url(), _("View"))

    @admin.display(description=_("Missing in Spanish"))
    def missing(self, page: Page) -> str:
        """List what has no Spanish words."""
        if page.pk is None:
            return "—"
        found = page.missing_in("es")
        return ", ".join(found) if found else str(_("nothing"))

    # -- acts ----------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        """Add the acts of a page."""
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/propose/", view(self.propose), name="awareness_page_propose"),
            path("<int:pk>/adopt/", view(self.adopt), name="awareness_page_adopt"),
            path("<int:pk>/restore/", view(self.restore), name="awareness_page_restore"),
            *super().get_urls(),
        ]

    def _acted_on(self, request: HttpRequest, pk: int, *, needs: str) -> Page:
        if request.method != "POST":
            raise Http404
        if not request.user.has_perm(needs):
            raise PermissionDenied
        return get_object_or_404(Page, pk=pk)

    def propose(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Make a copy of a public page to change."""
        page = self._acted_on(request, pk, needs="awareness.change_page")
        proposal = publishing.propose(page=page)
        words = _("Change the copy. Readers see it once somebody has put it in the page's place.")
        messages.info(request, words)
        return redirect("admin:awareness_page_change", proposal.pk)

    def adopt(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Put a proposal in the place of its page."""
        proposal = self._acted_on(request, pk, needs=PUBLISH)
        try:
            seen = request.POST.get("seen", "")
            page = publishing.adopt(proposal=proposal, now=timezone.now(), seen=seen)
        except publishing.NotPublishable as error:
            messages.error(request, error.message)
            return redirect("admin:awareness_page_change", pk)
        self.log_change(request, page, str(_("A proposal took the page's place.")))
        messages.success(request, _("The proposal is public now, in the place of the page."))
        return redirect("admin:awareness_page_change", page.pk)

    def restore(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Give a page its earlier words back."""
        page = self._acted_on(request, pk, needs="awareness.change_page")
        if not self.has_change_permission(request, page):
            raise PermissionDenied
        at = parse_datetime(request.POST.get("at", ""))
        back = HttpResponseRedirect(reverse("admin:awareness_page_history", args=[pk]))
        try:
            if at is None:
                raise LookupError
            versions.restore(page, at=at)
        except LookupError:
            messages.error(request, _("There is no such version."))
            return back
        except ValidationError as error:
            words = _("A rule of today refuses that version: %(why)s")
            messages.error(request, words % {"why": " ".join(error.messages)})
            return back
        self.log_change(request, page, str(_("Returned to an earlier version.")))
        messages.success(request, _("The page reads as it did then."))
        return redirect("admin:awareness_page_change", pk)

    # -- pages of the admin --------------------------------------------------------------------

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: Any = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        """Add the preview's addresses and the acts; let the editor's import map run."""
        page = self.get_object(request, object_id) if object_id else None
        context = {**(extra_context or {}), "may_publish": request.user.has_perm(PUBLISH)}
        if page is not None:
            context["previews"] = [
                (name, publishing.preview_path(page, language=code))
                for code, name in (("en", "English"), ("es", "Español"))
            ]
            context["replaced"] = page.replaces
            if page.replaces is not None:
                with transaction.atomic():
                    context["overtaken"] = publishing.overtaken_by(page)
            context["proposal"] = Page.objects.filter(replaces=page).first()
        response = super().changeform_view(request, object_id, form_url, context)
        return allow_import_map(response)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Show the versions; with `old` and `new`, what differs between two of them."""
        page = self.get_object(request, object_id)
        if page is None:
            raise Http404
        if not self.has_view_or_change_permission(request, page):
            raise PermissionDenied
        found = versions.versions_of(page)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Versions of “%(page)s”") % {"page": page},
            "opts": self.opts,
            "original": page,
            "versions": found,
            "may_restore": self.has_change_permission(request, page),
            **_compared(page, request, found),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "awareness/admin/page_versions.html", context)


def _compared(page: Page, request: HttpRequest, found: list[versions.Version]) -> dict[str, Any]:
    """Return what the address asks to have compared: by default the last two versions."""
    known = {version.at.isoformat(): version.at for version in found}
    moments = list(known.values())
    new = known.get(request.GET.get("new", ""), moments[0] if moments else None)
    old = known.get(request.GET.get("old", ""), moments[1] if len(moments) > 1 else None)
    if old is None or new is None:
        return {}
    old, new = min(old, new), max(old, new)
    return {"old": old, "new": new, "changes": versions.compare(page, old=old, new=new)}
