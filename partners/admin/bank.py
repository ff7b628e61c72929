"""Bank details in the admin: typed twice by two persons, shown by their last digits only."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.formats import localize
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods
from django_countries import countries

from partners import bank
from partners.models import BankDetails, Programme
from partners.models.bank import HOLD
from weintl import encryption
from weintl.accounts.freshness import fresh_sign_in, is_fresh
from weintl.rows import ReadOnlyAdmin, link_to

from .payout_acts import NO_KEY

METHODS = require_http_methods(["GET", "HEAD", "POST"])


def _secret(label: Any, **options: Any) -> forms.CharField:
    """Return a field that browsers neither remember nor correct."""
    widget = forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})
    return forms.CharField(label=label, widget=widget, **options)


class NumberForm(forms.Form):
    """The account number, as the second person heard it."""

    number = _secret(
        _("account number or IBAN"),
        max_length=60,
        help_text=_(
            "Ask the programme yourself, by a telephone number that you know, and type what"
            " they say."
        ),
    )

    def clean_number(self) -> str:
        """Refuse an IBAN with wrong check digits, and what is too short."""
        number: str = self.cleaned_data["number"]
        if len(bank.normal(number)) < 4 or not bank.is_checked(number):
            raise forms.ValidationError(_("That is no account number: please read it again."))
        return number


class DetailsForm(NumberForm):
    """New bank details of a programme."""

    programme: Any = forms.ModelChoiceField(
        label=_("programme"), queryset=Programme.objects.order_by("code")
    )
    holder = _secret(_("account holder"), max_length=120)
    bank_code = _secret(_("bank code or BIC"), max_length=40, required=False)
    country = forms.ChoiceField(label=_("country of the bank"), choices=[("", "–"), *countries])
    reason = forms.CharField(
        label=_("reason"), max_length=250, help_text=_("Kept for ever, in clear.")
    )
    field_order = ["programme", "holder", "number", "bank_code", "country", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Say who types what."""
        super().__init__(*args, **kwargs)
        self.fields["number"].help_text = _("Stored encrypted; only the last digits are shown.")


@admin.register(BankDetails)
class BankDetailsAdmin(ReadOnlyAdmin):
    """Bank details of programmes, each version for itself."""

    change_form_template = "partners/admin/bank_details.html"
    change_list_template = "partners/admin/bank_details_list.html"
    list_display = ["programme_link", "masked", "proposed_by", "approved_by", "in_force_at"]
    list_filter = ["programme", "is_single_handed"]
    list_select_related = ["programme", "proposed_by", "approved_by"]
    search_fields = ["programme__code", "reason"]
    search_help_text = _("Programme or reason")
    ordering = ["-proposed_at", "-pk"]
    fields = [
        "programme", "masked", "reason", "proposed_by", "proposed_at", "approved_by",
        "approved_at", "in_force_at", "is_single_handed",
    ]  # fmt: skip

    @admin.display(description=_("programme"), ordering="programme__code")
    def programme_link(self, details: BankDetails) -> str:
        """Lead to the programme."""
        return link_to(details.programme)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Offer to propose, to those who may."""
        may = {"may_act": self.has_act_permission(request)}
        return super().changelist_view(request, {**(extra_context or {}), **may})

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Offer to approve, to those who may."""
        may = {"may_act": self.has_act_permission(request)}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **may})

    def get_urls(self) -> list[URLPattern]:
        """Add the pages on which details are proposed and approved."""
        view = self.admin_site.admin_view
        return [
            path("propose/", view(self.propose), name="partners_bankdetails_propose"),
            path("<int:pk>/approve/", view(self.approve), name="partners_bankdetails_approve"),
            *super().get_urls(),
        ]

    def _ready(self, request: HttpRequest) -> HttpResponse | None:
        """Refuse those who may not; ask anew where the sign-in grew old over a filled form.

        What was typed is not kept: a suspended request would stand in the session in clear.
        """
        if not self.has_act_permission(request):
            raise PermissionDenied
        if request.method == "POST" and not is_fresh(request):
            self.message_user(
                request,
                _("Your sign-in had grown old. Nothing was stored; please type it again."),
                messages.WARNING,
            )
            return HttpResponseRedirect(request.path)
        return None

    @method_decorator(METHODS)
    @method_decorator(sensitive_post_parameters())
    def propose(self, request: HttpRequest) -> HttpResponse:
        """Take new details in, encrypted at once."""
        return self._ready(request) or self._propose(request)

    @fresh_sign_in
    def _propose(self, request: HttpRequest) -> HttpResponse:
        form = DetailsForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            data = form.cleaned_data
            try:
                details = bank.propose(
                    programme=data["programme"],
                    account=bank.Account(
                        data["holder"], data["number"], data["bank_code"], data["country"]
                    ),
                    reason=data["reason"],
                    actor=request.user,  # type: ignore[arg-type]
                    now=timezone.now(),
                )
            except encryption.NoKey:
                form.add_error(None, NO_KEY)
            else:
                self.log_addition(request, details, [{"added": {}}])
                self.message_user(
                    request, _("Proposed. Another person approves it."), messages.SUCCESS
                )
                return HttpResponseRedirect(self._page(details))
        return self._ask(
            request,
            title=_("Propose bank details"),
            form=form,
            back=reverse("admin:partners_bankdetails_changelist"),
            words=_(
                "Another person approves them, then they wait %(days)s days. From the approval"
                " until then nothing is paid to this programme, neither here nor there."
            )
            % {"days": HOLD.days},
        )

    @method_decorator(METHODS)
    @method_decorator(sensitive_post_parameters())
    def approve(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Let a second person approve details that they know themselves."""
        return self._ready(request) or self._approve(request, pk)

    @fresh_sign_in
    def _approve(self, request: HttpRequest, pk: int) -> HttpResponse:
        details = get_object_or_404(
            BankDetails.objects.select_related("programme", "proposed_by"), pk=pk
        )
        form = NumberForm(request.POST or None)
        now = timezone.now()
        if request.method == "POST" and form.is_valid():
            try:
                bank.approve(
                    details=details,
                    number=form.cleaned_data["number"],
                    actor=request.user,  # type: ignore[arg-type]
                    now=now,
                    four_eyes=settings.FOUR_EYES,
                )
            except bank.NotPossible as error:
                form.add_error(None, str(error.message))
            except (encryption.NoKey, encryption.Unreadable):
                form.add_error(None, NO_KEY)
            else:
                self.log_change(request, details, str(_("approved")))
                self.message_user(request, _("The bank details are approved."), messages.SUCCESS)
                return HttpResponseRedirect(self._page(details))
        return self._ask(
            request,
            title=_("Approve bank details"),
            form=form,
            back=self._page(details),
            row=details,
            words="",
            effects=[
                (_("programme"), str(details.programme)),
                (_("account"), details.masked),
                (_("proposed by"), str(details.proposed_by)),
                (_("reason"), details.reason),
                (_("in force from"), localize(localtime(now + HOLD))),
                (_("Until then"), _("Nothing is paid to this programme.")),
            ],
        )

    def _page(self, details: BankDetails) -> str:
        return reverse("admin:partners_bankdetails_change", args=[details.pk])

    def _ask(self, request: HttpRequest, **context: Any) -> HttpResponse:
        media = self.media + context["form"].media
        page = {**self.admin_site.each_context(request), "opts": self.opts, "media": media}
        return TemplateResponse(request, "partners/admin/act.html", {**page, **context})
