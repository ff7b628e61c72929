"""The ledger in the admin: everybody with the right reads it, nobody changes it."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Paginator
from django.db.models import Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.dateparse import parse_date
from django.utils.formats import date_format, localize
from django.utils.functional import cached_property
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext_lazy as _

from partners import closing
from partners.admin import trial_balance
from partners.models import Account, Entry, Maturity, Seal, Transfer
from partners.sources import SOURCE_WORDS, source_address
from weintl.money import Money
from weintl.money.formatting import format_money
from weintl.rows import ReadOnly, ReadOnlyAdmin, facts, link, link_to, link_to_list, minor, table


def summed(entries: QuerySet[Entry]) -> QuerySet[Entry]:
    """Add what the transfers of each entry moved in all, with its one currency."""
    sums = Transfer.objects.filter(entry=OuterRef("pk")).order_by().values("entry")
    return entries.annotate(
        moved=Subquery(sums.annotate(all=Sum("amount")).values("all")),
        moved_currency=Subquery(sums.annotate(one=Min("currency")).values("one")),
    )


def entry_table(entries: QuerySet[Entry]) -> str:
    """Return the entries as a small table that leads to each."""
    rows: Any = summed(entries).order_by("occurred_at", "pk")
    return table(
        [_("entry"), _("happened"), _("moved in all")],
        (
            (
                link_to(row, row.get_kind_display()),
                localize(localtime(row.occurred_at)),
                minor(row.moved, row.moved_currency or ""),
            )
            for row in rows
        ),
    )


class OfAccount(admin.SimpleListFilter):
    """Transfers of one account, on either side; shown once one is chosen."""

    title = _("account")
    parameter_name = "account"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the account that the address names."""
        chosen = request.GET.get(self.parameter_name, "")
        if not chosen.isdecimal():
            return []
        codes = Account.objects.filter(pk=int(chosen)).values_list("code", flat=True)
        return [(chosen, code) for code in codes]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Transfer]) -> QuerySet[Transfer]:
        """Keep the transfers that touch it."""
        value = self.value()
        if not value or not value.isdecimal():
            return queryset
        return queryset.filter(Q(debit_id=int(value)) | Q(credit_id=int(value)))


class InCurrency(admin.SimpleListFilter):
    """Transfers of one currency, offered from the accounts: the transfers may be millions."""

    title = _("currency")
    parameter_name = "currency"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the currencies of the accounts."""
        codes = Account.objects.order_by("currency").values_list("currency", flat=True).distinct()
        return [(code, code.upper()) for code in codes]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the chosen one's rows."""
        return queryset.filter(currency=self.value()) if self.value() else queryset


class Bounded(Paginator):
    """Counts and shows the newest ten thousand rows; a filter by month leads to older ones."""

    MOST = 10_000

    @cached_property
    def count(self) -> int:
        """Return how many rows there are, the limit where there are more."""
        rows: Any = self.object_list
        return int(rows.order_by()[: self.MOST].count())


