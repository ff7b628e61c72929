"""What buyers ask to send back: answer, look at what came, give the money back."""

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from weintl.accounts.freshness import fresh_sign_in
from weintl.rows import ReadOnlyAdmin, link_to, minor, table

from .. import return_requests, returns
from ..models import ReturnPiece, ReturnRequest, Unit
from . import consequences
from .acts import Acting, goodwill_field, sent

S = ReturnRequest.State
# Each act, from which states it goes, and what one must be allowed.
ACTS: tuple[tuple[str, Any, tuple[str, ...], str], ...] = (
    ("agree", _("Agree: tell where to send it"), (S.ASKED,), "marketplace.change_returnrequest"),
    ("receive", _("It has come"), (S.AGREED,), "marketplace.change_returnrequest"),
    ("refund", _("Give the money back"), (S.RECEIVED,), "payments.change_refund"),
    ("decline", _("Decline"), ReturnRequest.OPEN, "marketplace.change_returnrequest"),
)
RIGHTS = {name: right for name, _words, _states, right in ACTS}


class OpenFilter(admin.SimpleListFilter):
    """Returns by what is to be done."""

    title = _("to do")
    parameter_name = "todo"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer each step, and all that is open."""
        return [
            ("open", _("open")),
            ("asked", _("to answer")),
            ("agreed", _("on its way to us")),
            ("received", _("money to give back")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Keep what waits for the chosen step."""
        chosen = self.value() or ""
        if chosen == "open":
            return queryset.open()
        return queryset.filter(state=chosen) if chosen in ReturnRequest.OPEN else queryset


