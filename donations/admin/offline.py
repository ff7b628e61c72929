"""Gifts by cheque, transfer or in cash: a batch is written, then booked once for good."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet, Sum
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from weintl.accounts.freshness import fresh_sign_in
from weintl.payments import offline
from weintl.rows import link_to, minor, shown

from .. import offline_gifts
from ..models import OfflineBatch, OfflineGift

CHANGE = "donations.change_offlinebatch"
WRITTEN: Any = ["way", "reference", "received_on", "amount", "fund", "campaign"]
GIVER: Any = ["email", "name", "organisation_name", "is_anonymous", "language"]


class LineForm(ModelForm):
    """One gift; a campaign's goes to the campaign's fund."""

    def clean(self) -> dict[str, Any]:
        """Refuse a campaign that asks for another fund, and a day to come or of another age."""
        data = super().clean() or {}
        campaign, fund, day = data.get("campaign"), data.get("fund"), data.get("received_on")
        if campaign and fund and campaign.fund_id != fund.pk:
            words = _("This campaign asks for gifts to: %(fund)s. Choose that fund, or none.")
            self.add_error("campaign", words % {"fund": campaign.fund})
        if day and day > timezone.localdate():
            self.add_error("received_on", str(offline_gifts.NotYet.message))
        if day and day < offline_gifts.oldest(now=timezone.now()):
            self.add_error("received_on", str(offline_gifts.TooLong.message))
        return data


class LineInline(admin.StackedInline):
    """The gifts of a batch; once it is booked each leads to its gift."""

    model = OfflineGift
    form = LineForm
    extra = 1

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Name the donor only while it is a draft: then the gift does."""
        if obj and obj.booked_at:
            return [(*WRITTEN[:3], "shown_amount", *WRITTEN[4:]), ("gift_link",)]
        return [tuple(WRITTEN[:4]), tuple(WRITTEN[4:]), tuple(GIVER)]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show the way to the gift."""
        return ["shown_amount", "gift_link"] if obj and obj.booked_at else []

    def get_queryset(self, request: HttpRequest) -> QuerySet[OfflineGift]:
        """Fetch what each line names at once."""
        return super().get_queryset(request).select_related("batch", "fund", "campaign", "gift")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Drafts only."""
        return request.user.has_perm(CHANGE) and not (obj and obj.booked_at)

    has_change_permission = has_add_permission
    has_delete_permission = has_add_permission

    @admin.display(description=_("amount"))
    def shown_amount(self, line: OfflineGift) -> str:
        """Write the amount of a booked line, in the batch's currency."""
        return minor(line.amount, line.batch.currency)

    @admin.display(description=_("gift"))
    def gift_link(self, line: OfflineGift) -> str | SafeString:
        """Lead to the gift."""
        return link_to(line.gift)


@admin.register(OfflineBatch)
class OfflineBatchAdmin(admin.ModelAdmin):
    """Batches: changed or thrown away as drafts, never once they are booked."""

    change_form_template = "admin/donations/offlinebatch/change_form.html"
    list_display = ["__str__", "shown_control", "shown_lines", "created_by", "booked_at"]
    list_display += ["booked_by"]
    list_filter = ["booked_at"]
    list_select_related = ["created_by", "booked_by"]
    date_hierarchy = "created_at"
    search_fields = ["note", "lines__reference"]
    search_help_text = _("What it is, or a reference")
    ordering = ["-created_at", "-pk"]
    readonly_fields = ["shown_control", "shown_lines", "created_by", "booked_at", "booked_by"]
    inlines = [LineInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[OfflineBatch]:
        """Sum the lines in the same statement."""
        return super().get_queryset(request).annotate(lines_amount=Sum("lines__amount"))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Let the control total be typed in a draft; write it as money to who only reads."""
        may_type = self.has_change_permission(request, obj)
        control = "control_amount" if may_type else "shown_control"
        return ["note", control, "shown_lines", "created_by", "booked_at", "booked_by"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Drafts only."""
        return super().has_change_permission(request, obj) and not (obj and obj.booked_at)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Drafts only, by who may write them."""
        return self.has_change_permission(request, obj)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Let a draft go with its lines."""
        gone, counts, needed, kept = super().get_deleted_objects(objs, request)
        return gone, counts, needed - {str(OfflineGift._meta.verbose_name)}, kept

    def save_model(self, request: HttpRequest, obj: OfflineBatch, form: Any, change: bool) -> None:
        """Keep who wrote it."""
        if not change:
            obj.created_by = request.user  # type: ignore[assignment]
        super().save_model(request, obj, form, change)

    @admin.display(description=_("control total"), ordering="control_amount")
    def shown_control(self, batch: OfflineBatch) -> str:
        """Write the control total."""
        return shown(batch.control)

    @admin.display(description=_("sum of the gifts"))
    def shown_lines(self, batch: OfflineBatch) -> str:
        """Write what the lines come to."""
        return minor(getattr(batch, "lines_amount", None) or 0, batch.currency)

    def get_urls(self) -> list[URLPattern]:
        """Add the act of booking."""
        view = self.admin_site.admin_view(self.book_view)
        name = "donations_offlinebatch_book"
        return [path("<int:pk>/book/", view, name=name), *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Offer to book it, or what is left of it, to who may."""
        batch: Any = self.get_object(request, object_id)
        is_left = batch is not None and offline_gifts.has_something_to_book(batch)
        may = is_left and request.user.has_perm(CHANGE)
        more = {**(extra_context or {}), "may_book": may}
        return super().change_view(request, object_id, form_url, more)

    @method_decorator(require_POST)
    @fresh_sign_in
    def book_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Book a batch, or what is left of one that broke off."""
        if not request.user.has_perm(CHANGE):
            raise PermissionDenied
        back = HttpResponseRedirect(reverse("admin:donations_offlinebatch_change", args=[pk]))
        try:
            count = offline_gifts.book(batch_id=pk, actor=request.user, now=timezone.now())
        except OfflineBatch.DoesNotExist:
            self.message_user(request, _("There is no such batch."), messages.ERROR)
            return HttpResponseRedirect(reverse("admin:donations_offlinebatch_changelist"))
        except (offline_gifts.NotBookable, offline.NotPossible) as error:
            self.message_user(request, str(error.message), messages.ERROR)
            return back
        batch = OfflineBatch.objects.get(pk=pk)
        words = _("Gifts booked: %(count)d.") % {"count": count}
        self.log_change(request, batch, str(words))
        self.message_user(request, words, messages.SUCCESS)
        return back