class OfOneAccount(ChangeList):
    """Without the row of years where one account is chosen: it would read all its transfers."""

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Keep the rest as it is."""
        super().__init__(request, *args, **kwargs)
        if OfAccount.parameter_name in request.GET:
            self.date_hierarchy = None


class AccountedIn(admin.SimpleListFilter):
    """Rows by the month of their accounting date, the newest fourteen."""

    title = _("accounting month")
    parameter_name = "accounted"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the newest months; the address may name any."""
        return [
            (f"{first:%Y-%m}", date_format(first, "YEAR_MONTH_FORMAT"))
            for first, _last in trial_balance.months(today=localdate(), count=14)
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the month's rows."""
        first = parse_date(f"{self.value()}-01") if self.value() else None
        if first is None:
            return queryset
        return queryset.filter(accounted_on__gte=first, accounted_on__lt=closing.next_month(first))


@admin.register(Account)
class AccountAdmin(ReadOnlyAdmin):
    """Accounts with their balances."""

    list_display = ["code", "balance_text", "transfers", "kind", "programme", "use"]
    list_filter = ["kind", "currency", "programme"]
    list_select_related = ["programme"]
    search_fields = ["code"]
    ordering = ["code"]
    search_help_text = _("Part of the code, such as a programme's")
    fields = [
        "code", "kind", "currency", "programme", "use", "is_credit_normal", "has_floor",
        "debits_text", "credits_text", "balance_text", "transfers",
    ]  # fmt: skip
    change_list_template = "partners/admin/account_list.html"

    def get_urls(self) -> list[URLPattern]:
        """Add the trial balance."""
        view = self.admin_site.admin_view(self.trial_balance)
        return [path("trial-balance/", view, name="partners_trial_balance"), *super().get_urls()]

    def trial_balance(self, request: HttpRequest) -> HttpResponse:
        """Show all accounts as of a day, or of a month."""
        return trial_balance.page(request, self.admin_site.each_context(request))

    @admin.display(description=_("balance"))
    def balance_text(self, account: Account) -> str:
        """Write the balance, positive on the account's normal side."""
        return format_money(Money(account.balance, account.currency))

    @admin.display(description=_("debits"))
    def debits_text(self, account: Account) -> str:
        """Write the sum of debits."""
        return format_money(Money(account.debits, account.currency))

    @admin.display(description=_("credits"))
    def credits_text(self, account: Account) -> str:
        """Write the sum of credits."""
        return format_money(Money(account.credits, account.currency))

    @admin.display(description=_("transfers"))
    def transfers(self, account: Account) -> str:
        """Lead to all that was posted to it."""
        return link_to_list("partners_transfer", _("Show"), account=account.pk)


class TransferInline(ReadOnly, admin.TabularInline):
    """The transfers of one entry."""

    model = Transfer
    fields = ["debit_link", "credit_link", "amount_text"]
    readonly_fields = ["debit_link", "credit_link", "amount_text"]
    extra = 0
    can_delete = False
    ordering = ["pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Transfer]:
        """Fetch the accounts at once."""
        return super().get_queryset(request).select_related("entry", "debit", "credit")

    @admin.display(description=_("debit"))
    def debit_link(self, transfer: Transfer) -> str:
        """Lead to the account debited."""
        return link_to(transfer.debit)

    @admin.display(description=_("credit"))
    def credit_link(self, transfer: Transfer) -> str:
        """Lead to the account credited."""
        return link_to(transfer.credit)

    @admin.display(description=_("amount"))
    def amount_text(self, transfer: Transfer) -> str:
        """Write the amount."""
        return format_money(transfer.money)


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    """Entries with their transfers, and the way to what they came from."""

    list_display = ["kind", "occurred_at", "accounted_on", "amount_text", "source", "is_sealed"]
    list_display += ["source_key"]
    list_filter = ["kind", AccountedIn, "occurred_at"]
    date_hierarchy = "occurred_at"
    list_select_related = ["seal"]
    search_fields = ["source_key"]
    search_help_text = _("Part of the source, such as a payment's number")
    ordering = ["-occurred_at", "-pk"]
    inlines = [TransferInline]
    fields = [
        "kind", "source", "source_key", "occurred_at", "recorded_at", "accounted_on",
        "reverses", "reversal",
        "codes", "is_sealed",
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Entry]:
        """Sum the transfers for the rows that are shown."""
        return summed(super().get_queryset(request))

    @admin.display(description=_("moved in all"))
    def amount_text(self, entry: Any) -> str:
        """Write the sum of its transfers; an entry is of one currency."""
        return minor(entry.moved, entry.moved_currency or "")

    @admin.display(description=_("codes"))
    def codes(self, entry: Entry) -> str:
        """Write the codes that were kept with it."""
        return facts(entry.meta)

    @admin.display(description=_("comes from"))
    def source(self, entry: Entry) -> str:
        """Lead to the payment, refund or piece."""
        address = source_address(entry.source_key)
        word = entry.source_key.partition("/")[0]
        return link(address, SOURCE_WORDS[word]) if address else "–"

    @admin.display(description=_("sealed"), boolean=True)
    def is_sealed(self, entry: Entry) -> bool:
        """Say whether the hash chain holds it."""
        return hasattr(entry, "seal")

    @admin.display(description=_("reversed by"))
    def reversal(self, entry: Entry) -> str:
        """Lead to the entry that reversed it."""
        found = Entry.objects.filter(reverses=entry).first()
        return link_to(found)


@admin.register(Transfer)
class TransferAdmin(ReadOnlyAdmin):
    """Transfers, of all accounts or of one."""

    list_display = ["occurred_at", "debit_link", "credit_link", "amount_text", "entry_link"]
    list_filter = [OfAccount, AccountedIn, "occurred_at", InCurrency]
    date_hierarchy = "occurred_at"
    paginator = Bounded
    search_help_text = _("Part of an account's code or of the source")
    list_select_related = ["entry", "debit", "credit"]
    search_fields = ["entry__source_key", "debit__code", "credit__code"]
    ordering = ["-occurred_at", "-pk"]
    fields = [
        "entry_link",
        "occurred_at",
        "accounted_on",
        "debit_link",
        "credit_link",
        "amount_text",
    ]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """Leave out what would read all transfers of a large account."""
        return OfOneAccount

    @admin.display(description=_("entry"))
    def entry_link(self, transfer: Transfer) -> str:
        """Lead to the entry."""
        return link_to(transfer.entry, transfer.entry.get_kind_display())

    @admin.display(description=_("debit"), ordering="debit__code")
    def debit_link(self, transfer: Transfer) -> str:
        """Lead to the account debited."""
        return link_to(transfer.debit)

    @admin.display(description=_("credit"), ordering="credit__code")
    def credit_link(self, transfer: Transfer) -> str:
        """Lead to the account credited."""
        return link_to(transfer.credit)

    @admin.display(description=_("amount"))
    def amount_text(self, transfer: Transfer) -> str:
        """Write the amount."""
        return format_money(transfer.money)


@admin.register(Seal)
class SealAdmin(ReadOnlyAdmin):
    """The hash chain."""

    list_display = ["position", "entry", "digest", "sealed_at"]
    list_select_related = ["entry"]
    search_fields = ["entry__source_key", "digest"]
    ordering = ["-position"]


@admin.register(Maturity)
class MaturityAdmin(ReadOnlyAdmin):
    """From when on money may be paid out."""

    list_display = ["entry", "kind", "matures_at"]
    list_filter = ["kind", "matures_at"]
    list_select_related = ["entry"]
    search_fields = ["entry__source_key"]
    ordering = ["-matures_at", "-pk"]