class AnswerForm(forms.Form):
    """Words to the buyer."""

    words = forms.CharField(
        label=_("words to the buyer"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, language: str, is_needed: bool = False, **kwargs: Any) -> None:
        """Name the buyer's language; where it is a no, demand the words."""
        super().__init__(*args, **kwargs)
        name = get_language_info(language)["name_translated"]
        self.fields["words"].help_text = _("In the buyer's language: %s.") % name
        self.fields["words"].required = is_needed


class ReceiveForm(forms.Form):
    """How each piece came back."""

    def __init__(self, *args: Any, pieces: list[ReturnPiece], **kwargs: Any) -> None:
        """Ask for each piece; nothing is chosen at first."""
        super().__init__(*args, **kwargs)
        for piece in pieces:
            unit = piece.unit
            self.fields[f"unit_{unit.pk}"] = forms.ChoiceField(
                label=f"{unit.line.product_name} {unit.position + 1}",
                choices=ReturnPiece.Condition,
                widget=forms.RadioSelect,
            )

    @property
    def conditions(self) -> dict[int, str]:
        """Return how each piece came back, by its key."""
        return {int(name.removeprefix("unit_")): value for name, value in self.cleaned_data.items()}


class GiveBackForm(forms.Form):
    """What goes back besides the price of the pieces."""

    with_shipping = forms.BooleanField(label=_("delivery too"), required=False)
    goodwill = goodwill_field()


@admin.register(ReturnRequest)
class ReturnRequestAdmin(Acting, ReadOnlyAdmin):
    """Returns, oldest open one first."""

    change_form_template = "marketplace/admin/return.html"
    list_display = ["number", "order_link", "state", "reason", "asked_at", "answered_at"]
    list_filter = [OpenFilter, "state", "reason"]
    list_select_related = ["order"]
    search_fields = ["order__number", "order__name", "order__email"]
    search_help_text = _("Number of the order, name or e-mail")
    ordering = ["-asked_at", "-pk"]
    fields = ["order_link", "state", "reason", "words", "piece_lines", "asked_at"]
    fields += ["answer", "answered_by", "answered_at", "received_by", "received_at", "refund_link"]
    readonly_fields = ["order_link", "piece_lines", "refund_link"]
    needs: ClassVar = {"refund_link": "payments.view_refund"}

    @admin.display(description=_("return"), ordering="pk")
    def number(self, row: ReturnRequest) -> int:
        """Return its own number."""
        return int(row.pk)

    @admin.display(description=_("order"), ordering="order__number")
    def order_link(self, row: ReturnRequest) -> str | SafeString:
        """Link the order."""
        return link_to(row.order)

    @admin.display(description=_("refund"))
    def refund_link(self, row: ReturnRequest) -> str | SafeString:
        """Link what was given back."""
        return link_to(row.refund.refund) if row.refund else "–"

    @admin.display(description=_("pieces"))
    def piece_lines(self, row: ReturnRequest) -> str | SafeString:
        """Write each piece, what was paid for it, and how it came back."""
        return piece_table(row)

    def get_urls(self) -> list[URLPattern]:
        """Add a page for each act."""
        views: dict[str, Callable[..., HttpResponse]] = {
            "agree": self.agree_view,
            "decline": self.decline_view,
            "receive": self.receive_view,
            "refund": self.refund_view,
        }
        found = [
            path(
                f"<int:pk>/{name}/",
                self.admin_site.admin_view(view),
                name=f"marketplace_returnrequest_{name}",
            )
            for name, view in views.items()
        ]
        return [*found, *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Offer the acts that its state allows to who may do them."""
        row = self.get_object(request, object_id)
        acts = [
            (words, reverse(f"admin:marketplace_returnrequest_{name}", args=[row.pk]))
            for name, words, states, right in ACTS
            if row is not None and row.state in states and request.user.has_perm(right)
        ]
        known = {**(extra_context or {}), "acts": acts}
        return super().change_view(request, object_id, form_url, known)

    def agree_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Say yes: the mail names our address."""
        row = self._row(request, pk, "agree")
        form = AnswerForm(sent(request), language=row.order.language)

        def act() -> None:
            return_requests.agree(
                request_id=pk,
                words=form.cleaned_data["words"],
                actor=request.user,
                now=timezone.now(),
            )

        return self._act(request, row, form, act, title=_("Agree to a return"))

    def decline_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Say no, and why."""
        row = self._row(request, pk, "decline")
        form = AnswerForm(sent(request), language=row.order.language, is_needed=True)

        def act() -> None:
            return_requests.decline(
                request_id=pk,
                words=form.cleaned_data["words"],
                actor=request.user,
                now=timezone.now(),
            )

        return self._act(request, row, form, act, title=_("Decline a return"))

    def receive_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Write down how each piece came back."""
        row = self._row(request, pk, "receive")
        form = ReceiveForm(sent(request), pieces=pieces_of(row))

        def act() -> None:
            return_requests.receive(
                request_id=pk, conditions=form.conditions, actor=request.user, now=timezone.now()
            )

        return self._act(request, row, form, act, title=_("What came back, and how"))

    @fresh_sign_in
    def refund_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Give back the money of what came, once what it does was seen."""
        row = self._row(request, pk, "refund")
        # Sending there cost the buyer something only where it is our fault.
        form = GiveBackForm(sent(request), initial={"with_shipping": row.is_ours_to_pay})
        pieces = [piece for piece in pieces_of(row) if piece.is_open]

        def act() -> None:
            return_requests.refund(
                request_id=pk,
                with_shipping=form.cleaned_data["with_shipping"],
                goodwill=form.cleaned_data["goodwill"] or 0,
                actor=request.user,
                now=timezone.now(),
            )

        def foresee() -> list[consequences.Line]:
            wanted = {piece.unit_id for piece in pieces}
            return consequences.of_refund(
                row.order,
                [unit for unit in returns.unrefunded(row.order) if unit.pk in wanted],
                with_shipping=form.cleaned_data["with_shipping"],
                goodwill=form.cleaned_data["goodwill"] or 0,
                spoilt_ids=return_requests.spoilt_of(pieces).unit_ids,
            )

        left = consequences.left_of(row.order)
        title = _("Give the money back")
        return self._act(request, row, form, act, title=title, left=left, foresee=foresee)

    def _row(self, request: HttpRequest, pk: int, act: str) -> ReturnRequest:
        if not request.user.has_perm(RIGHTS[act]):
            raise PermissionDenied
        rows: QuerySet[ReturnRequest] = ReturnRequest.objects.select_related("order__payment")
        return get_object_or_404(rows, pk=pk)

    def _act(
        self,
        request: HttpRequest,
        row: ReturnRequest,
        form: forms.Form,
        act: Callable[[], object],
        **more: Any,
    ) -> HttpResponse:
        back = reverse("admin:marketplace_returnrequest_change", args=[row.pk])
        words = f"{row.order.number}, {row.order.name}, {row.get_reason_display()}"
        return self.run_act(request, row, form, act, back=back, words=words, **more)


def pieces_of(row: ReturnRequest) -> list[ReturnPiece]:
    """Return the pieces of a return in their order, with names."""
    rows = row.pieces.select_related("unit__line")
    return list(rows.order_by("unit__line_id", "unit__position"))


def piece_table(row: ReturnRequest) -> str | SafeString:
    """Return each piece of a return, what was paid for it, and how it came back."""
    return table(
        [_("piece"), _("state"), _("paid"), _("came back")],
        (
            (
                f"{piece.unit.line.product_name} {piece.unit.position + 1}",
                Unit.State(piece.unit.state).label,
                minor(piece.unit.charged_amount, piece.unit.currency),
                piece.get_condition_display() or "–",
            )
            for piece in pieces_of(row)
        ),
    )
