"""Partners, programmes and split rules in the admin."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import Form, ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods
from modeltranslation.admin import TranslationAdmin

from partners import rules, splits
from partners.forms import EndRuleForm, SplitRuleForm
from partners.models import Programme, SplitRule, Use
from weintl.accounts.freshness import fresh_sign_in
from weintl.history import HistoryAdmin
from weintl.money import Money
from weintl.money.formatting import format_money, format_rate
from weintl.rows import (
    ReadOnly,
    Rights,
    UsedCountryFilter,
    link,
    link_to,
    link_to_list,
    minor,
    span_text,
    table,
)

FOLLOW = ["rule_list", "new_rule", "products", "accounts"]
RULE_CHANGE = "admin:partners_splitrule_change"


class RuleInline(ReadOnly, admin.TabularInline):
    """The rules of a programme, to be read and followed: each has a page of its own."""

    model = SplitRule
    fields = ["product_code", "maker_pay", "share", "span", "approved_at"]
    readonly_fields = ["product_code", "maker_pay", "share", "span", "approved_at"]
    extra = 0
    show_change_link = True
    ordering = ["product_code", "-created_at", "pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[SplitRule]:
        """Fetch the programme's code at once: each row's name shows it."""
        return super().get_queryset(request).select_related("programme")

    @admin.display(description=_("maker pay a piece"))
    def maker_pay(self, rule: SplitRule) -> str:
        """Write the amount."""
        return minor(rule.maker_pay_amount, rule.currency)

    @admin.display(description=_("programme's share"))
    def share(self, rule: SplitRule) -> str:
        """Write it in per cent."""
        return format_rate(rule.programme_ppm)

    @admin.display(description=_("in force"))
    def span(self, rule: SplitRule) -> str:
        """Write from when to when."""
        return span_text(rule.effective)


@admin.register(Programme)
class ProgrammeAdmin(Rights, HistoryAdmin, TranslationAdmin):
    """Programmes with their rules and the way to their accounts."""

    list_display = ["name", "code", "partner_link", "pillar", "country", "is_active"]
    list_display += ["rule_list", "products", "accounts"]
    list_filter = ["pillar", "is_active", UsedCountryFilter]
    list_select_related = ["partner"]
    search_fields = ["code", "name_en", "name_es", "partner__name"]
    search_help_text = _("Name, code or partner")
    ordering = ["code"]
    fieldsets = [
        (None, {"fields": ["partner", "code", "name", "slug", "pillar", "is_active"]}),
        (_("Where"), {"fields": ["country", "region", "is_region_public"]}),
        (_("Texts"), {"fields": ["summary", "story", "makes", "makers", "picture"]}),
    ]
    needs: ClassVar = {
        "products": "marketplace.view_product",
        "accounts": "partners.view_account",
        "rule_list": "partners.view_splitrule",
        "new_rule": "partners.add_splitrule",
    }
    autocomplete_fields = ["partner", "picture"]
    prepopulated_fields = {"slug_en": ["name_en"], "slug_es": ["name_es"]}
    inlines = [RuleInline]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Fix the code once it may stand in the ledger."""
        return ["code", *FOLLOW] if obj else []

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Lead on from a programme that is there."""
        found = super().get_fieldsets(request, obj)
        follow = [name for name in FOLLOW if self._may_see(request, name)]
        return [*found, (_("Follow it"), {"fields": follow})] if obj and follow else found

    @admin.display(description=_("partner"), ordering="partner__name")
    def partner_link(self, programme: Programme) -> str:
        """Lead to the partner."""
        return link_to(programme.partner)

    @admin.display(description=_("split rules"))
    def rule_list(self, programme: Programme) -> str:
        """Lead to the programme's rules."""
        return link_to_list("partners_splitrule", _("Show"), programme__id__exact=programme.pk)

    @admin.display(description=_("products"))
    def products(self, programme: Programme) -> str:
        """Lead to what is made in it."""
        return link_to_list("marketplace_product", _("Show"), programme__id__exact=programme.pk)

    @admin.display(description=_("accounts"))
    def accounts(self, programme: Programme) -> str:
        """Lead to the programme's accounts in the ledger."""
        return link_to_list("partners_account", _("Show"), programme__id__exact=programme.pk)

    @admin.display(description=_("new split rule"))
    def new_rule(self, programme: Programme) -> str:
        """Lead to the form of a new rule for this programme."""
        address = reverse("admin:partners_splitrule_add")
        return link(f"{address}?programme={programme.pk}", _("Add"))


