"""The ledger: accounts, entries, transfers, seals, maturities. Rules: docs/money.md."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from weintl.money.fields import CurrencyField, MinorUnitsField, MoneyProperty

from .programmes import Programme
from .uses import Use

# People who must have paid for a sum before it is public: fewer might be pointed to.
PUBLIC_TOTALS_FROM = 10


class Account(models.Model):
    """One account of one currency. Sums are kept by a trigger as transfers are inserted."""

    class Kind(models.TextChoices):
        # assets
        PROVIDER = "provider", _("payment provider")
        BANK = "bank", _("bank")
        CASH_BOX = "cash_box", _("cash box")
        INVENTORY = "inventory", _("inventory")
        DISPUTE_RECEIVABLE = "dispute_receivable", _("disputed, not decided")
        # liabilities and funds
        MAKER_PAYABLE = "maker_payable", _("owed to makers")
        FUND = "fund", _("fund")
        TAX = "tax", _("tax to pay")
        CUSTOMER_DEPOSITS = "customer_deposits", _("owed back to customers")
        REFUND_SUSPENSE = "refund_suspense", _("refunds not yet named")
        PAYOUT_TRANSIT = "payout_transit", _("payouts under way")
        # income
        SALES = "sales", _("sales")
        SHIPPING = "shipping", _("shipping")
        FEE_COVER = "fee_cover", _("fees covered by donors")
        # expense
        ARTISAN_COST = "artisan_cost", _("maker pay")
        COGS = "cogs", _("cost of owned goods sold")
        PROGRAMME_COST = "programme_cost", _("programme shares")
        FEES = "fees", _("provider's fees")
        GOODWILL = "goodwill", _("goodwill")
        DISPUTE_FEE = "dispute_fee", _("dispute fees")
        DISPUTE_LOSS = "dispute_loss", _("lost disputes")
        WRITE_OFF = "write_off", _("written off")
        CASH_DIFFERENCE = "cash_difference", _("cash too little or too much")

    code = models.CharField(_("code"), max_length=100, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    currency = CurrencyField(_("currency"))
    programme = models.ForeignKey(
        Programme,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="accounts",
        verbose_name=_("programme"),
    )
    use = models.CharField(_("use"), max_length=25, choices=Use, blank=True, default="")
    is_credit_normal = models.BooleanField(_("grows by credits"))
    has_floor = models.BooleanField(_("never below zero"), default=False)
    debits = MinorUnitsField(_("debits"), default=0, editable=False)
    credits = MinorUnitsField(_("credits"), default=0, editable=False)

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [
            # The target of the composite foreign keys that hold a transfer to one currency.
            models.UniqueConstraint(fields=["id", "currency"], name="account_id_currency"),
            models.CheckConstraint(
                condition=Q(has_floor=False)
                | Q(is_credit_normal=True, credits__gte=F("debits"))
                | Q(is_credit_normal=False, debits__gte=F("credits")),
                name="account_floor",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def balance(self) -> int:
        """Return the kept balance in minor units, positive on the account's normal side."""
        kept = self.credits - self.debits
        return kept if self.is_credit_normal else -kept


class Entry(models.Model):
    """One thing that happened. Its source key names it for ever; posting twice is a no-op."""

    class Kind(models.TextChoices):
        SALE = "sale", _("sale")
        UNIT_SPLIT = "unit_split", _("shares of one piece")
        DEPOSIT = "deposit", _("payment that cannot be filled")
        GIFT = "gift", _("gift")
        FEE = "fee", _("provider's fee")
        UNIT_REFUND = "unit_refund", _("refund of pieces")
        DEPOSIT_REFUND = "deposit_refund", _("refund of what could not be filled")
        SUSPENSE_REFUND = "suspense_refund", _("refund not yet named")
        GIFT_REFUND = "gift_refund", _("refund of a gift")
        EXCHANGE = "exchange", _("changed to our currency by the provider")
        REFUND_FAILED = "refund_failed", _("refund that came back")
        DISPUTE_OPENED = "dispute_opened", _("dispute opened")
        DISPUTE_WON = "dispute_won", _("dispute won")
        DISPUTE_LOST = "dispute_lost", _("dispute lost")
        GOODS_IN = "goods_in", _("goods bought")
        LOSS = "loss", _("pieces lost, spoilt or found")
        PAYOUT_APPROVED = "payout_approved", _("payout approved")
        PAYOUT_PAID = "payout_paid", _("payout paid")
        PAYOUT_FAILED = "payout_failed", _("payout that failed")
        PAYOUT_RETURNED = "payout_returned", _("payout that the programme's bank sent back")
        PROVIDER_PAYOUT = "provider_payout", _("payout to our bank")
        PROVIDER_PAYOUT_RETURNED = "provider_payout_returned", _("payout that the bank sent back")
        ALLOCATION = "allocation", _("gift allocated to a programme")
        CASH_MOVED = "cash_moved", _("cash taken to the bank, or from it")
        CASH_COUNTED = "cash_counted", _("cash counted otherwise than booked")
        CORRECTION = "correction", _("correction")

    kind = models.CharField(_("kind"), max_length=30, choices=Kind)
    source_key = models.CharField(_("source"), max_length=200, unique=True)
    occurred_at = models.DateTimeField(_("happened"))
    recorded_at = models.DateTimeField(_("recorded"), db_default=Now(), editable=False)
    # Set by a trigger: the day it happened, or the first of the oldest open month if that one
    # is closed. The default only says so to Django; the trigger overwrites whatever is given.
    accounted_on = models.DateField(
        _("accounting date"),
        db_default=Func(function="CURRENT_DATE", template="%(function)s"),
        editable=False,
    )
    reverses = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reversed_by",
        verbose_name=_("reverses"),
    )
    meta = models.JSONField(_("codes"), default=dict)
    # The transaction that wrote it, so that the chain seals only what is surely complete.
    transaction_id = models.BigIntegerField(
        editable=False,
        db_default=Func(
            function="pg_current_xact_id",
            template="(%(function)s()::text::bigint)",
            output_field=models.BigIntegerField(),
        ),
    )

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        indexes = [
            models.Index(fields=["-occurred_at", "-id"], name="entry_newest"),
            models.Index(fields=["accounted_on", "id"], name="entry_accounted"),
        ]

    def __str__(self) -> str:
        return self.source_key


