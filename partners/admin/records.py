"""Contacts, checks, agreements and papers of a partner, and its steps on the ladder."""

import hashlib
import logging
from pathlib import PurePath
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import InlineModelAdmin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from partners import ladder
from partners.models import Agreement, Contact, Document, DueDiligence, Partner, StatusChange
from weintl.rows import link, link_to

logger = logging.getLogger(__name__)
LARGEST = 20 * 1024 * 1024


class ExpiryFilter(admin.SimpleListFilter):
    """What has ended or ends within two months."""

    title = _("end")
    parameter_name = "expiry"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer the one choice."""
        return [("soon", _("ended, or within 60 days"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Keep what expires."""
        return queryset.expiring() if self.value() == "soon" else queryset


class StepInline(admin.TabularInline):
    """The steps that a partner took, newest first."""

    model = StatusChange
    fields = ["changed_at", "before", "after", "reason", "actor"]
    readonly_fields = ["changed_at", "before", "after", "reason", "actor"]
    ordering = ["-changed_at", "-pk"]
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Steps are taken on a page of their own."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was is kept."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[StatusChange]:
        """Fetch who at once."""
        return super().get_queryset(request).select_related("actor")


class ContactInline(admin.StackedInline):
    """Whom we may write to."""

    model = Contact
    extra = 0

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let those delete who may change: people may ask not to be kept."""
        return self.has_change_permission(request, obj)


class OfPartner(InlineModelAdmin):
    """Rows that may name one of the partner's own papers."""

    extra = 0

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Offer this partner's papers only, to those who may see them."""
        if db_field.name == "document":
            number = request.resolver_match.kwargs.get("object_id")
            may = request.user.has_perm("partners.view_document")
            own = Document.objects.filter(partner_id=number) if may else Document.objects.none()
            kwargs["queryset"] = own
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class CheckInline(OfPartner, admin.TabularInline):
    """The checklist."""

    model = DueDiligence
    fields = ["point", "outcome", "checked_on", "expires_on", "document", "note"]
    max_num = len(DueDiligence.Point.values)


class AgreementInline(OfPartner, admin.StackedInline):
    """What was signed."""

    model = Agreement
    fields = ["title", "starts_on", "expires_on", "terms", "document"]


class DocumentInline(admin.TabularInline):
    """The papers, to be read and followed."""

    model = Document
    fields = ["paper", "expires_on", "uploaded_at"]
    readonly_fields = ["paper", "expires_on", "uploaded_at"]
    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Papers are added on a page of their own."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A paper is never changed."""
        return False

    @admin.display(description=_("file"))
    def paper(self, document: Document) -> str:
        """Lead to the file."""
        return paper_link(document)


def paper_link(document: Document | None) -> str:
    """Return the link by which a paper is downloaded, a dash for none."""
    if document is None:
        return "–"
    return link(reverse("admin:partners_document_file", args=[document.pk]), document.filename)


class DocumentForm(forms.ModelForm):
    """Takes a file in, and refuses a large one."""

    class Meta:
        model = Document
        fields = ["partner", "title", "file", "expires_on"]
        widgets: ClassVar = {"file": forms.FileInput}

    def clean_file(self) -> Any:
        """Refuse what is too large."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(_("The file is larger than 20 MB."))
        return file


@admin.register(Document)
class DocumentAdmin(admin.ModelAdmin):
    """Papers of partners: added, downloaded by those who may, deleted; never changed."""

    form = DocumentForm
    list_display = ["title", "partner_link", "paper", "expires_on", "uploaded_by", "uploaded_at"]
    list_filter = [ExpiryFilter, "partner"]
    list_select_related = ["partner", "uploaded_by"]
    search_fields = ["title", "filename", "partner__name"]
    search_help_text = _("Title, name of the file, or partner")
    ordering = ["-uploaded_at", "-pk"]
    date_hierarchy = "uploaded_at"
    autocomplete_fields = ["partner"]
    read: ClassVar = ["partner_link", "title", "paper", "digest", "expires_on"]
    read += ["uploaded_by", "uploaded_at"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let nobody change a paper: a new one is a new row."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let those delete who may add: papers hold personal data."""
        return self.has_add_permission(request)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Ask for a file, or lead to it."""
        return self.read if obj else ["partner", "title", "file", "expires_on"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Show a paper as it is."""
        return self.read if obj else []

    def save_model(
        self, request: HttpRequest, obj: Document, form: ModelForm, change: bool
    ) -> None:
        """Keep the file's name and digest beside it."""
        file = form.cleaned_data["file"]
        obj.filename = PurePath(file.name).name[-120:]
        obj.digest = hashlib.sha256(b"".join(file.chunks())).hexdigest()
        obj.uploaded_by = request.user  # type: ignore[assignment]
        obj.uploaded_at = timezone.now()
        super().save_model(request, obj, form, change)

    def delete_model(self, request: HttpRequest, obj: Document) -> None:
        """Delete the file once its row is gone for good."""
        storage, name = obj.file.storage, str(obj.file.name)
        super().delete_model(request, obj)
        transaction.on_commit(lambda: storage.delete(name))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Document]) -> None:
        """Delete each with its file."""
        for document in queryset:
            self.delete_model(request, document)

    @admin.display(description=_("partner"), ordering="partner__name")
    def partner_link(self, document: Document) -> str:
        """Lead to the partner."""
        return link_to(document.partner)

    @admin.display(description=_("file"))
    def paper(self, document: Document) -> str:
        """Lead to the file."""
        return paper_link(document)

    def get_urls(self) -> list[URLPattern]:
        """Add the address that hands a file out."""
        view = self.admin_site.admin_view(self.hand_out)
        return [
            path("<int:pk>/file/", view, name="partners_document_file"),
            *super().get_urls(),
        ]

    @method_decorator(require_safe)
    def hand_out(self, request: HttpRequest, pk: int) -> HttpResponse | FileResponse:
        """Hand a file to who may see papers, to be saved and never shown in the page."""
        if not request.user.has_perm("partners.view_document"):
            raise PermissionDenied
        document = get_object_or_404(Document, pk=pk)
        try:
            content = document.file.open("rb")
        except FileNotFoundError:
            logger.exception("document.missing", extra={"document": pk})
            words = _("The file of this document is not in the storage. Restore it from a backup.")
            self.message_user(request, words, messages.ERROR)
            return HttpResponseRedirect(reverse("admin:partners_document_change", args=[pk]))
        response = FileResponse(
            content,
            as_attachment=True,
            filename=document.filename,
            content_type="application/octet-stream",
        )
        response["Cache-Control"] = "no-store"
        response["X-Content-Type-Options"] = "nosniff"
        return response