class ApprovedFilter(admin.SimpleListFilter):
    """Rules by whether a second person has approved them."""

    title = _("approval")
    parameter_name = "approved"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer both."""
        return [("no", _("drafts to approve")), ("yes", _("approved"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[SplitRule]) -> QuerySet[SplitRule]:
        """Keep the chosen ones."""
        if self.value() not in ("no", "yes"):
            return queryset
        return queryset.filter(approved_at__isnull=self.value() == "no")


@admin.register(SplitRule)
class SplitRuleAdmin(HistoryAdmin):
    """Split rules: drafted by one person, approved by another, then only ended."""

    form = SplitRuleForm
    change_form_template = "partners/admin/splitrule_change.html"
    list_display = ["__str__", "maker_pay", "share", "span", "is_live", "programme_link"]
    list_display += ["created_by", "approved_by"]
    list_filter = [ApprovedFilter, "programme", "is_single_handed"]
    date_hierarchy = "created_at"
    search_help_text = _("Programme, product's code, or reason")
    list_select_related = ["programme", "created_by", "approved_by"]
    search_fields = ["programme__code", "programme__name_en", "product_code", "reason"]
    ordering = ["programme__code", "product_code", "-created_at", "pk"]
    autocomplete_fields = ["programme"]
    readonly_fields = [
        "preview", "created_by", "created_at", "approved_by", "approved_at", "is_single_handed",
    ]  # fmt: skip

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Begin a new rule now, in the base currency."""
        return {
            "currency": settings.BASE_CURRENCY,
            "starts_at": timezone.now(),
            **super().get_changeform_initial_data(request),
        }

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Drafts only: an approved rule stays as it is."""
        return super().has_change_permission(request, obj) and not (obj and obj.approved_at)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Drafts only."""
        return super().has_delete_permission(request, obj) and not (obj and obj.approved_at)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Show an approved rule in the same units in which it was written."""
        if obj and obj.approved_at:
            shown = ["programme", "product_code", "maker_pay", "share", "uses", "span", "reason"]
            return [*shown, *self.readonly_fields]
        written = [
            "programme", "product_code", "currency", "maker_pay", "programme_share",
            "long_term_care", "education", "medical_psychological", "legal_aid",
            "starts_at", "ends_at", "reason",
        ]  # fmt: skip
        return [*written, *self.readonly_fields] if obj else written

    def save_model(
        self, request: HttpRequest, obj: SplitRule, form: ModelForm, change: bool
    ) -> None:
        """Store a draft; who writes it becomes its author and may not approve it."""
        if not change:
            obj.created_at = timezone.now()
        obj.created_by = request.user  # type: ignore[assignment]
        super().save_model(request, obj, form, change)

    @admin.display(description=_("maker pay a piece"))
    def maker_pay(self, rule: SplitRule) -> str:
        """Write the amount."""
        return format_money(Money(rule.maker_pay_amount, rule.currency))

    @admin.display(description=_("programme's share"))
    def share(self, rule: SplitRule) -> str:
        """Write it in per cent."""
        return format_rate(rule.programme_ppm)

    @admin.display(description=_("uses"))
    def uses(self, rule: SplitRule) -> SafeString | str:
        """Write the uses in per cent of the share."""
        rows = ((Use(use).label, format_rate(ppm)) for use, ppm in rule.weights.items())
        return table([_("use"), _("of the programme's share")], rows)

    @admin.display(description=_("in force"))
    def span(self, rule: SplitRule) -> str:
        """Write from when to when."""
        return span_text(rule.effective)

    @admin.display(description=_("programme"), ordering="programme__code")
    def programme_link(self, rule: SplitRule) -> str:
        """Lead to the programme."""
        return link_to(rule.programme)

    @admin.display(description=_("in force now"), boolean=True)
    def is_live(self, rule: SplitRule) -> bool:
        """Say whether sales follow it now."""
        return splits.is_in_force(rule, at=timezone.now())

    @admin.display(description=_("what a price pays for"))
    def preview(self, rule: SplitRule) -> SafeString | str:
        """Show three prices with their parts; operations below zero is flagged."""
        if rule.pk is None:
            return "—"
        terms = splits.terms(rule)
        base = max(rule.maker_pay_amount, 100)
        rows = []
        for price in (base, base * 2, base * 3):
            unit = splits.preview(terms, price=price)
            parts = (price, unit.maker, sum(unit.uses.values()), unit.operations)
            texts = [minor(part, rule.currency) for part in parts]
            rows.append((*texts, _("Operations tops up.") if unit.operations < 0 else ""))
        return table([_("price"), _("makers"), _("programme"), _("operations"), ""], rows)

    def get_urls(self) -> list[URLPattern]:
        """Add the pages on which a rule is approved and ended."""
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/approve/", view(self.approve), name="partners_splitrule_approve"),
            path("<int:pk>/end/", view(self.end), name="partners_splitrule_end"),
            *super().get_urls(),
        ]

    def _rule(self, request: HttpRequest, pk: int) -> SplitRule:
        """Return the rule. Raises PermissionDenied for those who may not change rules."""
        if not super().has_change_permission(request):
            raise PermissionDenied
        return get_object_or_404(SplitRule.objects.select_related("programme"), pk=pk)

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    @fresh_sign_in
    def approve(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask, then put the rule in force."""
        rule = self._rule(request, pk)
        if request.method != "POST":
            return self._ask(request, rule, None, _("Approve this rule?"))
        try:
            if request.POST.get("seen") != rules.fingerprint(rule):
                raise rules.Rewritten
            rules.approve(
                rule=rule,
                actor=request.user,  # type: ignore[arg-type]
                now=timezone.now(),
                four_eyes=settings.FOUR_EYES,
            )
        except rules.NotPossible as error:
            messages.error(request, error.message)
        else:
            messages.success(request, _("The rule is approved."))
        return HttpResponseRedirect(reverse(RULE_CHANGE, args=[pk]))

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    @fresh_sign_in
    def end(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask when, then end the rule."""
        rule = self._rule(request, pk)
        form = EndRuleForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                rules.end(rule=rule, at=form.moment, now=timezone.now())
            except rules.NotPossible as error:
                form.add_error("ends_at", error.message)
            else:
                messages.success(request, _("The rule will end."))
                return HttpResponseRedirect(reverse(RULE_CHANGE, args=[pk]))
        return self._ask(request, rule, form, _("End this rule?"))

    def _ask(
        self, request: HttpRequest, rule: SplitRule, form: Form | None, title: Any
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": title,
            "rule": rule,
            "seen": rules.fingerprint(rule),
            "form": form,
            "media": self.media + (form.media if form else self.media),
            "facts": [
                (_("programme"), rule.programme),
                (_("product"), rule.product_code or "—"),
                (_("maker pay a piece"), self.maker_pay(rule)),
                (_("programme's share"), self.share(rule)),
                (_("uses"), self.uses(rule)),
                (_("in force"), self.span(rule)),
                (_("what a price pays for"), self.preview(rule)),
            ],
        }
        return TemplateResponse(request, "partners/admin/splitrule_ask.html", context)
