"""Funds and gifts in the admin. Money is read, never typed; a refund is an act."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin

from partners.admin.ledger import Bounded, entry_table
from partners.models import Entry
from weintl.accounts.freshness import fresh_sign_in
from weintl.filters import LanguageFilter
from weintl.mail.admin import mail_table
from weintl.mail.models import Mail
from weintl.money import Money
from weintl.money.formatting import format_money
from weintl.payments import offline, refunds
from weintl.payments.models import OFFLINE
from weintl.rows import NamedCells, ReadOnly, ReadOnlyAdmin, link_to, minor, shown, table

from .. import finding, gifts, refunding, standing
from ..forms import RefundForm, format_plain, new_submission_key
from ..models import Fund, Gift, GiftRefund, Tribute
from ..models.gifts import new_token
from ..spreadsheets import GiftSheet
from .exporting import Exported

FOLLOWED = ["payment_link", "dispute_lines", "entry_links", "mail_links", "page_link"]


def effects_of_refund(gift: Gift, amount: Money) -> list[tuple[str, str]]:
    """Return what a refund will do, a subject and its words each. Changes nothing."""
    parts = refunding.share(
        refund=amount.amount,
        gift=gift.amount,
        fee_cover=gift.fee_cover_amount,
        taken=refunding.taken_from(gift),
    )
    lines = [
        (
            gettext("Given back by hand")
            if gift.way != Gift.Way.ONLINE
            else gettext("Back to the card that paid"),
            shown(amount),
        ),
        (
            gettext("From the fund: %s") % gift.fund.name,
            minor(parts.amount, gift.currency),
        ),
    ]
    if parts.fee_cover:
        lines.append(
            (gettext("From the fee that was covered"), minor(parts.fee_cover, gift.currency))
        )
    return [
        *lines,
        (
            gettext("Fee"),
            gettext("None: the provider had no part in it.")
            if gift.way != Gift.Way.ONLINE
            else gettext("The payment provider keeps it; the fund bears it."),
        ),
        (gettext("Donor"), gettext("Gets a mail that names the amount, not the reason.")),
        (gettext("Undo"), gettext("Not possible: what has gone back can only be given anew.")),
    ]


@admin.register(Fund)
class FundAdmin(NamedCells, TranslationAdmin):
    """What gifts may be for. Its programme and use name its account, so they never change."""

    list_display = ["name", "programme", "use", "position", "is_open"]
    list_editable = ["position", "is_open"]
    list_filter = ["is_open", "use", "programme"]
    search_fields = ["key", "name_en", "name_es"]
    ordering = ["position", "pk"]
    list_select_related = ["programme"]
    prepopulated_fields = {"key": ["name_en"]}
    fields = ["name_en", "name_es", "hint_en", "hint_es", "key", "programme", "use"]
    fields += ["position", "is_open"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Fix what the ledger relies on once the fund exists."""
        return ["key", "programme", "use"] if obj else []

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        """Suggest the key for a new fund only."""
        return {} if obj else {"key": ["name_en"]}

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Close it instead: what was given stays named."""
        return False


class GiftRefundInline(ReadOnly, admin.TabularInline):
    """What went back."""

    model = GiftRefund
    extra = 0
    fields = ["refunded_at", "refund_link", "shown_amount", "shown_cover", "is_returned"]
    readonly_fields = ["refund_link", "shown_amount", "shown_cover"]

    @admin.display(description=_("refund"))
    def refund_link(self, part: GiftRefund) -> str | SafeString:
        """Link the payment's refund."""
        return link_to(part.refund)

    @admin.display(description=_("from the fund"))
    def shown_amount(self, part: GiftRefund) -> str:
        """Write the fund's part."""
        return shown(part.money)

    @admin.display(description=_("from the fee covered"))
    def shown_cover(self, part: GiftRefund) -> str:
        """Write the covered fee's part."""
        return shown(part.fee_cover)


class TributeInline(ReadOnly, admin.StackedInline):
    """In whose name it was given, and the card."""

    model = Tribute
    extra = 0
    fields = ["kind", "honoured_name", "recipient_name", "recipient_email", "message"]