class Expiring(admin.ModelAdmin):
    """A list by what ends first; rows are edited on their partner's page."""

    list_filter: ClassVar[Any] = [ExpiryFilter]
    list_select_related = ["partner", "document"]
    search_fields = ["partner__name"]
    search_help_text = _("Partner")
    ordering = ["expires_on", "pk"]
    list_display_links = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Rows are added on the partner's page."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Rows are changed on the partner's page."""
        return obj is not None and super().has_change_permission(request, obj)

    @admin.display(description=_("partner"), ordering="partner__name")
    def partner_link(self, row: Any) -> str:
        """Lead to the partner."""
        return link_to(row.partner)


@admin.register(DueDiligence)
class DueDiligenceAdmin(Expiring):
    """Points of all checklists."""

    list_display = ["partner_link", "point", "outcome", "checked_on", "expires_on", "note"]
    list_filter = [ExpiryFilter, "outcome", "point"]


@admin.register(Agreement)
class AgreementAdmin(Expiring):
    """Agreements with all partners."""

    list_display = ["partner_link", "title", "starts_on", "expires_on"]


class StepForm(forms.Form):
    """Asks for the next step and why."""

    to = forms.ChoiceField(label=_("New status"))
    reason = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, partner: Partner, **kwargs: Any) -> None:
        """Offer the steps that there are from where the partner stands."""
        super().__init__(*args, **kwargs)
        steps = ladder.STEPS[partner.status]
        self.fields["to"].choices = [(step.value, step.label) for step in steps]  # type: ignore[attr-defined]


class OnLadder(admin.ModelAdmin):
    """Adds to a partner's page the one by which it takes a step."""

    def save_model(self, request: HttpRequest, obj: Partner, form: Any, change: bool) -> None:
        """Begin a new partner's checklist: staff fill it in, point by point."""
        super().save_model(request, obj, form, change)
        if not change:
            ladder.open_checklist(obj)

    def get_urls(self) -> list[URLPattern]:
        """Add the page."""
        view = self.admin_site.admin_view(self.step)
        return [path("<int:pk>/step/", view, name="partners_partner_step"), *super().get_urls()]

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def step(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask where to and why, then take the step."""
        partner = get_object_or_404(Partner, pk=pk)
        if not self.has_change_permission(request, partner):
            raise PermissionDenied
        back = reverse("admin:partners_partner_change", args=[pk])
        form = StepForm(request.POST or None, partner=partner)
        if request.method == "POST" and form.is_valid():
            try:
                ladder.move(
                    partner_id=pk,
                    to=form.cleaned_data["to"],
                    reason=form.cleaned_data["reason"],
                    actor=request.user,  # type: ignore[arg-type]
                    now=timezone.now(),
                )
            except ladder.NotPossible as error:
                form.add_error(None, error.message)
            else:
                messages.success(request, _("The status is changed."))
                return HttpResponseRedirect(back)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Change the status of this partner"),
            "row": partner,
            "back": back,
            "form": form,
            "facts": [(_("status"), partner.get_status_display())],
        }
        return TemplateResponse(request, "partners/admin/ask.html", context)
