"""The guard of the give page: how it stands, why, and the switch."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from weintl.accounts.freshness import fresh_sign_in
from weintl.rows import ReadOnlyAdmin

from .. import guard
from ..models import GuardChange


class SwitchForm(forms.Form):
    """How the guard is to stand, and why."""

    state = forms.ChoiceField(label=_("state"), choices=GuardChange.State, widget=forms.RadioSelect)
    reason = forms.CharField(label=_("reason"), max_length=250)


@admin.register(GuardChange)
class GuardChangeAdmin(ReadOnlyAdmin):
    """Each change of the guard, the newest first: that is how it stands."""

    change_list_template = "donations/admin/guard.html"
    list_display = ["changed_at", "state", "reason", "actor"]
    list_filter = ["state"]
    ordering = ["-pk"]
    list_select_related = ["actor"]

    def get_urls(self) -> list[URLPattern]:
        """Add the switch."""
        view = self.admin_site.admin_view(self.switch_view)
        return [path("switch/", view, name="donations_guardchange_switch"), *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Say how the guard stands, and what was counted."""
        known = {
            "title": capfirst(GuardChange._meta.verbose_name_plural),
            "level": GuardChange.State(guard.state()).label,
            "counted": guard.counted(now=timezone.now()),
            "may_switch": self.has_act_permission(request),
        }
        return super().changelist_view(request, {**(extra_context or {}), **known})

    @fresh_sign_in
    def switch_view(self, request: HttpRequest) -> HttpResponse:
        """Set the state by hand."""
        if not self.has_act_permission(request):
            raise PermissionDenied
        data = request.POST if request.method == "POST" else None
        form = SwitchForm(data, initial={"state": guard.S.CALM})
        back = reverse("admin:donations_guardchange_changelist")
        if form.is_valid():
            guard.switch(
                to=form.cleaned_data["state"],
                reason=form.cleaned_data["reason"],
                actor=request.user,
                now=timezone.now(),
            )
            self.message_user(request, _("The guard is set."), messages.SUCCESS)
            return HttpResponseRedirect(back)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Switch the guard of the give page"),
            "opts": self.opts,
            "row": GuardChange.State(guard.state()).label,
            "back": back,
            "form": form,
        }
        return TemplateResponse(request, "donations/admin/guard_switch.html", context)
