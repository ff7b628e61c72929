"""How staff see rows: links between them, amounts, small tables, and pages that nobody edits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.formats import localize
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from weintl.money.formatting import format_money
from weintl.money.values import Money


def link(address: str, words: object) -> SafeString:
    """Return a link."""
    return format_html('<a href="{}">{}</a>', address, words)


def link_to(row: Model | None, text: str = "") -> str | SafeString:
    """Return a link to a row's admin page, a dash for none."""
    if row is None:
        return "–"
    name = f"admin:{row._meta.app_label}_{row._meta.model_name}_change"
    return link(reverse(name, args=[row.pk]), text or str(row))


def link_to_list(model: str, words: object, **query: str | int) -> str | SafeString:
    """Return a link to a list such as `partners_entry`; a dash where there is no such list."""
    try:
        address = reverse(f"admin:{model}_changelist")
    except NoReverseMatch:
        return "–"
    return link(f"{address}?{urlencode(query)}", words)


def shown(value: Money | None) -> str:
    """Return an amount as people read it, a dash for none."""
    return "–" if value is None else format_money(value)


def minor(amount: int | None, currency: str) -> str:
    """Return minor units of a currency as people read them, a dash for none."""
    return "–" if amount is None or not currency else format_money(Money(amount, currency))


def span_text(span: Any) -> str:
    """Return from which day to which a range of moments reaches."""
    begin, end = (localize(localtime(at).date()) if at else "…" for at in (span.lower, span.upper))
    return f"{begin} – {end}"


def table(head: Sequence[object], rows: Iterable[Sequence[object]]) -> str | SafeString:
    """Return a small table; a dash without rows."""
    body = format_html_join(
        "", "<tr>{}</tr>", ((format_html_join("", "<td>{}</td>", ((c,) for c in r)),) for r in rows)
    )
    if not body:
        return "–"
    heads = format_html_join("", '<th scope="col">{}</th>', ((cell,) for cell in head))
    return format_html(
        '<table class="facts"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>', heads, body
    )


def facts(values: dict[str, Any]) -> str | SafeString:
    """Return names and values kept as JSON, one a line; a dash for none."""
    rows = (
        (name, ", ".join(map(str, value)) if isinstance(value, list) else value)
        for name, value in values.items()
    )
    return format_html_join("", '<p class="fact"><b>{}</b> {}</p>', rows) or "–"


class UsedCountryFilter(admin.SimpleListFilter):
    """Countries that rows have, not all there are. For short tables: it reads every row."""

    title = _("country")
    parameter_name = "country"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the countries in use, by name."""
        codes = model_admin.model.objects.order_by().values_list("country", flat=True).distinct()
        return sorted(((code, countries.name(code)) for code in codes), key=lambda pair: pair[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the chosen one's rows."""
        return queryset.filter(country=self.value()) if self.value() else queryset


class Rights:
    """Leaves out columns that lead where the reader may not go."""

    needs: ClassVar[dict[str, str]] = {}

    def _may_see(self, request: HttpRequest, name: Any) -> bool:
        right = self.needs.get(name) if isinstance(name, str) else None
        return right is None or request.user.has_perm(right)

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """Leave out columns of the list."""
        columns = super().get_list_display(request)  # type: ignore[misc]
        return [name for name in columns if self._may_see(request, name)]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Leave out lines of the page, and a part that is left without lines."""
        kept = []
        for title, options in super().get_fieldsets(request, obj):  # type: ignore[misc]
            fields = [name for name in options["fields"] if self._may_see(request, name)]
            if fields:
                kept.append((title, {**options, "fields": fields}))
        return kept


class NamedCells:
    """Lets each box of a list say what it is, and of which row: a cell has no label."""

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> type[ModelForm]:
        """Return the form of a row with its boxes named."""
        plain = super().get_changelist_form(request, **kwargs)  # type: ignore[misc]

        class Named(plain):  # type: ignore[misc, valid-type]
            def __init__(self, *args: Any, **kwargs: Any) -> None:
                super().__init__(*args, **kwargs)
                for field in self.fields.values():
                    if field.label:
                        field.widget.attrs["aria-label"] = f"{field.label}: {self.instance}"

        return Named


class ReadOnly:
    """Nobody adds, changes or deletes, whatever their rights."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Rows come from what happens: events, postings, acts."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What is booked stays."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What is booked stays."""
        return False


class ReadOnlyAdmin(Rights, ReadOnly, admin.ModelAdmin):
    """A list with search and filters, and pages without a form."""

    actions_selection_counter = True
    show_full_result_count = False

    def has_act_permission(self, request: HttpRequest) -> bool:
        """Let those act who could change such rows if anybody could: finance."""
        return request.user.has_perm(f"{self.opts.app_label}.change_{self.opts.model_name}")

    @admin.display(description=_("payment"), ordering="payment")
    def payment_link(self, row: Any) -> str:
        """Link the payment."""
        return link_to(row.payment)
