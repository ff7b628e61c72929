"""Consents in the admin: codes, what was agreed to, and the act of withdrawing."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import localize
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from weintl.history import HistoryAdmin

from .. import consents, storing
from ..models import ConsentRecord, Withdrawal
from ..models.consents import Scope


class ConsentForm(forms.ModelForm):
    """Ticks for the uses."""

    scopes = forms.MultipleChoiceField(
        label=_("for"), choices=Scope.choices, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = ConsentRecord
        fields = [
            "partner",
            "obtained_by",
            "language",
            "obtained_on",
            "expires_on",
            "given_by",
            "is_from_programme",
            "left_programme_on",
            "scopes",
            "shows_face",
            "uses_name",
            "place",
            "risk_assessed_on",
            "paper_reference",
        ]


class StateFilter(admin.SimpleListFilter):
    """Living, expired, withdrawn."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer the states."""
        return [("living", _("living")), ("expired", _("expired")), ("withdrawn", _("withdrawn"))]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[ConsentRecord]
    ) -> QuerySet[ConsentRecord]:
        """Compare with today."""
        today = timezone.localdate()
        if self.value() == "living":
            return queryset.filter(withdrawn_at=None, expires_on__gt=today)
        if self.value() == "expired":
            return queryset.filter(withdrawn_at=None, expires_on__lte=today)
        if self.value() == "withdrawn":
            return queryset.filter(withdrawn_at__isnull=False)
        return queryset


@admin.register(ConsentRecord)
class ConsentRecordAdmin(HistoryAdmin):
    """Kept for ever, as codes: it is the proof that was asked, and that was withdrawn."""

    form = ConsentForm
    change_form_template = "admin/media/consentrecord/change_form.html"
    list_display = ["code", "partner", "standing", "uses_allowed", "expires_on"]
    list_filter = [StateFilter, "given_by", "partner"]
    search_fields = ["code", "partner", "paper_reference"]
    ordering = ["expires_on", "pk"]
    fieldsets = [
        (None, {"fields": ["code", "standing", "rests_on_it"]}),
        (
            _("Who asked whom"),
            {
                "fields": ["partner", "obtained_by", "language", "obtained_on", "expires_on"],
                "description": _("Write no name here, nor anything that tells who it is."),
            },
        ),
        (_("The person"), {"fields": ["given_by", "is_from_programme", "left_programme_on"]}),
        (
            _("What may be shown"),
            {"fields": ["scopes", "shows_face", "uses_name", "place", "risk_assessed_on"]},
        ),
        (_("The paper"), {"fields": ["paper_reference"]}),
    ]
    readonly_fields = ["code", "standing", "rests_on_it"]

    @admin.display(description=_("state"))
    def standing(self, consent: ConsentRecord) -> str:
        """Say whether it covers anything today, or why not."""
        now = timezone.now()
        if consent.pk is None:
            return "–"
        if consent.withdrawn_at is not None:
            return _("withdrawn on %s") % localize(consent.withdrawn_at.date())
        if consent.expires_on <= now.date():
            return str(_("expired"))
        if any(consent.covers(now=now, scope=scope) for scope in consent.scopes):
            return str(_("valid"))
        return str(_("not yet: a year must have passed since the programme was left"))

    @admin.display(description=_("for"))
    def uses_allowed(self, consent: ConsentRecord) -> str:
        """Write the uses."""
        return ", ".join(str(Scope(scope).label) for scope in consent.scopes)

    @admin.display(description=_("rests on it"))
    def rests_on_it(self, consent: ConsentRecord) -> str:
        """Write what would go with it."""
        if consent.pk is None:
            return "–"
        found = [f"{use.name}: {', '.join(use.titles)}" for use in consents.uses(consent)]
        return "; ".join(found) or str(_("nothing"))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Fix what was withdrawn."""
        if obj is not None and obj.withdrawn_at is not None:
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: it is withdrawn instead, and stays as a code."""
        return False

    def get_urls(self) -> list[URLPattern]:
        """Add the act of withdrawing."""
        view = self.admin_site.admin_view(self.withdraw_view)
        name = "media_consentrecord_withdraw"
        return [path("<int:pk>/withdraw/", view, name=name), *super().get_urls()]

    def withdraw_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Say what would go; on the second click let it go, and say what went."""
        if not request.user.has_perm("media.change_consentrecord"):
            raise PermissionDenied
        consent = get_object_or_404(ConsentRecord, pk=pk)
        back = reverse("admin:media_consentrecord_change", args=[pk])
        if request.method == "POST":
            self._withdraw(request, consent)
            return HttpResponseRedirect(back)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Withdraw the consent"),
            "opts": self.opts,
            "consent": consent,
            "uses": consents.uses(consent),
            "back": back,
        }
        return TemplateResponse(request, "media/admin/withdraw.html", context)

    def _withdraw(self, request: HttpRequest, consent: ConsentRecord) -> None:
        now = timezone.now()
        # Counted first: a worker may be quicker with removing them.
        files = sum(len(picture.renditions) for picture in consent.pictures.all())
        try:
            withdrawal = consents.withdraw(code=consent.code, now=now)
        except consents.AlreadyWithdrawn:
            self.message_user(request, _("It was withdrawn before."), messages.WARNING)
            return
        self.log_change(request, consent, [{"changed": {"fields": ["withdrawn_at"]}}])
        # The queue would do it too; the person at the desk shall hear how it went.
        storing.remove(now=now)
        self.message_user(request, told(withdrawal, files=files), messages.SUCCESS)


def told(withdrawal: Withdrawal, *, files: int) -> str:
    """Say in one sentence, without a word of it, what a withdrawal did."""
    erased = dict(withdrawal.erased)
    stories = erased.pop("awareness.story", 0)
    shots = erased.pop("media.picture", 0)
    others = sum(erased.values())
    parts = [
        ngettext("%d story", "%d stories", stories) % stories,
        ngettext("%d picture", "%d pictures", shots) % shots,
        ngettext("%d file", "%d files", files) % files,
    ]
    sentence = _("%(code)s is withdrawn. Erased with their history: %(what)s.") % {
        "code": withdrawal.code,
        "what": ", ".join(parts),
    }
    if others:
        sentence += (
            " "
            + ngettext(
                "%d page or product that showed a picture lost it.",
                "%d pages or products that showed a picture lost it.",
                others,
            )
            % others
        )
    return sentence


@admin.register(Withdrawal)
class WithdrawalAdmin(admin.ModelAdmin):
    """What was withdrawn, in codes; to be read."""

    list_display = ["code", "withdrawn_at", "counts", "is_written_down"]
    search_fields = ["code"]
    ordering = ["-withdrawn_at", "-pk"]

    @admin.display(description=_("erased"))
    def counts(self, withdrawal: Withdrawal) -> SafeString | str:
        """Write how much."""
        return ", ".join(f"{name} {count}" for name, count in sorted(withdrawal.erased.items()))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never: the act writes it."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: a restored backup needs it."""
        return False
