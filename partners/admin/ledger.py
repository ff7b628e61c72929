"""The ledger in the admin: everybody with the right reads it, nobody changes it."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from partners.models import Account, Entry, Maturity, Seal, Transfer
from weintl.money import Money
from weintl.money.formatting import format_money

# First word of a source key -> the admin's list and the column that the second word is in.
SOURCES = {
    "payment": ("payments_payment", "public_id__exact"),
    "refund": ("payments_refund", "id__exact"),
    "dispute": ("payments_dispute", "dispute_id__exact"),
    "unit": ("marketplace_unit", "id__exact"),
}


def source_address(source_key: str) -> str:
    """Return the admin's address of what an entry came from; empty where there is none."""
    first, _slash, rest = source_key.partition("/")
    number = rest.partition("/")[0]
    if first not in SOURCES or not number:
        return ""
    model, column = SOURCES[first]
    try:
        return f"{reverse(f'admin:{model}_changelist')}?{urlencode({column: number})}"
    except NoReverseMatch:
        return ""


def link(address: str, words: object) -> SafeString:
    """Return a link in the admin."""
    return format_html('<a href="{}">{}</a>', address, words)


def change_link(row: Any) -> SafeString:
    """Return a link to a row's page in the admin."""
    name = f"admin:{row._meta.app_label}_{row._meta.model_name}_change"
    return link(reverse(name, args=[row.pk]), row)


class ReadOnly(admin.ModelAdmin):
    """Shows rows; adding, changing and deleting are refused, whoever asks."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: postings write the ledger."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: a mistake is mended by a reversing entry."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False


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


@admin.register(Account)
class AccountAdmin(ReadOnly):
    """Accounts with their balances."""

    list_display = ["code", "balance_text", "transfers", "kind", "programme", "use"]
    list_filter = ["kind", "currency", "programme"]
    list_select_related = ["programme"]
    search_fields = ["code"]
    ordering = ["code"]
    fields = [
        "code", "kind", "currency", "programme", "use", "is_credit_normal", "has_floor",
        "debits_text", "credits_text", "balance_text", "transfers",
    ]  # fmt: skip

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
    def transfers(self, account: Account) -> SafeString:
        """Lead to all that was posted to it."""
        address = reverse("admin:partners_transfer_changelist")
        return link(f"{address}?account={account.pk}", _("Show"))


class TransferInline(admin.TabularInline):
    """The transfers of one entry."""

    model = Transfer
    fields = ["debit_link", "credit_link", "amount_text"]
    readonly_fields = ["debit_link", "credit_link", "amount_text"]
    extra = 0
    can_delete = False
    ordering = ["pk"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Transfer]:
        """Fetch the accounts at once."""
        return super().get_queryset(request).select_related("entry", "debit", "credit")

    @admin.display(description=_("debit"))
    def debit_link(self, transfer: Transfer) -> SafeString:
        """Lead to the account debited."""
        return change_link(transfer.debit)

    @admin.display(description=_("credit"))
    def credit_link(self, transfer: Transfer) -> SafeString:
        """Lead to the account credited."""
        return change_link(transfer.credit)

    @admin.display(description=_("amount"))
    def amount_text(self, transfer: Transfer) -> str:
        """Write the amount."""
        return format_money(transfer.money)


@admin.register(Entry)
class EntryAdmin(ReadOnly):
    """Entries with their transfers, and the way to what they came from."""

    list_display = ["source_key", "kind", "occurred_at", "recorded_at", "source", "is_sealed"]
    list_filter = ["kind", "occurred_at"]
    list_select_related = ["seal"]
    search_fields = ["source_key"]
    search_help_text = _("Part of the source, such as a payment's number")
    ordering = ["-occurred_at", "-pk"]
    inlines = [TransferInline]
    fields = [
        "source_key", "source", "kind", "occurred_at", "recorded_at", "reverses", "reversal",
        "meta", "is_sealed",
    ]  # fmt: skip

    @admin.display(description=_("comes from"))
    def source(self, entry: Entry) -> SafeString | str:
        """Lead to the payment, refund or piece."""
        address = source_address(entry.source_key)
        return link(address, _("Show")) if address else "—"

    @admin.display(description=_("sealed"), boolean=True)
    def is_sealed(self, entry: Entry) -> bool:
        """Say whether the hash chain holds it."""
        return hasattr(entry, "seal")

    @admin.display(description=_("reversed by"))
    def reversal(self, entry: Entry) -> SafeString | str:
        """Lead to the entry that reversed it."""
        found = Entry.objects.filter(reverses=entry).first()
        return change_link(found) if found else "—"


@admin.register(Transfer)
class TransferAdmin(ReadOnly):
    """Transfers, of all accounts or of one."""

    list_display = ["pk", "occurred_at", "entry_link", "debit", "credit", "amount_text"]
    list_filter = [OfAccount, "occurred_at", "currency"]
    list_select_related = ["entry", "debit", "credit"]
    search_fields = ["entry__source_key", "debit__code", "credit__code"]
    ordering = ["-occurred_at", "-pk"]
    fields = ["entry_link", "occurred_at", "debit", "credit", "amount_text"]

    @admin.display(description=_("entry"))
    def entry_link(self, transfer: Transfer) -> SafeString:
        """Lead to the entry."""
        return change_link(transfer.entry)

    @admin.display(description=_("amount"))
    def amount_text(self, transfer: Transfer) -> str:
        """Write the amount."""
        return format_money(transfer.money)


@admin.register(Seal)
class SealAdmin(ReadOnly):
    """The hash chain."""

    list_display = ["position", "entry", "digest", "sealed_at"]
    list_select_related = ["entry"]
    search_fields = ["entry__source_key", "digest"]
    ordering = ["-position"]


@admin.register(Maturity)
class MaturityAdmin(ReadOnly):
    """From when on money may be paid out."""

    list_display = ["entry", "kind", "matures_at"]
    list_filter = ["kind", "matures_at"]
    list_select_related = ["entry"]
    search_fields = ["entry__source_key"]
    ordering = ["-matures_at", "-pk"]