class Transfer(models.Model):
    """An amount from one account (credit) to another (debit). It cannot be unbalanced."""

    entry = models.ForeignKey(
        Entry, models.PROTECT, related_name="transfers", verbose_name=_("entry")
    )
    debit = models.ForeignKey(
        Account, models.PROTECT, related_name="debit_transfers", verbose_name=_("debit")
    )
    credit = models.ForeignKey(
        Account, models.PROTECT, related_name="credit_transfers", verbose_name=_("credit")
    )
    amount = MinorUnitsField(_("amount"))
    currency = CurrencyField(_("currency"))
    # The entry's own, repeated so that a balance as of a date is a sum over one index.
    occurred_at = models.DateTimeField(_("happened"))
    accounted_on = models.DateField(
        _("accounting date"),
        db_default=Func(function="CURRENT_DATE", template="%(function)s"),
        editable=False,
    )

    money = MoneyProperty("amount")

    class Meta:
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="transfer_amount_positive"),
            models.CheckConstraint(condition=~Q(debit=F("credit")), name="transfer_two_accounts"),
        ]
        indexes = [
            models.Index(
                fields=["debit", "occurred_at", "id"],
                include=["amount", "accounted_on"],
                name="transfer_by_debit",
            ),
            models.Index(
                fields=["credit", "occurred_at", "id"],
                include=["amount", "accounted_on"],
                name="transfer_by_credit",
            ),
            models.Index(fields=["-occurred_at", "-id"], name="transfer_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.debit} ← {self.credit} {self.amount}"


class Attributed(models.Model):
    """What came to one account of makers or of a fund in a quarter, less what was taken back.

    Kept by the trigger that takes in transfers, so that public totals need not read them all.
    What was paid out was attributed before, and is not in it. Quarters are of accounting dates.
    """

    account = models.ForeignKey(
        Account, models.PROTECT, related_name="attributed", verbose_name=_("account")
    )
    quarter = models.DateField(_("first day of the quarter"))
    amount = models.BigIntegerField(_("amount"))
    # Keys of payments that brought it, twenty at most: enough to tell whether it is of few people.
    payments = ArrayField(models.TextField(), verbose_name=_("payments"), default=list)

    class Meta:
        verbose_name = _("sum of a quarter")
        verbose_name_plural = _("sums of quarters")
        constraints = [
            models.UniqueConstraint(fields=["account", "quarter"], name="attributed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.quarter}: {self.amount}"


class Seal(models.Model):
    """A link of the hash chain over entries, in the order of sealing."""

    entry = models.OneToOneField(
        Entry, models.PROTECT, related_name="seal", verbose_name=_("entry")
    )
    position = models.BigIntegerField(_("position"), unique=True)
    digest = models.CharField(_("SHA-256"), max_length=64)
    sealed_at = models.DateTimeField(_("sealed"))

    class Meta:
        verbose_name = _("seal")
        verbose_name_plural = _("seals")

    def __str__(self) -> str:
        return f"{self.position} {self.digest[:12]}"


class Maturity(models.Model):
    """From when on an entry's credits to one kind of account may be paid out."""

    entry = models.ForeignKey(
        Entry, models.PROTECT, related_name="maturities", verbose_name=_("entry")
    )
    kind = models.CharField(_("of"), max_length=20, choices=Account.Kind)
    matures_at = models.DateTimeField(_("matures"))

    class Meta:
        verbose_name = _("maturity")
        verbose_name_plural = _("maturities")
        constraints = [
            models.UniqueConstraint(fields=["entry", "kind"], name="maturity_once"),
        ]
        indexes = [models.Index(fields=["matures_at"], name="maturity_due")]

    def __str__(self) -> str:
        return f"{self.entry} {self.kind}"
