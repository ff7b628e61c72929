"""Counting the shelves in the admin: a list to type into, the differences, one act."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from partners.models import Programme
from weintl.accounts.freshness import fresh_sign_in
from weintl.rows import ReadOnlyAdmin, link_to, minor, table

from .. import counting, stock
from ..counting import Difference, Found
from ..models import Category, StockCount, StockCountLine, Variant
from .acts import new_key

MOST = 1_000_000
# Three fields a row, far below what one form may send; on paper more fit.
ON_SCREEN, ON_PAPER = 100, 2_000
ADD = "marketplace.add_stockcount"


class ShelfForm(forms.Form):
    """Which part of the shelves is counted; everything if nothing is said."""

    place = forms.ChoiceField(label=_("place"), required=False)
    category: Any = forms.ModelChoiceField(
        label=_("category"), queryset=Category.objects.none(), required=False
    )
    programme: Any = forms.ModelChoiceField(
        label=_("programme"), queryset=Programme.objects.none(), required=False
    )
    q = forms.CharField(label=_("SKU or name"), max_length=120, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the places, categories and programmes that there are."""
        super().__init__(*args, **kwargs)
        used = Variant.objects.exclude(place="").order_by("place").values_list("place", flat=True)
        places = [(place, place) for place in used.distinct()]
        self.fields["place"].choices = [("", _("all")), *places]  # type: ignore[attr-defined]
        for name, model in (("category", Category), ("programme", Programme)):
            field: Any = self.fields[name]
            field.queryset = model.objects.order_by("name", "pk")
            field.empty_label = _("all")

    def rows(self) -> QuerySet[Variant]:
        """Return the variants to count, place by place."""
        given = self.cleaned_data if self.is_valid() else {}
        found = Variant.objects.select_related("product__category", "stock")
        if given.get("place"):
            found = found.filter(place=given["place"])
        if given.get("category"):
            found = found.filter(product__category__in=_within(given["category"]))
        if given.get("programme"):
            found = found.filter(product__programme=given["programme"])
        if words := given.get("q"):
            found = found.filter(
                Q(sku__icontains=words)
                | Q(product__name_en__icontains=words)
                | Q(product__name_es__icontains=words)
            )
        # What is not sold any more is counted as long as a piece of it is there.
        shown = Q(is_active=True) | Q(stock__owned__gt=0) | Q(stock__consigned__gt=0)
        return found.filter(shown).order_by("place", "sku", "pk")


def _within(category: Category) -> list[int]:
    """Return the ids of a category and of all below it."""
    below: dict[int | None, list[int]] = {}
    for pk, parent in Category.objects.values_list("pk", "parent_id"):
        below.setdefault(parent, []).append(pk)
    found = [category.pk]
    for pk in found:
        found += below.get(pk, [])
    return found


class RowForm(forms.Form):
    """What was counted of one variant, and against which book."""

    owned = forms.IntegerField(min_value=0, max_value=MOST, required=False)
    consigned = forms.IntegerField(min_value=0, max_value=MOST, required=False)
    book = forms.RegexField(r"\A-?\d{1,9} -?\d{1,9} -?\d{1,9}\Z", widget=forms.HiddenInput)
    reason = forms.ChoiceField(
        choices=[("", _("choose")), *StockCountLine.Reason.choices], required=False
    )
    # What booking it was said to cost and to owe; other amounts are shown before they are booked.
    shown = forms.RegexField(r"\A-?\d{1,18} \d{1,18}\Z", widget=forms.HiddenInput, required=False)

    def __init__(self, variant: Variant, data: Any = None) -> None:
        """Name the fields for those who hear them, and show the book."""
        self.variant = variant
        self.row = getattr(variant, "stock", None)
        book = counting.book_of(self.row)
        super().__init__(data, prefix=str(variant.pk))
        self.initial = {"book": " ".join(map(str, book))}
        names = {"owned": _("owned, counted"), "consigned": _("consigned, counted")}
        for name, words in {**names, "reason": _("reason")}.items():
            self.fields[name].widget.attrs["aria-label"] = f"{variant.sku}, {words}"

    @property
    def is_counted(self) -> bool:
        """Say whether anything was typed."""
        given = self.cleaned_data
        return given.get("owned") is not None or given.get("consigned") is not None

    def found(self) -> Found:
        """Return what was counted. The form must be valid."""
        given = self.cleaned_data
        owned, consigned, allocated = map(int, given["book"].split())
        return Found(
            variant_id=self.variant.pk,
            book=(owned, consigned, allocated),
            owned=given["owned"],
            consigned=given["consigned"],
            reason=given["reason"],
        )


class ActForm(forms.Form):
    """What belongs to the count as a whole."""

    words = forms.CharField(label=_("own words"), max_length=250, required=False)
    word = forms.RegexField(r"\A[0-9a-f]{32}\Z", widget=forms.HiddenInput, initial=new_key)

    @property
    def key(self) -> str:
        """Return the word that makes it one act. The form must be valid."""
        return str(self.cleaned_data["word"])