@admin.register(Gift)
class GiftAdmin(Exported, ReadOnlyAdmin):
    """Gifts, with their payment, mails and entries one step away."""

    resource_class = GiftSheet
    change_form_template = "admin/donations/gift/change_form.html"
    list_display = ["number", "shown_amount", "state", "fund", "donor", "created_at"]
    list_display += ["payment_link"]
    paginator = Bounded
    list_filter = [
        "state",
        "fund",
        "campaign",
        "giver",
        "is_anonymous",
        LanguageFilter,
        "created_at",
    ]
    search_fields = ["public_id"]
    search_help_text = _("E-mail, name, or number")
    list_select_related = ["donor", "fund", "payment"]
    ordering = ["-created_at", "-pk"]
    inlines = [TributeInline, GiftRefundInline]
    actions = ["renew_link"]
    fieldsets = [
        (None, {"fields": ["number", "state", "donor_link", "donor_name", "fund_link"]}),
        (_("Campaign"), {"fields": ["campaign", "shown_counted"]}),
        (_("Giver"), {"fields": ["giver", "organisation_name", "is_anonymous", "note"]}),
        (_("Money"), {"fields": ["shown_amount", "shown_cover", "shown_total", "shown_refunded"]}),
        (_("Follow it"), {"fields": [*FOLLOWED]}),
        (_("Times"), {"fields": ["created_at", "received_at", "language"]}),
    ]
    needs: ClassVar = {
        "payment_link": "payments.view_payment",
        "dispute_lines": "payments.view_dispute",
        "entry_links": "partners.view_entry",
        "mail_links": "mail.view_mail",
    }

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Gift], search_term: str
    ) -> tuple[QuerySet[Gift], bool]:
        """Find gifts by number, link or who gave, from indexes."""
        return finding.gifts(queryset, search_term), False

    @admin.display(description=_("payment"), ordering="payment__state")
    def payment_link(self, gift: Gift) -> str:
        """Link the payment by its state."""
        return link_to(gift.payment, gift.payment.get_state_display() if gift.payment else "")

    @admin.display(description=_("number"), ordering="public_id")
    def number(self, gift: Gift) -> str:
        """Write the number that the donor sees."""
        return gift.number

    @admin.display(description=_("gift"), ordering="amount")
    def shown_amount(self, gift: Gift) -> str:
        """Write the gift."""
        return shown(gift.money)

    @admin.display(description=_("fee covered"))
    def shown_cover(self, gift: Gift) -> str:
        """Write the covered fee."""
        return shown(gift.fee_cover)

    @admin.display(description=_("paid in all"))
    def shown_total(self, gift: Gift) -> str:
        """Write what was paid."""
        return shown(gift.total)

    @admin.display(description=_("refunded"))
    def shown_refunded(self, gift: Gift) -> str:
        """Write what went back."""
        return shown(gift.refunded)

    @admin.display(description=_("counts for its campaign"))
    def shown_counted(self, gift: Gift) -> str:
        """Write what of the gift its campaign counts now."""
        return minor(gift.counted_amount, gift.currency) if gift.campaign_id else "–"

    @admin.display(description=_("donor"))
    def donor_link(self, gift: Gift) -> str | SafeString:
        """Link the donor."""
        return link_to(gift.donor)

    @admin.display(description=_("fund"))
    def fund_link(self, gift: Gift) -> str | SafeString:
        """Link the fund."""
        return link_to(gift.fund)

    @admin.display(description=_("disputes"))
    def dispute_lines(self, gift: Gift) -> str | SafeString:
        """Tell how a contest of the payment stands, and until when it is to be answered."""
        rows = list(gift.payment.disputes.order_by("pk")) if gift.payment else []
        return table(
            [_("dispute"), _("amount"), _("at the provider"), _("answer due")],
            (
                (
                    link_to(row, str(row.standing.label)),
                    shown(row.money),
                    row.state,
                    date_format(localtime(row.evidence_due_at), "DATETIME_FORMAT")
                    if row.evidence_due_at
                    else "–",
                )
                for row in rows
            ),
        )

    @admin.display(description=_("ledger entries"))
    def entry_links(self, gift: Gift) -> str | SafeString:
        """Link the entries that speak of this gift."""
        return entry_table(Entry.objects.filter(source_key__in=standing.keys_of(gift)))

    @admin.display(description=_("mails"))
    def mail_links(self, gift: Gift) -> str | SafeString:
        """Link the mails that this gift caused."""
        return mail_table(Mail.objects.caused_by(f"gift:{gift.pk}"))

    @admin.display(description=_("donor's page"))
    def page_link(self, gift: Gift) -> SafeString:
        """Link the page behind the donor's link."""
        return format_html('<a href="{}">{}</a>', gift.get_absolute_url(), gift.number)

    @admin.action(description=_("Make the link to the donor's page anew"), permissions=["act"])
    def renew_link(self, request: HttpRequest, queryset: QuerySet[Gift]) -> None:
        """Let the old link lead nowhere; the new one is mailed."""
        now = timezone.now()
        for gift in queryset.select_related("donor", "fund").order_by("pk"):
            with transaction.atomic():
                gift.token = new_token()
                gift.save(update_fields=["token"])
                if gift.received_at:
                    key = f"gift/{gift.public_id}/link/{gift.token[:12]}"
                    gifts.thank(gift=gift, key=key, now=now)
        self.message_user(request, _("The old links lead nowhere now."), messages.SUCCESS)

    def get_urls(self) -> list[URLPattern]:
        """Add the refund page."""
        view = self.admin_site.admin_view(self.refund_view)
        name = "donations_gift_refund"
        return [path("<int:pk>/refund/", view, name=name), *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Offer the refund to who may make one."""
        may = request.user.has_perm("payments.change_refund")
        return super().change_view(
            request, object_id, form_url, {**(extra_context or {}), "may_refund": may}
        )

    @fresh_sign_in
    def refund_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Send a gift back, whole or in part, after a second look."""
        if not request.user.has_perm("payments.change_refund"):
            raise PermissionDenied
        gift = get_object_or_404(Gift.objects.select_related("payment", "donor", "fund"), pk=pk)
        back = reverse("admin:donations_gift_change", args=[pk])
        if gift.payment is None or gift.payment.purpose != "gift" or gift.received_at is None:
            self.message_user(request, _("This gift cannot be refunded here."), messages.ERROR)
            return HttpResponseRedirect(back)
        left = refunds.remaining(gift.payment)
        if refunds.is_charged_back(gift.payment):
            words = _("The card's owner contests this gift: the provider gives nothing back now.")
            self.message_user(request, words, messages.ERROR)
            return HttpResponseRedirect(back)
        if not left:
            words = _("All of this gift went back, or is on its way.")
            self.message_user(request, words, messages.WARNING)
            return HttpResponseRedirect(back)
        initial = {"amount": format_plain(left), "request_key": new_submission_key()}
        form = RefundForm(request.POST or None, remaining=left, initial=initial)
        effects: list[tuple[str, str]] = []
        if request.method == "POST" and form.is_valid() and "edit" not in request.POST:
            if "confirmed" not in request.POST:
                effects = effects_of_refund(gift, form.cleaned_data["amount"])
            elif self._refund(request, gift, form):
                return HttpResponseRedirect(back)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Refund a gift"),
            "opts": self.opts,
            "gift": gift,
            "left": left,
            "form": form,
            "effects": effects,
            "is_offline": gift.way != Gift.Way.ONLINE,
        }
        return TemplateResponse(request, "admin/donations/gift/refund.html", context)

    def _refund(self, request: HttpRequest, gift: Gift, form: RefundForm) -> bool:
        """Ask for the refund; say whether it was taken."""
        assert gift.payment is not None
        try:
            refund = refunds.request(
                payment=gift.payment,
                amount=form.cleaned_data["amount"],
                reason=form.cleaned_data["reason"],
                request_key=f"gift:{gift.pk}:{form.cleaned_data['request_key']}",
                actor=request.user,
                now=timezone.now(),
            )
        except refunds.TooMuch as error:
            left = {"left": format_money(error.remaining)}
            form.add_error("amount", _("Only %(left)s of this gift is left to refund.") % left)
            return False
        if refund.way in OFFLINE:
            try:
                offline.give_back(
                    refund_id=refund.pk,
                    way=refund.way,
                    reference=gift.number,
                    day=localdate(),
                    actor=request.user,
                    now=timezone.now(),
                )
            except offline.NotPossible as error:
                form.add_error(None, error.message)
                return False
        amount = {"amount": format_money(refund.money)}
        words = _("%(amount)s is on its way back.") % amount
        if refund.way in OFFLINE:
            words = _("%(amount)s is taken out of the books.") % amount
        self.log_change(request, gift, str(words))
        self.message_user(request, words, messages.SUCCESS)
        return True