@admin.register(StockCount)
class StockCountAdmin(ReadOnlyAdmin):
    """Counts that were booked, and the way to the next."""

    change_list_template = "marketplace/admin/count_list.html"
    list_display = ["__str__", "counted_at", "counted_by", "number", "different", "words"]
    list_select_related = ["counted_by"]
    date_hierarchy = "counted_at"
    search_fields = ["words", "lines__variant__sku"]
    search_help_text = _("SKU, or words")
    ordering = ["-counted_at", "-pk"]
    fields = ["counted_at", "counted_by", "words", "line_table"]

    def get_queryset(self, request: HttpRequest) -> Any:
        """Count the lines at once."""
        other = Q(lines__owned=F("lines__book_owned"), lines__consigned=F("lines__book_consigned"))
        return (
            super()
            .get_queryset(request)
            .annotate(counted=Count("lines"), differing=Count("lines", filter=~other))
        )

    @admin.display(description=_("variants"))
    def number(self, count: Any) -> int:
        """Return how many variants were counted."""
        return int(count.counted)

    @admin.display(description=_("differences"))
    def different(self, count: Any) -> int:
        """Return how many were otherwise than in the books."""
        return int(count.differing)

    @admin.display(description=_("lines"))
    def line_table(self, count: StockCount) -> str | SafeString:
        """Show what was found, the differences first."""
        rows = count.lines.select_related("variant").order_by("reason", "variant__sku")
        return table(
            [
                _("variant"), _("owned, in the books"), _("counted"),
                _("consigned, in the books"), _("counted"), _("reason"),
                _("written off"), _("owed to makers"),
            ],
            (
                (
                    link_to(line.variant), line.book_owned, line.owned, line.book_consigned,
                    line.consigned, line.get_reason_display() or "–",
                    minor(line.cost_amount, line.variant.currency) if line.cost_amount else "–",
                    minor(line.maker_amount, line.variant.currency) if line.maker_amount else "–",
                )
                for line in sorted(rows, key=lambda line: not line.reason)
            ),
        )  # fmt: skip

    def get_urls(self) -> list[URLPattern]:
        """Add the page that counts."""
        view = self.admin_site.admin_view(self.count)
        return [path("count/", view, name="marketplace_stockcount_count"), *super().get_urls()]

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def count(self, request: HttpRequest) -> HttpResponse:
        """List what is to be counted; compare what was typed; book it."""
        if not request.user.has_perm(ADD):
            raise PermissionDenied
        shelf = ShelfForm(request.GET)
        if request.method != "POST":
            if "print" in request.GET:
                return self._paper(request, shelf)
            return self._list(request, shelf, self._page(request, shelf))
        wanted = [int(pk) for pk in request.POST.getlist("row")[:ON_SCREEN] if pk.isdecimal()]
        variants = Variant.objects.select_related("product__category", "stock")
        found = variants.filter(pk__in=[pk for pk in wanted if pk < 2**63])
        forms_ = [RowForm(row, request.POST) for row in found.order_by("place", "sku", "pk")]
        act = ActForm(request.POST)
        # Every form is asked, so that each tells its own mistakes.
        are_valid = not [form for form in [*forms_, act] if not form.is_valid()]
        counted = [form for form in forms_ if form.is_valid() and form.is_counted]
        if not are_valid or not counted:
            told = None if not are_valid else _("Type what you counted of one piece at least.")
            return self._list(request, shelf, None, forms_, act, told=told)
        return self._weigh(request, counted, act)

    def _weigh(
        self, request: HttpRequest, counted: Sequence[RowForm], act: ActForm
    ) -> HttpResponse:
        found = [form.found() for form in counted]
        is_booking = "book" in request.POST
        if is_booking and (done := StockCount.objects.filter(request_key=act.key).first()):
            return self._booked(request, done)
        lines = counting.compare(found, now=timezone.now())
        if not is_booking:
            return self._differences(request, lines, act)
        if any(line.is_refused for line in lines):
            return self._differences(request, lines, act, told=counting.NotPossible.message)
        shown = {form.variant.pk: form.cleaned_data["shown"] for form in counted}
        if any(line.differs and shown[line.variant.pk] != _sums(line) for line in lines):
            words = _("With these reasons it comes to this. Look at the sums, then book.")
            return self._differences(request, lines, act, told=words)
        if any(line.moves_money for line in lines):
            return self._book_money(request, found, act)
        return self._book(request, found, act)

    @fresh_sign_in
    def _book_money(
        self, request: HttpRequest, found: Sequence[Found], act: ActForm
    ) -> HttpResponse:
        """Book what writes into the ledger: a fresh proof of who it is comes first."""
        return self._book(request, found, act)

    def _book(self, request: HttpRequest, found: Sequence[Found], act: ActForm) -> HttpResponse:
        try:
            count = counting.book(
                found,
                words=act.cleaned_data["words"],
                request_key=act.key,
                actor=request.user,
                now=timezone.now(),
            )
        except counting.NotPossible as error:
            return self._differences(request, error.differences, act, told=error.message)
        except stock.Busy as error:
            lines = counting.compare(found, now=timezone.now())
            return self._differences(request, lines, act, told=error.message)
        return self._booked(request, count)

    def _booked(self, request: HttpRequest, count: StockCount) -> HttpResponse:
        self.message_user(request, _("The count is booked."), messages.SUCCESS)
        address = reverse("admin:marketplace_stockcount_change", args=[count.pk])
        if not self.has_view_permission(request):
            address = reverse("admin:index")
        return HttpResponseRedirect(address)

    def _page(self, request: HttpRequest, shelf: ShelfForm) -> Page[Variant]:
        return Paginator(shelf.rows(), ON_SCREEN).get_page(request.GET.get("page"))

    def _list(
        self,
        request: HttpRequest,
        shelf: ShelfForm,
        page: Page[Variant] | None,
        rows: Sequence[RowForm] | None = None,
        act: ActForm | None = None,
        *,
        told: Any = None,
    ) -> HttpResponse:
        if page is not None:
            rows = [RowForm(variant) for variant in page]
        context = self._context(request, _("Count the shelves"))
        context |= {
            "shelf": shelf,
            "rows": rows,
            "act": act or ActForm(),
            "page": page,
            "told": told,
            "has_errors": any(form.errors for form in rows or []),
            "query": urlencode(_kept(request)),
            "most": ON_PAPER,
        }
        return TemplateResponse(request, "marketplace/admin/count.html", context)

    def _paper(self, request: HttpRequest, shelf: ShelfForm) -> HttpResponse:
        rows = list(shelf.rows()[: ON_PAPER + 1])
        context = self._context(request, _("Counting list"))
        context |= {
            "rows": rows[:ON_PAPER],
            "is_cut": len(rows) > ON_PAPER,
            "most": ON_PAPER,
            "chosen": [
                (shelf.fields[name].label, value)
                for name, value in shelf.cleaned_data.items()
                if value
            ]
            if shelf.is_valid()
            else [],
            "now": timezone.now(),
            "query": urlencode(_kept(request)),
        }
        return TemplateResponse(request, "marketplace/admin/count_paper.html", context)

    def _differences(
        self,
        request: HttpRequest,
        lines: Sequence[Difference],
        act: ActForm,
        *,
        told: Any = None,
    ) -> HttpResponse:
        """Show what booking would do, each line against the book of this moment."""
        shown = [_shown(line, is_again="book" in request.POST) for line in lines]
        differ = [row for row in shown if row["line"].differs or row["line"].is_stale]
        context = self._context(request, _("What is otherwise than in the books"))
        stale = sum(row["line"].is_stale for row in shown)
        context |= {
            "rows": differ,
            "same": [row for row in shown if row not in differ],
            "act": act,
            "told": told,
            "stale": ngettext(
                "The books of %(number)d line changed since you counted: "
                "pieces were sold, sent or received. Look at it again.",
                "The books of %(number)d lines changed since you counted: "
                "pieces were sold, sent or received. Look at them again.",
                stale,
            )
            % {"number": stale}
            if stale
            else None,
            "query": urlencode(_kept(request)),
        }
        return TemplateResponse(request, "marketplace/admin/count_differences.html", context)

    def _context(self, request: HttpRequest, title: Any) -> dict[str, Any]:
        return {**self.admin_site.each_context(request), "opts": self.opts, "title": title}


def _kept(request: HttpRequest) -> dict[str, str]:
    """Return the choice of shelves as it stands in the address."""
    names = ("place", "category", "programme", "q")
    return {name: request.GET[name] for name in names if request.GET.get(name)}


def _sums(line: Difference) -> str:
    """Return what booking a line costs and owes, for its hidden field."""
    return f"{line.cost} {line.maker_pay}"


def _shown(line: Difference, *, is_again: bool) -> dict[str, Any]:
    """Return a line with its fields: against the book of now, as it was typed."""
    variant = line.variant
    # Read for the comparison, so that the form need not read it again.
    variant._state.fields_cache["stock"] = line.stock
    form = RowForm(variant)
    form.initial = {
        **form.initial,
        "owned": line.owned,
        "consigned": line.consigned,
        "reason": line.reason,
        "shown": _sums(line),
    }
    currency = variant.currency
    return {
        "line": line,
        "form": form,
        "problems": [*line.problems, *([_("Say why.")] if is_again and line.lacks_reason else [])],
        "cost": minor(abs(line.cost), currency) if line.cost else "",
        "maker_pay": minor(line.maker_pay, currency) if line.maker_pay else "",
    }
